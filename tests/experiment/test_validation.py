"""Promise 6: a wrong input says so. Every field, every kind of mistake, and the exact words of many."""

# ruff: noqa: E501 - sentences stand here on one line, as they are read

from __future__ import annotations

import copy
import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from loopscope.errors import UserMistake, printable
from loopscope.experiment import Data, Experiment, Setting, paths, validate, with_settings
from loopscope.experiment.shape import Shape, range_in_words
from strategies.experiments import experiments

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
ODD: list[Any] = [object(), {"a": 1}, 1j, b"raw"]


def words_of(plain: Any, **options: Any) -> str:
    with pytest.raises(UserMistake) as caught:
        validate(plain, **options)
    return str(caught.value)


def wrong_values(shape: Shape) -> list[Any]:
    """Values that `shape` cannot hold: of another type, out of range, unknown, too long, or with one bad item."""
    match shape.kind:
        case "none":
            return []
        case "flag":
            return [*ODD, 1, 0, "true", [True]]
        case "whole":
            return [*ODD, 1.5, "1", True, [[1]], int(shape.low or 0) - 1, int(shape.high or 0) + 1, 10**40, math.nan]
        case "number":
            too_low = [] if shape.low is None else [shape.low if shape.low_open else shape.low - 0.1]
            too_high = [] if shape.high is None else [shape.high if shape.high_open else shape.high * 1.1]
            return [*ODD, *too_low, *too_high, "0.1", True, [[0.1]], math.nan, math.inf, -math.inf]
        case "text":
            too_short = [""] if shape.least else []
            return [
                *ODD,
                3,
                "a" * ((shape.most or 99) + 1),
                "\ud800",
                *(["a\nb"] if shape.one_line else []),
                *too_short,
            ]
        case "name":
            return [*ODD, 3, "", "no such name", shape.names[0].upper() + "?"]
        case "list":
            assert shape.items is not None
            good = [] if shape.items.kind == "table" else [_right_value(shape.items)]
            bad = [[*good, wrong] for wrong in wrong_values(shape.items)]
            return [*ODD, *bad, good * ((shape.most or 0) + 1)] if good else [*ODD, *bad]
        case "table":
            return [*ODD, 3, "x", [], {"no_such_field": 1}]
        case "choice":
            every = [wrong for member in shape.members for wrong in wrong_values(member)]
            return [wrong for wrong in every if not _fits_some_member(wrong, shape)]


def _right_value(shape: Shape) -> Any:
    if shape.items:
        return [_right_value(shape.items)] * (shape.least or 0)
    return {"whole": 1, "number": 0.5, "text": "x1"}.get(shape.kind) or shape.names[0]


def _fits_some_member(value: Any, shape: Shape) -> bool:
    for member in shape.members:
        if member.kind == "whole" and type(value) is int and (member.low or 0) <= value <= (member.high or 0):
            return True
        if member.kind == "name" and value in member.names:
            return True
    return False


def put(plain: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    plain = copy.deepcopy(plain)
    *sections, leaf = path.split(".")
    inner = plain
    for section in sections:
        inner = inner[section]
    inner[leaf] = value
    return plain


@settings(SLOW, max_examples=300)
@given(experiments(), st.sampled_from(list(paths().values())), st.data())
def test_promise_6_a_wrong_input_says_so(experiment: Experiment, setting: Setting, data: st.DataObject):
    """Every corruption of one field of any experiment is refused, with the path, what is allowed, and no traceback."""
    wrong = data.draw(st.sampled_from(wrong_values(setting.shape)))
    words = words_of(put(experiment.plain(), setting.path, wrong))
    assert re.search(rf"^{re.escape(setting.path)}[\[. ]", words, re.MULTILINE), words
    assert "; allowed " in words
    for line in words.splitlines():
        assert len(line) < 700 and "pydantic" not in line and "Input should" not in line


@pytest.mark.parametrize("path", paths())
def test_promise_6_every_wrong_value_of_every_field_is_refused(path: str):
    shape = paths()[path].shape
    for wrong in wrong_values(shape):
        words = words_of(put(Experiment().plain(), path, wrong))
        lines = [line for line in words.splitlines() if not line.startswith(f"{path}[")]
        assert lines in ([], [words]), f"{path} = {wrong!r} gives more than one sentence:\n{words}"
        assert words.startswith((f"{path} is ", f"{path}[", f"{path}.")), words


@pytest.mark.parametrize("path", paths())
def test_what_an_error_says_to_try_works_if_it_is_tried(path: str):
    wrong = wrong_values(paths()[path].shape)[0]
    tried = re.search(r"Try --set '?([^']+)'?$", words_of(put(Experiment().plain(), path, wrong)))
    assert tried, "the error has no next step"
    try:
        with_settings(Experiment(), [tried[1]])
    except UserMistake as error:
        # it may need a companion (a formula needs data.name=formula), but it must never be wrong in itself
        own = (paths()[path].allowed, range_in_words(paths()[path].shape))
        assert not any(
            f"{path} is {problem.value!r}; allowed {words}." in str(error)
            for problem in error.problems
            for words in own
        )


@SLOW
@given(
    experiments(),
    st.sampled_from(["", "data", "model", "training", "training.schedule", "seed", "start"]),
    st.text(min_size=1),
)
def test_a_field_that_no_section_has_is_refused_by_its_path(experiment: Experiment, section: str, name: str):
    path = f"{section}.{name}" if section else name
    plain, inner = experiment.plain(), None
    inner = plain
    for part in section.split(".") if section else []:
        inner = inner[part]
    assume(name not in inner)
    inner[name] = 1
    assert words_of(plain).startswith(f"{printable(path)} is no field of ")


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ({"data": {"noise": 1.4}}, "data.noise is 1.4; allowed 0 to 1. Try --set data.noise=0.4"),
        ({"data": {"noise": "a lot"}}, "data.noise is 'a lot'; allowed a number, 0 to 1, or none. Try --set data.noise=0.4"),
        ({"data": {"points": [[0, 0, 1], [1, 2, 1.5]]}}, "data.points[1] is [1, 2, 1.5]; allowed [x1, x2, class] with a whole number from 0 to 9 for the class, or [x, y] for a curve. Try --set 'data.points=[[-0.5, 0, 0], [0.5, 0, 1]]'"),
        ({"data": {"points": [[0, 0, 10]]}}, "data.points[0] is [0, 0, 10]; allowed [x1, x2, class] with a whole number from 0 to 9 for the class, or [x, y] for a curve. Try --set 'data.points=[[-0.5, 0, 0], [0.5, 0, 1]]'"),
        ({"data": {"points": [[0, "a", 1]]}}, "data.points[0][1] is 'a'; allowed a number, -1e12 to 1e12. Try --set 'data.points=[[-0.5, 0, 0], [0.5, 0, 1]]'"),
        ({"training": {"lr": -1}}, "training.lr is -1; allowed above 0 and at most 1e12. Try --set training.lr=0.01"),
        ({"training": {"lr": 0}}, "training.lr is 0; allowed above 0 and at most 1e12. Try --set training.lr=0.01"),
        ({"training": {"lr": True}}, "training.lr is True; allowed a number, above 0 and at most 1e12. Try --set training.lr=0.01"),
        ({"model": {"hidden": [0]}}, "model.hidden[0] is 0; allowed a whole number from 1 to 8192. Try --set model.hidden=8"),
        (
            {"model": {"hidden": []}},
            "model.hidden is []; allowed a list of 1 to 64 values, each a whole number from 1 to 8192. Try --set model.hidden=8",
        ),
        (
            {"model": {"hidden": "16,8"}},
            "model.hidden is '16,8'; allowed a list of 1 to 64 values, each a whole number from 1 to 8192. "
            "Try --set model.hidden=8",
        ),
        ({"model": {"dropout": 1}}, "model.dropout is 1; allowed at least 0 and below 1. Try --set model.dropout=0.2"),
        ({"model": {"bias": "yes"}}, "model.bias is 'yes'; allowed true or false. Try --set model.bias=true"),
        (
            {"training": {"batch_size": 0}},
            "training.batch_size is 0; allowed a whole number from 1 to 1000000000, or all. Try --set training.batch_size=32",
        ),
        (
            {"training": {"batch_size": "al"}},
            'training.batch_size is \'al\'; allowed a whole number from 1 to 1000000000, or all. Did you mean "all"?',
        ),
        (
            {"training": {"optimizer": "admw"}},
            "training.optimizer is 'admw'; allowed sgd, rmsprop, adagrad, adam, adamw, nadam, adamax, lbfgs. "
            'Did you mean "adamw"?',
        ),
        (
            {"model": {"activation": ["relu", "rleu"]}},
            "model.activation[1] is 'rleu'; allowed relu, leaky_relu, tanh, sigmoid, gelu, silu, elu, softplus, identity. "
            'Did you mean "relu"?',
        ),
        (
            {"model": {"activation": 3}},
            "model.activation is 3; allowed relu, leaky_relu, tanh, sigmoid, gelu, silu, elu, softplus, identity, or a list "
            "of these. Try --set model.activation=relu",
        ),
        (
            {"training": {"schedule": "cosin"}},
            "training.schedule.name is 'cosin'; allowed constant, step, exponential, linear, cosine, one-cycle, plateau. "
            'Did you mean "cosine"?',
        ),
        (
            {"training": {"betas": [0.9]}},
            "training.betas[1] is missing; allowed a number, at least 0 and below 1. Try --set training.betas=0.9,0.999",
        ),
        ({"seed": {"init": -1}}, "seed.init is -1; allowed a whole number from 0 to 4294967295. Try --set seed.init=0"),
        ({"seed": 3}, "seed is 3; allowed a table with data, init, order. Try --set seed.data=0"),
        (
            {"model": {"layers": [8]}},
            "model.layers is no field of [model]; allowed kind, hidden, activation, init, init_gain, bias, dropout, norm, "
            "residual. Did you mean model.hidden?",
        ),
        (
            {"dataset": "moons"},
            "dataset is no field of an experiment; allowed name, data, model, training, seed, start, faults. "
            "Did you mean data.name?",
        ),
        (
            {"start": {"edits": [{"value": 1}]}},
            "start.edits[0].tensor is missing; allowed a parameter's name, such as 0.weight. Try tensor = \"0.weight\"",
        ),
        (
            {"start": {"edits": [{"tensor": "a", "value": math.inf}]}},
            "start.edits[0].value is inf; allowed a number, -3e38 to 3e38. Try value = 0.5",
        ),
        ({"training": {"device": "gpu"}}, "training.device is 'gpu'; allowed auto, cpu, cuda, cuda:0, cuda:1, …, mps. Try --set training.device=cpu"),
        (None, "experiment is None; allowed a table with name, data, model, training, seed, start, faults. Try an empty one and add to it."),
        ({3: 1}, "3 is no field of an experiment; allowed name, data, model, training, seed, start, faults."),
        ({"data": {3: 1}}, "data.3 is no field of [data]; allowed name, samples, noise, test_fraction, features, scale, scale_target, formula, path, target, points, context."),
    ],
)  # fmt: skip
def test_the_words_of_an_error(plain: Any, expected: str):
    assert words_of(plain) == expected


@pytest.mark.parametrize(
    "path", ["training.learning_rate", "learning_rate", "model.lr", "lr", "training.Learning-Rate", "train.lr"]
)
def test_other_names_of_the_learning_rate_lead_to_it(path: str):
    section, _, leaf = path.rpartition(".")
    if section in ("", "training", "model"):
        assert words_of({section: {leaf: 1}} if section else {leaf: 1}).endswith("Did you mean training.lr?")
    with pytest.raises(UserMistake, match=r"Did you mean training.lr\?$"):
        with_settings(Experiment(), [f"{path}=1"])


def test_all_problems_are_told_one_a_line():
    words = words_of({"data": {"noise": 2}, "training": {"lr": "x", "epoch": 3}, "model": {"hidden": [0, 9000]}})
    assert [line.split(" is ")[0] for line in words.splitlines()] == [
        "data.noise",
        "model.hidden[0]",
        "model.hidden[1]",
        "training.lr",
        "training.epoch",
    ]


def test_very_many_problems_are_counted():
    lines = words_of({"start": {"edits": [0] * 500}}).splitlines()
    assert len(lines) == 33 and lines[-1] == "experiment is wrong in 468 more places; allowed none."


def test_a_source_stands_before_each_field_and_problems_keep_their_parts():
    with pytest.raises(UserMistake) as caught:
        validate({"data": {"noise": 1.4}}, name_of_source="run.toml")
    problem = caught.value.problems[0]
    assert (problem.field, problem.value, problem.allowed) == ("run.toml: data.noise", 1.4, "0 to 1")
    assert problem.try_next == "Try --set data.noise=0.4" and caught.value.exit_code == 2


def test_ready_made_sections_are_taken():
    experiment = validate({"data": Data(noise=0.1), "training": {"lr": 1}})
    assert experiment.data.noise == 0.1 and experiment.training.lr == 1.0
    assert validate(experiment) == experiment


def test_minus_zero_is_zero_so_that_equal_experiments_share_a_fingerprint():
    one, other = validate({"model": {"dropout": -0.0}}), validate({"model": {"dropout": 0.0}})
    assert one == other and one.fingerprint == other.fingerprint == Experiment().fingerprint


def test_a_fingerprint_changes_with_every_field_but_the_name():
    assert validate({"name": "a"}).fingerprint == Experiment().fingerprint
    assert validate({"seed": {"order": 1}}).fingerprint != Experiment().fingerprint
