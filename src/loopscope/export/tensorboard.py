"""A run as TensorBoard event files. Knows nothing of how TensorBoard shows them."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import LoopscopeError
from ..experiment import to_toml
from ..runs import Run

MOST_POINTS = 10_000
"""Points a series; longer ones are thinned with smallest and largest kept, as TensorBoard itself samples 1,000."""


class MissingPackage(LoopscopeError):
    """A package that this export needs is not installed."""

    exit_code = 2


def tensorboard(run: Run, folder: str | os.PathLike[str]) -> Path:
    """Write scalars (`instrument/key`) and the experiment as text below `folder`; returns the run's own folder there.

    Raises `MissingPackage` (exit code 2) where the extra `tensorboard` is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise MissingPackage('TensorBoard is not installed. Try pip install "loopscope[tensorboard]"') from error
    place = Path(folder) / run.id
    with SummaryWriter(str(place)) as writer:
        if run.experiment is not None:
            writer.add_text("experiment", f"```toml\n{to_toml(run.experiment)}\n```")
        for name in run.series_names():
            series = run.series(name, points=MOST_POINTS)
            for step, value in zip(series.steps.tolist(), series.values.tolist(), strict=True):
                writer.add_scalar(name.replace(".", "/", 1), value, step, walltime=_moment(run, step))
    return place


def _moment(run: Run, step: int) -> float:
    """When a step was taken, in seconds since the epoch, as if all had taken equally long."""
    return run.started + (run.seconds or 0.0) * step / max(1, run.steps)
