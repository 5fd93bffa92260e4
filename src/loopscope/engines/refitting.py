"""What can change while a loop runs, and how its parts take it. Runs nothing and keeps no history."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import torch

from ..errors import mistake
from ..experiment import Experiment, paths, validate
from ..loop import weight_penalty
from . import faults, recipes
from .job import Job
from .preparing import check_fit, criterion_for, scheduler_for

FIXED = frozenset({"training.loss", "training.device", "training.amp", "training.ema"})
"""Of `[training]`, what is decided before the first step."""

BOUND_TO_OPTIMIZER = frozenset(
    {"no-zero-grad", "zero-grad-before-step", "no-step", "step-before-backward", "optimizer-recreated"}
)
"""Faults that sit in the optimizer or the criterion themselves, so that neither can be exchanged under them."""

NEED_AN_END = frozenset({"linear", "cosine", "one-cycle"})
"""Schedules that must know their last step."""

OF_OPTIMIZER = ("momentum", "nesterov", "betas", "eps", "weight_decay")
RATES = ("lr", "initial_lr", "max_lr", "min_lr")


@dataclass(frozen=True, slots=True)
class Course:
    """Where the schedule began, and over how many steps it was laid out."""

    begun: int
    total: int

    def end(self, experiment: Experiment) -> int | None:
        """The schedule's last step, None where it needs none."""
        return self.begun + self.total if experiment.training.schedule.name in NEED_AN_END else None


def in_flight(experiment: Experiment) -> list[str]:
    """Paths of the settings that can change while the loop runs."""
    fixed = FIXED
    if BOUND_TO_OPTIMIZER & set(experiment.faults.inject):
        fixed = fixed | {"training.optimizer", "training.label_smoothing"}
    return [path for path in paths() if path.startswith("training.") and path not in fixed]


def differences(old: Experiment, new: Experiment) -> dict[str, tuple[Any, Any]]:
    """Path → (old value, new value) of every setting in which two experiments differ, as plain data."""
    before, after = old.plain(), new.plain()
    pairs = {path: (value_at(before, path), value_at(after, path)) for path in paths()}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def value_at(plain: dict[str, Any], path: str) -> Any:
    """What plain data of an experiment holds at a dotted path."""
    for name in path.split("."):
        plain = plain[name]
    return plain


def refit(job: Job, new: Experiment, course: Course, taken: int) -> Course:
    """Have the job go on as `new` asks, after `taken` steps; the course that its schedule has from now on.

    A schedule chosen in flight begins here and lasts as many steps as the experiment asks for. Raises `UserMistake`,
    and leaves the job as it was, where the change does not fit the data or the steps that were taken already.
    """
    old = job.experiment
    changed = {path.removeprefix("training.") for path in differences(old, new) if path.startswith("training.")}
    check_fit(new, job.dataset)
    course = _course(job, new, course, taken, changed)
    _set_lengths(job, new)
    job.experiment = new
    if "label_smoothing" in changed:
        job.plain_criterion = criterion_for(new, job.dataset)
        job.criterion = faults.wrap_criterion(job.plain_criterion, new.faults.inject)
    job.penalty = weight_penalty(new.training.l1, new.training.l2)
    if "lr" in changed:
        _scale_rates(job, new.training.lr / old.training.lr)
    if "optimizer" in changed:
        _exchange_optimizer(job, new)
    else:
        _set_groups(job, new)
    if any(name.startswith("schedule.") for name in changed):
        _lay_out(job, course, 0)
    elif {"steps", "epochs"} & changed and course.end(new) is not None:
        _lay_out(job, course, taken - course.begun)
    if job.scheduler is None:
        for group in job.optimizer.param_groups:
            group["lr"] = new.training.lr  # exactly, where a ratio may round
    return course


def adopt(job: Job, experiment: Experiment, course: Course) -> None:
    """Parts of the kinds that `experiment` asks for, ready to be given a kept state."""
    old = job.experiment
    _set_lengths(job, experiment)
    job.experiment = experiment
    if old.training.label_smoothing != experiment.training.label_smoothing:
        job.plain_criterion = criterion_for(experiment, job.dataset)
        job.criterion = faults.wrap_criterion(job.plain_criterion, experiment.faults.inject)
    job.penalty = weight_penalty(experiment.training.l1, experiment.training.l2)
    if old.training.optimizer != experiment.training.optimizer:
        job.optimizer = recipes.optimizer(experiment.training).build(job.optimizer.param_groups[0]["params"])
    _lay_out(job, course, 0)


def _course(job: Job, new: Experiment, course: Course, taken: int, changed: set[str]) -> Course:
    total = _steps(job, new)
    if any(name.startswith("schedule.") for name in changed):
        return Course(taken, total)
    if not {"steps", "epochs"} & changed:
        return course
    course = Course(course.begun, total)
    end = course.end(new)
    if end is not None and end <= taken:
        field = "training.steps" if "steps" in changed and new.training.steps else "training.epochs"
        allowed = f"more than the {taken:,} steps that were taken: the schedule {new.training.schedule.name} ends there"
        value = new.training.steps or new.training.epochs
        raise mistake(field, value, allowed, "Take a larger number, or the constant schedule.")
    return course


def _per_epoch(job: Job, new: Experiment) -> int:
    rows, asked = len(job.batches.inputs), new.training.batch_size
    size = rows if asked == "all" else min(asked, rows)
    batches = -(-rows // size)
    return -(-batches // new.training.accumulate)


def _steps(job: Job, new: Experiment) -> int:
    return new.training.steps or (new.training.epochs or 100) * _per_epoch(job, new)


def _set_lengths(job: Job, new: Experiment) -> None:
    rows, asked = len(job.batches.inputs), new.training.batch_size
    job.batches.size = rows if asked == "all" else min(asked, rows)
    job.per_epoch, job.total = _per_epoch(job, new), _steps(job, new)


def _scale_rates(job: Job, ratio: float) -> None:
    """Every schedule is a factor on `training.lr`, so all its rates move alike."""
    for group in job.optimizer.param_groups:
        group.update({name: group[name] * ratio for name in RATES if name in group})
    for scheduler in _schedulers(job):
        for name in ("base_lrs", "_last_lr", "min_lrs"):
            if name in vars(scheduler):
                setattr(scheduler, name, [rate * ratio for rate in getattr(scheduler, name)])
        if "eta_min" in vars(scheduler):
            scheduler.eta_min *= ratio


def _schedulers(job: Job) -> list[Any]:
    return [job.scheduler, *getattr(job.scheduler, "_schedulers", [])] if job.scheduler else []


def _set_groups(job: Job, new: Experiment) -> None:
    plain = new.training
    for group in job.optimizer.param_groups:
        group.update({name: getattr(plain, name) for name in OF_OPTIMIZER if name in group})
    if isinstance(job.optimizer, torch.optim.RMSprop) and plain.momentum:
        for parameter, state in job.optimizer.state.items():  # it makes this buffer in its first step only
            state.setdefault("momentum_buffer", torch.zeros_like(parameter))


def _exchange_optimizer(job: Job, new: Experiment) -> None:
    """The new optimizer begins with empty buffers, at the learning rate that the schedule had reached."""
    old = job.optimizer
    rates = [{name: group[name] for name in RATES if name in group} for group in old.param_groups]
    job.optimizer = recipes.optimizer(new.training).build(old.param_groups[0]["params"])
    if job.scheduler is None:
        return
    state = job.scheduler.state_dict()
    job.scheduler = scheduler_for(job, job.total)
    assert job.scheduler is not None
    job.scheduler.load_state_dict(state)
    for group, had in zip(job.optimizer.param_groups, rates, strict=True):
        group.update(had)


def _lay_out(job: Job, course: Course, taken: int) -> None:
    """A new schedule over the course, `taken` steps into it."""
    for group in job.optimizer.param_groups:
        for name in RATES[1:]:
            group.pop(name, None)
        group["lr"] = job.experiment.training.lr
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the scheduler steps before the optimizer does is meant here
        job.scheduler = scheduler_for(job, course.total)
        for _ in range(taken if job.scheduler is not None else 0):
            job.scheduler.step()  # pyright: ignore[reportOptionalMemberAccess, reportCallIssue]


def asked_for(experiment: Experiment, values: dict[str, Any]) -> Experiment:
    """The experiment with plain values put at their paths, all at once. Raises `UserMistake`."""
    plain = experiment.plain()
    for path, value in values.items():
        *sections, leaf = path.split(".")
        inside = plain
        for name in sections:
            inside = inside[name]
        inside[leaf] = value
    return validate(plain)
