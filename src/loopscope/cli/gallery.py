"""The presets, one line each. Trains none of them."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserMistake
from . import document, screen

if TYPE_CHECKING:
    from rich.console import Console


def put(as_json: bool) -> None:
    """What can be trained, on stdout."""
    from ..experiment import presets

    if as_json:
        document.put({"presets": [{"name": each.name, "summary": each.summary} for each in presets().values()]})
        return
    out = screen.console()
    listed(out)
    out.print()
    screen.next_commands(out, ("train", "moons-mlp"), ("train", "my.csv", "--target", "COLUMN"))


def listed(out: Console) -> None:
    """Name and description of every preset."""
    from ..experiment import presets

    out.print(screen.table(("preset", "what it shows"), [(p.name, p.summary) for p in presets().values()], left=2))


@contextmanager
def shown_where_unknown(what: str, silent: bool) -> Generator[None, None, None]:
    """List the presets on stderr where `what`, which looks like the name of one, is not."""
    from ..experiment import is_link, presets

    try:
        yield
    except UserMistake:
        name_like = not (what in presets() or is_link(what) or Path(what).suffix)
        if name_like and not silent:
            out = screen.console(sys.stderr)
            listed(out)
            out.print()
        raise
