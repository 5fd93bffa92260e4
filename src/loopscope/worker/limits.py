"""What a live session may ask for, judged before memory is. Trains nothing."""

from __future__ import annotations

from math import prod
from pathlib import Path

import torch

from .. import datasets, models
from ..datasets import Dataset
from ..engines import ports
from ..errors import mistake
from ..experiment import Experiment
from . import readable

MOST_PARAMETERS = 2_000_000
"""With gradients, Adam's buffers and a few snapshots these take 60 MB, and a step stays short enough to watch."""

MOST_ENTRIES = 20_000_000
"""Of the training table, and of what one batch leaves in all layers: 80 MB as 32-bit floats."""

LIMITS = {"parameters": MOST_PARAMETERS, "entries": MOST_ENTRIES, "lanes": 4, "frames_per_second": 60}


def loaded(experiment: Experiment, home: Path) -> Dataset:
    """The experiment's data, once it is known to be small enough and within reach. Raises `UserMistake`."""
    if experiment.data.path is not None:
        readable.check(experiment.data.path, home)
    samples = experiment.data.samples
    if samples is not None and samples * max(2, len(experiment.data.features)) > MOST_ENTRIES:
        allowed = f"a table of at most {MOST_ENTRIES:,} numbers in a live session"
        raise mistake("data.samples", samples, allowed, "Take 10000, or train it with loopscope train.")
    return datasets.load(experiment.data, experiment.seed.data)


def check(experiment: Experiment, dataset: Dataset) -> None:
    """Raise `UserMistake` for what is too large to be live."""
    rows, width = len(dataset.train), prod(dataset.train.inputs.shape[1:])
    if rows * width > MOST_ENTRIES:
        allowed = f"at most {MOST_ENTRIES:,} numbers to train on in a live session; these are {rows:,} × {width:,}"
        raise mistake("data.samples", experiment.data.samples, allowed, "Take data.samples=10000.")
    with torch.device("meta"):
        count = sum(p.numel() for p in models.build(experiment.model, ports(dataset)).parameters())
    if count > MOST_PARAMETERS:
        allowed = f"layers of at most {MOST_PARAMETERS:,} parameters together in a live session; these have {count:,}"
        raise mistake("model.hidden", list(experiment.model.hidden), allowed, "Take model.hidden=[64].")
    size = experiment.training.batch_size
    batch = rows if size == "all" else min(size, rows)
    units = sum(experiment.model.hidden) if experiment.model.kind == "mlp" else width
    if batch * units > MOST_ENTRIES:
        allowed = f"so many rows that {units:,} units put out at most {MOST_ENTRIES:,} numbers for one batch"
        raise mistake("training.batch_size", size, allowed, "Take training.batch_size=32.")
