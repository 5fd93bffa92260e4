"""How runs are cut into stacks, so that no worker waits long for another."""

from __future__ import annotations

import pytest

from loopscope.experiment import load, with_settings
from loopscope.sweeps.training import sizes, tasks


@pytest.mark.parametrize("runs", [1, 2, 7, 12, 288, 1000])
@pytest.mark.parametrize("workers", [1, 2, 3, 16])
def test_every_run_has_its_stack_and_the_last_ones_are_small(runs: int, workers: int) -> None:
    found = sizes(runs, 256, workers)
    assert sum(found) == runs and min(found) > 0 and max(found) <= 256
    assert found == sorted(found, reverse=True)
    if workers > 1 and runs >= 8 * workers:
        assert found[0] <= runs / workers and found[-1] <= 8


def test_one_worker_has_as_few_stacks_as_fit() -> None:
    assert sizes(288, 256, 1) == [256, 32]


def test_stacks_of_several_architectures_begin_with_the_largest() -> None:
    base = with_settings(load("moons-mlp"), ["training.steps=10", "data.samples=60"])
    wide = with_settings(base, ["model.hidden=16"])
    found = tasks(range(60), [base] * 20 + [wide] * 40, workers=2)
    assert [len(task) for task in found] == sorted((len(task) for task in found), reverse=True)
    assert sorted(run for task in found for run in task.runs) == list(range(60))
