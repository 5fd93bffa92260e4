"""Which snapshots stay: few, small together, dense near the end; and what going back then costs."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from loopscope.engines.keeping import FINEST, MOST, Snapshots
from loopscope.engines.live import Live
from loopscope.events import StepEnded
from loopscope.experiment import preset


def snapshot(step: int, nbytes: int) -> Any:
    return SimpleNamespace(step=step, nbytes=nbytes)


def kept_over(steps: int, nbytes: int = 1, **bounds: int) -> Snapshots:
    kept = Snapshots(**bounds)
    kept.keep(snapshot(0, nbytes))
    for step in range(1, steps + 1):
        if kept.due(step):
            kept.keep(snapshot(step, nbytes))
            assert len(kept) <= max(2, kept.most) and (kept.nbytes <= kept.most_bytes or len(kept) == 2)
    return kept


def to_repeat(kept: Snapshots, steps: int, back: int) -> int:
    """Steps to take again for going back so many."""
    return steps - back - kept.at_or_before(steps - back).step


@pytest.mark.parametrize("steps", [100_000, 123_457])
def test_after_many_steps_a_few_back_are_near_and_the_oldest_no_further_than_before(steps: int) -> None:
    kept = kept_over(steps)
    assert len(kept) > MOST / 2
    for back in (1, 10, 100, 1_000, 10_000):
        assert to_repeat(kept, steps, back) <= max(FINEST, back / 2)
    stood = [each.step for each in kept]
    assert stood[0] == 0 and max(b - a for a, b in pairwise(stood)) <= 4 * steps / MOST


@pytest.mark.parametrize("bounds", [{"most": 10}, {"most": 3}, {"most_bytes": 7}, {"most_bytes": 1}])
def test_however_tight_the_bound_it_holds_and_step_0_stays(bounds: dict[str, int]) -> None:
    assert next(iter(kept_over(5_000, **bounds))).step == 0


@pytest.mark.parametrize("most", [2, 3, 4])
def test_gone_back_within_a_tight_bound_the_one_just_taken_stays(most: int) -> None:
    kept = Snapshots(most=most)
    for step in (0, 30, 10, 29, 11, 12, 13, 30, 7):
        kept.keep(snapshot(step, 1))
        assert kept.at_or_before(step).step == step and len(kept) <= most and next(iter(kept)).step == 0


def test_gone_back_far_with_hardly_any_snapshots_it_can_be_interrupted_at_each_step_and_stays_small() -> None:
    live = Live(preset("moons-linear"), kept=Snapshots(most_bytes=40_000))
    said: list[StepEnded | None] = [None, *(live.step() for _ in range(600))]
    for goal in (599, 300, 1):
        for again, _ in enumerate(live.seeking(goal)):
            assert live.snapshots.nbytes <= 40_000
            if again == 5:
                break  # somebody else's turn; what was begun is simply left
        live.seek(goal)
        assert live.last == said[goal] and live.head == 600
