"""Keep what a post's cells have shown, by their code and by the versions that ran them. Runs nothing."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..errors import mistake
from ..store.files import make_home
from ..store.whole import write_whole
from .post import Post

Kept = list[tuple[int, list[dict[str, Any]], float]]
"""Number of the cell, its outputs, its seconds."""
FORMAT = 1
FOLDER = "posts"


def cache_of(home: Path) -> Path:
    """Where a home folder keeps executed posts."""
    return home / FOLDER


def key(post: Post) -> str:
    """What tells executions apart: the code in its order, and the versions of Python, torch and loopscope.

    Prose and captions are not in it: they are taken from the post as it stands.
    """
    ran_by = [platform.python_version(), *map(_version, ("torch", "loopscope")), FORMAT]
    said = json.dumps([ran_by, [cell.source for cell in post.code]])
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def kept(cache: Path, post: Post) -> Kept | None:
    """What was kept of this very code; None where nothing was, or it cannot be read."""
    path = cache / f"{key(post)}.ipynb"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found = [_read(cell) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if [number for number, *_ in found] == [cell.number for cell in post.code] else None


def keep(cache: Path, post: Post, results: Sequence[tuple[int, list[dict[str, Any]], float]]) -> None:
    """Write what all cells have shown, whole or not at all. Raises `UserMistake` where it cannot be written."""
    from nbformat import from_dict, writes
    from nbformat.v4 import new_code_cell, new_notebook

    cells = [
        new_code_cell(
            post.cell(number).source,
            execution_count=number,
            outputs=[from_dict(output) for output in outputs],
            metadata={"loopscope": {"cell": number, "seconds": seconds}},
        )
        for number, outputs, seconds in results
    ]
    try:
        make_home(cache)
        write_whole(cache / f"{key(post)}.ipynb", writes(new_notebook(cells=cells)))
    except OSError as error:
        raise mistake(
            "--home", str(cache), "a folder that can be written", f"The system says: {error.strerror}."
        ) from error


def _read(cell: Any) -> tuple[int, list[dict[str, Any]], float]:
    about = cell["metadata"]["loopscope"]
    return int(about["cell"]), [_joined(output) for output in cell["outputs"]], float(about["seconds"])


def _joined(output: Any) -> dict[str, Any]:
    """Long texts stand in files as lists of lines."""
    plain = dict(output)
    if "text" in plain:
        plain["text"] = "".join(plain["text"])
    if "data" in plain:
        plain["data"] = {
            k: "".join(v) if isinstance(v, list) and k[-4:] != "json" else v for k, v in plain["data"].items()
        }
    return plain


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
