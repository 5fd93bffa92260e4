"""`--set section.field=value`: read by the field's type, unknown paths answered, what it replaces told."""

# ruff: noqa: E501 - sentences stand here on one line, as they are read

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopscope.errors import UserMistake
from loopscope.experiment import Edit, Experiment, parse_value, paths, preset, validate, with_settings
from loopscope.experiment.next_step import written
from loopscope.experiment.typed import split
from strategies.experiments import experiments


def given_after(*texts: str, base: Experiment | None = None) -> dict[str, Any]:
    return with_settings(base or Experiment(), texts).given()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training.lr=0.1", {"training": {"lr": 0.1}}),
        ("training.lr=1", {"training": {"lr": 1.0}}),
        (" training.lr = 1e-3 ", {"training": {"lr": 0.001}}),
        ("model.hidden=[16,8]", {"model": {"hidden": [16, 8]}}),
        ("model.hidden=16,8", {"model": {"hidden": [16, 8]}}),
        ("model.hidden=16", {"model": {"hidden": [16]}}),
        ("training.batch_size=all", {"training": {"batch_size": "all"}}),
        ("training.batch_size=16", {"training": {"batch_size": 16}}),
        ("training.schedule=cosine", {"training": {"schedule": {"name": "cosine"}}}),
        ("training.schedule.warmup=10", {"training": {"schedule": {"warmup": 10}}}),
        ("data.features=x1,x2,x1*x2", {"data": {"features": ["x1", "x2", "x1*x2"]}}),
        ("data.features=max(x1,x2), x1^2", {"data": {"features": ["max(x1,x2)", "x1^2"]}}),
        ('data.features=["x1", "x2"]', {"data": {"features": ["x1", "x2"]}}),
        ("data.features=[]", {}),
        ("training.steps=none", {}),
        ("training.steps=1e3", {"training": {"steps": 1000}}),
        ("training.amp=True", {"training": {"amp": True}}),
        ("training.optimizer='sgd'", {"training": {"optimizer": "sgd"}}),
        ("training.betas=0.8,0.9", {"training": {"betas": [0.8, 0.9]}}),
        ("model.activation=tanh", {"model": {"activation": "tanh"}}),
        ("model.activation=[tanh]", {"model": {"activation": ["tanh"]}}),
        ("name=a=b, c", {"name": "a=b, c"}),
        ("name=", {}),
        ("faults.inject=no-step,frozen", {"faults": {"inject": ["no-step", "frozen"]}}),
        (
            'start.edits=[{"tensor": "0.bias", "index": [1], "value": 2}]',
            {"start": {"edits": [{"tensor": "0.bias", "index": [1], "value": 2.0}]}},
        ),
        (
            "start.edits=[{tensor = '0.bias', index = [1], value = 2}]",
            {"start": {"edits": [{"tensor": "0.bias", "index": [1], "value": 2.0}]}},
        ),
    ],
)
def test_a_value_is_read_by_its_field(text: str, expected: dict[str, Any]):
    assert given_after(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training.lr", "--set is 'training.lr'; allowed section.field=value. Try --set training.lr=0.01"),
        ("model.hidden", "--set is 'model.hidden'; allowed section.field=value. Try --set model.hidden=8"),
        ("=3", "--set is '=3'; allowed section.field=value. Try --set training.lr=0.01"),
        ("", "--set is ''; allowed section.field=value. Try --set training.lr=0.01"),
        ("training.lr=abc", "training.lr is 'abc'; allowed a number, above 0 and at most 1e12. Try --set training.lr=0.01"),
        ("training.steps=100.0", "training.steps is '100.0'; allowed a whole number from 1 to 1000000000, or none."),
        ("model.hidden=8,,8", "model.hidden[1] is ''; allowed a whole number from 1 to 8192. Try --set model.hidden=8"),
        ("model.bias=yes", "model.bias is 'yes'; allowed true or false. Try --set model.bias=true"),
        ("start.edits=0.5", "start.edits is 0.5; allowed a list of up to 2000 items, each a table with tensor, index,"),
        ("start.edits=" + "[" * 100_000, "start.edits is '[[["),
        ("start.edits=[{" + ".".join("a" * 60_000) + " = 1}]", "start.edits is '[{a.a"),
        ("start.edits=[]\nname = 'b'", "start.edits is \"[]\\nname = 'b'\"; allowed a list of up to 2000 items"),
        ("start.edits=[{tensor=0.weight}]", """Try --set 'start.edits=[{tensor = "0.weight", index = [0, 0], value = 0.5}]'"""),
        ("data.noise=nan", "data.noise is nan; allowed a number, 0 to 1, or none. Try --set data.noise=0.4"),
        ("trainig.lr=1", "trainig.lr is no field of an experiment; allowed name, data, model,"),
        ("trainig.lr=1", "Did you mean training.lr?"),
        ("training.schedul=cosine", "Did you mean training.schedule?"),
        ("model.layers=8", "model.layers is no field of [model]; allowed kind, hidden,"),
        ("model=mlp", "model is a section; allowed its fields kind, hidden,"),
        ("model=mlp", "Try --set model.kind=mlp"),
        ("lr=1", "lr is no field of an experiment; allowed name, data, model, training, seed, start, faults. Did you mean training.lr?"),
    ],
)  # fmt: skip
def test_a_wrong_setting_says_so(text: str, expected: str):
    with pytest.raises(UserMistake) as caught:
        given_after(text)
    assert expected in str(caught.value) and "\n" not in str(caught.value)


def test_all_wrong_settings_are_told():
    with pytest.raises(UserMistake) as caught:
        given_after("training.lr", "model.layers=8", "lr=1")
    assert [problem.field for problem in caught.value.problems] == ["--set", "model.layers", "lr"]


def test_the_last_one_wins_and_order_decides_nothing_else():
    assert given_after("training.lr=1", "training.lr=2") == {"training": {"lr": 2.0}}
    one = given_after("training.schedule=cosine", "training.schedule.warmup=10", "training.schedule.final=0.1")
    assert one == given_after("training.schedule.final=0.1", "training.schedule.warmup=10", "training.schedule=cosine")


def test_steps_and_epochs_clear_one_another_but_never_both():
    assert preset("moons-mlp").training.epochs and preset("spiral").training.steps
    assert given_after("training.steps=5", base=preset("moons-mlp"))["training"] == {"lr": 0.03, "steps": 5}
    assert "steps" not in given_after("training.epochs=5", base=preset("spiral"))["training"]
    assert given_after("training.steps=none", base=preset("moons-mlp"))["training"]["epochs"] == 100
    with pytest.raises(UserMistake, match="one of the two decides"):
        given_after("training.steps=5", "training.epochs=5", base=preset("moons-mlp"))


def test_a_choice_resets_what_only_the_old_one_read():
    base = validate(
        {
            "data": {"noise": 0.3},
            "model": {"dropout": 0.5, "hidden": [4, 4], "activation": ["relu", "tanh"]},
            "training": {"betas": [0.5, 0.9], "schedule": {"name": "step", "every": 7, "warmup": 3}, "lr": 0.5},
        }
    )
    assert given_after("training.optimizer=sgd", base=base)["training"].keys() == {"optimizer", "schedule", "lr"}
    assert given_after("model.kind=linear", base=base)["model"] == {"kind": "linear"}
    assert given_after("data.name=digits", base=base)["data"] == {"name": "digits"}
    cosine = given_after("training.schedule=cosine", base=base)["training"]["schedule"]
    assert cosine == {"name": "cosine", "warmup": 3}
    # what still has a meaning stays
    assert given_after("data.name=circles", base=base)["data"] == {"name": "circles", "noise": 0.3}
    assert given_after("training.optimizer=nadam", base=base)["training"]["betas"] == [0.5, 0.9]


def test_points_are_typed_as_rows_and_go_with_their_dataset():
    points = given_after(
        "data.name=points", "data.points=[[0, -1.5, 1], [2, 3, 0]]", base=validate({"data": {"samples": 9}})
    )
    assert points == {"data": {"name": "points", "points": [[0.0, -1.5, 1], [2.0, 3.0, 0]]}}
    assert given_after("data.name=circles", base=validate(points)) == {"data": {"name": "circles"}}


def test_what_was_set_just_now_is_never_reset():
    with pytest.raises(UserMistake, match=r"training.betas is \[0.5, 0.9\]; allowed nothing for sgd"):
        given_after("training.optimizer=sgd", "training.betas=0.5,0.9")
    base = validate({"data": {"test_fraction": 0.3}, "training": {"early_stopping": 3}})
    with pytest.raises(UserMistake, match="training.early_stopping is 3; allowed none where data.test_fraction is 0"):
        given_after("data.test_fraction=0", base=base)
    faulty = validate({"faults": {"inject": ["double-sigmoid"]}})
    with pytest.raises(UserMistake, match="double-sigmoid only where the task is binary"):
        given_after("data.name=line", base=faulty)


def test_no_settings_change_nothing():
    assert with_settings(preset("spiral"), []) == preset("spiral")


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(experiments(), st.sampled_from([path for path in paths() if path not in ("start.edits", "data.points", "name")]))
def test_a_field_written_and_read_is_the_same(experiment: Experiment, path: str):
    value: Any = experiment
    for name in path.split("."):
        value = getattr(value, name)
    if isinstance(value, tuple) and any(isinstance(item, str) for item in value):
        return  # a formula may hold any character; people put such ones into quotes
    if isinstance(value, str) and (value != value.strip() or value[:1] in "'\"" or value.lower() in ("none", "null")):
        return
    read = parse_value(path, written(value))
    read = tuple(read) if isinstance(read, list) else read
    assert read == value or read == pytest.approx(value, rel=1e-14)


@given(st.text(max_size=60))
def test_any_text_is_applied_or_refused(text: str):
    for setting in (
        text,
        f"training.lr={text}",
        f"data.features={text}",
        f"{text}=1",
        f"start.edits={text}",
        f"name={text}",
    ):
        try:
            with_settings(Experiment(), [setting])
        except UserMistake as error:
            assert str(error)


def test_commas_within_brackets_and_quotes_do_not_split():
    assert split("a,max(b,c),[d,e],'f,g',h") == ["a", "max(b,c)", "[d,e]", "'f,g'", "h"]


def test_values_to_sweep_over_are_read_by_their_field():
    assert [parse_value("training.lr", text) for text in split("0.1,1e-2")] == [0.1, 0.01]
    assert [parse_value("model.hidden", text) for text in split("[8],[8,8]")] == [[8], [8, 8]]
    assert parse_value("training.batch_size", "all") == "all"
    assert parse_value("start.edits", '[{"tensor": "a", "value": 1}]') == [{"tensor": "a", "value": 1}]
    assert Edit(tensor="a", value=1.0).index == ()
