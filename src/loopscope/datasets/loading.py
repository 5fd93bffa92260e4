"""From what is asked to a dataset ready for a model: rows, split, missing numbers, features, scaling, tensors.

Knows no source of data by name. `code.code` writes the same steps as plain Python, in the same order.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..errors import mistake
from ..experiment import Data
from ..experiment.vocabulary import Task
from . import features, registry, scaling, splitting
from .dataset import Dataset, Split
from .rows import Rows
from .scaling import Scaling


def load(data: Data, seed: int) -> Dataset:
    """The dataset that `data` asks for. Equal arguments give equal bits; no global random state is read or moved.

    `seed` decides the rows of a generated set and the split into training and test rows.
    Raises `UserMistake` with the field (data.path, data.target, data.features, …) that is to blame.
    """
    rows = registry.find(data.name).read(data, seed)
    train, test = split(rows, data, seed)
    raw, filled = fill_missing(rows, train)
    chosen = features.parse(data.features, rows.raw_names)
    inputs = chosen.apply(raw)
    fitted = fit(inputs, rows, data, train)
    inputs = fitted.apply(inputs)
    targets = fitted.apply_target(rows.targets) if rows.task == "regression" else rows.targets
    input_names = chosen.names(rows.raw_names)

    def side(of: np.ndarray) -> Split:
        seen = input_tensor(inputs[of], rows.task)
        _check_finite(seen, input_names)
        return Split(raw[of], rows.targets[of], seen, target_tensor(targets[of], rows.task), of)

    return Dataset(
        name=data.name,
        task=rows.task,
        train=side(train),
        test=side(test),
        raw_names=rows.raw_names,
        input_names=input_names,
        target_name=rows.target_name,
        class_names=rows.class_names,
        features=chosen,
        scaling=fitted,
        image=None if data.features else rows.image,
        vocabulary=rows.vocabulary,
        columns=rows.columns,
        report=(*rows.report, *filled, *_scaled_report(rows, data), *_split_report(rows, train, test)),
        facts={"rows": len(rows.raw), "columns": len(rows.raw_names), **rows.facts},
        room=rows.room,
    )


def split(rows: Rows, data: Data, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the training and the test side."""
    if rows.ordered:
        return splitting.contiguous(len(rows.raw), data.test_fraction)
    if data.samples is not None and data.samples > len(rows.raw):
        allowed = f"4 to {len(rows.raw):,}, the rows there are"
        raise mistake("data.samples", data.samples, allowed, "Leave it out to take all.")
    how = splitting.one_by_one if data.points else splitting.shuffled
    return how(len(rows.raw), data.samples, data.test_fraction, seed)


def fill_missing(rows: Rows, train: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Missing numbers become the median of their column's training rows; and sentences that say so."""
    missing = np.isnan(rows.raw)
    if not missing.any():
        return rows.raw, []
    raw, report = rows.raw.copy(), list[str]()
    for at in np.flatnonzero(missing.any(axis=0)):
        known = raw[train, at][~missing[train, at]]
        name, count = rows.raw_names[at], int(missing[:, at].sum())
        if not len(known):
            what = f'Column "{name}" has no value on any training row. Take it out, or try another --set seed.data=1'
            raise mistake("data.path", name, "columns with at least one value to train on", what)
        raw[missing[:, at], at] = np.median(known)
        where = f"{name} is missing on {'1 row' if count == 1 else f'{count:,} rows'}"
        report.append(f"{where}; the median of the training rows, {np.median(known):g}, stands in.")
    return raw, report


def fit(inputs: np.ndarray, rows: Rows, data: Data, train: np.ndarray) -> Scaling:
    """Statistics of the training rows, for the inputs as asked and for a regression's target."""
    center, scale = scaling.fit(inputs[train], data.scale)
    if not scaling.scales_target(data, rows.task):
        return Scaling(center, scale)
    return Scaling(center, scale, *scaling.fit_target(rows.targets[train]))


def input_tensor(inputs: np.ndarray, task: Task) -> Tensor:
    return torch.tensor(inputs, dtype=torch.int64 if task == "next-character" else torch.float32)


def target_tensor(targets: np.ndarray, task: Task) -> Tensor:
    """A column of numbers for one output, class numbers for several."""
    if task in ("binary", "regression"):
        return torch.tensor(targets[:, None], dtype=torch.float32)
    return torch.tensor(targets, dtype=torch.int64)


def _check_finite(inputs: Tensor, names: tuple[str, ...]) -> None:
    bad = ~torch.isfinite(inputs)
    if bad.any():
        name = names[int(bad.any(dim=0).nonzero()[0])]
        what = f'"{name}" has larger ones. Divide it by a large number, or leave it out.'
        raise mistake("data.features", name, "inputs that fit in 32-bit floats, up to 3e38", what)


def _scaled_report(rows: Rows, data: Data) -> list[str]:
    """What was chosen for the reader has to be said."""
    if data.scale_target is not None or not scaling.scales_target(data, rows.task):
        return []
    return [f"{rows.target_name} is scaled to mean 0 and deviation 1 for the model; see data.scale_target."]


def _split_report(rows: Rows, train: np.ndarray, test: np.ndarray) -> list[str]:
    report = [f"{len(train):,} rows to train on, {len(test):,} held back for testing."]
    if rows.class_names:
        counts = np.bincount(rows.targets[train], minlength=len(rows.class_names))
        absent = [name for name, count in zip(rows.class_names, counts, strict=True) if not count]
        report += [f"No training row is of the class {name}, so it cannot be learned." for name in absent]
    return report
