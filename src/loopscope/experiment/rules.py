"""Which fields go together: every combination that is refused, and why. Never sees torch or single-field ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from ..errors import Problem, UserMistake, unknown_problem
from .vocabulary import DATASETS, LOSSES_OF_TASK, SETTINGS_OF_OPTIMIZER, SETTINGS_OF_SCHEDULE

if TYPE_CHECKING:
    from .spec import Experiment


def check(experiment: Experiment) -> None:
    """Raise for the first group of rules that is broken; pydantic carries the `UserMistake` in its context."""
    problems = [problem for rule in RULES for problem in rule(experiment)]
    if problems:
        raise PydanticCustomError(
            "combination", "{text}", {"text": str(problems[0]), "mistake": UserMistake(*problems)}
        )


def dataset_is_known(e: Experiment) -> Iterator[Problem]:
    if e.data.name not in DATASETS:
        yield unknown_problem("data.name", e.data.name, DATASETS)


def data_fields_belong(e: Experiment) -> Iterator[Problem]:
    known = DATASETS.get(e.data.name)
    if known is None:
        return
    if e.data.noise is not None and not known.generated:
        yield Problem(
            "data.noise",
            e.data.noise,
            "nothing for a real set",
            f"{e.data.name} is measured, not generated; leave data.noise out.",
        )
    for field, owners in (("formula", ("formula",)), ("path", ("table", "text")), ("target", ("table",))):
        value = getattr(e.data, field)
        if value is not None and e.data.name not in owners:
            yield Problem(
                f"data.{field}",
                value,
                f"nothing for the dataset {e.data.name}",
                f"It belongs to --set data.name={owners[0]}.",
            )
    for field, owner in (("formula", "formula"), ("path", "table"), ("target", "table")):
        if e.data.name == owner and getattr(e.data, field) is None:
            example = {"formula": "'sin(3*x)'", "path": "FILE.csv", "target": "COLUMN"}[field]
            yield Problem(
                f"data.{field}", None, f"a value: the dataset {owner} needs one", f"Try --set data.{field}={example}"
            )
    if known.rows is not None and e.data.samples is not None and e.data.samples > known.rows:
        yield Problem(
            "data.samples",
            e.data.samples,
            f"4 to {known.rows} for {e.data.name}",
            f"Leave it out to take all {known.rows} rows.",
        )
    if e.data.scale_target and known.task not in (None, "regression"):
        yield Problem(
            "data.scale_target", True, f"false for {e.data.name}", "Only a regression's target can be scaled."
        )
    if known.task == "next-character":
        for field in ("features", "scale"):
            value = getattr(e.data, field)
            if value not in ((), "none"):
                yield Problem(f"data.{field}", value, "nothing for text", "Characters are neither scaled nor combined.")


def loss_fits_task(e: Experiment) -> Iterator[Problem]:
    known = DATASETS.get(e.data.name)
    if known and known.task and e.training.loss not in ("auto", *LOSSES_OF_TASK[known.task]):
        allowed = ", ".join(("auto", *LOSSES_OF_TASK[known.task]))
        yield Problem(
            "training.loss",
            e.training.loss,
            f"{allowed} for {e.data.name} ({known.task})",
            "Try --set training.loss=auto",
        )
    if e.training.label_smoothing and known and known.task in ("binary", "regression"):
        yield Problem(
            "training.label_smoothing",
            e.training.label_smoothing,
            f"0 for {e.data.name} ({known.task})",
            "Only cross-entropy over classes can be smoothed.",
        )


def activation_per_layer(e: Experiment) -> Iterator[Problem]:
    given, layers = e.model.activation, len(e.model.hidden)
    if isinstance(given, tuple) and len(given) != layers:
        yield Problem(
            "model.activation",
            given,
            f"one name, or {layers} (one a hidden layer)",
            f"Try --set model.activation={(given or ('relu',))[0]}",
        )


def linear_has_no_layers(e: Experiment) -> Iterator[Problem]:
    if e.model.kind != "linear":
        return
    for field, off in (("dropout", 0.0), ("norm", "none"), ("residual", False)):
        value = getattr(e.model, field)
        if value != off:
            yield Problem(
                f"model.{field}", value, f"{off} for a linear model", "It has no hidden layer; try --set model.kind=mlp"
            )


def optimizer_reads(e: Experiment) -> Iterator[Problem]:
    t = e.training
    for field in ("momentum", "nesterov", "betas", "eps", "weight_decay"):
        value, default = getattr(t, field), type(t).model_fields[field].default
        if value != default and field not in SETTINGS_OF_OPTIMIZER[t.optimizer]:
            owners = [name for name, reads in SETTINGS_OF_OPTIMIZER.items() if field in reads]
            yield Problem(
                f"training.{field}",
                value,
                f"nothing for {t.optimizer}, which has none",
                f"Use it with {', '.join(owners)}, or leave it out.",
            )
    if t.nesterov and not t.momentum and "nesterov" in SETTINGS_OF_OPTIMIZER[t.optimizer]:
        yield Problem("training.nesterov", True, "false without momentum", "Try --set training.momentum=0.9")
    if t.optimizer == "lbfgs":
        for field, off in (("accumulate", 1), ("clip_norm", None), ("clip_value", None), ("amp", False)):
            if getattr(t, field) != off:
                yield Problem(
                    f"training.{field}",
                    getattr(t, field),
                    "nothing for lbfgs",
                    "It evaluates the loss several times a step, by itself.",
                )


def schedule_reads(e: Experiment) -> Iterator[Problem]:
    schedule = e.training.schedule
    for field in type(schedule).model_fields:
        if field == "name":
            continue
        value, default = getattr(schedule, field), type(schedule).model_fields[field].default
        if value != default and field not in SETTINGS_OF_SCHEDULE[schedule.name]:
            owners = [name for name, reads in SETTINGS_OF_SCHEDULE.items() if field in reads]
            yield Problem(
                f"training.schedule.{field}",
                value,
                f"nothing for {schedule.name}, which does not read it",
                f"Use it with {', '.join(owners)}.",
            )


def length_given_once(e: Experiment) -> Iterator[Problem]:
    if e.training.steps is not None and e.training.epochs is not None:
        yield Problem("training.steps", e.training.steps, "steps or epochs, not both", "Leave one of them out.")


def stopping_needs_test(e: Experiment) -> Iterator[Problem]:
    if e.training.early_stopping is not None and e.data.test_fraction == 0:
        yield Problem(
            "training.early_stopping",
            e.training.early_stopping,
            "nothing without test rows",
            "Try --set data.test_fraction=0.3",
        )


def faults_fit(e: Experiment) -> Iterator[Problem]:
    known = DATASETS.get(e.data.name)
    task = known.task if known else None
    inject = e.faults.inject
    for fault in sorted({f for f in inject if inject.count(f) > 1}):
        yield Problem("faults.inject", inject, "each fault once", f"{fault} stands twice.")
    for fault, tasks in (
        ("double-softmax", ("multiclass", "next-character")),
        ("double-sigmoid", ("binary",)),
        ("broadcast-loss", ("regression",)),
    ):
        if fault in inject and task is not None and task not in tasks:
            yield Problem(
                "faults.inject",
                inject,
                f"{fault} only where the task is {' or '.join(tasks)}",
                f"{e.data.name} is {task}.",
            )
    if e.training.optimizer == "lbfgs" and inject:
        yield Problem(
            "faults.inject",
            inject,
            "nothing with lbfgs",
            "Its closure has a loop of its own; try --set training.optimizer=sgd",
        )


RULES = (
    dataset_is_known,
    data_fields_belong,
    loss_fits_task,
    activation_per_layer,
    linear_has_no_layers,
    optimizer_reads,
    schedule_reads,
    length_given_once,
    stopping_needs_test,
    faults_fit,
)
