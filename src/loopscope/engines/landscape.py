"""The loss over a plane through weight space around the path that training took. Moves no weight that trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from ..errors import UserMistake
from ..events import Measured
from ..explain.landscape_loss import LossOfWeights, named_tensors
from ..explain.landscape_plane import Plane, path_plane, random_plane
from ..explain.landscape_turns import Turns
from ..explain.landscapes import MARGIN, Grid, Landscape
from .job import Job
from .live import Live
from .snapshots import Snapshot, tensors_of

MOST_ROWS = 1000
"""Training rows that the loss is taken over; of more, so many are taken, evenly spread."""

SPAN = 0.5
"""Filter-normalised units to either side, where there is no path."""

TURN_S = 0.01
"""Seconds after which somebody else may do something."""


def landscape(live: Live, resolution: int) -> Iterator[Measured | None]:
    """Nothing after each turn of some milliseconds, so that one can do something else, and the whole as one `Measured`.

    The directions are the first two principal components of the snapshots' weights; where these span no plane, two
    random ones, filter-normalised. The loss is the criterion's, in evaluation mode, over at most `MOST_ROWS` training
    rows, without penalty. Values: `explained_1`, `explained_2` (shares of the path's variance), `principal` (1, or 0
    for random directions), `rows`. Arrays: `grid_x`, `grid_y` (resolution,), `loss` (rows, columns), `path`
    (points, 2), `path_steps` (points,), `path_loss` (points,).
    """
    step, job = live.taken, live.job
    states = {kept.step: _state(job.model, kept) for kept in live.snapshots if kept.step <= step}
    states[step] = {name: each.detach().clone() for name, each in named_tensors(job.model).items()}
    steps = sorted(states)
    inputs, targets = rows_of(job, MOST_ROWS)
    asked = LossOfWeights(job.model, (job.plain_criterion, inputs, targets))
    grid = Grid(plane_of(job.model, [states[each] for each in steps], SPAN), resolution)
    turns = Turns(asked, grid.plane, longest_s=TURN_S)
    found: list[Tensor] = []
    for losses in turns.losses(grid.places):
        found.append(losses)
        yield None
    yield _measured(step, steps, len(inputs), grid.landscape(torch.cat(found), turns.how))


def plane_of(model: nn.Module, path: list[Mapping[str, Tensor]], span: float) -> Plane:
    """The plane of a path; a random one through the model where the path is too short, straight or not finite."""
    try:
        return path_plane(model, path, MARGIN)
    except UserMistake:
        return random_plane(model, span, seed=0)


def rows_of(job: Job, most: int) -> tuple[Tensor, Tensor]:
    """Inputs and targets of the training rows, of more than `most` so many, evenly spread, where the model is."""
    train, device = job.dataset.train, job.batches.inputs.device
    stride = -(-len(train.inputs) // most)
    return train.inputs[::stride].to(device), train.targets[::stride].to(device)


def _state(model: nn.Module, kept: Snapshot) -> Mapping[str, Tensor]:
    names = named_tensors(model)
    assert len(names) == len(kept.model) == sum(1 for _ in tensors_of(model))
    return dict(zip(names, kept.model, strict=True))


def _measured(step: int, steps: list[int], rows: int, found: Landscape) -> Measured:
    explained = found.explained or (0.0, 0.0)
    alone = torch.tensor([found.here]).numpy(), torch.tensor([found.loss]).numpy()
    path, path_loss = alone if found.path is None or found.path_losses is None else (found.path, found.path_losses)
    values = {
        "explained_1": explained[0],
        "explained_2": explained[1],
        "principal": float(found.kind == "path"),
        "rows": float(rows),
    }
    arrays = {
        "grid_x": found.axes[0],
        "grid_y": found.axes[1],
        "loss": found.losses,
        "path": path,
        "path_steps": torch.tensor(steps if found.path is not None else [step]).numpy(),
        "path_loss": path_loss,
    }
    narrow = {name: each.astype("float32") if each.dtype.kind == "f" else each for name, each in arrays.items()}
    return Measured(step, "landscape", values, narrow)
