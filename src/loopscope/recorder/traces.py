"""Take our own frames out of a traceback, so that it reads as without us. Prints nothing."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

OURS = str(Path(__file__).parent)


def without_ours(error: BaseException) -> TracebackType | None:
    """The error's traceback without this folder's frames; those of its causes are cleaned in place."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _cleaned(each.__traceback__)
        waiting += [other for other in (each.__cause__, each.__context__) if other is not None]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
    return error.__traceback__


def _cleaned(trace: TracebackType | None) -> TracebackType | None:
    first = current = _next_theirs(trace)
    while current is not None:
        current.tb_next = _next_theirs(current.tb_next)
        current = current.tb_next
    return first


def _next_theirs(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    return trace
