"""A change to a run in flight: what it will be, told before it is made, and how it is made. Keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import mistake
from ..events import Changed
from ..experiment import Edit
from . import refitting
from .asked import changed, with_edit
from .history import Change
from .inspecting import parameter_at, set_weight
from .stepping import Stepper


def change_of_settings(stepper: Stepper, settings: Mapping[str, Any]) -> Change | None:
    """The change that new values by path are; None where nothing differs.

    Raises `UserMistake` for settings that are not allowed, or that cannot change in flight.
    """
    old = stepper.job.experiment
    new = changed(old, settings)
    differing = refitting.differences(old, new)
    allowed = refitting.in_flight(old)
    fixed = [path for path in differing if path not in allowed]
    if fixed:
        now = differing[fixed[0]][1]
        raise mistake(fixed[0], now, "nothing new while it runs; it starts over", "Send it with restart.")
    if not differing:
        return None
    fields = tuple(Changed(stepper.taken, path, was, now) for path, (was, now) in differing.items())
    return Change(stepper.taken, fields)


def change_of_weight(stepper: Stepper, tensor: str, index: Sequence[int], value: float) -> Change:
    """The change that setting one weight is. Raises `UserMistake` for a weight that the model has not."""
    parameter, place = parameter_at(stepper.job.model, tensor, index)
    edit = Edit(tensor=tensor, index=place, value=value)
    told = Changed(stepper.taken, f"{tensor}[{', '.join(map(str, place))}]", parameter[place].item(), float(value))
    edits = stepper.job.experiment.start.edits
    earlier = [other.value for other in edits if (other.tensor, other.index) == (tensor, place)]
    return Change(stepper.taken, (told,), edit, earlier[0] if earlier else None)


def make(stepper: Stepper, change: Change) -> None:
    """Make a change between two steps. Raises `UserMistake`, and leaves all as it was, where it does not fit."""
    job = stepper.job
    if change.edited is not None:
        edit = change.edited
        job.experiment = with_edit(job.experiment, edit)
        set_weight(job, edit.tensor, edit.index, edit.value)
        return
    new = refitting.asked_for(job.experiment, {field.field: field.new for field in change.fields})
    stepper.course = refitting.refit(job, new, stepper.course, stepper.taken)
    stepper.stopping.patience = new.training.early_stopping
    stepper.begin_anew()
