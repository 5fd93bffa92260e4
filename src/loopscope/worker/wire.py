"""Instruments by the names a page knows, events and changes as it is sent them. Never drives a loop or sees a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engines import predictions
from ..engines.live import Change
from ..events import SCHEMA, Event, StepEnded
from ..events.values import packed
from ..instruments import Instrument, instruments, make

OVER_THE_PLANE = ("decision_surface", "neuron_maps")


def shown_instruments(names: Sequence[str], resolution: int | None) -> list[Instrument]:
    """New instruments, those over the plane on the asked grid; `predictions` is none, and a lane's own affair.

    Raises `UserMistake` for an unknown name.
    """
    known = instruments()
    made: list[Instrument] = []
    for name in dict.fromkeys(names):
        kind: Any = known.get(name)
        if name == predictions.NAME:
            continue
        if resolution is not None and name in OVER_THE_PLANE:
            made.append(kind(resolution=resolution))
        else:
            made += make([name])
    return made


def event_map(event: Event) -> dict[str, Any]:
    """An event as it stands on the wire, not packed yet."""
    return {"v": SCHEMA, "kind": type(event).__name__, "data": packed(event)}


def step_map(event: StepEnded) -> dict[str, Any]:
    """The same for the one event of which there are thousands a second."""
    return {
        "v": SCHEMA,
        "kind": "StepEnded",
        "data": {
            "step": event.step,
            "epoch": event.epoch,
            "samples_seen": event.samples_seen,
            "loss": event.loss,
            "penalty": event.penalty,
            "lr": event.lr,
        },
    }


def plain_changes(changes: Sequence[Change], taken: int) -> list[dict[str, Any]]:
    """Changes as a page draws them and `recover` has them back.

    `change` counts the commands; `in_force` says whether the lane's `experiment` has it (not where one has gone back).
    """
    return [
        {
            "step": field.step,
            "field": field.field,
            "old": field.old,
            "new": field.new,
            "change": number,
            "edit": None if change.edited is None else change.edited.model_dump(mode="json"),
            "replaced": change.replaced,
            "in_force": change.step <= taken,
        }
        for number, change in enumerate(changes)
        for field in change.fields
    ]
