"""Does a stack do the serial engine's work before it is timed against it?"""

from __future__ import annotations

import pytest

from benchmarks import stacked
from loopscope.engines import run


@pytest.mark.parametrize("size", ["all", 32])
def test_a_turn_is_a_block_of_every_model_and_goes_on_where_the_one_before_ended(size: int | str) -> None:
    experiments = [stacked.asked(size, number) for number in range(3)]
    steps = stacked.assert_same_work(experiments)
    running = stacked.stacks(experiments)
    taken = [event.step for _ in range(2) for index, event in stacked.next_events(running) if index == 1]
    assert taken == list(range(1, 2 * steps + 1)) and len(running) == 1


def test_other_work_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacked, "run", lambda experiment, job: run(stacked.asked(32, 5)))
    with pytest.raises(AssertionError, match="serial engine's work"):
        stacked.assert_same_work([stacked.asked(32, 0)])
