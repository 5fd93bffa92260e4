"""Settings by path and weights as a page sends them, put into an experiment. Touches no run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from ..errors import Problem, UserMistake
from ..experiment import Edit, Experiment, Start, validate, with_settings


def changed(experiment: Experiment, settings: Mapping[str, Any]) -> Experiment:
    """The experiment with plain values by path, as a page sends them. Raises `UserMistake`."""
    try:
        return with_settings(experiment, [f"{path}={_typed(value)}" for path, value in _flat(settings)])
    except UserMistake as mistakes:
        raise UserMistake(*(_for_a_page(problem) for problem in mistakes.problems)) from mistakes


def with_edit(experiment: Experiment, edit: Edit) -> Experiment:
    """The experiment with a weight set at step 0; a second edit of the same one replaces the first."""
    others = [other for other in experiment.start.edits if (other.tensor, other.index) != (edit.tensor, edit.index)]
    return validate({**experiment.plain(), "start": Start(edits=(*others, edit)).model_dump(mode="json")})


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat({f"{path}.{name}": inner for name, inner in cast(Mapping[str, Any], value).items()})
        else:
            yield path, value


def _typed(value: Any) -> str:
    """A plain value as one would type it after `--set path=`."""
    match value:
        case None:
            return "none"
        case bool() | int() | float():
            return json.dumps(value)
        case str():
            return value
        case [dict(), *_]:
            return json.dumps(value)
        case list() | tuple():
            return f"[{','.join(_typed(item) for item in cast(list[Any], value))}]"
        case _:
            return str(value)


def _for_a_page(problem: Problem) -> Problem:
    """Whoever moves a control types no command."""
    return Problem(problem.field, problem.value, problem.allowed, problem.try_next.replace("--set ", ""))
