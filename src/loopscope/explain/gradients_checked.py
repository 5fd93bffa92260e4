"""Autograd's gradients against finite differences, parameter by parameter. Moves no weight of the model."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ..errors import mistake
from ..instruments import quietly
from . import bundle
from .chain_words import printed
from .gradients_precision import Precision
from .landscape_loss import Loss, LossOfWeights, Weights

if TYPE_CHECKING:
    from ..plots import Picture

EPSILON, RTOL = 1e-6, 1e-3
"""torch.autograd.gradcheck's own step and relative tolerance."""
NOISE = 100
"""Rounding of two losses, in units of the last place, that a difference of them may hold."""
KINK = 0.05
"""Share by which the slopes to the left and to the right differ where the loss has a kink, as ReLU at 0."""
MOST_ENTRIES, MOST_FOR_TORCH, MOST_SAMPLED = 40, 2_000, 8
EPSILONS = tuple(10.0**-k for k in range(1, 13))


@dataclass(frozen=True, slots=True)
class Checked:
    """One parameter: its worst entry, as autograd and finite differences have it.

    `verdict` is right, wrong, or kink (the loss has a corner there, and no derivative). `torch` is what
    torch.autograd.gradcheck says of the whole parameter, None where that was not asked.
    """

    parameter: str
    shape: tuple[int, ...]
    entries: int
    error: float
    at: tuple[int, ...]
    autograd: float
    differences: float
    verdict: str
    torch: bool | None


@dataclass(frozen=True, slots=True)
class ErrorOfStep:
    """Median relative error of the differences for each step ε, in one precision (`float32` or `float64`)."""

    precision: str
    epsilons: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def best(self) -> tuple[float, float]:
        """(ε, error) at the bottom of the V."""
        return min(zip(self.epsilons, self.errors, strict=True), key=lambda pair: pair[1])


@dataclass(frozen=True, slots=True)
class GradCheck:
    """What was found for each parameter, and how the error depends on the step. `functions` are hand-written ones."""

    model: str
    loss: float
    epsilon: float
    rows: tuple[Checked, ...]
    steps: tuple[ErrorOfStep, ...]
    functions: tuple[str, ...]

    @property
    def right(self) -> bool:
        return not self.wrong

    @property
    def wrong(self) -> tuple[Checked, ...]:
        """Parameters whose gradient is not the loss's."""
        return tuple(row for row in self.rows if row.verdict == "wrong")

    def plot(self, *, dark: bool = False) -> Picture:
        """Error against ε, in 32 and 64 bits."""
        from ..plots import step_errors

        return step_errors({each.precision: (each.epsilons, each.errors) for each in self.steps}, dark=dark)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        rows = [{name: _listed(getattr(row, name)) for name in Checked.__slots__} for row in self.rows]
        steps = [{name: _listed(getattr(each, name)) for name in ErrorOfStep.__slots__} for each in self.steps]
        return {
            "model": self.model, "loss": self.loss, "epsilon": self.epsilon, "right": self.right,
            "parameters": rows, "steps": steps, "functions": list(self.functions),
        }  # fmt: skip

    def to_text(self, width: int = 80) -> str:
        """A verdict, a table of parameters, and where the V has its bottom."""
        cells = [_HEAD, *(_cells(row) for row in self.rows)]
        widths = [max(len(cell[k]) for cell in cells) for k in range(len(_HEAD))]
        lines = ["  ".join(cell[k].ljust(widths[k]) for k in range(len(_HEAD))).rstrip() for cell in cells]
        lines.insert(1, "─" * max(map(len, lines)))
        return "\n\n".join([textwrap.fill(self._verdict(), width), "\n".join(lines), textwrap.fill(self._v(), width)])

    def to_markdown(self) -> str:
        """The verdict and a table of parameters."""
        rows = [f"| {' | '.join(_cells(row))} |" for row in self.rows]
        table = [f"| {' | '.join(_HEAD)} |", "|" + "---|" * len(_HEAD), *rows]
        return "\n\n".join([self._verdict(), "\n".join(table), self._v()]) + "\n"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle.of_picture(self.to_text(), self.plot())

    def _verdict(self) -> str:
        if not self.wrong:
            corners = sum(row.verdict == "kink" for row in self.rows)
            besides = f", besides {corners} at a kink, where there is no derivative" if corners else ""
            return f"Autograd agrees with finite differences for all {len(self.rows)} parameters{besides}."
        parts = [f"The gradient of {row.parameter} is wrong: {_how(row)}." for row in self.wrong]
        if self.functions:
            parts.append(f"Look at the backward of {', '.join(self.functions)}, which was written by hand.")
        return " ".join(parts)

    def _v(self) -> str:
        found = [f"{printed(e.best[1])} at ε = {printed(e.best[0])} in {e.precision}" for e in self.steps]
        if not found:
            return "Without a gradient that agrees there is nothing to measure the error of differences by."
        return (
            f"Smallest error: {'; '.join(found)}. Larger steps leave out curvature, smaller ones subtract losses "
            f"that agree in nearly all digits. Table: central differences in float64, ε = {printed(self.epsilon)}."
        )


_HEAD = ("Parameter", "Shape", "Worst at", "Autograd", "Differences", "Error", "")


def gradcheck(
    model: nn.Module, loss: Loss, *, epsilon: float = EPSILON, entries: int = MOST_ENTRIES, seed: int = 0
) -> GradCheck:
    """Check the gradient of each parameter of any model, at its present weights, against central finite differences.

    `loss` is a function of the model that gives a single number, or (criterion, inputs, targets). All is computed in
    float64, on copies, in evaluation mode; inputs are converted. Of each parameter `entries` entries are checked at
    most, drawn from `seed`; torch.autograd.gradcheck checks those parameters whole that have at most 2,000. An entry
    is wrong where |autograd − differences| > 1e-3 · the larger (torch.autograd.gradcheck's rtol) and more than
    rounding explains.
    Where a gradient was written by hand (a torch.autograd.Function), a mistake in it shows at the parameters before
    it. Raises `UserMistake` for what it cannot use.
    """
    if not isinstance(epsilon, (int, float)) or not 0 < epsilon < 1:
        raise mistake("epsilon", epsilon, "a step above 0 and below 1", f"Try epsilon={EPSILON:g}.")
    asked = LossOfWeights(model, loss)
    with quietly(asked), torch.enable_grad():
        wide = Precision(asked, torch.float64)
        value, gradients, functions = wide.gradients()
        draw = torch.Generator().manual_seed(seed)
        rows = [_checked(wide, name, gradients[name], value, epsilon, entries, draw) for name in wide.own]
        sound = {row.parameter: gradients[row.parameter] for row in rows if row.verdict == "right"}
        spots = _spots(sound, draw)  # the V is of differences alone: autograd is its measure only where it is right
        both = (Precision(asked, torch.float32), wide) if spots else ()
        steps = [_error_of_step(each, spots, gradients) for each in both]
    return GradCheck(type(asked.model).__name__, value, float(epsilon), tuple(rows), tuple(steps), functions)


def _checked(
    at: Precision, name: str, gradient: Tensor, loss: float, epsilon: float, entries: int, draw: torch.Generator
) -> Checked:
    """One parameter; all of its entries where torch.autograd.gradcheck finds one wrong that was not among the drawn."""
    judged = _torch_says(at, name, epsilon) if gradient.numel() <= MOST_FOR_TORCH else None
    found = _worst(at, name, gradient, loss, epsilon, _some(gradient.numel(), entries, draw), judged)
    if judged is False and found.verdict == "right" and found.entries < gradient.numel():
        return _worst(at, name, gradient, loss, epsilon, list(range(gradient.numel())), judged)
    return found


def _worst(
    at: Precision, name: str, gradient: Tensor, loss: float, epsilon: float, indices: list[int], judged: bool | None
) -> Checked:
    """The entry that agrees least; one that is wrong comes before one at a kink."""
    noise = NOISE * torch.finfo(torch.float64).eps * max(abs(loss), 1e-3) / epsilon
    found: list[tuple[tuple[int, float], tuple[int, ...], float, float]] = []
    for place in (_place(index, gradient.shape) for index in indices):
        said, seen = float(gradient[place]), at.slope(name, place, epsilon)
        error = abs(said - seen) / max(abs(said), abs(seen), noise / RTOL)
        rank = 0 if error <= RTOL else 1 if _kinked(at, name, place, loss, epsilon, seen) else 2
        found.append(((rank, error), place, said, seen))
    (rank, error), place, said, seen = max(found, key=lambda each: each[0])
    verdict = ("right", "kink", "wrong")[rank]
    return Checked(name, tuple(gradient.shape), len(found), error, place, said, seen, verdict, judged)


def _kinked(at: Precision, name: str, place: tuple[int, ...], loss: float, epsilon: float, slope: float) -> bool:
    right = (at.moved(name, place, epsilon) - loss) / epsilon
    left = (loss - at.moved(name, place, -epsilon)) / epsilon
    return abs(right - left) > KINK * max(abs(right), abs(left), abs(slope))


def _torch_says(at: Precision, name: str, epsilon: float) -> bool:
    given = at.weights[name].detach().clone().requires_grad_()
    check: Callable[..., bool] = torch.autograd.gradcheck
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a gradient of zeros is no news here
        return check(lambda tensor: at.loss({name: tensor}), (given,), eps=epsilon, raise_exception=False)


def _spots(gradients: Weights, draw: torch.Generator) -> list[tuple[str, tuple[int, ...]]]:
    """Entries to draw the V from: of those whose gradient is no rounding error, some."""
    largest = max((float(each.abs().max()) for each in gradients.values()), default=0.0)
    good = [
        (name, _place(int(index), gradient.shape))
        for name, gradient in gradients.items()
        for index in (gradient.reshape(-1).abs() > 0.01 * largest).nonzero().reshape(-1)
    ]
    return [good[index] for index in _some(len(good), MOST_SAMPLED, draw)]


def _error_of_step(at: Precision, spots: Sequence[tuple[str, tuple[int, ...]]], gradients: Weights) -> ErrorOfStep:
    errors: list[float] = []
    for epsilon in EPSILONS:
        wrong = [abs(at.slope(*spot, epsilon) / float(gradients[spot[0]][spot[1]]) - 1) for spot in spots]
        errors.append(float(torch.tensor(wrong, dtype=torch.float64).median()))
    return ErrorOfStep(str(at.dtype).removeprefix("torch."), EPSILONS, tuple(errors))


def _some(count: int, most: int, draw: torch.Generator) -> list[int]:
    """All of `count` places, or `most` of them."""
    return list(range(count)) if count <= most else torch.randperm(count, generator=draw)[:most].sort().values.tolist()


def _place(index: int, shape: torch.Size) -> tuple[int, ...]:
    place: list[int] = []
    for size in reversed(shape):
        index, here = divmod(index, size)
        place.append(here)
    return tuple(reversed(place))


def _cells(row: Checked) -> tuple[str, ...]:
    place = f"[{','.join(map(str, row.at))}]"
    shape = f"[{', '.join(map(str, row.shape))}]"
    marks = {"right": "agrees", "kink": "at a kink", "wrong": "WRONG"}
    return (
        row.parameter, shape, place, printed(row.autograd), printed(row.differences), f"{row.error:.1e}",
        marks[row.verdict],
    )  # fmt: skip


def _how(row: Checked) -> str:
    place = f"[{','.join(map(str, row.at))}]"
    said = f"at {place} autograd says {printed(row.autograd)}, the loss itself changes by {printed(row.differences)}"
    if row.autograd == 0:
        return f"{said} per unit, so nothing passes back"
    ratio = row.differences / row.autograd
    return f"{said} per unit, {printed(ratio)} times as much"


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
