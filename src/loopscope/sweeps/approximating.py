"""How wide, how deep: the least width that comes within an error of a function, and what depth buys. Draws nothing.

Both say what was found in a bounded search, and never that there is nothing: another start, another rate or more steps
may do better.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import torch

from .. import datasets
from ..datasets import Dataset
from ..datasets.formula_set import typed
from ..engines import threads
from ..engines.stacked import run_stacked
from ..errors import mistake
from ..events import Measured
from ..experiment import Experiment, validate
from ..instruments import Every, Instrument, Moment, Reading, quietly
from ..plots import Picture, responses
from ..plots.responses import Along, Band

GRID = 4001
"""Places at which the error is taken: one every thousandth of [-2, 2], where formulas are."""

STEPS, ROWS, SEEDS = 2000, 512, 4
RATES = (0.003, 0.01, 0.03)
AT_THE_ENDS = Every(10**12)


class SupError(Instrument):
    """The largest error |model − function| at given places of one raw input, without noise."""

    name = "sup_error"
    describes: ClassVar[dict[str, str]] = {
        "sup": "largest absolute error over the grid [units of the target]",
        "rms": "root of the mean squared error over the grid [units of the target]",
    }
    example = "SupError(dataset, x, truth)"
    usual = AT_THE_ENDS

    def __init__(self, dataset: Dataset, x: np.ndarray, truth: np.ndarray) -> None:
        """`x` (n,) in the raw input's own unit, `truth` (n,) in the target's."""
        super().__init__(AT_THE_ENDS)
        self._inputs, self._truth, self._scaling = dataset.encode(x[:, None]), truth, dataset.scaling

    def __deepcopy__(self, memo: object) -> SupError:
        """Each run has one of its own, over the same places."""
        return copy.copy(self)

    def measure(self, moment: Moment) -> Reading:
        with quietly(moment.model) as model, torch.no_grad():
            said = model(self._inputs).double().squeeze(-1).numpy()
        error = said * float(self._scaling.target_scale) + float(self._scaling.target_center) - self._truth
        return Reading({"sup": float(np.abs(error).max()), "rms": float(np.sqrt(np.mean(error**2)))})


@dataclass(frozen=True)
class Widths:
    """What a search for the least width found. `tried` has a row for each width: width, best, seed, lr, runs."""

    function: str
    within: float
    most: int
    width: int | None
    """the least width that was found, None where none was"""
    tried: pd.DataFrame

    @property
    def sentence(self) -> str:
        """What may be claimed, and no more."""
        best = self.tried.sort_values("best").iloc[0]
        runs = int(self.tried["runs"].sum())
        if self.width is None:
            return (
                f"Not found within {self.most:,} {_units(self.most)}: the least error of {runs:,} runs was "
                f"{best['best']:.3g}, with {int(best['width']):,}; {self.within:g} was asked for. "
                "More steps or other starts may do better."
            )
        mine = self.tried[self.tried["width"] == self.width].iloc[0]
        less = self.tried[self.tried["width"] < self.width]
        below = f" With {int(less['width'].max()):,} the best was {less.iloc[-1]['best']:.3g}." if len(less) else ""
        return (
            f"{self.width:,} {_units(self.width)} come within {self.within:g} of {self.function}: the largest error at "
            f"{GRID:,} places is {mine['best']:.3g}. That is the least width found, in {runs:,} runs.{below} "
            "Fewer may do in another search."
        )


def _units(count: int) -> str:
    return "unit" if count == 1 else "units"


def smallest_width(
    function: str,
    within: float,
    *,
    most: int = 2048,
    activation: str = "tanh",
    steps: int = STEPS,
    seeds: int = SEEDS,
    rates: Sequence[float] = RATES,
) -> Widths:
    """The least width of one hidden layer that was found to come within `within` of a function of x on [-2, 2].

    Widths are doubled from 1 until one does, then halved in between; each is tried with `seeds` starts and all `rates`
    for `steps` Adam steps over the whole batch of 512 rows without noise. The error is the largest over 4,001 places.
    Raises `UserMistake` for a function that cannot be read, and bounds that are none.
    """
    if not within > 0:
        raise mistake("within", within, "an error above 0", "Try 0.05")
    if not 1 <= most <= 2**14:
        raise mistake("most", most, "1 to 16,384 units", "Try 2048")
    rows: list[dict[str, float]] = []

    def fits(width: int) -> bool:
        base = _experiment({"name": "formula", "formula": function}, [width], activation, steps)
        rows.append({"width": width, **_best(base, seeds, rates, _typed)})
        return rows[-1]["best"] <= within

    width = _least(fits, most)
    tried = pd.DataFrame(rows).sort_values("width", ignore_index=True)
    return Widths(function, within, most, width, tried)


def depth_against_parameters(
    parameters: Sequence[int] = (50, 100, 200, 400, 800),
    depths: Sequence[int] = (1, 2, 3, 4, 5, 6),
    *,
    data: str = "sawtooth",
    activation: str = "relu",
    steps: int = STEPS,
    seeds: int = SEEDS,
    rates: Sequence[float] = RATES,
) -> pd.DataFrame:
    """A row for each depth and number of parameters: width, parameters it has, and errors over seeds.

    All hidden layers of a network are as wide as the number of parameters allows. `median`, `low` and `high` are of the
    root mean squared error over the grid, each seed at its best rate; `low` and `high` are the smallest and largest.
    Raises `UserMistake` for a dataset that has not one raw input.
    """
    rows: list[dict[str, float]] = []
    for count in parameters:
        for depth in depths:
            width = width_for(count, depth)
            if width < 1:
                continue
            base = _experiment({"name": data}, [width] * depth, activation, steps)
            errors = _errors(base, seeds, rates, _function_of)["rms"].min(axis=1)
            middle = {"median": float(np.median(errors)), "low": float(errors.min()), "high": float(errors.max())}
            rows.append({"depth": depth, "width": width, "parameters": size_of(width, depth), "seeds": seeds, **middle})
    return pd.DataFrame(rows)


def size_of(width: int, depth: int) -> int:
    """Parameters of a network from one input through `depth` layers of `width` to one output, biases included."""
    return 2 * width + (depth - 1) * width * (width + 1) + width + 1


def width_for(parameters: int, depth: int) -> int:
    """The greatest width with at most so many parameters; 0 where there is none."""
    width = 0
    while size_of(width + 1, depth) <= parameters:
        width += 1
    return width


def _least(fits: Callable[[int], bool], most: int) -> int | None:
    below, width = 0, 1
    while not fits(width):
        if width == most:
            return None
        below, width = width, min(2 * width, most)
    while width - below > 1:
        middle = (below + width) // 2
        below, width = (below, middle) if fits(middle) else (middle, width)
    return width


def _experiment(data: dict[str, object], hidden: list[int], activation: str, steps: int) -> Experiment:
    return validate(
        {
            "data": {**data, "samples": ROWS, "test_fraction": 0.0, "noise": 0.0},
            "model": {"hidden": hidden, "activation": activation},
            "training": {"optimizer": "adam", "lr": RATES[0], "batch_size": "all", "steps": steps},
        }
    )


Truth = Callable[[Dataset, Experiment], tuple[np.ndarray, np.ndarray]]


def _best(base: Experiment, seeds: int, rates: Sequence[float], truth: Truth) -> dict[str, float]:
    errors = _errors(base, seeds, rates, truth)["sup"]
    seed, rate = np.unravel_index(int(np.argmin(errors)), errors.shape)
    return {"best": float(errors.min()), "seed": int(seed), "lr": float(rates[int(rate)]), "runs": errors.size}


def _errors(base: Experiment, seeds: int, rates: Sequence[float], truth: Truth) -> dict[str, np.ndarray]:
    """Each measure as (seeds, rates) after the last step; infinite where a run diverged."""
    dataset = datasets.load(base.data, base.seed.data)
    instrument = SupError(dataset, *truth(dataset, base))
    experiments = [_changed(base, seed, rate) for seed in range(seeds) for rate in rates]
    found = {name: np.full(len(experiments), math.inf) for name in ("sup", "rms")}
    with threads(1):
        for place, event in run_stacked(experiments, [instrument]):
            if isinstance(event, Measured) and event.instrument == SupError.name and event.step:
                for name, errors in found.items():
                    value = event.values[name]
                    errors[place] = value if math.isfinite(value) else math.inf
    return {name: errors.reshape(seeds, len(rates)) for name, errors in found.items()}


def _changed(base: Experiment, seed: int, rate: float) -> Experiment:
    return base.model_copy(
        update={
            "seed": base.seed.model_copy(update={"init": seed, "order": seed}),
            "training": base.training.model_copy(update={"lr": rate}),
        }
    )


def _typed(dataset: Dataset, base: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """Places (n,) spread evenly over [-2, 2] with both ends, and the typed function there (n,)."""
    formula, columns = typed(base.data)
    if len(columns) != 1:
        raise mistake("function", base.data.formula, "a function of x alone", "Try sin(3*x)")
    x = np.linspace(-2.0, 2.0, GRID)
    return x, formula.evaluate({columns[0]: x})


def _function_of(dataset: Dataset, base: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """Places (n,) drawn over the range of the rows, and the function there (n,), without noise."""
    if len(dataset.raw_names) != 1:
        raise mistake("data.name", base.data.name, "a function of one input", "Try sawtooth, sine or a formula of x.")
    fine = base.data.model_copy(update={"samples": GRID})
    rows = datasets.load(fine, base.seed.data + 1).train
    order = np.argsort(rows.raw[:, 0])
    return rows.raw[order, 0], rows.raw_targets[order]


def depth_figure(found: pd.DataFrame, dark: bool = False) -> Picture:
    """Error against parameters, a line for each depth; bands from the smallest to the largest of the seeds."""
    lines = [
        Band(
            f"{depth} hidden",
            *(part[name].to_numpy(dtype=np.float64) for name in ("parameters", "median", "low", "high")),
        )
        for depth, part in found.sort_values("parameters").groupby("depth")
    ]
    note = f"median of {int(found['seeds'].max())} seeds, smallest to largest"
    return responses.response(lines, Along("parameters", log=True), y="error (root mean square)", note=note, dark=dark)
