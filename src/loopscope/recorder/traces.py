"""Take what we add out of a traceback, so that it reads as without us. Prints nothing.

Two things are added: frames of this folder, and a frame of PyTorch's own: a module with any hook is called through
`inner` in `_call_impl`, one without is called at once.
"""

from __future__ import annotations

import dis
import sys
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, TracebackType

OURS = str(Path(__file__).parent)


def without_ours(error: BaseException) -> TracebackType | None:
    """The error's traceback without our additions; those of its causes are cleaned in place."""
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
    entries: list[TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(OURS):
            entries.append(trace)
        trace = trace.tb_next
    cleaned: TracebackType | None = None
    for entry in reversed(entries):
        if cleaned is not None and _is_detour(entry.tb_frame, cleaned.tb_frame):
            cleaned = _called_at_once(entry, cleaned.tb_next)
        else:
            cleaned = TracebackType(cleaned, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return cleaned


def _is_detour(outer: FrameType, inner: FrameType) -> bool:
    """Whether `inner` is how `Module._call_impl` calls a module that has a hook, and the only hook is ours."""
    names = (outer.f_code.co_name, inner.f_code.co_name)
    if names != ("_call_impl", "inner") or "torch.nn.modules.module" not in sys.modules:
        return False
    torch_modules = sys.modules["torch.nn.modules.module"]
    module = outer.f_locals.get("self")
    if outer.f_code is not torch_modules.Module._call_impl.__code__ or module is None:
        return False
    others = [module._forward_hooks, module._backward_hooks, module._backward_pre_hooks]
    ours = all(type(hook).__module__.startswith(__package__ or "") for hook in module._forward_pre_hooks.values())
    return ours and not any(others) and not torch_modules._has_any_global_hook()


def _called_at_once(entry: TracebackType, after: TracebackType | None) -> TracebackType:
    at, line = _direct_call(entry.tb_frame.f_code)
    return TracebackType(after, entry.tb_frame, at, line)


@cache
def _direct_call(code: CodeType) -> tuple[int, int]:
    """Offset and line of `return forward_call(*args, **kwargs)`: the first call with spread arguments."""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "CALL_FUNCTION_EX" and instruction.positions is not None:
            return instruction.offset, instruction.positions.lineno or code.co_firstlineno
    return 0, code.co_firstlineno
