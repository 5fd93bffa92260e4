"""What a new worker needs to go on where another died: checkpoints, and changes undone. Never sees a pipe."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import torch

from ..engines.live import Change
from ..engines.refitting import Course, asked_for
from ..engines.snapshots import Snapshot
from ..errors import UserMistake
from ..events import Changed
from ..experiment import Edit, Experiment, validate
from ..store import Store

MOST_BYTES = 16 * 2**20
EVERY_S = 1.0


def checkpoint(snapshots: Sequence[tuple[str, Snapshot]]) -> bytes | None:
    """Run and snapshot of each lane as bytes; None where they are too many."""
    if sum(snapshot.nbytes for _, snapshot in snapshots) > MOST_BYTES:
        return None
    kept = [{"run": run, **_plain(snapshot)} for run, snapshot in snapshots]
    buffer = io.BytesIO()
    torch.save(kept, buffer)
    return buffer.getvalue() if buffer.tell() <= MOST_BYTES else None


def snapshots_in(data: bytes | None) -> dict[str, Snapshot]:
    """Snapshots by run; none where there is no checkpoint or it cannot be read, as the steps can be taken again."""
    if not data:
        return {}
    try:
        kept = torch.load(io.BytesIO(data), weights_only=True)
        return {each["run"]: _snapshot(each) for each in kept}
    except Exception:  # torch.load raises a dozen unrelated kinds
        return {}


def last_recorded(store: Store, run: str) -> int:
    """The last step of a run that is in the record; 0 where the run is not."""
    try:
        return store.find(run).last_step
    except UserMistake:  # it never began, or was deleted since
        return 0


def _plain(snapshot: Snapshot) -> dict[str, Any]:
    data = {field.name: getattr(snapshot, field.name) for field in fields(snapshot)}
    data["experiment"] = snapshot.experiment.plain()
    data["course"] = [snapshot.course.begun, snapshot.course.total]
    return data


def _snapshot(data: Mapping[str, Any]) -> Snapshot:
    fitting = {field.name: data[field.name] for field in fields(Snapshot)}
    fitting["experiment"] = validate(fitting["experiment"])
    fitting["course"] = Course(*fitting["course"])
    fitting["stopping"] = tuple(fitting["stopping"])
    return Snapshot(**fitting)


def history(experiment: Mapping[str, Any], plain: Sequence[Mapping[str, Any]]) -> tuple[Experiment, list[Change]]:
    """The experiment as a run began, and the changes since, from a lane's last message. Raises `UserMistake`."""
    changes = _changes(plain)
    base = validate(dict(experiment))
    in_force = {each["change"] for each in plain if each["in_force"]}
    for number, change in reversed(list(enumerate(changes))):
        if number in in_force:
            base = _undone(base, change)
    return base, changes


def _changes(plain: Sequence[Mapping[str, Any]]) -> list[Change]:
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for each in plain:
        groups.setdefault(each["change"], []).append(each)
    return [
        Change(
            step=group[0]["step"],
            fields=tuple(Changed(each["step"], each["field"], each["old"], each["new"]) for each in group),
            edited=Edit.model_validate(group[0]["edit"]) if group[0]["edit"] else None,
            replaced=group[0]["replaced"],
        )
        for group in groups.values()
    ]


def _undone(experiment: Experiment, change: Change) -> Experiment:
    if change.edited is None:
        return asked_for(experiment, {field.field: field.old for field in change.fields})
    place = (change.edited.tensor, change.edited.index)
    edits = [edit for edit in experiment.start.edits if (edit.tensor, edit.index) != place]
    if change.replaced is not None:
        edits.append(change.edited.model_copy(update={"value": change.replaced}))
    return asked_for(experiment, {"start.edits": [edit.model_dump(mode="json") for edit in edits]})
