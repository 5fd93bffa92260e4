"""How a loop ended, read from the exception that ended it. Knows no run."""

from __future__ import annotations

from ..events import Status


def ending_of(error: BaseException | None) -> tuple[Status, str]:
    """Status and reason for `RunEnded`. The reason of a plain end is empty: the recording knows a better one."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "finished", ""
    if isinstance(error, KeyboardInterrupt):
        return "stopped", "interrupted by Ctrl-C"
    if isinstance(error, SystemExit):
        return "failed", f"the script ended with {'code' if isinstance(error.code, int) else 'the words'} {error.code}"
    return "failed", f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
