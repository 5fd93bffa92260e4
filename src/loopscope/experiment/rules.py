"""Which fields go together: every combination that is refused, and why. Never sees torch or single-field ranges.

A rule refuses what would be ignored or could not run. It never looks at data: of a table, whose task only its rows
tell, `check_task` asks the rest once they were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from ..errors import Problem, UserMistake
from . import points
from .next_step import try_set
from .vocabulary import DATASETS, LOSSES_OF_TASK, SETTINGS_OF_OPTIMIZER, SETTINGS_OF_SCHEDULE, Task

if TYPE_CHECKING:
    from .spec import Experiment, Section

OWNERS_OF_DATA = {
    "formula": ("formula",),
    "path": ("table", "text"),
    "target": ("table",),
    "points": ("points",),
    "context": ("text",),
}
"""Fields of `[data]` that only some datasets read; without those given here as None, the first owner cannot do."""

TASKS_OF_FAULT = {
    "double-softmax": ("multiclass", "next-character"),
    "double-sigmoid": ("binary",),
    "broadcast-loss": ("regression",),
}

OPPOSITE_FAULTS = (
    ("no-zero-grad", "zero-grad-before-step", "one never clears gradients, the other clears them too early"),
    ("no-step", "step-before-backward", "one never steps, the other steps too early"),
)


def check(experiment: Experiment) -> None:
    """Raise for every rule that is broken; pydantic carries the `UserMistake` in its context."""
    problems = [problem for rule in RULES for problem in rule(experiment)]
    if problems:
        mistake = UserMistake(*problems)
        raise PydanticCustomError("combination", "{text}", {"text": str(mistake), "mistake": mistake})


def check_task(experiment: Experiment, task: Task) -> None:
    """Raise `UserMistake` for every field that does not go with the task; for whoever has read a table's rows."""
    problems = [problem for rule in RULES_OF_TASK for problem in rule(experiment, task)]
    if problems:
        raise UserMistake(*problems)


def known_task_fits(e: Experiment) -> Iterator[Problem]:
    task = points.task_of(e.data.points) if e.data.name == "points" else DATASETS[e.data.name].task
    if task is not None:
        for rule in RULES_OF_TASK:
            yield from rule(e, task)


def data_fields_belong(e: Experiment) -> Iterator[Problem]:
    name = e.data.name
    for field, owners in OWNERS_OF_DATA.items():
        if name not in owners:
            only = f"nothing for {name}, only for {' and '.join(owners)}"
            yield from _must_be_default(e, f"data.{field}", only)
    for field in {"formula": ("formula",), "table": ("path", "target")}.get(name, ()):
        value, example = getattr(e.data, field), type(e.data).model_fields[field].examples or [""]
        if value is None:
            yield Problem(f"data.{field}", None, f"a value: {name} needs it", try_set(f"data.{field}", example[0]))


def points_are_alike(e: Experiment) -> Iterator[Problem]:
    rows = e.data.points
    if e.data.name != "points":
        return
    if len(rows) < points.MIN_POINTS:
        allowed = f"at least {points.MIN_POINTS} rows for points, each [x1, x2, class], or each [x, y]"
        examples = type(e.data).model_fields["points"].examples or [()]
        yield Problem("data.points", rows, allowed, try_set("data.points", examples[0]))
    odd = [number for number, row in enumerate(rows) if len(row) != len(rows[0])]
    if odd:
        allowed = f"{len(rows[0])} numbers as in the rows before: all rows are [x1, x2, class], or all are [x, y]"
        yield Problem(f"data.points[{odd[0]}]", rows[odd[0]], allowed)


def data_can_be_prepared(e: Experiment) -> Iterator[Problem]:
    known = DATASETS[e.data.name]
    if not known.generated:
        origin = "set by hand" if e.data.name == "points" else "measured"
        yield from _must_be_default(e, "data.noise", f"nothing for {e.data.name}, which is {origin}, not generated")
    rows = len(e.data.points) if e.data.name == "points" else known.rows
    if rows is not None and e.data.samples is not None and e.data.samples > rows:
        allowed = f"4 to {rows} for {e.data.name}, which has no more rows" if rows >= 4 else f"none: {rows} are given"
        yield Problem("data.samples", e.data.samples, allowed, try_set("data.samples", None))
    if known.task == "next-character":
        for field in ("features", "scale"):
            allowed = "nothing for text: characters are neither combined nor scaled"
            yield from _must_be_default(e, f"data.{field}", allowed)


def features_differ(e: Experiment) -> Iterator[Problem]:
    given = tuple(feature.replace(" ", "") for feature in e.data.features)
    twice = [feature for feature in dict.fromkeys(given) if given.count(feature) > 1]
    if twice:
        once = tuple(dict.fromkeys(given))
        yield Problem(
            "data.features", e.data.features, f"each once; {twice[0]} stands twice", try_set("data.features", once)
        )


def target_fits_task(e: Experiment, task: Task) -> Iterator[Problem]:
    if task != "regression" and e.data.scale_target:
        allowed = f"false for {e.data.name}: only a regression's target can be scaled"
        yield Problem("data.scale_target", True, allowed, try_set("data.scale_target", False))


def loss_fits_task(e: Experiment, task: Task) -> Iterator[Problem]:
    fitting = ("auto", *LOSSES_OF_TASK[task])
    if e.training.loss not in fitting:
        allowed = f"{', '.join(fitting)} for {e.data.name} ({task})"
        yield Problem("training.loss", e.training.loss, allowed, try_set("training.loss", "auto"))
    if "cross-entropy" not in fitting:
        allowed = f"0 for {e.data.name} ({task}): only cross-entropy over classes can be smoothed"
        yield from _must_be_default(e, "training.label_smoothing", allowed)


def activation_per_layer(e: Experiment) -> Iterator[Problem]:
    given, layers = e.model.activation, len(e.model.hidden)
    if isinstance(given, tuple) and e.model.kind != "linear" and len(given) != layers:
        allowed = f"one name, or a list of {layers}, one for each layer of model.hidden"
        yield Problem("model.activation", given, allowed, try_set("model.activation", given[0]))


def linear_has_no_layers(e: Experiment) -> Iterator[Problem]:
    if e.model.kind == "linear":
        for field in ("hidden", "activation", "dropout", "norm", "residual"):
            yield from _must_be_default(e, f"model.{field}", "nothing for a linear model, which has no hidden layer")


def batch_norm_needs_rows(e: Experiment) -> Iterator[Problem]:
    if e.model.norm == "batch" and e.training.batch_size == 1:
        allowed = "none or layer where training.batch_size is 1: one row has no deviation"
        yield Problem("model.norm", "batch", allowed, try_set("model.norm", "layer"))


def optimizer_reads(e: Experiment) -> Iterator[Problem]:
    name, reads = e.training.optimizer, SETTINGS_OF_OPTIMIZER[e.training.optimizer]
    for field in ("momentum", "nesterov", "betas", "eps", "weight_decay"):
        if field not in reads:
            owners = ", ".join(owner for owner, others in SETTINGS_OF_OPTIMIZER.items() if field in others)
            yield from _must_be_default(e, f"training.{field}", f"nothing for {name}, only for {owners}")
    if e.training.nesterov and not e.training.momentum and "nesterov" in reads:
        yield Problem("training.nesterov", True, "false where momentum is 0", try_set("training.momentum", 0.9))
    if name == "lbfgs":
        for field in ("accumulate", "clip_norm", "clip_value", "amp"):
            allowed = "nothing for lbfgs, which evaluates loss and gradient several times a step by itself"
            yield from _must_be_default(e, f"training.{field}", allowed)


def schedule_reads(e: Experiment) -> Iterator[Problem]:
    schedule = e.training.schedule
    for field in type(schedule).model_fields:
        if field != "name" and field not in SETTINGS_OF_SCHEDULE[schedule.name]:
            owners = ", ".join(owner for owner, reads in SETTINGS_OF_SCHEDULE.items() if field in reads)
            allowed = f"nothing for the schedule {schedule.name}, only for {owners}"
            yield from _must_be_default(e, f"training.schedule.{field}", allowed)


def schedule_fits_length(e: Experiment) -> Iterator[Problem]:
    steps, warmup = e.training.steps, e.training.schedule.warmup
    if steps is not None and warmup and warmup >= steps:
        allowed = f"less than training.steps, {steps}: the learning rate would never be reached"
        yield Problem("training.schedule.warmup", warmup, allowed, try_set("training.schedule.warmup", steps // 10))


def length_given_once(e: Experiment) -> Iterator[Problem]:
    if e.training.steps is not None and e.training.epochs is not None:
        allowed = f"none where training.epochs is {e.training.epochs}: one of the two decides"
        yield Problem("training.steps", e.training.steps, allowed, try_set("training.steps", None))


def stopping_needs_test(e: Experiment) -> Iterator[Problem]:
    if e.training.early_stopping is not None and e.data.test_fraction == 0:
        allowed = "none where data.test_fraction is 0: there is no test loss to watch"
        yield Problem("training.early_stopping", e.training.early_stopping, allowed, try_set("data.test_fraction", 0.3))


def edits_differ(e: Experiment) -> Iterator[Problem]:
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for number, edit in enumerate(e.start.edits):
        if (edit.tensor, edit.index) in seen:
            place = f"{edit.tensor}{list(edit.index)}"
            yield Problem(f"start.edits[{number}].index", edit.index, f"each weight once; {place} is set twice")
        seen.add((edit.tensor, edit.index))


def faults_fit_task(e: Experiment, task: Task) -> Iterator[Problem]:
    inject = e.faults.inject
    for fault, tasks in TASKS_OF_FAULT.items():
        if fault in inject and task not in tasks:
            allowed = f"{fault} only where the task is {' or '.join(tasks)}; {e.data.name} is {task}"
            yield _fault(inject, allowed, _without(inject, fault))


def faults_fit(e: Experiment) -> Iterator[Problem]:
    inject = e.faults.inject
    for fault in dict.fromkeys(fault for fault in inject if inject.count(fault) > 1):
        yield _fault(inject, f"each fault once; {fault} stands twice", tuple(dict.fromkeys(inject)))
    for one, other, why in OPPOSITE_FAULTS:
        if one in inject and other in inject:
            yield _fault(inject, f"{one} or {other}, not both: {why}", _without(inject, other))


def faults_leave_something(e: Experiment) -> Iterator[Problem]:
    inject = e.faults.inject
    if inject and e.training.optimizer == "lbfgs":
        allowed = "nothing for lbfgs, whose closure has a loop of its own"
        yield Problem("faults.inject", inject, allowed, try_set("training.optimizer", "sgd"))
    for fault in ("frozen", "not-in-optimizer"):
        if fault in inject and e.model.kind == "linear" and not e.model.bias:
            allowed = f"{fault} only where something is left to train; this model is a single weight matrix"
            yield Problem("faults.inject", inject, allowed, try_set("model.kind", "mlp"))


RULES_OF_TASK = (target_fits_task, loss_fits_task, faults_fit_task)

RULES = (
    data_fields_belong,
    points_are_alike,
    data_can_be_prepared,
    features_differ,
    known_task_fits,
    activation_per_layer,
    linear_has_no_layers,
    batch_norm_needs_rows,
    optimizer_reads,
    schedule_reads,
    schedule_fits_length,
    length_given_once,
    stopping_needs_test,
    edits_differ,
    faults_fit,
    faults_leave_something,
)


def _must_be_default(e: Experiment, path: str, allowed: str) -> Iterator[Problem]:
    """A problem where the field at `path` was given a value although nobody would read it."""
    *sections, leaf = path.split(".")
    section: Section = e
    for name in sections:
        section = getattr(section, name)
    value, default = getattr(section, leaf), type(section).model_fields[leaf].default
    if value != default:
        yield Problem(path, value, allowed, try_set(path, default))


def _fault(inject: tuple[str, ...], allowed: str, instead: tuple[str, ...]) -> Problem:
    return Problem("faults.inject", inject, allowed, try_set("faults.inject", instead))


def _without(inject: tuple[str, ...], fault: str) -> tuple[str, ...]:
    return tuple(other for other in inject if other != fault)
