"""Notice whether code is run that was handed over as a text. Knows neither what it does nor why anybody asks."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from typing import Any


class CodeInTexts:
    """Stands in for `eval` and `exec` once `listen` is called.

    After a Ctrl-C that nobody caught, Python ends by that signal only if no text was run as code since: each such run
    clears its own note of the interrupt (`run_eval_code_obj` in CPython's pythonrun.c), which cannot be read from here.
    Exit functions do so, for instance where they import a module that has a namedtuple.
    """

    def __init__(self) -> None:
        self.heard = False
        self._originals = (builtins.eval, builtins.exec)

    def listen(self) -> None:
        """From now on."""
        builtins.eval, builtins.exec = (self._told(original) for original in self._originals)

    def cease(self) -> None:
        """Put the originals back."""
        builtins.eval, builtins.exec = self._originals

    def _told(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def run(source: Any, globals: Any = None, locals: Any = None, /, **more: Any) -> Any:  # noqa: A002
            self.heard = self.heard or isinstance(source, (str, bytes, bytearray, memoryview))
            if globals is None:
                frame = sys._getframe(1)
                globals, locals = frame.f_globals, frame.f_locals if locals is None else locals  # noqa: A001
            return original(source, globals, locals, **more)

        return run
