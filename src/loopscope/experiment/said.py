"""What an error says in the place of a value. Knows no field."""

from __future__ import annotations


class Said(str):
    """Words that are shown without quotes: `model.layers is no field of [model]`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
