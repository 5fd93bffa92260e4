"""Which posts a reader has opened and read to the end: one small file in the home folder. Knows no post."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path
from typing import Any, cast

from ..store.files import make_home
from ..store.whole import write_whole

FILE = "reading.json"


class Reading:
    """The file, read and written whole. One that cannot be read is begun anew: two marks a post are lost."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._turn = threading.Lock()

    def marks(self) -> dict[str, set[str]]:
        """`opened` and `read`, by the post's number."""
        return {number: set(marks) for number, marks in self._read().items()}

    def mark(self, number: str, what: str) -> None:
        """Note that a post was opened or read; nothing is noted where the home cannot be written."""
        with self._turn, contextlib.suppress(OSError):
            known = self._read()
            if what not in known.setdefault(number, []):
                known[number] = [*known[number], what]
                self._write(known)

    def _read(self) -> dict[str, list[str]]:
        try:
            plain: Any = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(key): [str(each) for each in value] for key, value in cast(dict[Any, Any], plain).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _write(self, known: dict[str, list[str]]) -> None:
        make_home(self._path.parent)
        write_whole(self._path, json.dumps(known, indent=1))
