"""A learner's own folder: their files, their progress, their hints and solutions. Judges nothing, prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import LoopscopeError, mistake
from .finding import GRADES, OURS, Exercise, find
from .progress import FILE, Done, Progress, State

USUAL = Path("loopscope-exercises")
KEPT = ".kept"


class NotYet(LoopscopeError):
    """A solution that was asked for before the exercise was passed; asked again, it is given."""

    exit_code = 1


@dataclass(frozen=True)
class Hint:
    """`grade` counts from 1; `called` is Idea, Place or Code."""

    grade: int
    called: str
    text: str
    of: int


class LearnersFolder:
    """`DIR/2.1/collapse.py` for each exercise, and `DIR/progress.json`."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.progress = Progress(path)
        self._clock = clock

    @classmethod
    def around(cls, here: Path) -> LearnersFolder:
        """The folder that `here` lies in or is, or the usual one below it."""
        for each in (here, *here.parents, here / USUAL):
            if (each / FILE).is_file():
                return cls(each)
        raise mistake(
            "the folder", str(here), "one that was begun", "Type loopscope exercises init, or give --dir DIR."
        )

    @classmethod
    def begun(cls, path: Path) -> LearnersFolder:
        """The folder at `path`, which must have been begun."""
        if not (path / FILE).is_file():
            raise mistake("--dir", str(path), "a folder that was begun", f"Try loopscope exercises init {path}.")
        return cls(path)

    @property
    def series(self) -> Path:
        """The series it belongs to."""
        return Path(self.state.series) if self.state.series else OURS

    @property
    def state(self) -> State:
        """Progress as it stands now."""
        return self.progress.read()

    def exercises(self) -> list[Exercise]:
        """All of its series."""
        return find(self.series)

    def begin(self, series: Path | None, exercises: Sequence[Exercise]) -> list[Path]:
        """Lay out every file that is not there yet, and say which; what is there stays as it is."""
        if self.path.exists() and not self.path.is_dir():
            raise mistake("DIR", str(self.path), "a folder, or a name that is free", "Choose another one.")
        new = [self.lay_out(each) for each in exercises if not self.file(each).exists()]
        with self.progress.changing() as state:
            state.series = str(series.resolve()) if series is not None else ""
        return new

    def lay_out(self, exercise: Exercise) -> Path:
        """Write its task."""
        path = self.file(exercise)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(exercise.task, encoding="utf-8")
        return path

    def file(self, exercise: Exercise) -> Path:
        """Where the learner writes."""
        return self.path / exercise.post / f"{exercise.name}.py"

    def code(self, exercise: Exercise) -> str:
        """What they wrote; the task where they have no file (yet, or any more)."""
        try:
            return self.file(exercise).read_bytes().decode("utf-8-sig", errors="replace")
        except (FileNotFoundError, IsADirectoryError):
            return exercise.task

    def write(self, exercise: Exercise, code: str) -> None:
        """What they wrote elsewhere, on the page."""
        path = self.file(exercise)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8", errors="replace")

    def done(self, exercise: Exercise) -> Done:
        """What is known of it."""
        return self.state.of(exercise.key)

    def tried(self, exercise: Exercise, passed: bool) -> bool:
        """Note a try, and whether it is the first that passed."""
        with self.progress.changing() as state:
            entry = state.of(exercise.key)
            entry.tries += 1
            state.current = exercise.key
            first = passed and entry.passed_at is None
            if first:
                entry.passed_at = self._clock()
        return first

    def work_on(self, key: str) -> None:
        """Note which exercise is the one that is worked on."""
        with self.progress.changing() as state:
            state.current = key

    def next(self, exercises: Sequence[Exercise], after: Exercise | None = None) -> Exercise | None:
        """The next one that is not passed, from `after` on or else from the one last worked on, and then from the
        beginning; None where all are."""
        state = self.state
        start = after.key if after is not None else state.current
        keys = [each.key for each in exercises]
        at = keys.index(start) + (after is not None) if start in keys else 0
        around = [*exercises[at:], *exercises[:at]]
        return next((each for each in around if state.of(each.key).passed_at is None), None)

    def hint(self, exercise: Exercise) -> Hint:
        """The next hint, and the last one again and again."""
        of = len(exercise.hints)
        if not of:
            raise mistake("exercise", exercise.key, "one with hints", "This one has none.")
        with self.progress.changing() as state:
            entry = state.of(exercise.key)
            entry.hinted = min(entry.hinted + 1, of)
            state.current = exercise.key
        return Hint(entry.hinted, GRADES[entry.hinted - 1], exercise.hints[entry.hinted - 1], of)

    def reset(self, exercise: Exercise) -> Path | None:
        """Put the task back; where the learner had written something else, it is kept, and this says where."""
        path, kept = self.file(exercise), None
        if path.is_file() and (written := path.read_bytes()) != exercise.task.encode():
            kept = self.path / KEPT / exercise.post / f"{exercise.name}.py"
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(written)
        self.lay_out(exercise)
        with self.progress.changing() as state:
            state.of(exercise.key).passed_at = None
            state.current = exercise.key
        return kept

    def solution(self, exercise: Exercise) -> str:
        """Its solution, after success or when asked twice; else raises `NotYet`."""
        with self.progress.changing() as state:
            entry = state.of(exercise.key)
            entry.solution_asked += entry.passed_at is None
        if entry.passed_at is None and entry.solution_asked < 2:
            raise NotYet(
                f"{exercise.key} is not passed yet, and the next idea may be yours. Take a hint, or ask once more: "
                "the second time the solution is shown."
            )
        return exercise.solution
