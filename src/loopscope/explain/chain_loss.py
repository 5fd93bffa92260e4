"""The loss at the end of a chain in symbols and numbers; where its formula is not known, autograd's number alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .chain_values import Stage
from .chain_words import Words, factor, printed

_FUNCTIONS = {
    "mse_loss": "MSELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "cross_entropy": "CrossEntropyLoss",
}
_SYMBOLS = {
    "MSELoss": "mean of ({z} − y)²",
    "BCEWithLogitsLoss": "mean of −[y·log σ({z}) + (1 − y)·log(1 − σ({z}))]",
    "CrossEntropyLoss": "mean of −log softmax({z})[y]",
}


@dataclass(frozen=True, slots=True)
class Told:
    """How a loss is told: its name, the formula of its value and, for each output, of its derivative."""

    name: str
    value: float
    symbols: str
    numbers: str
    kind: str
    targets: Tensor | None
    said: Tensor

    def slope(self, words: Words, stage: Stage, row: int, unit: int) -> tuple[str, str]:
        """∂L/∂output in symbols and numbers; numbers are empty where the loss's formula is not known."""
        z, count = words.at(stage.symbol, row, unit), self.said.numel()
        over, by = (f" / {count}", f"/{count}") if count > 1 else ("", "")
        if self.targets is None:
            return f"{self.name}′({z})", ""
        if self.kind == "MSELoss":
            wanted = float(self.targets.reshape(self.said.shape)[row, unit])
            return f"2·({z} − y){over}", f"2·({printed(stage.values[row, unit])} − {factor(wanted)}){by}"
        if self.kind == "BCEWithLogitsLoss":
            wanted, chance = float(self.targets.reshape(self.said.shape)[row, unit]), self.said[row, unit].sigmoid()
            return _over(f"σ({z}) − y", over), _over(f"{printed(float(chance))} − {factor(wanted)}", by)
        rows = len(self.said)
        over, by = (f" / {rows}", f"/{rows}") if rows > 1 else ("", "")
        chance, hit = self.said[row].softmax(0)[unit], int(self.targets.reshape(-1)[row]) == unit
        place = "" if rows == 1 else f"[{row}]"
        share = f"softmax({stage.symbol}{place})[{unit}]"
        return _over(f"{share} − {int(hit)}", over), _over(f"{printed(float(chance))} − {int(hit)}", by)


def _over(difference: str, by: str) -> str:
    return f"({difference}){by}" if by else difference


def told(loss: Callable[[Any, Any], Any], stages: list[Stage], y: Any, value: Tensor) -> Told:
    """The loss's name and formulas, of a chain whose last stage is the output."""
    name = getattr(loss, "__name__", type(loss).__name__)
    said = torch.as_tensor(stages[-1].values)
    kind = _FUNCTIONS.get(name, name if isinstance(loss, nn.Module) and _usual(loss) else "")
    known = kind in _SYMBOLS and isinstance(y, Tensor) and _fits(kind, said, y)
    symbols = _SYMBOLS[kind].format(z=stages[-1].symbol) if known else f"{name}({stages[-1].symbol}, y)"
    numbers = _numbers(kind, said, y) if known else ""
    return Told(name, float(value), symbols, numbers, kind, y.detach().cpu() if known else None, said)


def _numbers(kind: str, said: Tensor, y: Tensor) -> str:
    """The loss of one output in numbers; of several there would be more than one reads."""
    if said.numel() > 1:
        return ""
    given, wanted = printed(float(said)), factor(float(y))
    if kind == "MSELoss":
        return f"({given} − {wanted})²"
    chance = said.sigmoid().item() if float(y) else (-said).sigmoid().item()
    return f"−log {printed(chance)}" if float(y) in (0.0, 1.0) else ""


def _usual(loss: nn.Module) -> bool:
    """Whether a loss has no option that would change its formula."""
    plain = getattr(loss, "reduction", "") == "mean" and not getattr(loss, "label_smoothing", 0.0)
    return plain and getattr(loss, "weight", None) is None and getattr(loss, "pos_weight", None) is None


def _fits(kind: str, said: Tensor, y: Tensor) -> bool:
    """Whether there is one target for each output, or a class for each row; broadcasts are left to autograd."""
    if kind == "CrossEntropyLoss":
        return y.dtype == torch.int64 and y.numel() == len(said)
    return y.numel() == said.numel()
