"""What a watched forward pass is told in: lines of code, values and calls. Watches nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

import torch

from .attributes import Part

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The line of code that called a module."""

    file: str
    number: int
    text: str
    function: str


@dataclass(eq=False, slots=True)
class Value:
    """A tensor of the forward pass: its shape and what made it (`maker`, of `parents`). `call` where a module did."""

    shape: Shape
    dtype: torch.dtype
    maker: str
    parents: tuple[Value, ...] = ()
    call: Call | None = None


@dataclass(eq=False, slots=True)
class Call:
    """One call of one module. Inputs and outputs are named as they were handed over: "" for the only tensor."""

    part: Part
    number: int
    depth: int
    parent: Call | None
    line: Line | None
    inputs: list[tuple[str, Value]]
    outputs: list[tuple[str, Value]] = field(default_factory=list)
    children: list[Call] = field(default_factory=list)
    frames: tuple[str, ...] = ()
    failed: bool = False


def shape_text(shape: Shape) -> str:
    """`[32, 2]`, and `[]` for a scalar."""
    return "[" + ", ".join(map(str, shape)) + "]"


def shapes_text(values: list[tuple[str, Value]]) -> str:
    """Shapes of what a call took or gave: `[32, 2]`, several with commas, equal neighbours as `3 × [5, 2]`."""
    groups = [(shape, len(list(same))) for shape, same in groupby(shape_text(value.shape) for _, value in values)]
    return ", ".join(shape if count == 1 else f"{count} × {shape}" for shape, count in groups) or "no tensor"
