"""A snapshot as plain data that `torch.save` writes and `torch.load(weights_only=True)` reads, and back bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ..experiment import validate
from .refitting import Course
from .snapshots import Snapshot


def plain(snapshot: Snapshot) -> dict[str, Any]:
    """Tensors, numbers, texts, lists and mappings; the tensors are the snapshot's own."""
    data = {field.name: getattr(snapshot, field.name) for field in fields(snapshot)}
    data["experiment"] = snapshot.experiment.plain()
    data["course"] = [snapshot.course.begun, snapshot.course.total]
    return data


def snapshot_of(data: Mapping[str, Any]) -> Snapshot:
    """What `plain` made. Raises `KeyError` where something is missing, `UserMistake` for an experiment that is none."""
    found = {field.name: data[field.name] for field in fields(Snapshot)}
    found["experiment"] = validate(found["experiment"])
    found["course"] = Course(*found["course"])
    found["stopping"] = tuple(found["stopping"])
    return Snapshot(**found)
