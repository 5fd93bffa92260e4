"""Judge early stopping with a model whose weights say which epoch they come from, and losses that are set by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong

MOST = 100


def check(work: Work) -> None:
    falling_then = [0.9, 0.7, 0.8, 0.6, 0.65, 0.62, 0.5, 0.55, 0.6, 0.7, 0.8]
    for losses, patience in (
        (falling_then, 3),
        (falling_then, 2),
        ([0.9, 0.5, 0.5, 0.6, 0.7], 2),
        ([0.4, 0.6, 0.5, 0.3], 3),
        ([1 / (1 + k) for k in range(MOST)], 4),
    ):
        _one(work, losses + [0.9] * (MOST + 1 - len(losses)), patience)


def _one(work: Work, losses: list[float], patience: int) -> None:
    model = nn.Linear(1, 1)
    ran = 0

    def epoch() -> None:
        nonlocal ran
        ran += 1
        if ran > MOST:
            raise Wrong(f"`epoch()` was called more than {MOST} times: at the most {MOST} are asked for.")
        with torch.no_grad():
            model.weight.fill_(float(ran))

    def validate() -> float:
        if ran == 0:
            raise Wrong("`validate()` was called before the first `epoch()`: nothing has been trained then.")
        return losses[ran - 1]

    said: Any = work.call("train_until", model, epoch, validate, patience)
    best, ends = _wanted(losses, patience)
    shown = ", ".join(f"{loss:.3g}" for loss in losses[: min(ends, 11)])
    if ran != ends:
        raise Wrong(
            f"With patience {patience} it ran {ran} epochs, and {ends} are right: the loss was lowest in epoch {best} "
            "and not lower for that many after it.",
            f"The losses were {shown}.",
        )
    kept = int(model.weight.item())
    if kept != best:
        raise Wrong(
            f"The model holds the weights of epoch {kept}; the best were those of epoch {best}. Were they put back, "
            "and was what you kept a copy? `state_dict()` goes on changing with the model.",
            f"The losses were {shown}.",
        )
    if said != best:
        raise Wrong(
            f"It returns {said}; the weights that are kept come from epoch {best}.", f"The losses were {shown}."
        )


def _wanted(losses: list[float], patience: int) -> tuple[int, int]:
    """The best epoch, and the one at which it ends."""
    best = 1
    for number in range(1, MOST + 1):
        if losses[number - 1] < losses[best - 1]:
            best = number
        if number - best >= patience:
            return best, number
    return best, MOST
