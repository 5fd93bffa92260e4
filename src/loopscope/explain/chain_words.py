"""The chain rule in formulas, each in symbols and in numbers, in the order in which PyTorch goes. Computes nothing.

Indices count from 0, as in PyTorch: W₁[2,0] is what unit 2 multiplies input 0 by. Where there are several rows, the
first index of a value is its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .chain_values import Stage

DIGITS = 4
"""Digits of every number that is printed."""
MOST_TERMS = 4  # of a sum that is expanded inside a weight's product of factors


@dataclass(frozen=True, slots=True)
class Formula:
    """`left = symbols = numbers = value`; `key` says which number of the drawing it is."""

    key: str
    left: str
    symbols: str
    numbers: str
    value: str

    def __str__(self) -> str:
        middle = f" = {self.numbers}" if self.numbers and self.numbers != self.value else ""
        return f"{self.left} = {self.symbols}{middle} = {self.value}"


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of the tracer: `way` is forward, loss or backward; `part` what of `stage` becomes known."""

    way: str
    stage: int
    part: str  # value, loss, gradient or parameters
    title: str
    text: str
    keys: tuple[str, ...]


def printed(number: float) -> str:
    """A number as it is shown everywhere here: four digits, a true minus sign."""
    text = f"{float(number) + 0.0:.{DIGITS}g}"  # adding 0 makes 0 of −0
    return text.replace("-", "−").replace("e−0", "e−").replace("e+0", "e").replace("e+", "e")


def factor(number: float) -> str:
    """A number inside a product: in brackets where it has a sign."""
    text = printed(number)
    return f"({text})" if text.startswith("−") else text


class Words:
    """Formulas by key, and phases, of one traced chain. `answer` is the loss in symbols and in numbers."""

    def __init__(self, stages: Sequence[Stage], loss: Any) -> None:
        self.stages, self.loss = stages, loss
        self.rows = len(stages[0].values)
        self.formulas: dict[str, Formula] = {}
        self.phases = (*self._forward(), self._loss(), *self._backward())

    def at(self, symbol: str, row: int, unit: int) -> str:
        """`z₁[2]`, or `z₁[0,2]` where there are several rows."""
        return f"{symbol}[{unit}]" if self.rows == 1 else f"{symbol}[{row},{unit}]"

    def _put(self, key: str, left: str, symbols: str, numbers: str, value: float) -> str:
        numbers = "" if numbers == factor(value) else numbers  # a sum of one number says nothing new
        self.formulas[key] = Formula(key, left, symbols, numbers, printed(value))
        return key

    def _each(self, stage: Stage) -> Iterator[tuple[int, int]]:
        yield from ((row, unit) for row in range(self.rows) for unit in range(stage.units))

    def _forward(self) -> Iterator[Phase]:
        for k, stage in enumerate(self.stages):
            if k == 0:
                yield Phase("forward", 0, "value", "x: the inputs", _rows_text(self.rows, stage.units), ())
                continue
            before = self.stages[k - 1]
            keys = [self._value(k, stage, before, row, unit) for row, unit in self._each(stage)]
            if stage.kind == "linear":
                keys = [key for key in keys if key]
                title = f"{stage.symbol} = {self._weight(stage)} {before.symbol}" + (
                    f" + {self._bias(stage)}" if stage.bias is not None else ""
                )
                text = f"{_place(stage)}: each unit weighs all it is given and adds its bias."
            else:
                title = f"{stage.symbol} = {stage.name}({before.symbol})"
                text = f"{_place(stage)}: each unit by itself. Its slope here is the local derivative, kept for later."
                keys += [self._slope(k, stage, before, row, unit) for row, unit in self._each(stage)]
            yield Phase("forward", k, "value", title, text, tuple(keys))

    def _value(self, k: int, stage: Stage, before: Stage, row: int, unit: int) -> str:
        left, value = self.at(stage.symbol, row, unit), stage.values[row, unit]
        key = f"value/{k}/{row}/{unit}"
        if stage.weight is None:
            taken = self.at(before.symbol, row, unit)
            return self._put(
                key, left, f"{stage.name}({taken})", f"{stage.name}({printed(before.values[row, unit])})", value
            )
        weight = self._weight(stage)
        symbols = [f"{weight}[{unit},{j}]·{self.at(before.symbol, row, j)}" for j in range(before.units)]
        numbers = [f"{factor(w)}·{factor(v)}" for w, v in zip(stage.weight[unit], before.values[row], strict=True)]
        if stage.bias is not None:
            symbols.append(f"{self._bias(stage)}[{unit}]")
            numbers.append(factor(stage.bias[unit]))
        return self._put(key, left, " + ".join(symbols), " + ".join(numbers), value)

    def _slope(self, k: int, stage: Stage, before: Stage, row: int, unit: int) -> str:
        assert stage.slope is not None
        left = f"∂{self.at(stage.symbol, row, unit)}/∂{self.at(before.symbol, row, unit)}"
        symbols = f"{stage.name}′({self.at(before.symbol, row, unit)})"
        numbers = f"{stage.name}′({printed(before.values[row, unit])})"
        return self._put(f"slope/{k}/{row}/{unit}", left, symbols, numbers, stage.slope[row, unit])

    def _loss(self) -> Phase:
        key = self._put("loss", "L", self.loss.symbols, self.loss.numbers, self.loss.value)
        last = self.stages[-1].symbol
        text = f"One number says how far {last}, the model's output, is from y."
        return Phase("loss", len(self.stages) - 1, "loss", f"L = {self.loss.name}({last}, y)", text, (key,))

    def _backward(self) -> Iterator[Phase]:
        last = len(self.stages) - 1
        for k in range(last, 0, -1):
            stage, before = self.stages[k], self.stages[k - 1]
            if k == last:
                keys = tuple(self._of_loss(k, stage, row, unit) for row, unit in self._each(stage))
                text = "Backwards now. How the loss changes with the output is the loss's own local derivative."
                yield Phase("backward", k, "gradient", f"∂L/∂{stage.symbol}", text, keys)
            if stage.kind == "linear":
                yield self._of_parameters(k, stage, before)
            keys = tuple(self._through(k, stage, before, row, unit) for row, unit in self._each(before))
            yield Phase("backward", k - 1, "gradient", f"∂L/∂{before.symbol}", _through_text(stage, before), keys)

    def _of_loss(self, k: int, stage: Stage, row: int, unit: int) -> str:
        left = f"∂L/∂{self.at(stage.symbol, row, unit)}"
        symbols, numbers = self.loss.slope(self, stage, row, unit)
        return self._put(f"gradient/{k}/{row}/{unit}", left, symbols, numbers, stage.gradient[row, unit])

    def _of_parameters(self, k: int, stage: Stage, before: Stage) -> Phase:
        assert stage.weight_gradient is not None
        keys = [self._of_weight(k, stage, before, unit, j) for unit in range(stage.units) for j in range(before.units)]
        title = f"∂L/∂{self._weight(stage)}"
        text = f"A weight's gradient: what arrives at its unit, ∂L/∂{stage.symbol}, times what it multiplies."
        if stage.bias_gradient is not None:
            keys += [self._of_bias(k, stage, unit) for unit in range(stage.units)]
            title += f" and ∂L/∂{self._bias(stage)}"
            text += " A bias multiplies 1."
        if self.rows > 1:
            text += " Over rows it is summed."
        return Phase("backward", k, "parameters", title, text, tuple(keys))

    def _of_weight(self, k: int, stage: Stage, before: Stage, unit: int, j: int) -> str:
        assert stage.weight_gradient is not None
        rows = range(self.rows)
        symbols = [f"∂L/∂{self.at(stage.symbol, row, unit)}·{self.at(before.symbol, row, j)}" for row in rows]
        numbers = [f"{factor(stage.gradient[row, unit])}·{factor(before.values[row, j])}" for row in rows]
        value, left = stage.weight_gradient[unit, j], f"∂L/∂{self._weight(stage)}[{unit},{j}]"
        if self.rows == 1:
            whole, of_whole = self._factors(k, unit)
            taken = (self.at(before.symbol, 0, j), factor(before.values[0, j]))
            self._put(f"factors/{k}/{unit}/{j}", left, f"{whole} · {taken[0]}", f"{of_whole} · {taken[1]}", value)
        return self._put(f"weight/{k}/{unit}/{j}", left, " + ".join(symbols), " + ".join(numbers), value)

    def _of_bias(self, k: int, stage: Stage, unit: int) -> str:
        assert stage.bias_gradient is not None
        symbols = " + ".join(f"∂L/∂{self.at(stage.symbol, row, unit)}" for row in range(self.rows))
        numbers = " + ".join(factor(stage.gradient[row, unit]) for row in range(self.rows))
        return self._put(f"bias/{k}/{unit}", f"∂L/∂{self._bias(stage)}[{unit}]", symbols, numbers,
                         stage.bias_gradient[unit])  # fmt: skip

    def _through(self, k: int, stage: Stage, before: Stage, row: int, unit: int) -> str:
        """The gradient by what stage k was given, from that by what it gave."""
        left, value = f"∂L/∂{self.at(before.symbol, row, unit)}", before.gradient[row, unit]
        key = f"gradient/{k - 1}/{row}/{unit}"
        if stage.slope is not None:
            symbols = f"∂L/∂{self.at(stage.symbol, row, unit)}·{stage.name}′({self.at(before.symbol, row, unit)})"
            numbers = f"{factor(stage.gradient[row, unit])}·{factor(stage.slope[row, unit])}"
            return self._put(key, left, symbols, numbers, value)
        assert stage.weight is not None
        units = range(stage.units)
        symbols = [f"∂L/∂{self.at(stage.symbol, row, m)}·{self._weight(stage)}[{m},{unit}]" for m in units]
        numbers = [f"{factor(stage.gradient[row, m])}·{factor(stage.weight[m, unit])}" for m in units]
        return self._put(key, left, " + ".join(symbols), " + ".join(numbers), value)

    def _factors(self, k: int, unit: int) -> tuple[str, str]:
        """∂L/∂(what unit `unit` of stage k gives), row 0, as one product from the loss down, sums in brackets."""
        stage = self.stages[k]
        here = (f"∂L/∂{stage.symbol}[{unit}]", factor(stage.gradient[0, unit]))
        if k == len(self.stages) - 1:
            return here
        after = self.stages[k + 1]
        if after.slope is not None:
            symbols, numbers = self._factors(k + 1, unit)
            slope = f"{after.name}′({stage.symbol}[{unit}])"
            return f"{symbols} · {slope}", f"{numbers} · {factor(after.slope[0, unit])}"
        assert after.weight is not None
        if after.units > MOST_TERMS or k + 3 < len(self.stages) - 1:
            return here
        parts = [self._factors(k + 1, m) for m in range(after.units)]
        weight = self._weight(after)
        symbols = [f"{part[0]} · {weight}[{m},{unit}]" for m, part in enumerate(parts)]
        numbers = [f"{part[1]} · {factor(after.weight[m, unit])}" for m, part in enumerate(parts)]
        if len(parts) == 1:
            return symbols[0], numbers[0]
        return f"({' + '.join(symbols)})", f"({' + '.join(numbers)})"

    def _weight(self, stage: Stage) -> str:
        return f"W{stage.symbol[1:]}"

    def _bias(self, stage: Stage) -> str:
        return f"b{stage.symbol[1:]}"


def _place(stage: Stage) -> str:
    return f"{stage.path} ({stage.name})" if stage.path else stage.name


def _rows_text(rows: int, units: int) -> str:
    many = "One example" if rows == 1 else f"{rows} examples"
    return f"{many} of {units} feature{'s' * (units != 1)}. Indices count from 0, as in PyTorch."


def _through_text(stage: Stage, before: Stage) -> str:
    if stage.slope is not None:
        return "What arrives, times the local derivative: where the slope is 0, nothing passes."
    many = "the one unit" if stage.units == 1 else f"all {stage.units} units"
    return f"What each of {before.symbol} is to blame for comes back from {many} it went to, by the same weights."
