"""The tree of a formula: evaluate it, or write it as NumPy. Knows no text that a person typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Value: TypeAlias = "float | np.ndarray"

CONSTANTS: dict[str, float] = {"pi": np.pi, "e": np.e}

FUNCTIONS: dict[str, tuple[int, Callable[..., Value], str]] = {
    "abs": (1, np.abs, "np.abs({})"),
    "ceil": (1, np.ceil, "np.ceil({})"),
    "cos": (1, np.cos, "np.cos({})"),
    "exp": (1, np.exp, "np.exp({})"),
    "floor": (1, np.floor, "np.floor({})"),
    "log": (1, np.log, "np.log({})"),
    "max": (2, np.maximum, "np.maximum({}, {})"),
    "min": (2, np.minimum, "np.minimum({}, {})"),
    "relu": (1, lambda a: np.maximum(a, 0.0), "np.maximum({}, 0.0)"),
    "sign": (1, np.sign, "np.sign({})"),
    "sin": (1, np.sin, "np.sin({})"),
    "sqrt": (1, np.sqrt, "np.sqrt({})"),
    "step": (1, lambda a: np.heaviside(a, 1.0), "np.heaviside({}, 1.0)"),
    "tan": (1, np.tan, "np.tan({})"),
    "tanh": (1, np.tanh, "np.tanh({})"),
}
"""Name → number of arguments, what computes it, how it is written. `step` is 1 from 0 on; `log` is natural."""

OPERATORS: dict[str, tuple[int, Callable[[Value, Value], Value]]] = {
    "+": (1, lambda a, b: a + b),
    "-": (1, lambda a, b: a - b),
    "*": (2, lambda a, b: a * b),
    "/": (2, lambda a, b: a / b),
    "**": (4, lambda a, b: a**b),
}
"""Operator → how tightly it binds, what computes it. A sign in front binds with 3, as in Python."""

SIGN, ATOM = 3, 5
WHOLE = 2.0**53  # up to here every whole float has a digit-for-digit integer


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    name: str = ""  # of a constant such as pi


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    of: Node


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Name | Negative | Binary | Call


def evaluate(node: Node, columns: Mapping[str, np.ndarray]) -> Value:
    """The formula's value, in float64. Numbers are floats throughout, so no power can grow without bound.

    Raises ArithmeticError or TypeError where numbers alone have no value, such as `1/0`.
    """
    match node:
        case Number(value):
            return value
        case Name(name):
            return columns[name]
        case Negative(of):
            return -evaluate(of, columns)
        case Binary(operator, left, right):
            return OPERATORS[operator][1](evaluate(left, columns), evaluate(right, columns))
        case Call(function, arguments):
            return FUNCTIONS[function][1](*(evaluate(a, columns) for a in arguments))


def written(node: Node, variables: Mapping[str, str]) -> str:
    """The formula as NumPy text in which a column `name` is `variables[name]`; it computes the very same bits."""
    return _written(node, variables, beside_column=False)[0]


def _written(node: Node, variables: Mapping[str, str], beside_column: bool) -> tuple[str, int]:
    """Text, and how tightly its outermost operator binds."""
    match node:
        case Number(value, name):
            return (f"np.{name}" if name else _number(value, beside_column)), ATOM
        case Name(name):
            return variables[name], ATOM
        case Negative(of):
            text, binds = _written(of, variables, beside_column)
            return "-" + _bracketed(text, binds < SIGN), SIGN
        case Binary(operator, left, right):
            return _binary(operator, left, right, variables), OPERATORS[operator][0]
        case Call(function, arguments):
            texts = (_written(a, variables, False)[0] for a in arguments)
            return FUNCTIONS[function][2].format(*texts), ATOM


def _binary(operator: str, left: Node, right: Node, variables: Mapping[str, str]) -> str:
    binds = OPERATORS[operator][0]
    first, first_binds = _written(left, variables, uses_columns(right))
    second, second_binds = _written(right, variables, uses_columns(left))
    if operator == "**":  # binds from the right, and a sign may stand in the exponent
        return f"{_bracketed(first, first_binds <= binds)} ** {_bracketed(second, second_binds < SIGN)}"
    return f"{_bracketed(first, first_binds < binds)} {operator} {_bracketed(second, second_binds <= binds)}"


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _number(value: float, beside_column: bool) -> str:
    # An integer is easier to read, but only beside a column: between two integers Python would leave the floats.
    # Not 0 either, which as an integer loses the sign put before it.
    return str(int(value)) if beside_column and value.is_integer() and 0 < value < WHOLE else repr(value)


def names_in(node: Node) -> Iterator[str]:
    """Every column the formula uses, as often as it uses it."""
    match node:
        case Number():
            return
        case Name(name):
            yield name
        case Negative(of):
            yield from names_in(of)
        case Binary(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from names_in(argument)


def uses_columns(node: Node) -> bool:
    return next(names_in(node), None) is not None
