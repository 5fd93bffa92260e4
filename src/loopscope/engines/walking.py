"""Train an experiment in memory and keep states of the way it takes through weight space. Records nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor, nn

from ..events import Event, RunEnded, StepEnded
from ..experiment import Experiment
from ..explain.landscape_loss import named_tensors
from .job import Job
from .preparing import prepare
from .serial import run
from .train import threads

MOST_STATES = 64
MOST_BYTES = 512 * 2**20
LONGEST_S = 30.0

State: TypeAlias = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Walk:
    """A job where its training ended, after `steps` steps, and `states` of the way, first and last among them."""

    job: Job
    steps: int
    reason: str
    seconds: float
    states: list[State]

    def __str__(self) -> str:
        """In one sentence."""
        kept = f"{len(self.states)} states of the way were kept"
        return f"Trained {self.steps:,} steps in {self.seconds:.1f} s ({self.reason}); {kept}."


def walk(
    experiment: Experiment,
    *,
    longest_s: float = LONGEST_S,
    on_event: Callable[[Event], object] = lambda event: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Walk:
    """Train as `train` does, without a record; where it takes longer than `longest_s`, it ends there and says so.

    Raises `UserMistake` where the experiment cannot run.
    """
    job = prepare(experiment)
    steps, reason, begun = 0, f"ended after {longest_s:g} s, of {job.total:,} steps", clock()
    way = _Way(job.model)
    with threads(job.threads.number):
        for event in run(experiment, job=job):
            on_event(event)
            if isinstance(event, StepEnded):
                steps = event.step
                way.pass_by(steps)
                if clock() - begun > longest_s:
                    break
            elif isinstance(event, RunEnded):
                reason = event.reason
    job.model.zero_grad()
    return Walk(job, steps, reason, clock() - begun, way.ended(steps))


class _Way:
    """States at every `spacing`-th step; where they become too many, every second goes."""

    def __init__(self, model: nn.Module) -> None:
        self.model, self.spacing = model, 1
        self.kept: dict[int, State] = {0: _copy(model)}
        each = sum(tensor.numel() * tensor.element_size() for tensor in self.kept[0].values())
        self.most = max(4, min(MOST_STATES, MOST_BYTES // max(each, 1)))

    def pass_by(self, step: int) -> None:
        if step % self.spacing:
            return
        self.kept[step] = _copy(self.model)
        if len(self.kept) > self.most:
            self.spacing *= 2
            self.kept = {kept: state for kept, state in self.kept.items() if kept % self.spacing == 0}

    def ended(self, step: int) -> list[State]:
        self.kept[step] = _copy(self.model)
        return [self.kept[each] for each in sorted(self.kept)]


def _copy(model: nn.Module) -> State:
    return {name: each.detach().clone() for name, each in named_tensors(model).items()}
