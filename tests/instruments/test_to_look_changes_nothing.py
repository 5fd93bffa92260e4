"""Promise 2, "To look changes nothing": every instrument on every kind of model, in one piece and broken off."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import get_ready, instruments, look, make

NO_FORWARD = {"gradient_norm", "update_ratio", "weights", "optimizer_buffers", "learning_rate", "speed"}


def test_to_look_changes_nothing(instrument_name, kind, begin, picture, changes):
    moment = begin(kind)
    (instrument,) = make([instrument_name])
    before = picture(moment)
    instrument.ready(moment)
    if instrument.applies(moment):
        instrument.take(moment)
    assert changes(before, picture(moment)) == []


def test_to_look_changes_nothing_when_the_model_breaks(instrument_name, kind, begin, picture, changes, light, boom):
    moment = begin(kind)
    (instrument,) = make([instrument_name])
    light(moment)
    before = picture(moment)
    if instrument_name not in NO_FORWARD and instrument.applies(moment):
        with pytest.raises(boom):
            instrument.take(moment)
    assert changes(before, picture(moment)) == []


def test_to_look_changes_nothing_when_torch_breaks(instrument_name, begin, picture, changes, boom, monkeypatch):
    """As when memory runs out, in the middle of the instrument's own arithmetic."""
    moment = begin("dropout and batch norm")
    (instrument,) = make([instrument_name])
    before = picture(moment)
    instrument.ready(moment)

    def broken(*_, **__):
        raise boom

    for function in ("stack", "cat", "std_mean", "bincount"):
        monkeypatch.setattr(torch, function, broken)
    monkeypatch.setattr(torch.Tensor, "numpy", broken)
    if instrument_name in ("speed", "learning_rate"):  # they touch no tensor
        instrument.take(moment)
    else:
        with pytest.raises(boom):
            instrument.take(moment)
    monkeypatch.undo()
    assert changes(before, picture(moment)) == []


@pytest.mark.parametrize("mode", [True, False], ids=["train", "eval"])
def test_to_look_changes_nothing_of_the_training_that_follows(kind, mode, begin, step, picture):
    """Losses, parameters and random states of a run with everything looked at, and of the bare run."""
    runs = []
    for wanted in ([], list(instruments())):
        moment, panel = begin(kind, seed=3), make(dict.fromkeys(wanted, 1))
        moment.model.train(mode)
        losses = []
        for _ in range(5):
            losses.append(step(moment, before=lambda: get_ready(panel, moment)))  # noqa: B023
            readings = look(panel, moment)
            assert len(readings) >= (8 if wanted else 0)
        values = [p.detach() for p in moment.model.parameters()] + [b.clone() for b in moment.model.buffers()]
        runs.append((losses, values, torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()))
    (bare_losses, bare_values, bare_torch, *bare), (losses, values, torch_state, *rest) = runs
    assert losses == bare_losses
    assert all(torch.equal(one, other) for one, other in zip(values, bare_values, strict=True))
    assert torch.equal(torch_state, bare_torch)
    assert rest == bare


def test_every_instrument_looks_at_something_here(begin, instrument_name):
    """Else the tests above would pass by looking away."""
    (instrument,) = make([instrument_name])
    assert instrument.applies(begin("dropout and batch norm"))


ALTERATIONS = {
    "a weight": lambda m: next(m.model.parameters()).data.add_(1e-7),
    "a gradient": lambda m: next(m.model.parameters()).grad.zero_(),
    "no gradient": lambda m: setattr(next(m.model.parameters()), "grad", None),
    "a mode": lambda m: m.model[0].eval(),
    "requires_grad": lambda m: m.model.requires_grad_(False),
    "a buffer": lambda m: m.model[0].calls.add_(1),
    "a rebound buffer": lambda m: setattr(m.model[0], "mean", m.model[0].mean.clone()),
    "a hook": lambda m: m.model[0].register_forward_hook(lambda *_: None),
    "a gradient hook": lambda m: next(m.model.parameters()).register_hook(lambda g: g),
    "an attribute": lambda m: setattr(m.model[0], "last", None),
    "a list": lambda m: m.model[0].seen.append(1),
    "momentum": lambda m: next(iter(m.optimizer.state.values()))["momentum_buffer"].mul_(2),
    "an entry in the optimizer": lambda m: m.optimizer.state[torch.zeros(1)],
    "torch's generator": lambda m: torch.rand(1),
    "Python's generator": lambda m: random.random(),
    "NumPy's generator": lambda m: np.random.rand(),
    "a generator of its own": lambda m: torch.rand(1, generator=m.model[0].own),
    "another of its own": lambda m: m.model[0].own_numpy.random(),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_change_would_be_seen(alteration, begin, picture, changes):
    moment = begin("draws and counts")
    before = picture(moment)
    assert changes(before, picture(moment)) == []
    ALTERATIONS[alteration](moment)
    assert changes(before, picture(moment)) != []


def test_a_global_hook_would_be_seen(begin, picture, changes):
    moment = begin("draws and counts")
    before = picture(moment)
    handle = nn.modules.module.register_module_forward_hook(lambda *_: None)
    after = picture(moment)
    handle.remove()
    assert changes(before, after) == ["global _forward_hooks"]
