"""Which arrays are kept: all at first, then a constant number in each doubling of steps. Never sees an array or a file.

Training moves fast at first and slowly later, so frames spaced evenly in log(step) show every part of it alike, and
a million steps cost 17 doublings × `per_octave` frames instead of a million.
"""

from __future__ import annotations

PER_OCTAVE = 32
FEWEST_PER_OCTAVE = 4
BUDGET = 64 * 2**20  # bytes a million steps of one instrument may take before compression
OCTAVES = 17  # of a million steps: 32 → 2²⁰ are 15, the first 32 steps count for one, one to spare


def slot(step: int, per_octave: int = PER_OCTAVE) -> int:
    """The number of the interval that holds `step`; one frame is kept in each.

    Below `per_octave` every step has its own; from there each octave [2ⁿ, 2ⁿ⁺¹) is cut into `per_octave` (a power
    of two) equal intervals. Numbers grow with the step.
    """
    assert per_octave > 0 and per_octave & (per_octave - 1) == 0, "per_octave is a power of two"
    if step < per_octave:
        return step
    shift = step.bit_length() - per_octave.bit_length()  # how often the interval has doubled by now
    return shift * per_octave + (step >> shift)


def keeps(step: int, previous: int | None, per_octave: int = PER_OCTAVE) -> bool:
    """Whether the frame at `step` stays, where `previous` is the step of the last one that did (None: the first stays).

    Frames need not come at every step: whatever is first in an interval is kept. The very last frame of a run is
    kept by the writer in any case.
    """
    return previous is None or step == previous or slot(step, per_octave) != slot(previous, per_octave)


def per_octave_for(size: int) -> int:
    """How many frames of `size` bytes to keep in each octave, so that a million steps stay within `BUDGET`."""
    per_octave = PER_OCTAVE
    while per_octave > FEWEST_PER_OCTAVE and size * per_octave * OCTAVES > BUDGET:
        per_octave //= 2
    return per_octave
