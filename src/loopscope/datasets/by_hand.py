"""Points that a person set by hand: rows as they stand in the experiment. Knows neither page nor link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import final

import numpy as np

from ..errors import mistake
from ..experiment import Data
from ..experiment.points import classes_of, task_of
from .dataset import Dataset
from .registry import Source, register
from .rows import Rows

ROOM = 0.1
"""Share of each column's range that is shown on either side, where more may be set; one over the number of points is
added, since the range of a few says little yet."""


@final
@register("points")
class ByHand(Source):
    """Rows of x1, x2 and a class, or of x and y."""

    def read(self, data: Data, seed: int) -> Rows:
        if not data.points:
            raise mistake("data.points", [], "rows: the dataset points needs some", "Set some in the lab's output.")
        task, values = task_of(data.points), np.array(data.points)
        curve = task == "regression"
        return Rows(
            values[:, :-1].copy(),
            values[:, -1].astype(np.float64 if curve else np.int64),
            task,
            ("x",) if curve else ("x1", "x2"),
            "y" if curve else "class",
            tuple(f"class {number}" for number in range(classes_of(data.points))),
            room=ROOM + 1.0 / len(values),
        )

    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        return "\n".join(_lines(data, dataset)) + "\n"


def _lines(data: Data, dataset: Dataset) -> Iterator[str]:
    curve = dataset.task == "regression"
    yield f"# Points set by hand: {', '.join(dataset.raw_names)} and {'y' if curve else 'the class'} of each."
    yield "points = np.array(["
    yield from (f"    {list(point)}," for point in data.points)
    yield "])"
    yield f"raw, targets = points[:, :-1].copy(), points[:, -1].astype(np.{'float64' if curve else 'int64'})"
