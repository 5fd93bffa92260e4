"""How much text is read before anybody trusts it: size, depth, dots. Never knows what the text means."""

from __future__ import annotations

from typing import cast

from ..errors import UserMistake, mistake
from .said import Said

MOST_BYTES = 1_000_000
"""Of a TOML or JSON file, a link, and what a link unpacks to. The largest valid experiment needs about 600 kB."""

MOST_DEPTH = 16
"""Tables within tables; an experiment needs five."""

MOST_DOTS_SQUARED = 25_000_000
"""tomllib's time grows with the square of the dots in one key (16,000 dots: 3 s); this allows half a second."""


def check_size(text: str | bytes, source: str, whole: int = 0) -> None:
    """Raises `UserMistake` for text longer than an experiment can be; `whole` is its length where this is a part."""
    size = whole or len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise mistake(
            source,
            Said(f"{size:,} bytes long"),
            f"at most {MOST_BYTES:,} bytes",
            "No experiment is as long as this.",
        )


def check_dots(text: str, source: str) -> None:
    """Raises `UserMistake` for TOML with keys so long that reading them would take minutes."""
    if sum(line.count(".") ** 2 for line in text.split("\n")) > MOST_DOTS_SQUARED:
        raise mistake(source, Said("a file of very long keys"), "keys of at most three parts", "It is no experiment.")


def check_depth(data: object, source: str) -> None:
    """Raises `UserMistake` for data nested deeper than any experiment."""
    layer = [data]
    for _ in range(MOST_DEPTH):
        layer = [item for value in layer for item in _inside(value)]
        if not layer:
            return
    raise too_deep(source)


def too_deep(source: str) -> UserMistake:
    return mistake(source, Said("nested too deeply"), f"at most {MOST_DEPTH} levels", "An experiment has five.")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(cast(dict[object, object], value).values())
    return cast(list[object], value) if isinstance(value, list) else []
