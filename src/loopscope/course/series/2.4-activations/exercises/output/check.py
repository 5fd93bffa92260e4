"""Judge each end of a network by what its loss says of outputs that are set by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from loopscope.course.exercises import Work, Wrong, expect

WIDTH = 16
FAR = 40.0
"""A logit whose sigmoid is exactly 1 in 32 bits."""


class End:
    """A last layer and a loss, whose linear part can be told what to say."""

    def __init__(self, work: Work, name: str, numbers: int) -> None:
        self.name = name
        made = work.call(name)
        if not isinstance(made, tuple) or len(made) != 2 or not callable(made[1]):
            raise Wrong(f"`{name}()` should return a last layer and a loss, in that order.")
        self.layer: nn.Module = made[0]
        self.criterion: Callable[[Tensor, Tensor], Tensor] = made[1]
        expect.a(nn.Module, self.layer, f"{name}()[0]")
        linear = [each for each in self.layer.modules() if isinstance(each, nn.Linear)]
        if len(linear) != 1:
            raise Wrong(f"`{name}` has {len(linear)} linear layers; it should have one, the last of the network.")
        self.linear = linear[0]
        if self.linear.in_features != WIDTH:
            raise Wrong(f"The layer of `{name}` takes {self.linear.in_features} numbers; {WIDTH} come in.")
        if self.linear.out_features != numbers:
            raise Wrong(
                f"The layer of `{name}` gives {self.linear.out_features}; for this task it should give "
                f"{numbers} number{'s' * (numbers > 1)} for each example."
            )

    def loss(self, says: list[float], target: Tensor) -> Tensor:
        """The loss of one example for which the linear part says these numbers; `slopes` are left behind."""
        with torch.no_grad():
            self.linear.weight.zero_()
            self.linear.bias.copy_(torch.tensor(says))
        self.linear.bias.grad = None
        try:
            loss = self.criterion(self.layer(torch.ones(1, WIDTH)), target)
            loss.backward()
        except (RuntimeError, ValueError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise Wrong(
                f"The loss of `{self.name}` does not take such an output with such a target: {reason}"
            ) from None
        return loss.detach()

    @property
    def slopes(self) -> Tensor:
        assert self.linear.bias.grad is not None
        return self.linear.bias.grad


def check(work: Work) -> None:
    _a_number(End(work, "temperature", 1))
    _yes_or_no(End(work, "rain", 1), [[2.0], [0.5], [-1.0]], [[0.0], [1.0], [0.0]])
    _one_of_ten(End(work, "species", 10))
    _any_of_five(End(work, "tags", 5))


def _a_number(end: End) -> None:
    degrees = torch.tensor([[-10.0]])
    with torch.no_grad():
        end.linear.weight.zero_()
        end.linear.bias.fill_(-10.0)
        said = end.layer(torch.ones(1, WIDTH)).item()
    if abs(said + 10) > 1e-4:
        raise Wrong(
            f"`temperature` cannot say -10 degrees: the linear layer says -10, and what comes out is {said:.3g}.",
            "What stands behind the linear layer?",
        )
    right, near, far = (end.loss([value], degrees).item() for value in (-10.0, -8.0, -2.0))
    if not (abs(right) < 1e-6 < near < far):
        raise Wrong(
            "The loss of `temperature` is not a measure of how far off it is: where -10 is true it is "
            f"{right:.3g} for -10, {near:.3g} for -8 and {far:.3g} for -2."
        )


def _yes_or_no(end: End, says: list[list[float]], truths: list[list[float]]) -> None:
    for said, true in zip(says, truths, strict=True):
        z, y = torch.tensor([said]), torch.tensor([true])
        loss = end.loss(said, y)
        wanted = functional.binary_cross_entropy_with_logits(z, y)
        if _agree(loss, wanted, y.numel()):
            continue
        twice = functional.binary_cross_entropy_with_logits(torch.sigmoid(z), y)
        if _agree(loss, twice, y.numel()):
            raise Wrong(f"In `{end.name}` the sigmoid is applied twice: once in the layer, once in the loss.")
        _is_another_loss(end.name, f"says {said} where {true} is true", loss, wanted)
    wrong = [FAR if true == 0 else -FAR for true in truths[0]]
    end.loss(wrong, torch.tensor([truths[0]]))
    if (end.slopes == 0).all():
        raise Wrong(
            f"Where `{end.name}` is sure and wrong (a logit of {FAR:g} for what is not true), its loss has no slope at "
            "all: the sigmoid has rounded to 1 before the loss could see the logit.",
            "Let the loss do both.",
        )


def _one_of_ten(end: End) -> None:
    said = [0.5 * (k % 4) - 0.3 * k for k in range(10)]
    z = torch.tensor([said])
    for bird in (0, 3, 9):
        loss, wanted = end.loss(said, torch.tensor([bird])), functional.cross_entropy(z, torch.tensor([bird]))
        if _agree(loss, wanted, 1):
            continue
        twice = functional.cross_entropy(torch.softmax(z, dim=1), torch.tensor([bird]))
        if _agree(loss, twice, 1):
            raise Wrong("In `species` the softmax is applied twice: once in the layer, once in the loss.")
        _is_another_loss("species", f"is asked for bird {bird}", loss, wanted)
    sure = [FAR * 5 if k == 1 else 0.0 for k in range(10)]
    end.loss(sure, torch.tensor([0]))
    if not end.slopes.abs().max() > 0.5:
        raise Wrong("Where `species` is sure and wrong, its loss has hardly a slope: give the loss the logits.")


def _any_of_five(end: End) -> None:
    said, several = [2.0, -1.0, 0.5, 0.0, -3.0], [1.0, 1.0, 0.0, 1.0, 0.0]
    loss = end.loss(said, torch.tensor([several]))
    if _agree(loss, functional.cross_entropy(torch.tensor([said]), torch.tensor([several])), 1):
        raise Wrong(
            "The loss of `tags` treats the five as if only one word could fit: what one word gains, the others lose.",
            "Each word is a yes or no of its own.",
        )
    _yes_or_no(end, [said, said], [several, [0.0] * 5])


def _agree(loss: Tensor, wanted: Tensor, count: int) -> bool:
    """The same, be it a mean or a sum."""
    return any(torch.allclose(loss, wanted * by, rtol=1e-3, atol=1e-5) for by in {1, count})


def _is_another_loss(name: str, case: str, loss: Any, wanted: Tensor) -> None:
    raise Wrong(
        f"Where `{name}` {case}, its loss is {float(loss):.3g}; minus the logarithm of the probability that it gives "
        f"to the truth is {float(wanted):.3g}."
    )
