"""What an export makes: a text, or files in a folder, and what to call it where no path is given. Writes nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserMistake, mistake, unknown
from .asked import experiment_of, names_experiment

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..runs import Run


@dataclass(frozen=True, slots=True)
class Product:
    """Either `text`, or `fill`, which writes files into a folder."""

    name: str
    text: str = ""
    fill: Callable[[Path], object] | None = None


def of_experiment(to: str, experiment: Experiment) -> Product:
    """A script or a notebook."""
    from ..export import notebook, script

    stem = re.sub(r"[^\w.-]+", "-", experiment.name or experiment.data.name).strip("-.") or "experiment"
    if to == "script":
        return Product(f"{stem}.py", script(experiment))
    return Product(f"{stem}.ipynb", notebook(experiment))


def of_run(to: str, run: Run) -> Product:
    """A table, TensorBoard's files, or pictures."""
    from .. import export

    match to:
        case "csv":
            return Product(f"{run.id}.csv", export.csv_table(run))
        case "tensorboard":
            return Product(f"{run.id}-tensorboard", fill=lambda folder: export.tensorboard(run, folder))
        case _:
            return Product(f"{run.id}-figures", fill=lambda folder: export.png(run, folder))


def experiment_meant(name: str, target: str | None, settings: Sequence[str] | None, home: Path | None) -> Experiment:
    """The experiment of WHAT, or of a run. Raises `UserMistake` where the name is neither."""
    from ..experiment import presets, with_settings
    from ..runs import list_runs, open_run

    if target is not None or names_experiment(name):
        return experiment_of(name, target, settings)
    try:
        run = open_run(name, home=home)
    except UserMistake:
        recorded = [run.name for run in list_runs(home=home, limit=50)]
        if name == "last" and not recorded:
            raise
        known = [*presets(), *(["last"] if recorded else []), *recorded]
        where = f" --home {shlex.quote(str(home))}" if home is not None else ""
        raise unknown(
            "RUN|WHAT", name, dict.fromkeys(known), f"See loopscope runs{where}, and loopscope train."
        ) from None
    if run.experiment is None:
        raise mistake(
            "RUN", run.id, "a run of an experiment", "This one was recorded from a script: that is the script."
        )
    return with_settings(run.experiment, settings or ())
