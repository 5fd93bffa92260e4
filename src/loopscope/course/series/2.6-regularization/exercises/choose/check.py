"""Judge which model is chosen, what is promised of it, and who saw the test points."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong


class Rehearsed(nn.Module):
    """A model that gets a given number of each set right, and remembers which sets it saw."""

    def __init__(self, answers: dict[str, Tensor]) -> None:
        super().__init__()
        self.answers = answers
        self.saw: list[str] = []

    def forward(self, X: Tensor) -> Tensor:
        name = "validation" if len(X) == len(self.answers["validation"]) else "test"
        self.saw.append(name)
        return self.answers[name]


def check(work: Work) -> None:
    for on_validation, on_test in (
        ((30, 36, 33, 35), (70, 80, 95, 60)),
        ((36, 31, 20), (65, 99, 90)),
        ((21, 30, 34, 38, 37), (90, 85, 95, 75, 60)),
    ):
        models, validation, test = _rehearsed(on_validation, on_test)
        said: Any = work.call("choose", models, validation, test)
        _is_a_pair(said)
        _judge(said, models, on_validation, on_test)


def _rehearsed(on_validation: tuple[int, ...], on_test: tuple[int, ...]) -> tuple[list[Rehearsed], Any, Any]:
    """Models that get so many of 40 validation points and of 100 test points right."""
    generator = torch.Generator().manual_seed(len(on_test))
    sets = {
        name: (torch.randn(count, 2, generator=generator), (torch.arange(count) % 2).float().unsqueeze(1))
        for name, count in (("validation", 40), ("test", 100))
    }
    models = [
        Rehearsed({"validation": _answers(sets["validation"][1], right), "test": _answers(sets["test"][1], rest)})
        for right, rest in zip(on_validation, on_test, strict=True)
    ]
    return models, sets["validation"], sets["test"]


def _answers(y: Tensor, right: int) -> Tensor:
    """Logits (rows, 1) of which so many are right."""
    logits = 2 * y - 1
    logits[right:] *= -1
    return logits


def _is_a_pair(said: Any) -> None:
    if not isinstance(said, tuple) or len(said) != 2:
        raise Wrong("`choose` should return two things: the number of the model, and the accuracy to promise.")
    if not isinstance(said[0], int):
        raise Wrong(f"`choose` should return a number for the model, and returns `{type(said[0]).__name__}` first.")


def _judge(said: Any, models: list[Rehearsed], on_validation: tuple[int, ...], on_test: tuple[int, ...]) -> None:
    chosen, promised = said
    best = on_validation.index(max(on_validation))
    peeked = [number for number, model in enumerate(models) if "test" in model.saw]
    if len(peeked) > 1:
        raise Wrong(
            f"{len(peeked)} models saw the test points before one was shipped: whichever you take, it was compared on "
            "them. Only the chosen one may see them."
        )
    unseen = [number for number, model in enumerate(models) if "validation" not in model.saw]
    if unseen:
        raise Wrong(f"Model {unseen[0]} never saw the validation points: compare all {len(models)} on them.")
    if chosen == best + 1 and peeked == [best]:
        raise Wrong(f"Model {best} is the best on validation and `choose` says {chosen}: models are counted from 0.")
    if chosen != best:
        raise Wrong(
            f"`choose` ships model {chosen}, which has only {on_validation[chosen]} of 40 validation points right; "
            f"model {best} has {on_validation[best]}."
        )
    if abs(promised - on_test[best] / 100) < 1e-6:
        return
    if abs(promised - on_validation[best] / 40) < 1e-6:
        raise Wrong(
            f"What is promised, {promised:.3f}, is the accuracy on the validation points, by which it was chosen: the "
            "best of many looks better there than it is."
        )
    raise Wrong(f"`choose` promises {promised:.3f}; on the test points model {best} gets {on_test[best] / 100:.3f}.")
