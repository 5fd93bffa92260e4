"""What the loss is like around the place where an experiment's training ends. Records nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from ..errors import UserMistake
from ..events import Event
from ..experiment import Experiment
from ..explain import Landscape, Sharpness, landscape, sharpness
from ..explain.landscape_loss import LossOfWeights
from ..explain.landscape_turns import Turns
from ..explain.landscapes import SPAN, Grid
from .landscape import plane_of, rows_of
from .train import threads
from .walking import Walk, walk

POINTS, MOST_ROWS, EIGENVALUES = 41, 10_000, 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A walk, the landscape along it and the sharpness at its end (None where that cannot be told: `doubt` says why).

    `rows` training rows went into every loss.
    """

    walk: Walk
    rows: int
    landscape: Landscape
    sharpness: Sharpness | None
    doubt: str = ""

    def to_text(self, width: int = 80) -> str:
        """In sentences."""
        import textwrap

        known = str(self.sharpness) if self.sharpness is not None else f"Sharpness: {self.doubt}"
        rows = f"The loss is that of {self.rows:,} training rows, without penalty, in evaluation mode."
        parts = [
            textwrap.fill(f"{self.walk} {rows}", width),
            self.landscape.to_text(width),
            textwrap.fill(known, width),
        ]
        return "\n\n".join(parts)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold, numbers that are not finite aside."""
        trained = {"steps": self.walk.steps, "of": self.walk.job.total, "reason": self.walk.reason}
        sharp = None if self.sharpness is None else self.sharpness.plain()
        return {"training": trained, "rows": self.rows, **self.landscape.plain(), "sharpness": sharp}


def look_around(experiment: Experiment, on_event: Callable[[Event], object] = lambda event: None) -> Surroundings:
    """Train, then look at the plane of the way that training took, and at the curvature where it ended.

    Where the way spans no plane, two random directions stand for it. Raises `UserMistake` as `walk` does.
    """
    walked = walk(experiment, on_event=on_event)
    job = walked.job
    inputs, targets = rows_of(job, MOST_ROWS)
    loss = (job.plain_criterion, inputs, targets)
    states = [state for state in walked.states if all(bool(each.isfinite().all()) for each in state.values())]
    with threads(job.threads.number):
        grid = Grid(plane_of(job.model, states, SPAN), POINTS)
        turns = Turns(LossOfWeights(job.model, loss), grid.plane)
        found = grid.landscape(torch.cat(list(turns.losses(grid.places))), turns.how)
        sharp, doubt = None, ""
        try:
            few = sum(p.numel() for p in job.model.parameters())
            sharp = sharpness(job.model, loss, k=min(EIGENVALUES, few))
        except UserMistake as mistake:
            doubt = str(mistake)
    return Surroundings(walked, len(inputs), found, sharp, doubt)


@dataclass(frozen=True, slots=True)
class Passage:
    """Two walks, and the loss along the straight line from where the first one ended to where the other did.

    `rows` training rows of the first experiment went into every loss.
    """

    first: Walk
    other: Walk
    rows: int
    landscape: Landscape

    def to_text(self, width: int = 80) -> str:
        """In sentences."""
        import textwrap

        rows = f"The loss is that of {self.rows:,} training rows of the first, without penalty, in evaluation mode."
        said = (f"First: {self.first}", f"Other: {self.other}", rows)
        return "\n".join([*(textwrap.fill(each, width) for each in said), "", self.landscape.to_text(width)])

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold, numbers that are not finite aside."""
        walks = {"training": self.first, "training_other": self.other}
        told = {
            name: {"steps": each.steps, "of": each.job.total, "reason": each.reason} for name, each in walks.items()
        }
        return {**told, "rows": self.rows, **self.landscape.plain()}


def look_between(
    experiment: Experiment, other: Experiment, on_event: Callable[[Event], object] = lambda event: None
) -> Passage:
    """Train both, then look along the straight line between their ends, for the barrier that parts them.

    Raises `UserMistake` as `walk` does, and where the two are not of one architecture.
    """
    first, second = (walk(each, on_event=on_event) for each in (experiment, other))
    inputs, targets = rows_of(first.job, MOST_ROWS)
    with threads(first.job.threads.number):
        ends = (first.job.model, second.job.model)
        found = landscape(ends[0], (first.job.plain_criterion, inputs, targets), between=ends, points=POINTS)
    return Passage(first, second, len(inputs), found)
