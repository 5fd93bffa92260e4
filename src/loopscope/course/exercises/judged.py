"""The judged process: run an answer within its limits, trace its loop, ask the check, leave a verdict. Sees torch."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import io
import json
import linecache
import os
import random
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from . import limits, mistakes, verdict
from .manners import Manners
from .mistakes import Answer, TooMuchPrinted
from .verdict import PASSED, Verdict
from .work import Work
from .wrong import Wrong

IMPORTED = (
    "torch",
    "torch._dynamo",  # PyTorch's optimizers import it at their first step
    "torch.utils.data",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "sklearn.datasets",
    "sklearn.preprocessing",
    "sklearn.model_selection",
    "loopscope.recorder.graph",
    "loopscope.course.exercises.expect",
    "loopscope.course.exercises.tracing",
)
"""What an answer most likely needs, and what the trace is taken with."""
SHOWN = 4000
"""Characters of what was printed that a verdict carries."""


def import_all() -> None:
    """Before any limit counts."""
    for module in IMPORTED:
        import_module(module)


def live(folder: Path) -> None:
    """Judge what lies in `folder` (asked.json, room/), and leave the verdict there. Never returns."""
    Judged(folder).judge()
    os._exit(0)


class Judged:
    """One answer, one verdict."""

    def __init__(self, folder: Path) -> None:
        asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
        self._folder = folder
        self._room = folder / "room"
        self._check = Path(asked["check"])
        self._seed = int(asked["seed"])
        self._times = limits.Times(*asked["times"])
        self._file = self._room / f"{asked['name']}.py"
        self._code = self._file.read_text(encoding="utf-8")
        self._answer = Answer(self._file, self._code)
        self._manners = Manners(self._file, self._room)
        self._printed = folder / "printed.txt"
        self._pid = os.getpid()

    def judge(self) -> None:
        """Run answer and check, and write what comes of it."""
        from .tracing import tracing

        os.chdir(self._room)
        os.environ["TMPDIR"] = tempfile.tempdir = str(self._room)
        self._settle()
        self._redirect()
        limits.begin(self._times, self._out_of_time)
        try:
            with tracing(self._answer) as trace:
                self._manners.begin()
                module = self._run()
                work = Work(module, self._answer, self._output, trace)
                checked = self._load_check()
                checked(work)
                _end_helpers(module)
            found = PASSED
        except BaseException as error:
            limits.end()
            self._manners.end()
            found = self._judged(error)
        if os.getpid() != self._pid:  # a forked copy of the answer that ran on to here
            os._exit(0)
        self._leave(found)

    def _settle(self) -> None:
        """One thread, known seeds: the same answer gets the same verdict."""
        import numpy
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(self._seed)
        numpy.random.seed(self._seed)  # the judged process is the answer's whole world
        random.seed(self._seed)

    def _redirect(self) -> None:
        """Everything printed goes to a file, of which Python's own part is counted."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self._printed, flags)
        for standard in (1, 2):
            os.dup2(descriptor, standard)
        os.close(descriptor)
        raw = _Counted(self._printed)
        sys.stdout = sys.stderr = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="replace")

    def _run(self) -> ModuleType:
        module = ModuleType(self._file.stem)
        module.__file__ = str(self._file)
        sys.modules[module.__name__] = module  # so that what it defines can be pickled
        sys.path.insert(0, str(self._room))
        sys.argv = [str(self._file)]
        code = compile(self._code, str(self._file), "exec")
        linecache.cache[str(self._file)] = (
            len(self._code),
            None,
            self._code.splitlines(keepends=True),
            str(self._file),
        )
        self._answer.ran = True
        exec(code, module.__dict__)  # noqa: S102 - this is what the process is for
        return module

    def _load_check(self) -> Any:
        spec = importlib.util.spec_from_file_location("loopscope_check", self._check)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.check

    def _judged(self, error: BaseException) -> Verdict:
        if self._manners.breaches:
            error = self._manners.breaches[0]
        found = mistakes.judged(error, self._answer, self._check)
        if isinstance(error, Wrong) and (error.yours is not None or error.wanted is not None):
            return self._drawn(found, error)
        return found

    def _drawn(self, found: Verdict, error: Wrong) -> Verdict:
        from .pictures import png

        try:
            return dataclasses.replace(found, yours=png(error.yours), wanted=png(error.wanted))
        except Exception as broken:  # a picture that cannot be drawn takes nothing from what was found
            return dataclasses.replace(found, details=(*found.details, f"(no picture: {broken})"))

    def _out_of_time(self, processor: bool, frame: FrameType | None) -> None:
        """A signal has come: say where the answer was, and end. No `except` of the answer's stands in the way."""
        if os.getpid() != self._pid:
            os._exit(1)
        limits.end()
        self._manners.end()
        number = self._answer.line_of(frame)
        where = f" It was at line {number}." if number else ""
        if processor:
            time = f"{self._times.processor_s} s of processor time"
            sentence = f"Your code did not come to an end within {time}: is there a loop without an end?{where}"
        else:
            sentence = f"Your code waited for {self._times.idle_s:.0f} s and was ended: what does it wait for?{where}"
        self._leave(Verdict(False, sentence, (f"    {self._answer.line(number)}",) if number else ()))

    def _output(self) -> str:
        with contextlib.suppress(TooMuchPrinted):
            sys.stdout.flush()
        with self._printed.open("rb") as file:
            return file.read(limits.PRINTED).decode(errors="replace")

    def _leave(self, found: Verdict) -> None:
        limits.end()
        self._manners.end()
        if found.passed and self._manners.breaches:
            found = mistakes.judged(self._manners.breaches[0], self._answer, self._check)
        printed = self._output()
        if found.passed and self._printed.stat().st_size > limits.PRINTED:
            found = Verdict(False, str(_too_much()))
        kept = printed if len(printed) <= SHOWN else printed[:SHOWN] + "\n…"
        verdict.write(dataclasses.replace(found, printed=kept), self._folder)
        os._exit(0)


class _Counted(io.RawIOBase):
    """A file that takes so many bytes and no more."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        self._count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._count += len(data)
        if self._count > limits.PRINTED:
            raise _too_much()
        return os.write(self._file, data)


def _too_much() -> TooMuchPrinted:
    return TooMuchPrinted(
        f"Your code prints more than {limits.PRINTED // limits.MB} MB: is there a `print` in a loop without an end?"
    )


def _end_helpers(module: ModuleType) -> None:
    """As Python does at its end: daemons of multiprocessing, such as a loader's workers, are ended; others are not."""
    import gc
    import multiprocessing

    module.__dict__.clear()
    gc.collect()  # a loader that nobody holds any more ends its workers
    daemons = [each for each in multiprocessing.active_children() if each.daemon]
    for each in daemons:
        each.terminate()
    for each in daemons:
        each.join(1)


def main() -> None:
    """`python -m loopscope.course.exercises.judged FOLDER`, where no process is prepared."""
    import_all()
    live(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
