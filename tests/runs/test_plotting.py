"""A run's figures: what was recorded is what is drawn, and what was not is asked for by name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loopscope.errors import UserMistake, unknown
from loopscope.experiment import Experiment, preset, with_settings
from loopscope.runs.plotting import Plots
from loopscope.store import Frames, Series

STEPS = np.arange(0, 50, 5)
FALLING = np.linspace(1.0, 0.2, len(STEPS))
GRID = np.linspace(-1.0, 1.0, 6)


class HandMade:
    """A run of a few lines: series and last frames by name."""

    def __init__(
        self,
        series: Mapping[str, Any] | None = None,
        arrays: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
        experiment: Experiment | None = None,
    ) -> None:
        self._series = {name: np.asarray(values, dtype=float) for name, values in (series or {}).items()}
        self._arrays = dict(arrays or {})
        self.facts = dict(facts or {})
        self.experiment = experiment

    def series_names(self) -> list[str]:
        return list(self._series)

    def series(self, name: str, points: int | None = None) -> Series:
        return Series(STEPS, self._series[name])

    def frames(self, instrument: str, key: str) -> Frames:
        if f"{instrument}.{key}" not in self._arrays:
            raise unknown("array", key, self._arrays)
        last = np.asarray(self._arrays[f"{instrument}.{key}"])
        return Frames(np.array([0, 45]), [np.zeros_like(last), last])


BINARY: dict[str, Any] = {
    "task": "binary", "raw_inputs": ["x1", "x2"], "target": "moon", "classes": ["upper", "lower"],
}  # fmt: skip
ROWS: dict[str, Any] = {
    "data.train_raw": np.array([[0.0, 0.5], [1.0, -0.5], [0.5, 0.5]]),
    "data.train_targets": np.array([0.0, 1.0, 1.0]),
    "data.test_raw": np.zeros((0, 2)),
    "data.test_targets": np.zeros(0),
}
SURFACE: dict[str, Any] = {
    "decision_surface.grid_x": GRID,
    "decision_surface.grid_y": GRID,
    "decision_surface.values": np.full((6, 6), 0.3),
}
SERIES: dict[str, Any] = {
    "loss": FALLING, "lr": FALLING, "loss.train": FALLING, "loss.test": FALLING + 0.1,
    "gradient_norm.total": FALLING, "gradient_norm.fc2.weight": FALLING, "gradient_norm.fc2.bias": FALLING,
    "gradient_norm.fc10.weight": FALLING, "gradient_norm.cost_s": FALLING, "weights.norm/fc2.weight": FALLING,
    "weights.norm/fc2.bias": FALLING, "activations.mean/relu": FALLING, "activations.std/relu": FALLING,
    "activations.dead/relu": FALLING / 2, "activations.cost_s": FALLING,
}  # fmt: skip
WEIGHTS = {"weights.values/fc2.weight": np.ones((3, 2)), "weights.values/fc2.bias": np.ones(3)}


@pytest.fixture
def full() -> Plots:
    confusion = {"metrics.test_confusion": np.array([[5, 1], [0, 4]])}
    return Plots(HandMade(SERIES, {**ROWS, **SURFACE, **WEIGHTS, **confusion}, BINARY, preset("moons-mlp")))


def texts(figure: Any) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def test_loss_names_its_unit_and_draws_batches_behind_both_sides(full: Plots):
    axes = full.loss().axes[0]
    assert axes.get_ylabel().startswith("binary cross-entropy (nats)")
    assert texts(full.loss())[:3] == ["each batch", "train 0.2", "test 0.3"]
    np.testing.assert_allclose(axes.lines[1].get_ydata(), FALLING)


def test_a_full_batch_has_no_noise_to_draw():
    experiment = with_settings(preset("moons-mlp"), ["training.batch_size=all"])
    assert "each batch" not in texts(Plots(HandMade(SERIES, facts=BINARY, experiment=experiment)).loss())


def test_somebody_s_own_script_has_the_batch_s_loss_alone():
    figure = Plots(HandMade({"loss": FALLING})).loss()
    assert texts(figure)[0] == "each batch 0.2"
    assert figure.axes[0].get_ylabel().startswith("loss")


def test_gradients_keep_the_model_s_order_and_leave_out_totals_biases_and_costs(full: Plots):
    assert texts(full.gradients()) == ["fc2.weight", "fc10.weight"]


def test_activations_tell_the_dead_share(full: Plots):
    assert "10 % dead" in texts(full.activations())


def test_weights_are_those_of_the_last_step(full: Plots):
    axes = full.weights().axes[0]
    np.testing.assert_allclose(axes.images[0].get_array(), np.ones((3, 2)))
    assert len([axes for axes in full.weights().axes if axes.get_title() == "fc2.bias"]) == 0


def test_a_surface_carries_the_names_of_columns_and_classes(full: Plots):
    figure = full.surface()
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("x1", "x2")
    assert {"upper", "lower", "train"} <= set(texts(figure))
    assert "test" not in texts(figure), "there are no test rows to be told apart"


def test_classes_first_become_classes_last():
    table = np.stack([np.full((6, 6), share) for share in (0.1, 0.7, 0.2)])
    arrays = {**ROWS, **SURFACE, "decision_surface.values": table}
    facts = {**BINARY, "task": "multiclass", "classes": ["a", "b", "c"]}
    image = Plots(HandMade({}, arrays, facts)).surface().axes[0].images[0]
    assert image.get_array().shape == (6, 6, 3)


def line(scaled: bool) -> Plots:
    facts: dict[str, Any] = {"task": "regression", "raw_inputs": ["x"], "target": "price", "classes": []}
    if scaled:
        facts |= {"target_center": 3.0, "target_scale": 10.0}
    arrays = {
        "decision_surface.grid_x": GRID, "decision_surface.values": GRID,
        "data.train_raw": GRID[:, None], "data.train_targets": 10 * GRID + 3,
    }  # fmt: skip
    experiment = with_settings(preset("line"), [f"data.scale_target={str(scaled).lower()}"])
    return Plots(HandMade({"loss": FALLING}, arrays, facts, experiment))


def test_a_fit_is_drawn_in_the_target_s_own_unit():
    plain, scaled = line(False).fit().axes[0], line(True).fit().axes[0]
    curve = next(one for one in plain.lines if len(one.get_xdata()) == len(GRID))
    back = next(one for one in scaled.lines if len(one.get_xdata()) == len(GRID))
    np.testing.assert_allclose(curve.get_ydata(), GRID)
    np.testing.assert_allclose(back.get_ydata(), GRID * 10 + 3)
    assert plain.get_ylabel() == "price"
    assert line(True).loss().axes[0].get_ylabel().startswith("mean squared error (scaled target²)")


@pytest.mark.parametrize(
    ("figure", "instrument"),
    [
        ("gradients", "gradient_norm"),
        ("activations", "activations"),
        ("weights", "weights"),
        ("surface", "decision_surface"),
        ("confusion", "metrics"),
    ],
)
def test_what_was_not_recorded_is_asked_for_by_its_instrument(figure: str, instrument: str):
    with pytest.raises(UserMistake) as caught:
        getattr(Plots(HandMade({"loss": FALLING}, {}, BINARY)), figure)()
    assert str(caught.value) == (
        f"run.plot.{figure}() is 'a run without {instrument}'; allowed a run that recorded the instrument {instrument}."
        f" Train it again with --instruments default,{instrument}."
    )


def test_figures_that_do_not_fit_the_data_point_to_one_that_does(full: Plots):
    with pytest.raises(UserMistake, match=r"fit\(\) is 'a run with 2 raw inputs'; .* Try run.plot.surface\(\)."):
        full.fit()
    with pytest.raises(UserMistake, match=r"surface\(\) is 'a run with 1 raw input'; .* Try run.plot.fit\(\)."):
        line(False).surface()
    with pytest.raises(UserMistake, match=r"confusion\(\) is 'a run of a regression'"):
        line(False).confusion()
    with pytest.raises(UserMistake, match=r"data\(\) is 'a run without rows'"):
        Plots(HandMade()).data()
    with pytest.raises(UserMistake, match=r"loss\(\) is 'a run of no step'"):
        Plots(HandMade()).loss()


def test_all_writes_what_there_is_and_nothing_else(full: Plots, tmp_path: Path):
    folder = tmp_path / "new" / "figures"
    paths = full.all(folder)
    assert [path.stem for path in paths] == [
        "data", "loss", "surface", "confusion", "gradients", "activations", "weights",
    ]  # fmt: skip
    assert sorted(folder.iterdir()) == sorted(paths)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert Plots(HandMade()).all(tmp_path / "none") == []


def test_plotting_is_imported_without_matplotlib_and_torch():
    code = "import sys, loopscope.runs.plotting; assert not {'matplotlib', 'torch'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_regression_of_many_inputs_shows_said_over_true_in_the_target_s_own_unit():
    arrays = {f"metrics.{side}_{key}": GRID[:, None] for side in ("train", "test") for key in ("said", "true")}
    facts = {"task": "regression", "raw_inputs": ["a", "b", "c"], "target": "price", "classes": []}
    facts |= {"target_center": 3.0, "target_scale": 10.0}
    axes = Plots(HandMade({"loss": FALLING}, arrays, facts)).agreement().axes[0]
    assert axes.get_ylabel() == "price, predicted"
    exact = next(one for one in axes.lines if len(one.get_xdata()) == 2 and np.ptp(one.get_xdata()) > 15)
    assert exact.get_xdata() == pytest.approx([GRID.min() * 10 + 3, GRID.max() * 10 + 3])
