"""Judge a choice by who was shown which rows, and by what was reported of the chosen one."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong

Rows = tuple[torch.Tensor, torch.Tensor]


class Watched(nn.Module):
    """Answers with the targets, plus a miss that is set for each set of rows, and notes how many rows it was shown."""

    def __init__(self, misses: dict[int, float]) -> None:
        super().__init__()
        self.misses = misses
        self.shown: list[int] = []

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        self.shown.append(len(X))
        return X.sum(dim=1, keepdim=True) + self.misses[len(X)]


def check(work: Work) -> None:
    validation, test = _rows(12), _rows(7)
    on_validation, on_test = (0.9, 0.5, 0.7, 0.6), (0.4, 0.8, 0.3, 0.7)
    for turn in range(4):  # the right one stands in each place once
        misses = [
            {12: on_validation[(place + turn) % 4], 7: on_test[(place + turn) % 4], 19: 0.1} for place in range(4)
        ]
        models = [Watched(each) for each in misses]
        chosen, reported = _two(work.call("choose", models, validation, test))
        _judge(chosen, reported, models, misses)


def _rows(count: int) -> Rows:
    X = torch.randn(count, 3, generator=torch.Generator().manual_seed(count))
    return X, X.sum(dim=1, keepdim=True)


def _two(said: Any) -> tuple[int, float]:
    if not isinstance(said, tuple) or len(said) != 2:
        raise Wrong("`choose` should return two things: the number of the chosen candidate and its test error.")
    chosen, reported = said
    if isinstance(chosen, nn.Module):
        raise Wrong("`choose` returned a model; its number among the candidates is asked for, counted from 0.")
    try:
        return int(chosen), float(reported)
    except (TypeError, ValueError):
        raise Wrong("`choose` should return a whole number and one error, both plain numbers.") from None


def _judge(chosen: int, reported: float, models: list[Watched], misses: list[dict[int, float]]) -> None:
    on_validation, on_test = [each[12] for each in misses], [each[7] for each in misses]
    best = on_validation.index(min(on_validation))
    if not any(model.shown for model in models):
        raise Wrong("`choose` never asked any candidate: compute the RMSE of each on the validation rows.")
    looked = [place for place, model in enumerate(models) if 7 in model.shown]
    if chosen != best:
        whys = {
            on_test.index(min(on_test)): "the one with the lowest test error: now no unseen rows are left to judge it.",
            on_validation.index(max(on_validation)): "the one with the highest validation error.",
        }
        why = whys.get(chosen, f"whose validation error is not the lowest ({min(on_validation):.1f} is).")
        raise Wrong(f"You chose number {chosen}, {why}")
    if len(looked) > 1:
        raise Wrong(f"{len(looked)} candidates were shown the test rows: they are for the chosen one alone.")
    if abs(reported - on_test[best]) > 1e-4:
        if abs(reported - on_validation[best]) < 1e-4:
            raise Wrong(f"You report {reported:.3f}, the validation error it was chosen for: that flatters it.")
        raise Wrong(f"You report {reported:.3f}; the chosen one's RMSE on the test rows is {on_test[best]:.3f}.")
    if models[best].shown.count(7) > 1:
        raise Wrong("The chosen one was shown the test rows more than once: one look is enough.")
