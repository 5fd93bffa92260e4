"""What stands at a phase of the loop. Knows nothing of who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from torch import Tensor

Phase: TypeAlias = Literal["batch", "zero_grad", "forward", "loss", "backward", "clip", "step", "schedule"]
PHASES: tuple[Phase, ...] = ("batch", "zero_grad", "forward", "loss", "backward", "clip", "step", "schedule")


@dataclass(slots=True)
class LoopState:
    """The loop's own variables, always the same object; whoever drives the loop may read it at each phase.

    `step` counts optimizer steps from 1 (the one in progress); `epoch` counts from 0; `samples_seen` is the total.
    `loss` is the last batch's, a tensor with its graph until the next batch; `loss_value` the mean over the step's
    batches, `penalty_value` likewise.
    """

    phase: Phase = "batch"
    step: int = 0
    epoch: int = 0
    samples_seen: int = 0
    inputs: Any = None
    targets: Any = None
    outputs: Any = None
    loss: Tensor | None = None
    loss_value: float = 0.0
    penalty_value: float = 0.0
