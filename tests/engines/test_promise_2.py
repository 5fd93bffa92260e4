"""Promise 2 of the design: with every instrument on, a run is bit for bit the bare one."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from loopscope.engines import prepare
from loopscope.engines.serial import run
from loopscope.events import Measured, StepEnded
from loopscope.experiment import Experiment, presets, with_settings
from loopscope.instruments import Instrument, Moment, Reading, instruments, make

STEPS = 40
HARD: dict[str, dict[str, Any]] = {
    "dropout and batch norm": {"model": {"hidden": [8, 8], "dropout": 0.4, "norm": "batch"}},
    "residual, momentum, penalties": {
        "model": {"hidden": [6, 6], "residual": True},
        "training": {"optimizer": "sgd", "momentum": 0.9, "l1": 0.01, "l2": 0.01},
    },
    "accumulation and clipping": {"training": {"accumulate": 3, "clip_norm": 0.1}},
    "a closure": {"training": {"optimizer": "lbfgs", "batch_size": "all"}},
    "averaged weights": {"training": {"ema": 0.9}, "model": {"norm": "batch"}},
}


def asked() -> dict[str, Experiment]:
    short = {name: with_settings(p.experiment, [f"training.steps={STEPS}"]) for name, p in presets().items()}
    return short | {
        n: with_settings(Experiment.model_validate(p), [f"training.steps={STEPS}"]) for n, p in HARD.items()
    }


def traced(
    experiment: Experiment, panel: list[Instrument]
) -> tuple[list[float], list[torch.Tensor], torch.Tensor, int]:
    """Losses, parameters and buffers with optimizer state, torch's random state, and how often was measured."""
    torch.manual_seed(123)
    job = prepare(experiment)
    events = list(run(experiment, panel, job=job))
    state = [v for s in job.optimizer.state_dict()["state"].values() for v in s.values() if isinstance(v, torch.Tensor)]
    tensors = [t.detach() for t in (*job.model.parameters(), *job.model.buffers(), *state)]
    losses = [event.loss for event in events if isinstance(event, StepEnded)]
    return losses, tensors, torch.get_rng_state(), sum(isinstance(e, Measured) for e in events)


def differences(experiment: Experiment, panel: list[Instrument]) -> list[str]:
    bare, looked = traced(experiment, []), traced(experiment, panel)
    assert looked[3] > STEPS, "the instruments must have looked"
    found = [] if bare[0] == looked[0] else ["losses"]
    pairs = zip(bare[1], looked[1], strict=True)
    found += [] if all(torch.equal(a, b) for a, b in pairs) else ["parameters, buffers or optimizer state"]
    return found + ([] if torch.equal(bare[2], looked[2]) else ["random state"])


@pytest.mark.parametrize("name", asked())
def test_promise_2_to_look_changes_nothing(name: str) -> None:
    every_third_step = make(dict.fromkeys(instruments(), 3))
    assert differences(asked()[name], every_third_step) == []


class Clumsy(Instrument):
    """Does what no instrument may."""

    name = "clumsy"
    describes = {"x": "nothing"}
    example = "Clumsy()"
    usual = make("loss")[0].cadence

    def measure(self, moment: Moment) -> Reading:
        torch.rand(1)
        with torch.no_grad():
            next(moment.model.parameters()).mul_(1.0001)
        return Reading({"x": 0.0})


def test_the_comparison_sees_a_clumsy_instrument() -> None:
    panel = [*make(dict.fromkeys(instruments(), 3)), Clumsy(1)]
    assert differences(asked()["moons-mlp"], panel) == [
        "losses",
        "parameters, buffers or optimizer state",
        "random state",
    ]
