"""Which files of this machine a live session may read: pages name them from afar. Reads none, knows no format."""

from __future__ import annotations

from pathlib import Path

from ..errors import mistake

TABLES = "tables"
"""The folder in the home that holds what was uploaded."""


def check(path: str, home: Path) -> None:
    """Raise `UserMistake` for a file neither uploaded nor in the folder, or below, that this process was started in.

    Links are followed first. Hidden files and folders are out of reach: a lab that is started in a person's own
    folder must not open their keys.
    """
    here, file = Path.cwd().resolve(), _followed(path)
    if file is not None and (
        _is_below(file, (home / TABLES).resolve()) or (_is_below(file, here) and _in_sight(file, here))
    ):
        return
    allowed = f"an uploaded table, or a file below {here}, where the lab was started, that is not hidden"
    raise mistake("data.path", path, allowed, "Upload it on the page, or start the lab in the folder of the file.")


def _followed(path: str) -> Path | None:
    """Where a path leads; None where that is nowhere."""
    try:
        return Path(path).resolve()
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL in it, a link to itself
        return None


def _is_below(file: Path, folder: Path) -> bool:
    return file != folder and file.is_relative_to(folder)


def _in_sight(file: Path, folder: Path) -> bool:
    return not any(part.startswith(".") for part in file.relative_to(folder).parts)
