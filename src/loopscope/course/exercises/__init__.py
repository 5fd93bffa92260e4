"""Exercises: found, handed out, judged by what the learner's loop did. Sees torch in the judged process only.

A check (`check.py`) needs two names of here, and may use the ready-made judgements of `expect`:

    from loopscope.course.exercises import Work, Wrong, expect

    def check(work: Work) -> None:
        expect.weights_change(work.trace)
"""

from __future__ import annotations

from .finding import Exercise, find, named
from .folder import LearnersFolder
from .judge import Judge
from .verdict import Verdict
from .work import Work
from .wrong import Wrong

__all__ = ["Exercise", "Judge", "LearnersFolder", "Verdict", "Work", "Wrong", "find", "named"]
