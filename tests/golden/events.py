"""One event of each kind, the way both Python and TypeScript must read them. Run it to write events.msgpack anew.

    python tests/golden/events.py

Do so only together with a raised `SCHEMA`, or when an event is added at the end: the file is what older versions wrote.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from loopscope.events import (
    Changed,
    Event,
    Finding,
    Found,
    Measured,
    PhaseEnded,
    RunEnded,
    RunStarted,
    StepEnded,
    Where,
    encode,
)

FILE = Path(__file__).with_name("events.msgpack")

EVENTS: tuple[Event, ...] = (
    RunStarted(
        run="golden-1",
        name="moons × 2",
        started=1700000000.25,
        source="engine",
        experiment={"data": {"name": "moons", "noise": 0.2}, "model": {"hidden": [8, 4]}, "start": {"edits": []}},
        versions={"python": "3.11.7", "torch": "2.13.0", "loopscope": "0.1.0"},
        machine={"cpu": "any", "threads": 1, "device": None},
        facts={"task": "binary", "rows": [140, 60], "scaled": False, "center": np.array([0.5, -0.5])},
    ),
    RunStarted(run="golden-2", name="", started=0.0, source="watch"),
    PhaseEnded(
        step=1,
        phase="backward",
        values={"loss": 0.6931471805599453},
        arrays={
            "gradient": np.array([[1.5, -2.0, 0.0], [math.nan, math.inf, -math.inf]], dtype=np.float32),
            "half": np.array([0.5, 65504.0], dtype=np.float16),
            "mask": np.array([True, False, True]),
            "scalar": np.array(7, dtype=np.int64),
            "nothing": np.zeros((0, 2), dtype=np.uint8),
        },
    ),
    StepEnded(step=1, epoch=0, samples_seen=32, loss=0.6931471805599453, penalty=0.0, lr=0.01),
    StepEnded(step=2**40, epoch=3, samples_seen=2**45, loss=math.nan, penalty=math.inf, lr=1e-300),
    Measured(
        step=100,
        instrument="weights",
        values={"mean/0.weight": -0.125, "cost_s": 0.0003},
        arrays={"counts": np.arange(6, dtype=np.int32).reshape(2, 3), "pixels": np.array([0, 255], dtype=np.uint8)},
    ),
    Changed(step=100, field="training.lr", old=0.01, new=0.1),
    Changed(step=101, field="model.hidden", old=[8], new=None),
    Found(
        step=120,
        finding=Finding(
            cause="dead-units",
            severity="warning",
            step=100,
            evidence={"dead_share": 0.75, "units": 8.0},
            explanation="Six of eight units put out 0 for every row.",
            fix="nn.LeakyReLU()",
            post="dead-units",
            where=Where(file="train.py", line=12, code="model = net()"),
            proof={"reran": True, "losses": [0.69, 0.31]},
        ),
    ),
    Found(step=121, finding=Finding(cause="no-zero-grad", severity="error", step=1)),
    RunEnded(
        step=130,
        status="diverged",
        reason="The loss is nan at step 130.",
        ended=1700000001.5,
        facts={"tensor": "loss", "layer": None, "step": 130, "value": math.nan},
    ),
)


def main() -> None:
    FILE.write_bytes(b"".join(encode(event) for event in EVENTS))


if __name__ == "__main__":
    main()
