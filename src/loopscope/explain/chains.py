"""The chain rule through a small network, every number of it, forwards and backwards. Trains nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from . import bundle, chain_loss
from .chain_values import Stage, stages
from .chain_words import Formula, Phase, Words

if TYPE_CHECKING:
    from ..plots import Picture
    from ..plots.chained import Column

ELEMENT = "ls-chain-rule"


@dataclass(frozen=True, slots=True, eq=False)
class ChainRule:
    """All that one forward and one backward pass through a chain computes.

    `stages` hold the numbers, as autograd gives them: inputs first, then each linear layer and activation. `phases`
    go through them in PyTorch's order; `formulas` (by key) say each number as a product of others. `targets` is y as
    it was given.
    """

    model: str
    loss: str
    value: float
    stages: tuple[Stage, ...]
    phases: tuple[Phase, ...]
    formulas: dict[str, Formula]
    targets: list[Any]

    @property
    def rows(self) -> int:
        return len(self.stages[0].values)

    def factors(self, layer: int, unit: int, entry: int) -> tuple[Formula, ...]:
        """The formulas of a weight's gradient: the whole chain of factors (one row), then step by step to the loss.

        `layer` counts the linear layers from 0; `unit` and `entry` are the place in its weight matrix.
        """
        places = [k for k, stage in enumerate(self.stages) if stage.kind == "linear"]
        k = places[layer]
        keys = [f"factors/{k}/{unit}/{entry}", f"weight/{k}/{unit}/{entry}"]
        keys += [f"gradient/{at}/0/{unit}" for at in range(k, min(k + 2, len(self.stages)))]
        return tuple(self.formulas[key] for key in keys if key in self.formulas)

    def plot(self, *, dark: bool = False) -> Picture:
        """The network drawn with its numbers: values in the units, gradients beneath, of the first row."""
        from ..plots import chain

        return chain(self._columns(), loss=(self.loss, self.value), dark=dark)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold, which is also what the page's tracer is given."""
        return {
            "model": self.model,
            "loss": {"name": self.loss, "value": self.value},
            "rows": self.rows,
            "targets": self.targets,
            "stages": [_plain(stage) for stage in self.stages],
            "phases": [{name: getattr(phase, name) for name in Phase.__slots__} for phase in self.phases],
            "formulas": {
                key: {name: getattr(each, name) for name in ("left", "symbols", "numbers", "value")}
                for key, each in self.formulas.items()
            },
        }

    def to_text(self, width: int = 80) -> str:
        """Phase by phase, each number with its formula, in at most `width` columns."""
        return "\n\n".join(self._phase_text(number, phase, width) for number, phase in enumerate(self.phases, 1))

    def __str__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle.of_figure(self.to_text(), self.plot(), ELEMENT, self.plain())

    def _phase_text(self, number: int, phase: Phase, width: int) -> str:
        head = f"{number} {phase.way}: {phase.title}" if phase.way != "loss" else f"{number} {phase.title}"
        lines = [head, "─" * min(width, max(len(head), 24)), *textwrap.wrap(phase.text, width)]
        lines += [self._inputs_text()] if phase.stage == 0 and phase.part == "value" else []
        for key in phase.keys:
            lines += textwrap.wrap(str(self.formulas[key]), width, initial_indent="  ", subsequent_indent="      ")
        return "\n".join(lines)

    def _inputs_text(self) -> str:
        from .chain_words import printed

        rows = [f"[{', '.join(printed(each) for each in row)}]" for row in self.stages[0].values]
        return "  x = " + (rows[0] if len(rows) == 1 else f"[{', '.join(rows)}]") + f", y = {self.targets}"

    def _columns(self) -> list[Column]:
        """Each linear layer with the activations after it as one column; the inputs first."""
        from ..plots.chained import Column, Lines

        columns: list[Column] = []
        for stage in self.stages:
            lines = Lines(stage.symbol, stage.values[0], stage.gradient[0])
            if stage.kind == "activation":
                last = columns.pop()
                columns.append(Column(f"{last.name} · {stage.name}", [*last.lines, lines], last.weight))
            else:
                name = f"{stage.path} {stage.name}".strip()
                columns.append(Column(name, [lines], stage.weight))
        return columns


def chain_rule(model: nn.Module, x: Tensor, y: Any, loss: Callable[[Any, Any], Any]) -> ChainRule:
    """Trace the chain rule through a small network, number by number; each equals autograd's.

    `model` is a chain of `nn.Linear` and elementwise activations (a Sequential, or a module whose forward torch.fx
    reads as one): at most 16 units a layer, 4 layers. `x` is (rows, features), 8 rows at most, or (features,);
    `loss(model(x), y)` gives one number. The model stays as it is; it is asked in evaluation mode, so that dropout
    drops nothing. In a notebook the result shows itself. Raises `UserMistake` for what does not fit, and says what
    would.
    """
    found, value = stages(model, x, y, loss)
    words = Words(found, chain_loss.told(loss, found, y, value))
    targets = y.detach().cpu().tolist() if isinstance(y, Tensor) else [y]
    return ChainRule(
        model=type(model).__name__,
        loss=words.loss.name,
        value=float(value),
        stages=tuple(found),
        phases=tuple(words.phases),
        formulas=words.formulas,
        targets=targets if isinstance(targets, list) else [targets],
    )


def _plain(stage: Stage) -> dict[str, Any]:
    arrays = ("values", "gradient", "slope", "weight", "bias", "weight_gradient", "bias_gradient")
    found: dict[str, Any] = {name: getattr(stage, name) for name in ("symbol", "name", "path", "kind")}
    return found | {name: None if (a := getattr(stage, name)) is None else a.tolist() for name in arrays}
