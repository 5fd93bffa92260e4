"""A recorded run's figures: fetches what was measured and hands it to plots. Draws nothing, never sees torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import UserMistake, mistake
from ..experiment import Experiment
from ..experiment.vocabulary import LOSSES_OF_TASK
from ..store import Frames, Series

if TYPE_CHECKING:
    from ..plots import Picture
    from ..plots.points import Rows

Curves: TypeAlias = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
POINTS = 4000  # of a curve: twice as many as a 6.4 inch figure has dots at 300 to the inch

UNITS = {
    "bce": "binary cross-entropy (nats)",
    "cross-entropy": "cross-entropy (nats)",
    "mse": "mean squared error (target²)",
    "mae": "mean absolute error (target)",
    "huber": "Huber loss (target²)",
}


class Recorded(Protocol):
    """What the figures need of a run."""

    @property
    def experiment(self) -> Experiment | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    def series_names(self) -> Sequence[str]: ...
    def series(self, name: str, points: int | None = None) -> Series: ...
    def frames(self, instrument: str, key: str) -> Frames: ...


class Plots:
    """Figures of one run, each a Matplotlib `Figure` that a notebook shows by itself; `dark=True` for dark paper.

    Each raises `UserMistake` where the run did not record what it needs, saying which instrument does.
    """

    def __init__(self, run: Recorded) -> None:
        self._run = run

    def loss(self, *, dark: bool = False) -> Picture:
        """Loss over steps: training solid, test dashed, each batch's own pale where batches differ."""
        from ..plots import loss

        names = set(self._run.series_names())
        curves = {side: self._curve(f"loss.{side}") for side in ("train", "test") if f"loss.{side}" in names}
        if "loss" in names and not (curves and self._full_batch()):
            curves = {"batch" if curves else "each batch": self._curve("loss"), **curves}
        if not curves:
            raise mistake("run.plot.loss()", "a run of no step", "a run of at least one step")
        return loss(curves, y=self._loss_name(), dark=dark)

    def gradients(self, *, dark: bool = False) -> Picture:
        """Length of the gradient of each weight tensor over steps (biases left out)."""
        from ..plots import gradients

        curves = self._by_layer("gradient_norm", "", skip=("total", "cost_s"))
        if not curves:
            raise self._missing("gradients", "gradient_norm")
        return gradients(curves, dark=dark)

    def activations(self, *, dark: bool = False) -> Picture:
        """What each layer puts out over steps: mean, deviation, and how much of it is dead or saturated."""
        from ..plots import activations
        from ..plots.panels import Layers

        mean, deviation, dead, saturated = (
            self._by_layer("activations", f"{quantity}/") for quantity in ("mean", "std", "dead", "saturated")
        )
        if not mean:
            raise self._missing("activations", "activations")
        return activations(Layers(mean, deviation, dead, saturated), dark=dark)

    def surface(self, *, dark: bool = False) -> Picture:
        """What the model says everywhere on the plane of its two raw inputs, at the last step recorded."""
        from ..plots import surface

        self._needs_inputs("surface", 2, "Try run.plot.fit().")
        grid_x, grid_y = self._last("decision_surface", "grid_x"), self._last("decision_surface", "grid_y")
        values = self._last("decision_surface", "values")
        if grid_x is None or grid_y is None or values is None:
            raise self._missing("surface", "decision_surface")
        classes = self._classes()
        table = np.moveaxis(values, 0, -1) if values.ndim == 3 else values  # (rows, columns, classes)
        train, test = self._sides()
        return surface(
            grid_x, grid_y, table if classes else self._unscaled(table), train=train, test=test, classes=classes,
            names=self._names(("x₁", "x₂")), class_names=self._class_names(), target_name=self._target(), dark=dark,
        )  # fmt: skip

    def fit(self, *, dark: bool = False) -> Picture:
        """The model's curve over its one raw input, through the rows it learned from, at the last step recorded."""
        from ..plots import fit

        self._needs_inputs("fit", 1, "Try run.plot.surface().")
        if self._classes() > 2:
            raise mistake("run.plot.fit()", f"a run of {self._classes()} classes", "a quantity or two classes")
        grid_x, values = self._last("decision_surface", "grid_x"), self._last("decision_surface", "values")
        if grid_x is None or values is None:
            raise self._missing("fit", "decision_surface")
        train, test = self._sides()
        binary = self._classes() == 2
        name = f"p({self._class_names()[1]})" if binary else self._target()
        curve = values if binary else self._unscaled(values)
        return fit(grid_x, curve, train, test, names=self._names(("x",)), target_name=name, dark=dark)

    def agreement(self, *, dark: bool = False) -> Picture:
        """What the model says over what is true, row by row: a regression of any number of inputs."""
        from ..plots import agreement

        sides = [self._said(side) for side in ("train", "test")]
        if sides[0] is None:
            raise self._missing("agreement", "metrics")
        return agreement(sides[0], sides[1], target_name=self._target(), dark=dark)

    def data(self, *, dark: bool = False) -> Picture:
        """The rows it learned from (filled) and those held back for testing (ringed)."""
        from ..plots import data

        train, test = self._sides()
        if train is None or not len(train.inputs):
            raise mistake("run.plot.data()", "a run without rows", "a run of an experiment with a table of data")
        columns = train.inputs.shape[1]
        names = self._names(("x₁", "x₂") if columns == 2 else ("x",)) if columns <= 2 else ()
        classes = self._classes()
        return data(
            train,
            test,
            classes=classes,
            names=names,
            class_names=self._class_names(),
            target_name=self._target(),
            dark=dark,
        )

    def weights(self, *, dark: bool = False) -> Picture:
        """Each weight matrix at the last step recorded (vectors only where there is no matrix)."""
        from ..plots import weights

        names = [
            name.removeprefix("weights.norm/") for name in self._run.series_names() if name.startswith("weights.norm/")
        ]
        found = {name: self._frames("weights", f"values/{name}") for name in names}
        last = {name: frames.arrays[-1] for name, frames in found.items() if frames is not None and len(frames)}
        if not last:
            raise self._missing("weights", "weights")
        matrices = {name: array for name, array in last.items() if array.ndim > 1}
        step = max(int(frames.steps[-1]) for frames in found.values() if frames is not None and len(frames))
        return weights(matrices or last, step=step, dark=dark)

    def confusion(self, *, dark: bool = False) -> Picture:
        """Rows counted by their class and the class answered, at the last step recorded: test rows, else training."""
        from ..plots import confusion

        if self._run.facts.get("task") == "regression":
            raise mistake("run.plot.confusion()", "a run of a regression", "a run with classes", "Try run.plot.fit().")
        for side in ("test", "train"):
            counts = self._last("metrics", f"{side}_confusion")
            if counts is not None and counts.sum() > 0:
                named = self._class_names() if len(self._class_names()) == len(counts) else ()
                return confusion(counts, class_names=named, side=side, dark=dark)
        raise self._missing("confusion", "metrics")

    def all(self, folder: str | Path, *, dark: bool = False) -> list[Path]:
        """Every figure that the run has measurements for, as `NAME.png` in a folder (made if missing)."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        figures: list[Callable[..., Picture]] = [
            *(self.data, self.loss, self.surface, self.fit, self.agreement),
            *(self.confusion, self.gradients, self.activations, self.weights),
        ]
        paths: list[Path] = []
        for figure in figures:
            try:
                picture = figure(dark=dark)
            except UserMistake:
                continue  # not measured in this run, which is no mistake of who asks for all there is
            paths.append(place / f"{figure.__name__}.png")
            paths[-1].write_bytes(picture.png())
        return paths

    def _said(self, side: str) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """(true, said) of a regression's rows of one side, each (rows,), in the target's own unit."""
        said, true = self._last("metrics", f"{side}_said"), self._last("metrics", f"{side}_true")
        if said is None or true is None or said.ndim != 2 or said.shape[1] != 1:
            return None
        return self._unscaled(true[:, 0]), self._unscaled(said[:, 0])

    def _curve(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        series = self._run.series(name, points=POINTS)
        return series.steps, series.values

    def _by_layer(self, instrument: str, prefix: str, skip: Sequence[str] = ()) -> Curves:
        """Series of an instrument by layer, in the model's order, whole: thinned ones would not share their steps."""
        start = f"{instrument}.{prefix}"
        keys = [name.removeprefix(start) for name in self._run.series_names() if name.startswith(start)]
        keys = [key for key in keys if key not in skip]
        without_bias = [key for key in keys if key.rpartition(".")[2] != "bias"]
        found = {key: self._run.series(start + key) for key in without_bias or keys}
        return {key: (series.steps, series.values) for key, series in found.items()}

    def _frames(self, instrument: str, key: str) -> Frames | None:
        try:
            return self._run.frames(instrument, key)
        except UserMistake:
            return None  # never recorded

    def _last(self, instrument: str, key: str) -> NDArray[Any] | None:
        frames = self._frames(instrument, key)
        return frames.arrays[-1] if frames is not None and len(frames) else None

    def _sides(self) -> tuple[Rows | None, Rows | None]:
        """Rows of both sides as recorded (2,000 of each at the most), inputs raw and targets in their own units."""
        from ..plots.points import Rows

        sides: list[Rows | None] = []
        for side in ("train", "test"):
            raw, targets = self._last("data", f"{side}_raw"), self._last("data", f"{side}_targets")
            drawable = raw is not None and targets is not None and raw.ndim == 2 and targets.size == len(raw)
            sides.append(Rows.of(raw, targets) if drawable and raw is not None and targets is not None else None)
        return sides[0], sides[1]

    def _classes(self) -> int:
        """How many classes there are, 0 where the target is a quantity."""
        match self._run.facts.get("task"):
            case "binary":
                return 2
            case "multiclass":
                return len(self._class_names())
            case _:
                return 0

    def _class_names(self) -> list[str]:
        names = [str(name) for name in self._run.facts.get("classes", ())]
        return names or (["class 0", "class 1"] if self._run.facts.get("task") == "binary" else [])

    def _names(self, otherwise: Sequence[str]) -> Sequence[str]:
        names = [str(name) for name in self._run.facts.get("raw_inputs", ())]
        return names if len(names) == len(otherwise) else otherwise

    def _target(self) -> str:
        return str(self._run.facts.get("target") or "y")

    def _full_batch(self) -> bool:
        return self._run.experiment is not None and self._run.experiment.training.batch_size == "all"

    def _loss_name(self) -> str:
        """The loss with its unit, as far as the experiment tells."""
        experiment, task = self._run.experiment, self._run.facts.get("task")
        if experiment is None:
            return "loss"
        name: str = experiment.training.loss
        if name == "auto":
            name = LOSSES_OF_TASK[task][0] if task in LOSSES_OF_TASK else "auto"
        scaled = self._run.facts.get("target_scale", 1.0) != 1.0
        return UNITS.get(name, "loss").replace("target", "scaled target") if scaled else UNITS.get(name, "loss")

    def _unscaled(self, values: NDArray[Any]) -> NDArray[Any]:
        """A regression's values in the target's own unit, where the experiment had it scaled for the model."""
        return values * self._run.facts.get("target_scale", 1.0) + self._run.facts.get("target_center", 0.0)

    def _needs_inputs(self, figure: str, count: int, instead: str) -> None:
        """A figure over raw inputs has as many axes as there are of them."""
        found = len(self._run.facts.get("raw_inputs", ())) or count  # unknown in somebody's own script
        if found != count:
            hint = instead if found == 3 - count else "Try run.plot.data(), which finds a plane for any number of them."
            raise mistake(f"run.plot.{figure}()", f"a run with {_inputs(found)}", f"a run with {_inputs(count)}", hint)

    def _missing(self, figure: str, instrument: str) -> UserMistake:
        wanted = f"a run that recorded the instrument {instrument}"
        step = f"Train it again with --instruments default,{instrument}."
        return mistake(f"run.plot.{figure}()", f"a run without {instrument}", wanted, step)


def _inputs(count: int) -> str:
    return "1 raw input" if count == 1 else f"{count} raw inputs"
