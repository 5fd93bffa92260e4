"""The command line, `loopscope …`. Holds no logic, and loads nothing heavy before a command runs."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 what was asked about is not fine, 2 a user's mistake, 3 ours.

    Ctrl-C gives 130; `watch` gives the script's own code.
    """
    from .exits import run

    return run(argv)


__all__ = ["main"]
