"""Read `section.field=value` as the command line takes it. Never prints, never touches a file.

A value is read by its field's type: `training.lr=0.1`, `model.hidden=16,8` or `[16,8]`, `training.batch_size=all`,
`training.steps=none`, `data.features=x1,x2,max(x1,x2)`, `training.schedule=cosine`. What cannot be read as that type
stays text, and validation says what would be allowed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from ..errors import Problem, UserMistake
from .next_step import try_set
from .said import Said
from .shape import Setting, paths
from .spec import Experiment
from .typed import read
from .validation import no_such_field, validate

SHORT = {"training.schedule": "training.schedule.name"}
"""Sections that can be set by their first field's value."""

EXCLUDE = {"training.steps": "training.epochs", "training.epochs": "training.steps"}
"""Setting the one clears the other, unless that is set in the same breath."""

GOVERNS: dict[str, tuple[str, ...]] = {
    "data.name": ("data.", "training.loss", "training.label_smoothing"),
    "model.kind": ("model.",),
    "training.optimizer": ("training.",),
    "training.schedule.name": ("training.schedule.",),
}
"""A choice, and where fields stand that only belonged to what was chosen before."""


def with_settings(experiment: Experiment, settings: Sequence[str]) -> Experiment:
    """The experiment with each `section.field=value` applied; the last one wins where a field is set twice.

    What is set here wins over what the experiment had. Setting `training.steps` clears `training.epochs`, and the
    other way round, since only one may be given. Choosing another dataset, model, optimizer or schedule resets those
    fields to their defaults that the old one read and the new one refuses (Adam's betas when SGD is chosen). Nothing
    else is ever changed: any other combination that does not fit is an error.

    Raises `UserMistake` for a missing `=`, an unknown path (with the nearest known one), or a value not allowed.
    """
    return merge(experiment.given(), settings)


def merge(plain: object, settings: Sequence[str], *, name_of_source: str = "") -> Experiment:
    """As `with_settings`, over plain data that need not be valid yet: a setting can mend what a file has wrong."""
    changes = _read_all(settings)
    if not changes or not isinstance(plain, Mapping):
        return validate(plain, name_of_source=name_of_source)
    data = copy.deepcopy(dict(cast(Mapping[str, Any], plain)))
    for path, value in changes.items():
        _put(data, path, value)
        other = EXCLUDE.get(path)
        if other and other not in changes and value is not None:
            _drop(data, other)
    return _validated(data, changes, name_of_source)


def parse_value(path: str, text: str) -> Any:
    """What `text` means for the field at `path`, as `--set path=text` reads it, and as `--over` reads each value.

    Raises `UserMistake` for an unknown path. The value's range is not checked here.
    """
    return read(text, _known(path).shape)


def _read_all(settings: Iterable[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    problems: list[Problem] = []
    for text in settings:
        try:
            path, value = _read_one(text)
        except UserMistake as mistake:
            problems.extend(mistake.problems)
        else:
            changes.pop(path, None)
            changes[path] = value
    if problems:
        raise UserMistake(*problems)
    return changes


def _read_one(text: str) -> tuple[str, Any]:
    path, equals, value = text.partition("=")
    path = path.strip()
    setting = _known(path) if path else None
    if setting is None or not equals:
        example = setting or paths()["training.lr"]
        raise UserMistake(Problem("--set", text, "section.field=value", try_set(example.path, example.example)))
    return setting.path, read(value, setting.shape)


def _known(path: str) -> Setting:
    found = paths().get(SHORT.get(path, path))
    if found is None:
        raise UserMistake(_unknown(path))
    return found


def _unknown(path: str) -> Problem:
    inside = [known for known in paths() if known.startswith(f"{path}.")]
    if inside:
        first = paths()[inside[0]]
        fields = ", ".join(known.removeprefix(f"{path}.") for known in inside)
        return Problem(path, Said("a section"), f"its fields {fields}", try_set(first.path, first.example))
    section, _, _ = path.rpartition(".")
    siblings = [known for known in paths() if known.rpartition(".")[0] == section] if section else []
    if siblings:
        return no_such_field(path, (known.rpartition(".")[2] for known in siblings), section)
    return no_such_field(path, dict.fromkeys(known.partition(".")[0] for known in paths()), "")


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *sections, leaf = path.split(".")
    for depth, name in enumerate(sections, 1):
        inner = data.setdefault(name, {})
        if isinstance(inner, str) and ".".join(sections[:depth]) in SHORT:
            inner = data[name] = {"name": inner}
        if not isinstance(inner, dict):
            return  # not a section at all: validation will say so, with what stands there
        data = cast(dict[str, Any], inner)
    data[leaf] = value


def _drop(data: dict[str, Any], path: str) -> bool:
    """Take a field out; True if it was there."""
    *sections, leaf = path.split(".")
    for name in sections:
        inner = data.get(name)
        if not isinstance(inner, dict):
            return False
        data = cast(dict[str, Any], inner)
    return data.pop(leaf, _GONE) is not _GONE


_GONE = object()


def _validated(data: dict[str, Any], changes: Mapping[str, Any], source: str) -> Experiment:
    try:
        return validate(data)
    except UserMistake as mistake:
        left_over = {problem.field for problem in mistake.problems if _is_left_over(problem.field, changes)}
    dropped = [_drop(data, path) for path in left_over]
    if any(dropped):
        return _validated(data, changes, source)
    return validate(data, name_of_source=source)


def _is_left_over(path: str, changes: Mapping[str, Any]) -> bool:
    governed = any(path.startswith(GOVERNS[choice]) for choice in changes if choice in GOVERNS)
    return governed and path not in changes and path not in GOVERNS
