"""Claims as a table or as JSON. Measures nothing."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from .figure import Figure

HEAD = ("what", "against", "measured: median (95 %)", "goal", "note")


def as_table(figures: Mapping[str, Sequence[Figure]]) -> str:
    """A Markdown table a claim, each column as wide as it needs."""
    return "\n\n".join(f"### {claim}\n\n{_table([_row(each) for each in some])}" for claim, some in figures.items())


def _row(figure: Figure) -> tuple[str, ...]:
    return figure.what, figure.against, figure.measured, figure.verdict, figure.note


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    lines = [HEAD, tuple("-" * width for width in widths), *rows]
    return "\n".join(f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines)


def as_json(figures: Mapping[str, Sequence[Figure]]) -> str:
    """One document: what it was measured on, and every figure with its claim."""
    listed = [{"claim": claim, **each.plain()} for claim, some in figures.items() for each in some]
    return json.dumps({"measured_on": measured_on(), "figures": listed}, indent=2, ensure_ascii=False)


def measured_on() -> dict[str, Any]:
    """Versions and machine, as far as figures depend on them."""
    packages = ("loopscope", "torch", "numpy")
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "threads": 1,
    }
