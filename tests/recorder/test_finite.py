"""Where losses were not finite."""

from __future__ import annotations

import math

from loopscope.recorder.finite import NotFinite


def seen(*losses: float) -> NotFinite:
    bad = NotFinite()
    for step, loss in enumerate(losses, start=1):
        bad.look(step, loss)
    return bad


def test_all_finite() -> None:
    assert seen(1.0, -2.0).facts == {}


def test_since_is_the_last_unbroken_stretch() -> None:
    bad = seen(1.0, math.nan, 1.0, math.inf, -math.inf)
    assert (bad.count, bad.first, bad.since, bad.last, bad.value) == (3, 2, 4, 5, -math.inf)
    assert bad.facts == {"not_finite_losses": 3, "first_not_finite_step": 2}
