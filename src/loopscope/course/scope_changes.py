"""What the reader of a figure may change: a field, its levels or range, whose experiments have it. Trains nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import UserMistake, mistake
from ..experiment import Experiment, parse_value, paths, with_settings
from ..experiment.settings import SHORT
from ..experiment.shape import Shape
from ..sweeps.factors import Factor, factor_of

RECORDED = 5
"""Levels at the most that are recorded for pages on which nothing can be trained."""

USUAL = {
    "model.hidden": "1,2,4,8,16",
    "training.lr": "0.001:1:log",
    "training.batch_size": "1,8,32,all",
    "data.noise": "0:0.5",
    "data.samples": "50,100,200,400",
    "seed.init": "0,1,2,3,4",
    "seed.data": "0,1,2,3,4",
    "seed.order": "0,1,2,3,4",
}
"""Levels of fields that an author names without any."""


@dataclass(frozen=True)
class Change:
    """One control. `levels` are settings to choose from; a range has `low` and `high`, its levels are those recorded.

    `lanes` are the experiments that have such a field, by number; `now` the first one's level.
    """

    field: str
    levels: tuple[Any, ...]
    lanes: tuple[int, ...]
    now: Any
    low: float | None = None
    high: float | None = None
    log: bool = False
    whole: bool = False

    def applied(self, experiments: Sequence[Experiment], level: Any) -> list[Experiment]:
        """The experiments, with this level in those that have the field."""
        return [
            with_settings(one, [f"{self.field}={_typed(level)}"]) if lane in self.lanes else one
            for lane, one in enumerate(experiments)
        ]

    def plain(self) -> dict[str, Any]:
        """As the page's controls take it."""
        setting = paths()[self.field]
        span = {"from": self.low, "to": self.high, "by": "log" if self.log else "linear", "whole": self.whole}
        return {
            "path": self.field,
            "name": self.field.rpartition(".")[2].replace("_", " "),
            "help": setting.description,
            "allowed": setting.allowed,
            "levels": [_plain(level) for level in self.levels],
            "scale": span if self.low is not None else None,
            "lanes": list(self.lanes),
            "now": _plain(self.now),
        }


def changes_of(texts: Sequence[str], experiments: Sequence[Experiment]) -> list[Change]:
    """Read `model.hidden`, `model.activation=relu,tanh` or `training.lr=0.001:1:log` for these experiments.

    Raises `UserMistake` for an unknown field, a level that none of them takes, and a field twice.
    """
    found = [_change(text, experiments) for text in texts]
    fields = [change.field for change in found]
    twice = next((field for field in fields if fields.count(field) > 1), None)
    if twice is not None:
        raise mistake("change", twice, "each field once", "Put all its levels into one.")
    return found


def _change(text: str, experiments: Sequence[Experiment]) -> Change:
    field, _, levels = (part.strip() for part in text.partition("="))
    field = SHORT.get(field, field)
    parse_value(field, "0")  # an unknown field is refused with the nearest known one
    try:
        factor = factor_of(f"{field}={levels or usual_levels(field)}")
    except UserMistake as error:
        raise _in_our_words(error) from error
    values = [parse_value(field, level) for level in (factor.levels or _of_range(factor))]
    if not levels:  # all names there are, of which some fit no experiment of these
        values = [value for value in values if _lanes(field, [value], experiments)[0]] or values
    lanes, refused = _lanes(field, values, experiments)
    if not lanes:
        assert refused is not None
        raise refused
    now = _now(experiments[lanes[0]], field)
    return Change(field, _with(values, now), lanes, now, factor.low, factor.high, factor.log, factor.whole)


def usual_levels(field: str) -> str:
    """Levels of a field that was named alone: ours, all its names, or its whole range where that is narrow.

    Raises `UserMistake` for a field that has no such range.
    """
    if field in USUAL:
        return USUAL[field]
    shape = _main(paths()[field].shape)
    if shape.kind == "flag":
        return "false,true"
    if shape.known:
        return ",".join(shape.known)
    if shape.low is not None and shape.high is not None and shape.high <= 1:
        return f"{shape.low:g}:{shape.high - 0.05 if shape.high_open else shape.high:g}"
    raise mistake("change", field, "levels or a range with it", f'Try change=["{field}=LOW:HIGH"].')


def _main(shape: Shape) -> Shape:
    """Of a choice the member that is a name, or whatever is no none."""
    members = [member for member in shape.members if member.kind != "none"]
    return next((member for member in members if member.kind == "name"), members[0] if members else shape)


def _of_range(factor: Factor) -> list[str]:
    assert factor.low is not None and factor.high is not None
    space = np.geomspace if factor.log else np.linspace
    values = space(factor.low, factor.high, RECORDED - 1).tolist()
    return list(dict.fromkeys(str(round(value)) if factor.whole else f"{value:.3g}" for value in values))


def _lanes(
    field: str, values: Sequence[Any], experiments: Sequence[Experiment]
) -> tuple[tuple[int, ...], UserMistake | None]:
    lanes: list[int] = []
    refused: UserMistake | None = None
    for lane, experiment in enumerate(experiments):
        try:
            for value in values:
                with_settings(experiment, [f"{field}={_typed(value)}"])
        except UserMistake as error:
            refused = refused or error
        else:
            lanes.append(lane)
    return tuple(lanes), refused


def _now(experiment: Experiment, field: str) -> Any:
    value: Any = experiment
    for name in field.split("."):
        value = getattr(value, name)
    return list(value) if isinstance(value, tuple) else value


def _with(values: Sequence[Any], now: Any) -> tuple[Any, ...]:
    """Levels with the present one among them, in order where they have one."""
    if now in values:
        return tuple(values)
    try:
        return tuple(sorted((*values, now)))
    except TypeError:  # words, or none among numbers
        return (now, *values)


def _typed(value: Any) -> str:
    """A value as `--set` reads it."""
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_typed, value)) + "]"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _in_our_words(error: UserMistake) -> UserMistake:
    """A mistake in levels, named after the argument it came in by and not after `--over`."""
    problem = error.problems[0]
    field = problem.field.replace("--over", "change", 1)
    return mistake(field, problem.value, problem.allowed, problem.try_next.replace("--over ", ""))
