"""A loss plot in characters, readable without colour. Knows no terminal: text comes out. Loads no Matplotlib."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .scales import Scale, choose, number

Characters: TypeAlias = Literal["braille", "ascii"]

_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # Unicode 2800–28FF: bit of each dot, 4 rows × 2
HIGHEST = 1e300  # beyond it the height of the plot itself would not be finite
_PLAIN_MARKS = "*o+x#"
_TO_ASCII = str.maketrans({"·": "-", "│": "|", "┤": "+", "└": "+", "─": "-", "┬": "+", "●": "O", "−": "-", "×": "x"})
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@dataclass(frozen=True, slots=True)
class _Line:
    """A series ready to be drawn: finite points only, heights as the axis places them."""

    name: str
    steps: NDArray[np.float64]
    heights: NDArray[np.float64]
    last: float
    broken: float | None  # first step whose value is not finite


@dataclass(frozen=True, slots=True)
class _Frame:
    """Limits of both axes, in steps and in placed heights (decimal logarithms on a log axis)."""

    left: float
    right: float
    bottom: float
    top: float


def loss_plot(
    series: Mapping[str, tuple[ArrayLike, ArrayLike]],
    width: int = 72,
    height: int = 10,
    characters: Characters = "braille",
    x: str = "step",
    y: str = "loss",
) -> str:
    """Series over steps as lines of text, `width` columns at most, `height` rows and three more for axis and notes.

    The first series is a solid line, the others dashed; each has its name and last value at its end. The axis is
    logarithmic where values span more than two decades, which the last line says. Values that are not finite leave
    a gap, and the first such step is named. `ascii` is for terminals that cannot show Braille.
    """
    scale = choose(values for _, values in series.values())
    lines = [line for name, (steps, values) in series.items() if (line := _line(name, steps, values, scale))]
    drawn = [line for line in lines if line.steps.size]
    if not drawn:
        return "\n".join(["nothing to plot: no finite value was recorded", *_troubles(lines)])
    frame = _frame(drawn, scale)
    names = [f"{line.name} {number(line.last)}" for line in drawn]
    ticks = _ticks(frame, height, scale)
    left = max(map(len, (*ticks.values(), y)))
    right = min(max(map(len, names)) + 1, width // 3)
    columns = max(width - left - 2 - right, 8)
    rows = _draw(drawn, frame, columns, height, characters)
    labels = _end_rows(drawn, names, frame, height)
    text = [
        f"{ticks.get(row, y if row == 1 else ''):>{left}} {'┤' if row in ticks else '│'}"
        f"{rows[row]} {labels.get(row, '')[: right - 1]}".rstrip()
        for row in range(height)
    ]
    text += _x_axis(frame, left, columns, x)
    notes = [*([f"log scale: {scale.because}"] if scale.log else []), *_troubles(lines)]
    indent = " " * (left + 2)
    text += [
        line for note in notes for line in textwrap.wrap(note, width, initial_indent=indent, subsequent_indent=indent)
    ]
    out = "\n".join(text)
    return _plain(out) if characters == "ascii" else out


def _plain(text: str) -> str:
    """The same in ASCII: 1.2×10⁻⁵ becomes 1.2e-5."""
    text = re.sub(
        "(×?)10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: ("e" if found[1] else "1e") + found[2].translate(_LOWERED), text
    )
    return text.translate(_TO_ASCII)


def _line(name: str, steps: ArrayLike, values: ArrayLike, scale: Scale) -> _Line | None:
    at, numbers = np.asarray(steps, dtype=np.float64).ravel(), np.asarray(values, dtype=np.float64).ravel()
    numbers = np.where(np.isfinite(numbers), np.clip(numbers, -HIGHEST, HIGHEST), numbers)
    assert at.shape == numbers.shape, f"{name}: {at.size} steps, {numbers.size} values"
    if not at.size:
        return None
    finite = np.isfinite(numbers)
    placed = scale.place(numbers)
    heights = np.log10(placed, where=finite, out=np.full(placed.shape, np.nan)) if scale.log else placed
    broken = float(at[~finite][0]) if not finite.all() else None
    keep = at[finite] if finite.any() else np.empty(0)
    return _Line(name, keep, heights[finite], float(numbers[finite][-1]) if finite.any() else math.nan, broken)


def _frame(lines: Sequence[_Line], scale: Scale) -> _Frame:
    steps = np.concatenate([line.steps for line in lines])
    heights = np.concatenate([line.heights for line in lines])
    bottom, top = float(heights.min()), float(heights.max())
    if not scale.log and 0 <= bottom < 0.3 * top:
        bottom = 0.0  # costs little room, and shows how far from nothing the loss still is
        top = _round_above(top)
    if top - bottom <= 1e-12 * abs(top):
        bottom, top = bottom - (abs(bottom) * 0.1 or 1.0), top + (abs(top) * 0.1 or 1.0)
    return _Frame(float(steps.min()), float(steps.max()), bottom, top)


def _round_above(value: float) -> float:
    """The next number that can be halved in the head: 0.8 for 0.685."""
    power = 10.0 ** math.floor(math.log10(value)) if value >= 1e-300 else 0.0
    rounds = (head * power for head in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10))
    return next((number for number in rounds if number >= value), value)


def _ticks(frame: _Frame, height: int, scale: Scale) -> dict[int, str]:
    """Row → label: top, bottom and what lies between them every four rows or so."""
    count = max(2, round((height - 1) / 4) + 1)
    texts: dict[int, str] = {}
    for part in np.linspace(0, 1, count):
        row = round(float(part) * (height - 1))
        share = row / max(height - 1, 1)
        value = frame.top * (1 - share) + frame.bottom * share
        shown = 10.0**value if scale.log else value
        texts[row] = "0" if scale.floor is not None and shown <= scale.floor * 1.01 else number(shown)
    return texts


def _draw(lines: Sequence[_Line], frame: _Frame, columns: int, height: int, characters: Characters) -> list[str]:
    if characters == "ascii":
        return _draw_plain(lines, frame, columns, height)
    cells = np.zeros((height, columns), dtype=np.int64)
    alone: dict[tuple[int, int], str] = {}
    for index, line in enumerate(lines):
        dots = _dots(line, frame, columns * 2, height * 4)
        if index:
            dots[:, (np.arange(columns * 2) % 6) >= 4] = False  # dashed: four dots, two left out
        for up in range(4):
            for along in range(2):
                cells |= dots[up::4, along::2] * _BRAILLE[up][along]
        if line.steps.size == 1:
            row, column = np.argwhere(_dots(line, frame, columns, height))[0]
            alone[int(row), int(column)] = "●"
    return [
        "".join(alone.get((row, column)) or _cell(int(code)) for column, code in enumerate(cells[row]))
        for row in range(height)
    ]


def _draw_plain(lines: Sequence[_Line], frame: _Frame, columns: int, height: int) -> list[str]:
    canvas = np.full((height, columns), " ")
    for index, line in reversed(list(enumerate(lines))):
        canvas[_dots(line, frame, columns, height)] = _PLAIN_MARKS[index % len(_PLAIN_MARKS)]
    return ["".join(row) for row in canvas]


def _cell(code: int) -> str:
    return chr(0x2800 + code) if code else " "


def _dots(line: _Line, frame: _Frame, columns: int, rows: int) -> NDArray[np.bool_]:
    """Which dots (rows, columns) a line covers: in each column from the least to the greatest height it has there."""
    spread = max(frame.right - frame.left, 1e-300)
    at = np.clip((line.steps - frame.left) / spread * columns, 0, columns)
    edges = np.arange(columns + 1.0)
    heights = np.interp(edges, at, line.heights, left=math.nan, right=math.nan)
    lowest, highest = np.fmin(heights[:-1], heights[1:]), np.fmax(heights[:-1], heights[1:])
    inside = np.minimum(at.astype(np.int64), columns - 1)
    np.fmin.at(lowest, inside, line.heights)
    np.fmax.at(highest, inside, line.heights)
    dots = np.zeros((rows, columns), dtype=np.bool_)
    for column in np.flatnonzero(np.isfinite(lowest)):
        top, bottom = (_row(height, frame, rows) for height in (highest[column], lowest[column]))
        dots[top : bottom + 1, column] = True
    return dots


def _row(height: float, frame: _Frame, rows: int) -> int:
    """The row of a height, 0 on top."""
    share = (frame.top - height) / (frame.top - frame.bottom)
    return min(max(round(share * (rows - 1)), 0), rows - 1)


def _end_rows(lines: Sequence[_Line], names: Sequence[str], frame: _Frame, height: int) -> dict[int, str]:
    """Row → name, each at its line's end or the nearest row that is free."""
    taken: dict[int, str] = {}
    order = sorted(range(len(lines)), key=lambda index: -lines[index].heights[-1])
    for index in order:
        wanted = _row(float(lines[index].heights[-1]), frame, height)
        free = [row for row in range(height) if row not in taken]
        if free:
            below = [row for row in free if row >= max(taken, default=-1)] or free  # keep them in the lines' order
            taken[min(below, key=lambda row: abs(row - wanted))] = names[index]
    return taken


def _x_axis(frame: _Frame, left: int, columns: int, x: str) -> list[str]:
    first, last = f"{frame.left:,.0f}", f"{frame.right:,.0f} {x}"
    if frame.left == frame.right:
        return [" " * (left + 1) + "└" + "─" * columns, " " * (left + 2) + f"{x} {first}"]
    gap = max(columns - len(first) - len(last), 1)
    return [" " * (left + 1) + "└" + "─" * columns, " " * (left + 2) + first + " " * gap + last]


def _troubles(lines: Sequence[_Line]) -> list[str]:
    return [f"{line.name}: not finite at step {line.broken:,.0f}" for line in lines if line.broken is not None]
