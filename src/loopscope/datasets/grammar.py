"""From typed text to a formula's tree, by a grammar of its own. Never runs what it reads.

sum      = product (("+" | "-") product)*
product  = signed (("*" | "/") signed)*
signed   = ("-" | "+") signed | power
power    = atom (("^" | "**") signed)?
atom     = number | name | function "(" sum ("," sum)* ")" | "(" sum ")"
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..errors import UserMistake, listed, mistake, nearest
from .expression import CONSTANTS, FUNCTIONS, Binary, Call, Name, Negative, Node, Number

LONGEST = 500
"""Characters; more is no formula a reader can follow."""
DEEPEST = 60
"""Brackets and signs inside each other: far below Python's own limit of recursion."""

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/^(),]))"
)


class Parser:
    """Reads one formula; `tree()` gives it or raises `UserMistake` with the position of the first thing wrong."""

    def __init__(self, text: str, names: Collection[str], field: str) -> None:
        self.text, self.names, self.field = text, names, field
        self.kind, self.token, self.start, self.end = "", "", 0, 0
        self.depth = 0

    def tree(self) -> Node:
        if len(self.text) > LONGEST:
            raise mistake(self.field, self.text, f"at most {LONGEST} characters", f"It has {len(self.text):,}.")
        self.advance()
        tree = self.sum()
        if self.kind != "end":
            raise self.wrong(self.after_a_value())
        return tree

    def advance(self) -> None:
        """Move to the next number, name, sign or the end."""
        found = TOKEN.match(self.text, self.end)
        if found:
            self.kind, self.end = found.lastgroup or "", found.end()
            self.token = found.group(self.kind)
            self.start = found.end() - len(self.token)
            return
        rest = self.text[self.end :]
        self.start = self.end + len(rest) - len(rest.lstrip())
        self.end, self.kind, self.token = len(self.text), "end" if not rest.strip() else "other", rest.strip()[:1]

    def sum(self) -> Node:
        node = self.product()
        while self.token in ("+", "-"):
            operator = self.take()
            node = Binary(operator, node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while self.token in ("*", "/"):
            operator = self.take()
            node = Binary(operator, node, self.signed())
        return node

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"brackets and signs stand more than {DEEPEST} deep")
        node = self.after_sign() if self.token in ("-", "+") else self.power()
        self.depth -= 1
        return node

    def after_sign(self) -> Node:
        return Negative(self.signed()) if self.take() == "-" else self.signed()

    def power(self) -> Node:
        base = self.atom()
        if self.token not in ("^", "**"):
            return base
        self.take()
        return Binary("**", base, self.signed())

    def atom(self) -> Node:
        if self.kind == "number":
            return self.number()
        if self.kind == "name":
            return self.name()
        if self.token == "(":
            self.take()
            inside = self.sum()
            self.expect(")")
            return inside
        ended = "the formula ends where a value is due"
        raise self.wrong(ended if self.kind == "end" else f"a value is due, not {self.token}")

    def number(self) -> Node:
        value = float(self.token)
        if value == float("inf"):
            raise self.wrong(f"{self.token[:20]} is too large for a 64-bit number")
        self.take()
        return Number(value)

    def name(self) -> Node:
        name, start = self.token, self.start
        self.take()
        if self.token == "(":
            return self.call(name, start)
        if name in self.names:
            return Name(name)
        if name in CONSTANTS:
            return Number(CONSTANTS[name], name)
        self.start = start
        if name in FUNCTIONS:
            raise self.wrong(f"{name} is a function", f"Write {name}(…) with its value in brackets.")
        raise self.wrong(f"{name} is not known", self.did_you_mean(name, [*self.names, *CONSTANTS]))

    def call(self, name: str, start: int) -> Node:
        if name not in FUNCTIONS:
            self.start = start
            hint = f"To multiply, write {name}*(…)." if name in self.names else self.did_you_mean(name, FUNCTIONS)
            raise self.wrong(f"there is no function {name}", hint)
        self.expect("(")
        arguments = [self.sum()]
        while self.token == ",":
            self.take()
            arguments.append(self.sum())
        if len(arguments) != FUNCTIONS[name][0]:
            self.start = start
            raise self.wrong(f"{name} takes {FUNCTIONS[name][0]} value(s), not {len(arguments)}")
        self.expect(")")
        return Call(name, tuple(arguments))

    def take(self) -> str:
        token = self.token
        self.advance()
        return "**" if token == "^" else token

    def expect(self, sign: str) -> None:
        if self.token != sign:
            missing = f"a {sign} is missing"
            raise self.wrong(missing if self.kind == "end" else f"{missing} before {self.token}")
        self.advance()

    def after_a_value(self) -> str:
        if self.kind in ("number", "name") or self.token == "(":
            return f"an operator is missing before {self.token} (to multiply, write *)"
        return f"{self.token} does not belong here"

    def did_you_mean(self, name: str, known: Collection[str]) -> str:
        near = nearest(name, known)
        return f'Did you mean "{near}"?' if near else ""

    def wrong(self, what: str, hint: str = "") -> UserMistake:
        next_step = f"At character {self.start + 1}{self.context()}: {what}. {hint}".rstrip()
        return mistake(self.field, self.text, allowed(self.names), next_step)

    def context(self) -> str:
        before = self.text[max(0, self.start - 12) : self.start].strip()
        return f', after "{before}"' if before else ""


def allowed(names: Collection[str]) -> str:
    """What a formula of these columns may hold, as an error says it."""
    functions = ", ".join(sorted(FUNCTIONS))
    return f"numbers, {listed(list(names), 8)}, pi, e, + - * / ^ ( ) and the functions {functions}"
