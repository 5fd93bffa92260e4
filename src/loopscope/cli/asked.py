"""From WHAT, --target and --set to an experiment. Knows no terminal and trains nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import mistake

if TYPE_CHECKING:
    from ..experiment import Experiment

FILES = (".toml", ".json")
TABLES = (".csv", ".tsv", ".parquet", ".pq")


def experiment_of(what: str, target: str | None = None, settings: Sequence[str] | None = None) -> Experiment:
    """The experiment that WHAT names, with the settings applied. Raises `UserMistake`."""
    from ..experiment import load, table_experiment, with_settings

    if target is None:
        return load(what, settings or ())
    if names_experiment(what) and not _has_suffix(what, TABLES):
        raise mistake("--target", target, "only where WHAT is a .csv or .parquet file", "Leave it out.")
    # absolute, so that the run can be exported from any folder
    return with_settings(table_experiment(str(Path(what).absolute()), target), settings or ())


def names_experiment(what: str) -> bool:
    """Whether it is a preset, a link, or the path of a file that could hold an experiment or a table."""
    from ..experiment import is_link, presets

    return what in presets() or is_link(what) or _has_suffix(what, (*FILES, *TABLES))


def _has_suffix(what: str, known: Sequence[str]) -> bool:
    return Path(what).suffix.lower() in known
