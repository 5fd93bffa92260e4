"""Hypothesis strategies for valid experiments over all fields. `from strategies.experiments import experiments`."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from loopscope.experiment import Experiment, validate
from loopscope.experiment.kinds import MAX_ITEMS
from loopscope.experiment.points import MAX_CLASSES, MAX_POINTS, MIN_POINTS, task_of
from loopscope.experiment.rules import OPPOSITE_FAULTS, TASKS_OF_FAULT
from loopscope.experiment.spec import MAX_EDITS
from loopscope.experiment.vocabulary import (
    ACTIVATIONS,
    DATASETS,
    FAULTS,
    LOSSES_OF_TASK,
    SETTINGS_OF_OPTIMIZER,
    SETTINGS_OF_SCHEDULE,
    Init,
    ModelKind,
    Norm,
    Scale,
    Task,
)

COUNT = 10**9

one_line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in (*range(32), 127)]))
fractions = st.floats(0, 1, exclude_max=True)
positive = st.floats(0, 1e12, exclude_min=True)
not_negative = st.floats(0, 1e12)
inside = st.floats(0, 1, exclude_min=True, exclude_max=True)
counts = st.integers(1, COUNT)
finite = st.floats(allow_nan=False, allow_infinity=False)


def lines(most: int) -> st.SearchStrategy[str]:
    return one_line.filter(lambda text: 0 < len(text) <= most)


def some_of(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Each field given or left out."""
    return st.fixed_dictionaries({}, optional=fields)


features = st.lists(lines(200), max_size=MAX_ITEMS, unique_by=lambda text: text.replace(" ", ""))


places = st.floats(-1e12, 1e12)
numbers = st.integers(0, MAX_CLASSES - 1)


def rows_of(*columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[Any]]]:
    return st.lists(st.tuples(*columns).map(list), min_size=MIN_POINTS, max_size=12)


points = rows_of(places, places, numbers) | rows_of(places, places)


def task_known(data: dict[str, Any]) -> Task | None:
    """What is to be learned, where data's section alone tells."""
    return task_of(data["points"]) if data["name"] == "points" else DATASETS[data["name"]].task


def _counts(rows: int) -> st.SearchStrategy[int]:
    return st.integers(4, rows) if rows >= 4 else st.nothing()


@st.composite
def data_sections(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(DATASETS)))
    known = DATASETS[name]
    own = draw(points)
    fields: dict[str, st.SearchStrategy[Any]] = {
        "samples": _counts(len(own) if name == "points" else known.rows or 1_000_000) | st.none(),
        "test_fraction": st.floats(0, 0.9),
    }
    if known.generated:
        fields["noise"] = st.floats(0, 1) | st.none()
    if (task_of(own) if name == "points" else known.task) in (None, "regression"):
        fields["scale_target"] = st.sampled_from([None, True, False])
    if known.task != "next-character":
        fields |= {"features": features, "scale": st.sampled_from(get_args(Scale))}
    else:
        fields |= {"context": st.integers(1, 1024), "path": lines(4096)}
    given = draw(some_of(fields)) | {"name": name}
    if name == "points":
        given["points"] = own
    if name == "formula":
        given["formula"] = draw(lines(500))
    if name == "table":
        given |= {"path": draw(lines(4096)), "target": draw(st.text(st.characters(codec="utf-8"), min_size=1))}
    return given


@st.composite
def model_sections(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(get_args(ModelKind)))
    fields: dict[str, st.SearchStrategy[Any]] = {
        "init": st.sampled_from(get_args(Init)),
        "init_gain": st.floats(0, 1000),
        "bias": st.booleans(),
    }
    if kind != "linear":
        hidden = draw(st.lists(st.integers(1, 8192), min_size=1, max_size=MAX_ITEMS))
        fields |= {"dropout": fractions, "norm": st.sampled_from(get_args(Norm)), "residual": st.booleans()}
        one = st.sampled_from(ACTIVATIONS)
        fields["activation"] = one | st.lists(one, min_size=len(hidden), max_size=len(hidden))
        return draw(some_of(fields)) | {"kind": kind, "hidden": hidden}
    return draw(some_of(fields)) | {"kind": kind}


@st.composite
def schedules(draw: st.DrawFn, steps: int | None) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(SETTINGS_OF_SCHEDULE)))
    fields = {
        "warmup": st.integers(0, COUNT if steps is None else steps - 1),
        "every": counts,
        "factor": inside,
        "final": st.floats(0, 1),
        "peak_at": inside,
        "patience": counts,
    }
    return draw(some_of({field: fields[field] for field in SETTINGS_OF_SCHEDULE[name]})) | {"name": name}


@st.composite
def training_sections(draw: st.DrawFn, data: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    task = task_known(data)
    losses = LOSSES_OF_TASK[task] if task else [loss for some in LOSSES_OF_TASK.values() for loss in some]
    optimizer = draw(st.sampled_from(sorted(SETTINGS_OF_OPTIMIZER)))
    length = draw(some_of({draw(st.sampled_from(["steps", "epochs"])): counts | st.none()}))
    fields: dict[str, st.SearchStrategy[Any]] = {
        "loss": st.sampled_from(["auto", *losses]),
        "lr": positive,
        "l1": not_negative,
        "l2": not_negative,
        "schedule": schedules(length.get("steps")),
        "batch_size": st.integers(2 if model.get("norm") == "batch" else 1, COUNT) | st.just("all"),
        "ema": inside | st.none(),
        "device": st.sampled_from(["auto", "cpu", "cuda", "cuda:0", "cuda:12", "mps"]),
    }
    if data.get("test_fraction", 0.3):
        fields["early_stopping"] = counts | st.none()
    if "cross-entropy" in losses:
        fields["label_smoothing"] = fractions
    if optimizer != "lbfgs":
        fields |= {
            "accumulate": st.integers(1, 10_000),
            "clip_norm": positive | st.none(),
            "clip_value": positive | st.none(),
            "amp": st.booleans(),
        }
    read = {
        "momentum": fractions,
        "betas": st.tuples(fractions, fractions),
        "eps": positive,
        "weight_decay": not_negative,
    }
    fields |= {field: read[field] for field in SETTINGS_OF_OPTIMIZER[optimizer] if field in read}
    given = draw(some_of(fields)) | length | {"optimizer": optimizer}
    if given.get("momentum") and "nesterov" in SETTINGS_OF_OPTIMIZER[optimizer]:
        given["nesterov"] = draw(st.booleans())
    return given


edits = st.lists(
    st.fixed_dictionaries(
        {
            "tensor": st.from_regex(r"[A-Za-z0-9_.]{1,100}", fullmatch=True),
            "value": finite.filter(lambda value: abs(value) <= 3e38),
        },
        optional={"index": st.lists(st.integers(0, 2**31), max_size=8)},
    ),
    max_size=5,
    unique_by=lambda edit: (edit["tensor"], tuple(edit.get("index", ()))),
)


@st.composite
def fault_lists(draw: st.DrawFn, data: dict[str, Any], model: dict[str, Any], optimizer: str) -> list[str]:
    task = task_known(data)
    bare = model["kind"] == "linear" and not model.get("bias", True)
    fitting = [
        fault
        for fault in FAULTS
        if optimizer != "lbfgs"
        and (task is None or task in TASKS_OF_FAULT.get(fault, (task,)))
        and not (bare and fault in ("frozen", "not-in-optimizer"))
    ]
    inject = draw(st.lists(st.sampled_from(fitting), unique=True, max_size=6)) if fitting else []
    for one, other, _ in OPPOSITE_FAULTS:
        if one in inject and other in inject:
            inject.remove(other)
    return inject


seeds = some_of({name: st.integers(0, 2**32 - 1) for name in ("data", "init", "order")})


@st.composite
def plain_experiments(draw: st.DrawFn) -> dict[str, Any]:
    """Valid experiments as plain data, the way a person would type them."""
    data, model = draw(data_sections()), draw(model_sections())
    training = draw(training_sections(data, model))
    return {
        "name": draw(one_line.filter(lambda text: len(text) <= 100)),
        "data": data,
        "model": model,
        "training": training,
        "seed": draw(seeds),
        "start": {"edits": draw(edits)},
        "faults": {"inject": draw(fault_lists(data, model, training["optimizer"]))},
    }


def experiments() -> st.SearchStrategy[Experiment]:
    """Valid experiments over all fields and every combination that the rules allow."""
    return plain_experiments().map(validate)


WIDE = "\U0001f600"
LONG = -1.2345678901234567e-300


def largest() -> Experiment:
    """The experiment that needs most room in a file and in a link."""
    return _large({"name": "table", "path": WIDE * 4096, "target": "\x01" * 500})


def most_points() -> Experiment:
    """As many points as there can be, with all digits that they can have."""
    return _large({"name": "points", "points": [[LONG * (n + 1), -LONG * (n + 2), 9] for n in range(MAX_POINTS)]})


def _large(data: dict[str, Any]) -> Experiment:
    return validate(
        {
            "name": WIDE * 100,
            "data": {**data, "features": [f"{number:03}".ljust(200, WIDE) for number in range(MAX_ITEMS)]},
            "model": {"hidden": [8192] * MAX_ITEMS, "activation": ["leaky_relu"] * MAX_ITEMS},
            "start": {
                "edits": [
                    {"tensor": f"{n:_>100}", "index": [2**31 - n] * 8, "value": LONG * (n + 1)}
                    for n in range(MAX_EDITS)
                ]
            },
        }
    )
