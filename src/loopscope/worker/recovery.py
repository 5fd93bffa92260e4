"""What a new worker needs to go on where another died: states, changes undone, the record's end. Never sees a pipe."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import torch

from ..engines import portable
from ..engines.live import Change, Live
from ..engines.refitting import asked_for
from ..engines.snapshots import Snapshot
from ..errors import UserMistake
from ..events import Changed
from ..experiment import Edit, Experiment, validate
from ..store import Store

Place: TypeAlias = tuple[str, int]
"""A run and a step of it."""

MOST_BYTES = 16 * 2**20
LATEST = 100
EVERY_S = 1.0


class Standby:
    """States of one lane from which another worker can go on, so that no step is missing from the record.

    Such a state is in the record with all before it, and before the last step, which is taken again to leave its
    gradients. So each is held back until it is both; no change can be made at its step any more, then.
    """

    def __init__(self, ready: Snapshot | None = None) -> None:
        self._ready, self._young = ready, None

    def changed(self, step: int) -> None:
        """A change was made right after a step: a state that was taken there does not have it."""
        if self._young is not None and self._young.step >= step:
            self._young = None

    def states(self, live: Live, committed: int) -> list[Snapshot]:
        """The latest one for the end of what is known, and one for where the lane stands where that is before it."""
        young, end = self._young, min(committed, live.head - 1)
        if young is not None and young.step <= end:
            self._ready, self._young = young, None
        if self._young is None and live.taken == live.head and not live.phase:
            self._young = live.snapshot()
        places = {end, min(committed, live.taken - 1)} if live.taken < live.head else {end}
        states = [live.snapshots.at_or_before(place) for place in places if place > 0]
        if self._ready is not None:
            states.append(self._ready)
        return list(_the_latest_of_each(states, places))


def _the_latest_of_each(states: Sequence[Snapshot], places: Iterable[int]) -> Iterable[Snapshot]:
    """For each place the latest state up to it; that of step 0 is known to everybody."""
    found: dict[int, Snapshot] = {}
    for place in places:
        fit = [state for state in states if 0 < state.step <= place]
        if fit:
            latest = max(fit, key=lambda state: state.step)
            found[latest.step] = latest
    return found.values()


def checkpoint(snapshots: Sequence[tuple[str, Snapshot]]) -> bytes | None:
    """Runs and snapshots of all lanes as bytes; None where they are too many."""
    if sum(snapshot.nbytes for _, snapshot in snapshots) > MOST_BYTES:
        return None
    kept = [{"run": run, **portable.plain(snapshot)} for run, snapshot in snapshots]
    buffer = io.BytesIO()
    torch.save(kept, buffer)
    return buffer.getvalue() if buffer.tell() <= MOST_BYTES else None


def snapshots_in(data: bytes | None) -> dict[str, list[Snapshot]]:
    """Snapshots by run; none where there is no checkpoint or it cannot be read, as the steps can be taken again."""
    found: dict[str, list[Snapshot]] = defaultdict(list)
    if data:
        with suppress(Exception):  # torch.load raises a dozen unrelated kinds
            for each in torch.load(io.BytesIO(data), weights_only=True):
                found[each["run"]].append(portable.snapshot_of(each))
    return found


def fitting(kept: Mapping[str, Sequence[Snapshot]], run: str, place: Place | None) -> list[Snapshot]:
    """Those that lead to where the record of a run ends, `place`; from a later one, steps would be missing in it."""
    if place is None:
        return []
    own = [state for state in kept.get(run, ()) if state.step <= place[1]]
    if place[0] == run:
        return own
    # right at the step where this run began, something may have been changed since
    return [*own, *(state for state in kept.get(place[0], ()) if state.step < place[1])]


def end_of_record(store: Store, run: str, came_from: Place | None) -> Place | None:
    """Where the record of a lane ends: in its run, or in the one this came from where it has no step; None: nowhere."""
    try:
        record = store.find(run)
    except UserMistake:  # it never began, or was deleted since
        return came_from
    return (run, record.last_step) if record.last_step else came_from


def remove_empty(store: Store, runs: Collection[str]) -> None:
    """Remove what a worker left that was killed between a run's beginning and the commit of its first step.

    It is one of these runs or came from one of them, and another will have its steps.
    """
    for record in store.runs(limit=LATEST):
        kin = (record.id, *record.facts.get("from", ())[:1])
        if record.status == "interrupted" and not record.last_step and not set(kin).isdisjoint(runs):
            store.delete(record)


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
