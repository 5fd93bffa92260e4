"""A figure of a post: what is trained, what may be changed, what stands in the replay and in the output of a cell."""

from __future__ import annotations

import base64
import io
import json
import zlib
from typing import Any

import msgpack
import numpy as np
import pytest

import loopscope
from loopscope.course import scope as scoping
from loopscope.course.scope import FIGURES, MIME, Scope, scope
from loopscope.course.scope_rounding import Rounding
from loopscope.course.scope_take import FRAMES, Take, frame_steps, take
from loopscope.engines import run
from loopscope.errors import UserMistake
from loopscope.events import Measured, RunEnded, StepEnded
from loopscope.experiment import Experiment, preset, validate, with_settings
from loopscope.instruments import make

SMALL: dict[str, Any] = {
    "name": "small",
    "data": {"name": "moons", "samples": 60},
    "model": {"hidden": [3]},
    "training": {"lr": 0.05, "batch_size": 16, "steps": 12},
}
MLP = validate(SMALL)
LINEAR = validate({**SMALL, "name": "straight", "model": {"kind": "linear"}})


def told(replay: bytes) -> dict[str, Any]:
    return msgpack.unpackb(zlib.decompress(replay))


def events(recording: list[Any], kind: str) -> list[Any]:
    return [event["data"] for message in recording[1:] for event in message["events"] if event["kind"] == kind]


# what is trained


def test_the_losses_are_those_of_the_plain_engine() -> None:
    plain = [event.loss for event in run(MLP) if isinstance(event, StepEnded)]
    steps = events(told(scope(MLP).replay)["recordings"][0], "StepEnded")
    assert [step["loss"] for step in steps] == plain


def test_instruments_read_what_they_read_in_the_plain_engine() -> None:
    """Those that compare before and after a step, too."""
    names = ["loss", "weights", "update_ratio"]
    plain = [
        event for event in run(MLP, make(dict.fromkeys(names, 1))) if isinstance(event, Measured) and event.step == 12
    ]
    taken = take(MLP, names)
    for event in plain:
        found = taken.last(event.instrument)
        assert found is not None
        assert found.values == {key: value for key, value in event.values.items() if key != "cost_s"}
        for key, array in event.arrays.items():
            np.testing.assert_array_equal(found.arrays[key], array)


def test_nothing_is_recorded_at_home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPSCOPE_HOME", str(tmp_path))
    scope(MLP, change=["model.hidden=2"])
    assert not list(tmp_path.iterdir())


def test_steps_replace_those_of_the_experiment() -> None:
    assert scope(MLP, steps=5).data["steps"] == 5


def test_a_run_that_diverges_says_so() -> None:
    wild = with_settings(preset("line"), ["training.lr=1e6"])
    last = list(take(wild, ["loss"]).events())[-1]
    assert isinstance(last, RunEnded) and last.status == "diverged" and last.reason


@pytest.mark.parametrize("total", [1, 7, FRAMES, 1000])
def test_frames_are_dense_where_most_changes_and_end_with_the_run(total: int) -> None:
    steps = frame_steps(total)
    gaps = np.diff(steps)
    assert steps[-1] == total and steps[0] == 1 and len(steps) <= FRAMES
    assert (gaps > 0).all() and (len(gaps) < 2 or gaps[-1] >= gaps[0])


@pytest.mark.parametrize("name", ["line", "moons-mlp", "iris", "digits", "diabetes"])
def test_every_figure_can_be_had_of_every_kind_of_data(name: str) -> None:
    figure = scope(name, show=list(FIGURES), steps=2)
    assert figure.png().startswith(b"\x89PNG")
    assert told(figure.replay)["recordings"]


# what is refused


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"show": ["surfce"]}, 'Did you mean "surface"?'),
        ({"show": []}, "one figure or more"),
        ({"change": ["model.hiden"]}, "Did you mean model.hidden?"),
        ({"change": ["model.hidden=0"]}, "a whole number from 1"),
        ({"change": ["training.lr=1:0.1"]}, "LOW below HIGH"),
        ({"change": ["training.l2"]}, 'change=["training.l2=LOW:HIGH"]'),
        ({"change": ["model.hidden", "model.hidden=3"]}, "each field once"),
        ({"steps": 0}, "a whole number from 1"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UserMistake) as caught:
        scope(MLP, **asked)
    assert words in str(caught.value) and "--over" not in str(caught.value)


def test_there_are_one_to_four_experiments() -> None:
    for none_or_many in ([], [MLP] * 5):
        with pytest.raises(UserMistake, match="1 to 4 side by side"):
            scope(none_or_many)


# what may be changed


def test_a_field_is_changed_in_the_experiments_that_have_it() -> None:
    figure = scope([LINEAR, MLP], change=["model.hidden=1,3", "training.lr=0.01:1:log"])
    hidden, lr = figure.data["change"]
    assert (hidden["lanes"], hidden["levels"], hidden["now"]) == ([1], [[1], [3]], [3])
    assert (lr["lanes"], lr["now"], lr["scale"]) == (
        [0, 1],
        0.05,
        {"from": 0.01, "to": 1.0, "by": "log", "whole": False},
    )
    with pytest.raises(UserMistake, match=r"model\.hidden"):
        scope(LINEAR, change=["model.hidden=4"])


def test_levels_of_the_first_field_are_recorded_and_the_same_run_is_kept_once() -> None:
    stored = told(scope([LINEAR, MLP], change=["model.hidden=1,2,3", "model.activation=relu,tanh"]).replay)
    assert [one["settings"] for one in stored["takes"]] == [{}, {"model.hidden": [1]}, {"model.hidden": [2]}]
    assert [one["lanes"] for one in stored["takes"]] == [[0, 1], [0, 2], [0, 3]]
    units = [recording[0]["parameters"].get("0.bias") for recording in stored["recordings"]]
    assert units == [None, [3], [1], [2]] or units == [[1], [3], [1], [2]]


def test_at_most_five_levels_are_recorded_the_present_one_among_them() -> None:
    figure = scope(MLP, show="loss", change=["model.hidden=1,2,3,4,5,6,7,8,9"])
    recorded = [settings for settings, _ in figure.takes]
    assert recorded[0] == {} and len(recorded) == 5
    assert recorded[1] == {"model.hidden": [1]} and recorded[-1] == {"model.hidden": [9]}


def test_a_field_named_alone_has_the_levels_that_fit() -> None:
    (loss,) = scope(MLP, show="loss", change=["training.loss"]).data["change"]
    assert loss["levels"] == ["auto", "bce"]
    (schedule,) = scope(MLP, show="loss", change=["training.schedule=constant,cosine"]).data["change"]
    assert schedule["path"] == "training.schedule.name"


def test_a_change_is_trained_when_it_is_asked_for() -> None:
    figure = scope(MLP, change=["training.lr=0.001:1:log"])
    stored = told(figure.with_changes({"training.lr": 0.5}))
    plain = [event.loss for event in run(with_settings(MLP, ["training.lr=0.5"])) if isinstance(event, StepEnded)]
    assert [step["loss"] for step in events(stored["recordings"][0], "StepEnded")] == plain
    with pytest.raises(UserMistake, match=r"Did you mean \"training\.lr\"\?"):
        figure.with_changes({"training.l": 1})


# what stands in the replay


def test_levels_are_within_half_of_one_of_what_was_measured() -> None:
    taken = take(MLP, ["decision_surface", "weights"])
    rounding = Rounding(taken)
    sums: dict[str, np.ndarray] = {}
    readings = [
        event for event in taken.events() if isinstance(event, Measured) and event.instrument == "decision_surface"
    ]
    assert not rounding.rounds("weights", "values/0.weight")  # six numbers, as they are
    for reading in readings:
        values = reading.arrays["values"]
        name, shape, low, high, data = rounding.told("decision_surface", "values", values)["__levels__"]
        sums[name] = sums.get(name, np.zeros(values.size, np.uint8)) + np.frombuffer(data, np.uint8)
        assert shape == list(values.shape)
        back = low + sums[name] / 254 * (high - low)
        assert np.abs(back - values.ravel()).max() <= (high - low) / 254 / 2 + 1e-6


def test_a_curve_keeps_finer_levels_and_nothing_is_a_number_that_was_none() -> None:
    curve = np.linspace(-1, 1, 200, dtype=np.float32)
    curve[7] = np.nan
    taken = Take(MLP, {}, {}, {}, [], {}, [[Measured(0, "weights", arrays={"values/w": curve})]])
    _, _, low, high, data = Rounding(taken).told("weights", "values/w", curve)["__levels__"]
    halves = np.frombuffer(data, np.uint8).reshape(2, 200).astype(int)
    levels = halves[0] + 256 * halves[1]
    assert levels[7] == 65_535
    np.testing.assert_allclose(np.delete(low + levels / 65_534 * (high - low), 7), np.delete(curve, 7), atol=2e-5)


def test_what_no_figure_draws_is_left_out() -> None:
    def keys(show: str) -> set[str]:
        readings = events(told(scope(MLP, show=show).replay)["recordings"][0], "Measured")
        return {
            key.split("/")[0] for reading in readings if reading["instrument"] == "weights" for key in reading["arrays"]
        }

    assert keys("network") == {"values"}
    assert keys("weights") == {"values", "counts", "edges"}


def test_a_replay_that_is_too_large_has_fewer_pictures_then_fewer_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    def readings(figure: Scope) -> int:
        first = events(told(figure.replay)["recordings"][0], "Measured")
        return sum(reading["instrument"] == "decision_surface" for reading in first)

    whole = scope(MLP, change=["model.hidden=1,2,3"])
    monkeypatch.setattr(scoping, "BUDGET", len(whole.replay))
    fewer = scope(MLP, change=["model.hidden=1,2,3"])
    assert len(fewer.takes) == 3 and readings(fewer) < readings(whole)
    monkeypatch.setattr(scoping, "BUDGET", 1)
    assert len(scope(MLP, change=["model.hidden=1,2,3"]).takes) == 1


# what stands in the output of a cell


def test_the_bundle_has_words_a_picture_and_what_the_page_needs() -> None:
    bundle = scope([LINEAR, MLP], show=["surface", "loss"])._repr_mimebundle_()
    about = bundle[MIME]
    json.dumps(bundle)
    assert set(bundle) == {"text/plain", "image/png", MIME}
    assert "straight: 12 steps, train loss" in bundle["text/plain"]
    assert about["element"] == "ls-scope" and about["data"]["headings"] == ["straight", "small"]
    assert [one["model"]["kind"] for one in about["data"]["experiments"]] == ["linear", "mlp"]
    assert told(base64.b64decode(about["replay"]))["takes"]


def test_experiments_of_one_name_are_numbered() -> None:
    assert scope([MLP, MLP], show="loss").headings == ["small (1)", "small (2)"]


def test_the_picture_has_a_column_an_experiment() -> None:
    from PIL import Image

    one, two = (Image.open(io.BytesIO(scope(given, show="loss").png())) for given in (MLP, [MLP, LINEAR]))
    assert two.width > one.width


def test_the_front_door_has_it() -> None:
    assert loopscope.scope is scope


def test_an_experiment_may_be_named() -> None:
    assert isinstance(scope("line", show="loss", steps=2).experiments[0], Experiment)
