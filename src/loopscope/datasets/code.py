"""A dataset as plain Python that a reader can run without loopscope: the same rows, to the last bit.

Writes only the steps that this experiment takes. Runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..experiment import Data
from ..experiment.vocabulary import DATASETS
from . import registry, scaling
from .dataset import Dataset


def code(data: Data, seed: int, dataset: Dataset) -> str:
    """Source text that defines `train_inputs`, `train_targets`, `test_inputs`, `test_targets` as `load` gave them.

    It expects `import numpy as np` and `import torch` above it, and imports what else it needs of the standard
    library and scikit-learn by itself. Other names it defines: raw, targets, inputs, order, train_rows, test_rows,
    center, scale, x1, x2, … and those of the source. Raises `UserMistake` where the data cannot go into a script:
    a large Parquet file, or a file that has changed since `dataset` was loaded.
    """
    steps = (split(data, seed, dataset), missing(dataset), inputs(dataset), scaled(data, dataset), tensors(dataset))
    parts = [registry.find(data.name).code(data, seed, dataset), *("\n".join(step) for step in steps)]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def split(data: Data, seed: int, dataset: Dataset) -> Iterator[str]:
    trains, tests = len(dataset.train), len(dataset.test)
    if dataset.task == "next-character":
        yield "# The end of the text is held back for testing: windows drawn at random would be neighbours."
        yield f"train_rows, test_rows = np.split(np.arange(len(raw)), [{trains}])"
        return
    held = f"hold {tests} of them back for testing" if tests else "hold none of them back"
    yield f"# Shuffle the rows and {held}. [{seed}, 1] is a stream of random numbers of its own:"
    yield f"# {seed} alone may have made the rows, and the split must have nothing to do with them."
    taken = "" if data.samples is None or DATASETS[data.name].generated else f"[:{data.samples}]"
    if data.points:
        yield "# A number is drawn for each point, so that one that is added leaves the others where they are."
        yield f"order = np.argsort(np.random.default_rng([{seed}, 1]).random(len(raw))){taken}"
    else:
        yield f"order = np.random.default_rng([{seed}, 1]).permutation(len(raw)){taken}"
    yield f"test_rows, train_rows = order[:{tests}], order[{tests}:]"


def missing(dataset: Dataset) -> Iterator[str]:
    gaps = gap_columns(dataset)
    if not gaps:
        return
    yield "# Missing numbers become the median of the training rows."
    yield f"for column in {gaps}:"
    yield "    gaps = np.isnan(raw[:, column])"
    yield "    raw[gaps, column] = np.median(raw[train_rows, column][~gaps[train_rows]])"


def gap_columns(dataset: Dataset) -> list[int]:
    """Positions, among the raw columns, of those with missing numbers."""
    with_gaps = {c.name for c in dataset.columns if c.kind == "number" and c.missing_rows}
    return [at for at, name in enumerate(dataset.raw_names) if name in with_gaps]


def inputs(dataset: Dataset) -> Iterator[str]:
    chosen = dataset.features
    if not chosen.typed:
        yield "inputs = raw"
        return
    yield "# What the model sees: formulas of the raw columns."
    for at in chosen.used:
        name = dataset.raw_names[at]
        remark = "" if name in ("x", f"x{at + 1}") else f"  # {' '.join(name.split())}"
        yield f"x{at + 1} = raw[:, {at}].copy(){remark}"
    yield f"inputs = np.column_stack([{', '.join(feature.to_python() for feature in chosen.typed)}])"


def scaled(data: Data, dataset: Dataset) -> Iterator[str]:
    if data.scale != "none":
        yield "# Scale with statistics of the training rows only: test rows must stay unseen."
        yield from statistics(data, dataset)
        yield "inputs = (inputs - center) / scale"
    if scaling.scales_target(data, dataset.task):
        spread = "" if np.ptp(dataset.train.raw_targets) == 0 else " / targets[train_rows].std()"
        yield "# The target likewise: mean 0 and deviation 1 over the training rows."
        yield f"targets = (targets - targets[train_rows].mean()){spread}"


def statistics(data: Data, dataset: Dataset) -> Iterator[str]:
    if data.scale == "standard":
        yield "center, scale = inputs[train_rows].mean(axis=0), inputs[train_rows].std(axis=0)"
    else:
        yield "center, scale = inputs[train_rows].min(axis=0), np.ptp(inputs[train_rows], axis=0)"
    if scaling.constant(dataset.features.apply(dataset.train.raw)).any():
        yield "scale[np.ptp(inputs[train_rows], axis=0) == 0] = 1.0  # a constant column has nothing to divide by"


def tensors(dataset: Dataset) -> Iterator[str]:
    seen = "int64" if dataset.task == "next-character" else "float32"
    if dataset.task in ("binary", "regression"):
        yield "# Targets are a column, (rows, 1), as the model's single output is."
        wanted, shape = "float32", ", None"
    else:
        wanted, shape = "int64", ""
    for side in ("train", "test"):
        yield f"{side}_inputs = torch.tensor(inputs[{side}_rows], dtype=torch.{seen})"
        yield f"{side}_targets = torch.tensor(targets[{side}_rows{shape}], dtype=torch.{wanted})"
