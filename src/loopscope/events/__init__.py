"""What happened: the seven events of a training loop, and their one encoding. Never sees torch."""

from .facts import (
    SCHEMA,
    Changed,
    Event,
    Finding,
    Found,
    Measured,
    PhaseEnded,
    RunEnded,
    RunStarted,
    Status,
    StepEnded,
    Where,
)
from .wire import decode, encode, read_stream

__all__ = [
    "SCHEMA",
    "Changed",
    "Event",
    "Finding",
    "Found",
    "Measured",
    "PhaseEnded",
    "RunEnded",
    "RunStarted",
    "Status",
    "StepEnded",
    "Where",
    "decode",
    "encode",
    "read_stream",
]
