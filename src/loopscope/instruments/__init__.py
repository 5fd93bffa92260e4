"""What can be measured of a training loop, one instrument a file, changing nothing. Knows no loop, engine or file.

Keys of a reading: a parameter's or layer's own name where an instrument measures one thing for each (`gradient_norm`:
`total`, `0.weight`, `0.bias`), `quantity/name` where it measures several (`activations`: `mean/1`, `dead/1`).
`Instrument.describes` lists them with their units. `values["cost_s"]` is what the reading cost.
"""

from .cadence import Cadence, Every, EveryEpoch, LogSpaced, OnDemand, cadence_of
from .instrument import COST, Instrument, Reading
from .moment import Arguments, Bounds, Moment
from .quiet import quietly
from .registry import DEFAULT, DEFAULT_WATCH, instruments, make
from .round import get_ready, look

__all__ = [
    "COST",
    "DEFAULT",
    "DEFAULT_WATCH",
    "Arguments",
    "Bounds",
    "Cadence",
    "Every",
    "EveryEpoch",
    "Instrument",
    "LogSpaced",
    "Moment",
    "OnDemand",
    "Reading",
    "cadence_of",
    "get_ready",
    "instruments",
    "look",
    "make",
    "quietly",
]
