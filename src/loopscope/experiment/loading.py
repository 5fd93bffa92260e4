"""From what a person names to an Experiment: a preset, a file, a link, or a table. Never writes a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import UserMistake, listed, mistake, nearest
from . import bounds
from .codec import read_json, read_toml
from .gallery import presets
from .link import is_link, read_link
from .settings import merge
from .spec import Experiment
from .validation import validate

READERS: dict[str, Callable[..., Any]] = {".toml": read_toml, ".json": read_json}
TABLES = (".csv", ".tsv", ".parquet", ".pq")


def load(what: str, settings: Sequence[str] = ()) -> Experiment:
    """The experiment that `what` names: a preset, a path that ends in .toml or .json, or a link.

    `settings` are applied before anything is validated, so that `--set` can mend what a file has wrong.
    Raises `UserMistake`: an unknown name is answered with the nearest preset, a missing file with the nearest file.
    """
    if what in presets():
        return merge(presets()[what].experiment.given(), settings)
    if is_link(what):
        return merge(read_link(what), settings, name_of_source="link")
    suffix = Path(what).suffix.lower()
    if suffix in READERS:
        name = Path(what).name
        return merge(READERS[suffix](read_file(what), source=name), settings, name_of_source=name)
    raise _not_loadable(what, suffix)


def table_experiment(path: str, target: str) -> Experiment:
    """An experiment that predicts column `target` of a CSV or Parquet file, with settings that suit most tables.

    Columns are standardized, since their units differ; 16 units in one layer, Adam and 100 epochs are a start. The
    file is not read here. Raises `UserMistake` for a path or column name that no file or column can have.
    """
    name = "".join(character if character.isprintable() else " " for character in Path(path).stem)[:100]
    return validate(
        {
            "name": name,
            "data": {"name": "table", "path": path, "target": target, "scale": "standard"},
            "model": {"hidden": [16]},
            "training": {"epochs": 100},
        }
    )


def read_file(path: str) -> str:
    """A file's text. Raises `UserMistake` where there is none, it is too large, or it is not UTF-8."""
    file = Path(path)
    try:
        if not file.exists():
            raise mistake("WHAT", path, "a file that exists", _neighbour(file))
        if not file.is_file():
            raise mistake("WHAT", path, "a file", "This is a directory." if file.is_dir() else "This is a device.")
        with file.open("rb") as stream:
            raw = stream.read(bounds.MOST_BYTES + 1)
        whole = file.stat().st_size
    except (OSError, ValueError) as error:  # no permission; a name too long, or with a NUL in it
        raise mistake("WHAT", path, "a file that can be read", f"The system says: {_said_by(error)}.") from None
    bounds.check_size(raw, file.name, whole)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise mistake("WHAT", path, "text in UTF-8", f"Line {line} is not; save the file again as UTF-8.") from None


def _like(other: Path, suffix: str) -> bool:
    return other.suffix == suffix and other.is_file()


def _neighbour(file: Path) -> str:
    if file.is_symlink():
        return "This is a link that leads nowhere."
    try:
        names = {other.stem: other.name for other in file.parent.iterdir() if _like(other, file.suffix)}
    except OSError:
        return f"There is no directory {file.parent}."
    near = nearest(file.stem, names)
    return f"Did you mean {file.parent / names[near]}?" if near else ""


def _not_loadable(what: str, suffix: str) -> UserMistake:
    if suffix in TABLES:
        return mistake("WHAT", what, "a table together with its target", f"Try {what} --target COLUMN")
    names = sorted(presets())
    allowed = f"a preset ({listed(names, most=32)}), a .toml or .json file, or a link"
    near = nearest(what, names)
    return mistake("WHAT", what, allowed, f'Did you mean "{near}"?' if near else "Try loopscope train moons-mlp")


def _said_by(error: OSError | ValueError) -> str:
    """Its words without the path, which stands in the sentence already and may be long."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
