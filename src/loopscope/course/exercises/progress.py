"""How far a learner is: one small file that survives whatever ends the program. Knows no exercise and no clock."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: one program at a time
    fcntl = None

FILE = "progress.json"
VERSION = 1


@dataclass
class Done:
    """What is known of one exercise."""

    passed_at: float | None = None  # seconds since the epoch
    tries: int = 0
    hinted: int = 0  # how many hints were taken
    solution_asked: int = 0  # how often it was asked for before it was passed


@dataclass
class State:
    """The file's content."""

    series: str = ""  # the series' folder; empty for ours
    current: str = ""  # the exercise that was worked on last: 2.1/collapse
    exercises: dict[str, Done] = field(default_factory=dict[str, Done])

    def of(self, key: str) -> Done:
        """That exercise's entry, made where there is none."""
        return self.exercises.setdefault(key, Done())


class Progress:
    """The file `progress.json` of a folder. What cannot be read is kept beside as progress.damaged.json."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / FILE

    def read(self) -> State:
        """As it stands now."""
        try:
            return _state(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return State()
        except (ValueError, TypeError, AttributeError):
            with contextlib.suppress(OSError):  # another process may have moved it already
                self.path.replace(self.path.with_name("progress.damaged.json"))
            return State()

    @contextlib.contextmanager
    def changing(self) -> Iterator[State]:
        """Read, let the caller change it, and write it; page and terminal may do so at once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            state = self.read()
            yield state
            self._write(state)

    def _write(self, state: State) -> None:
        from ...store.whole import write_whole  # the record needs NumPy, a list of exercises does not

        write_whole(self.path, json.dumps({"version": VERSION, **asdict(state)}, indent=1))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        with (self._folder / ".progress.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _state(plain: dict[str, Any]) -> State:
    known = {key: Done(**_fields(entry)) for key, entry in plain.get("exercises", {}).items()}
    return State(str(plain.get("series", "")), str(plain.get("current", "")), known)


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    """What this version knows of it: a later one may have written more."""
    return {name: entry[name] for name in Done.__dataclass_fields__ if name in entry}
