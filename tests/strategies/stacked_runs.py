"""Stacked runs beside the serial engine's, event by event. `from strategies.stacked_runs import assert_same, asked`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from loopscope.engines import run
from loopscope.engines.stacked import Group, run_stacked
from loopscope.events import Event, Measured, RunEnded, RunStarted, StepEnded
from loopscope.experiment import Experiment, validate
from loopscope.instruments import make


def merged(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Nested mappings, the second one's values over the first one's."""
    both = dict(base)
    for key, value in other.items():
        both[key] = merged(both[key], value) if isinstance(both.get(key), dict) and isinstance(value, dict) else value
    return both


def asked(*plains: dict[str, Any], steps: int = 100) -> list[Experiment]:
    """Valid experiments of `steps` steps; each with an order and weights of its own."""
    usual: dict[str, Any] = {"data": {"samples": 60}, "training": {"batch_size": 16, "lr": 0.02}}
    found: list[Experiment] = []
    for number, plain in enumerate(plains):
        own = merged(merged(usual, {"seed": {"init": number, "order": number}}), plain)
        if "epochs" not in own["training"]:
            own["training"].setdefault("steps", steps)
        found.append(validate(own))
    return found


def one_by_one(experiments: Sequence[Experiment], *instruments: str) -> list[list[Event]]:
    return [list(run(e, make(list(instruments)), now=lambda: 1.0)) for e in experiments]


def stacked(
    experiments: Sequence[Experiment], *instruments: str, groups: Sequence[Group] | None = None
) -> list[list[Event]]:
    """The events of each run, in the order they were told."""
    told: list[list[Event]] = [[] for _ in experiments]
    for index, event in run_stacked(experiments, list(instruments), groups=groups, now=lambda: 1.0):
        told[index].append(event)
    return told


def differences(one: Event, other: Event, tolerance: float) -> list[str]:
    """In what two events differ by more than rounding."""
    if type(one) is not type(other):
        return [f"{type(one).__name__} and {type(other).__name__}"]
    match one, other:
        case StepEnded(), StepEnded():
            exact = ("step", "epoch", "samples_seen")
            found = [
                f"{n} {getattr(one, n)} {getattr(other, n)}" for n in exact if getattr(one, n) != getattr(other, n)
            ]
            near = ("loss", "penalty", "lr")
            return found + [
                f"{n} of step {one.step}: {getattr(one, n)} and {getattr(other, n)}"
                for n in near
                if not math.isclose(getattr(one, n), getattr(other, n), rel_tol=tolerance, abs_tol=1e-12)
            ]
        case Measured(), Measured():
            return _measured(one, other, tolerance)
        case RunStarted(), RunStarted():
            return [] if one == other else ["RunStarted"]
        case RunEnded(), RunEnded():
            return [] if ended(one) == ended(other) else [f"{one} and {other}"]
        case _:
            return [f"{one}"]


def ended(event: RunEnded) -> tuple[Any, ...]:
    facts = {k: "not finite" if k == "value" else v for k, v in event.facts.items()}
    words = event.reason.split() if event.status != "diverged" else [facts]
    figures = [round(float(word), 3) if "." in word and word[0].isdigit() else word for word in words if word]
    return event.step, event.status, figures, event.ended


def _measured(one: Measured, other: Measured, tolerance: float) -> list[str]:
    place = f"{one.instrument} at {one.step}"
    if (one.step, one.instrument) != (other.step, other.instrument):
        return [f"{place} and {other.instrument} at {other.step}"]
    if set(one.values) != set(other.values) or set(one.arrays) != set(other.arrays):
        return [f"{place}: {sorted(one.values)} and {sorted(other.values)}"]
    found = [
        f"{place}, {key}: {value} and {other.values[key]}"
        for key, value in one.values.items()
        if not _clocked(one, key) and not np.isclose(value, other.values[key], tolerance, 1e-5, equal_nan=True)
    ]
    for key, array in one.arrays.items():
        if not np.allclose(array, other.arrays[key], rtol=tolerance, atol=1e-4, equal_nan=True):
            found.append(f"{place}, {key}")
    return found


def assert_same(serial: list[list[Event]], together: list[list[Event]], tolerance: float = 1e-5) -> None:
    for number, (one, other) in enumerate(zip(serial, together, strict=True)):
        assert len(one) == len(other), f"run {number}: {len(one)} and {len(other)} events; {one[-1]} and {other[-1]}"
        for event, again in zip(one, other, strict=True):
            found = differences(event, again, tolerance)
            assert not found, f"run {number}: {'; '.join(found)}"


def _clocked(measured: Measured, key: str) -> bool:
    """A measure of time is never the same twice."""
    return key == "cost_s" or measured.instrument == "speed"
