"""TOML and JSON: everything comes back, and what would choke a reader is refused before it is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loopscope.errors import UserMistake
from loopscope.experiment import Experiment, from_json, from_toml, preset, presets, to_json, to_toml
from loopscope.experiment.bounds import MOST_BYTES
from strategies.experiments import experiments, largest, most_points

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


@SLOW
@given(experiments())
def test_every_experiment_round_trips_through_toml(experiment: Experiment):
    back = from_toml(to_toml(experiment))
    assert back == experiment and back.fingerprint == experiment.fingerprint and hash(back) == hash(experiment)


@SLOW
@given(experiments())
def test_every_experiment_round_trips_through_json(experiment: Experiment):
    back = from_json(to_json(experiment))
    assert back == experiment and back.fingerprint == experiment.fingerprint


@pytest.mark.parametrize("experiment", [largest(), most_points()], ids=["table", "points"])
def test_the_largest_experiment_fits_into_both(experiment: Experiment):
    assert len(to_toml(experiment).encode()) < MOST_BYTES and len(to_json(experiment).encode()) < MOST_BYTES
    assert from_toml(to_toml(experiment)) == from_json(to_json(experiment)) == experiment


def test_defaults_are_left_out_of_toml_and_stand_in_json():
    assert to_toml(Experiment()) == "# An experiment of loopscope. What is not given here has its default.\n"
    assert json.loads(to_json(Experiment()))["training"]["lr"] == 0.01
    assert from_toml("") == Experiment() == from_json("{}")


def test_toml_reads_as_a_person_would_write_it():
    assert to_toml(preset("line")).split("\n", 1)[1] == (
        'name = "line"\n\n[data]\nname = "line"\n\n[model]\nkind = "linear"\n\n'
        '[training]\noptimizer = "sgd"\nlr = 0.1\nbatch_size = "all"\nsteps = 200\n'
    )


def test_a_point_is_a_line_of_toml():
    points = [[0.25, -1e-7, 0], [1.5, 2.0, 9]]
    experiment = from_json(json.dumps({"data": {"name": "points", "points": points}}))
    assert "points = [\n    [0.25, -1e-07, 0],\n    [1.5, 2.0, 9],\n]\n" in to_toml(experiment)
    assert json.loads(to_json(experiment))["data"]["points"] == points
    assert from_toml(to_toml(experiment)) == experiment


def test_a_text_that_looks_like_rows_of_toml_stays_a_text():
    experiment = from_json(json.dumps({"data": {"name": "table", "path": "p", "target": "[\n  1.5,\n  2,\n]"}}))
    assert from_toml(to_toml(experiment)) == experiment


def test_short_forms_are_read():
    text = 'data.features = "x1"\nmodel.hidden = 4\ntraining.schedule = "cosine"\nfaults.inject = "no-step"\n'
    experiment = from_toml(text)
    assert experiment.data.features == ("x1",) and experiment.model.hidden == (4,)
    assert experiment.training.schedule.name == "cosine" and experiment.faults.inject == ("no-step",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data = ", "TOML is 'data ='; allowed valid TOML. Invalid value"),
        ("[data]\n[data]", "TOML is '[data]'; allowed valid TOML. Cannot declare"),
        ("name = 'a'\nname = 'b'", "Cannot overwrite a value"),
        ("x = " + "[" * 100_000, "TOML is nested too deeply; allowed at most 16 levels. An experiment has five."),
        ("x = " + "[" * 20 + "]" * 20, "TOML is nested too deeply; allowed at most 16 levels."),
        (".".join("a" * 20_000) + " = 1", "TOML is a file of very long keys; allowed keys of at most three parts."),
        ("\n".join(".".join("a" * 1500) + f".b{n} = 1" for n in range(100)), "TOML is a file of very long keys;"),
        ("[" + ".".join("a" * 300) + "]", "TOML is nested too deeply;"),
        ("seed.data = " + "9" * 5000, "allowed numbers of at most 4,300 digits"),
        ("#" * (MOST_BYTES + 1), "TOML is 1,000,001 bytes long; allowed at most 1,000,000 bytes."),
        ("training.lr = nan", "training.lr is nan; allowed a number, above 0 and at most 1e12."),
        ("training.lr = 2000-01-01", "training.lr is datetime.date(2000, 1, 1); allowed a number,"),
    ],
)
def test_bad_toml_is_refused_in_one_sentence(text: str, expected: str):
    with pytest.raises(UserMistake) as caught:
        from_toml(text)
    assert expected in str(caught.value) and "\n" not in str(caught.value) and len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "JSON is ''; allowed valid JSON. Expecting value"),
        ("{", "JSON is '{'; allowed valid JSON."),
        ('{"name": "a", "name": "b"}', "allowed valid JSON. The key 'name' stands twice."),
        ('{"data": {"noise": 0, "noise": 1}}', "The key 'noise' stands twice."),
        ("[]", "experiment is []; allowed a table with name, data, model, training, seed, start, faults."),
        ("[" * 200_000, "JSON is nested too deeply; allowed at most 16 levels."),
        ("[" * 20 + "]" * 20, "JSON is nested too deeply; allowed at most 16 levels."),
        ('{"training": {"lr": NaN}}', "training.lr is nan; allowed a number, above 0 and at most 1e12."),
        ('{"training": {"lr": 1e999}}', "training.lr is inf; allowed"),
        ('{"seed": {"data": ' + "9" * 5000 + "}}", "allowed numbers of at most 4,300 digits"),
        ('{"name": "\\ud800"}', "name is '\\ud800'; allowed one line of 0 to 100 characters."),
        (" " * (MOST_BYTES + 1), "JSON is 1,000,001 bytes long; allowed at most 1,000,000 bytes."),
    ],
)
def test_bad_json_is_refused_in_one_sentence(text: str, expected: str):
    with pytest.raises(UserMistake) as caught:
        from_json(text)
    assert expected in str(caught.value) and "\n" not in str(caught.value) and len(str(caught.value)) < 400


@pytest.mark.parametrize("read", [from_toml, from_json])
def test_a_source_stands_before_each_field(read):  # type: ignore[no-untyped-def]
    text = "training.lr = -1" if read is from_toml else '{"training": {"lr": -1}}'
    with pytest.raises(UserMistake, match=r"^run: training.lr is -1; allowed above 0"):
        read(text, source="run")
    with pytest.raises(UserMistake, match=r"^run is '<'; allowed valid"):
        read("<", source="run")


@given(st.text(max_size=200))
@example("a = \ud800")
@example("\ufeff{}")
def test_any_text_is_read_or_refused(text: str):
    for read in (from_toml, from_json):
        try:
            assert isinstance(read(text), Experiment)
        except UserMistake as error:
            assert str(error)


def test_every_preset_round_trips():
    for one in presets().values():
        assert from_toml(to_toml(one.experiment)) == from_json(to_json(one.experiment)) == one.experiment
