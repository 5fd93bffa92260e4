"""Judge four networks by their losses on points they learned from and on others, and by how they were trained."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong, expect

LEARNED, OTHERS = 40, 200
BELOW, TIMES = 0.2, 5.0
WELL_BELOW = 0.75
"""Of the overfitted one's validation loss. Weight decay and early stopping reach 0.3 of it, dropout about a half."""
CHANCE = 0.6


def check(work: Work) -> None:
    made = {name: _made(work, name) for name in ("overfitted", "decayed", "dropped", "stopped")}
    _saw_no_others(work)
    seen = {name: _loss(model, work.module.X, work.module.y) for name, model in made.items()}
    unseen = {name: _loss(model, work.module.X_val, work.module.y_val) for name, model in made.items()}
    _overfits(seen["overfitted"], unseen["overfitted"])
    _is_mended("decayed", unseen)
    if not _size(made["decayed"]) < 0.7 * _size(made["overfitted"]):
        raise Wrong(
            f"`decayed` is mended, but not by weight decay: its weights have the size {_size(made['decayed']):.0f}, "
            f"those of `overfitted` {_size(made['overfitted']):.0f}."
        )
    expect.has_layer(made["dropped"], nn.Dropout, "dropped()")
    if not any(isinstance(part, nn.Dropout) and part.p > 0 for part in made["dropped"].modules()):
        raise Wrong("The `Dropout` of `dropped` drops nothing: its p is 0.")
    _is_mended("dropped", unseen)
    _is_mended("stopped", unseen)


def _made(work: Work, name: str) -> nn.Module:
    model: Any = work.call(name)
    expect.a(nn.Module, model, f"{name}()")
    return model


def _saw_no_others(work: Work) -> None:
    expect.loop_runs(work.trace)
    rows = 0
    for call in work.trace.calls:
        if call.kind == "forward" and call.shapes and call.shapes[0]:
            rows = call.shapes[0][0]
        if call.kind == "backward" and rows >= OTHERS:
            others = (
                f"at least {rows - LEARNED} of them validation points" if rows > OTHERS else "the validation points"
            )
            raise Wrong(f"A backward pass comes from {rows} rows, {others}, which are to look at only.")


def _loss(model: nn.Module, X: Tensor, y: Tensor) -> float:
    model.eval()
    with torch.no_grad():
        return nn.functional.binary_cross_entropy_with_logits(model(X), y).item()


def _size(model: nn.Module) -> float:
    return sum(each.square().sum().item() for each in model.parameters() if each.dim() == 2) ** 0.5


def _overfits(seen: float, unseen: float) -> None:
    if not seen < BELOW:
        raise Wrong(
            f"The training loss of `overfitted` is {seen:.2f}; below {BELOW} is asked for. Has it the capacity, and "
            "the steps, to learn 40 points by heart?"
        )
    if not unseen > TIMES * seen:
        raise Wrong(f"The validation loss of `overfitted` is {unseen:.2f}, less than five times {seen:.2f}.")


def _is_mended(name: str, unseen: dict[str, float]) -> None:
    if not unseen[name] <= WELL_BELOW * unseen["overfitted"]:
        raise Wrong(
            f"`{name}` has a validation loss of {unseen[name]:.2f}, `overfitted` has {unseen['overfitted']:.2f}: "
            "the remedy is too weak, or has not reached the network that you return."
        )
    if unseen[name] > CHANCE and name != "dropped":
        raise Wrong(
            f"`{name}` has a validation loss of {unseen[name]:.2f}; a network that has learned nothing has 0.69. "
            "Is the remedy too strong?"
        )
