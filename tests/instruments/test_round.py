"""A round of looking: who is asked, what is shared, what happens when one breaks."""

from __future__ import annotations

import pytest
import torch

from loopscope.instruments import get_ready, look, make


def test_only_those_that_are_due_are_asked(begin):
    moment = begin("dropout and batch norm")
    panel = make({"learning_rate": 2, "gradient_norm": 1, "weights": "demand", "loss": "epoch"})
    assert [name for name, _ in look(panel, moment)] == ["gradient_norm"]
    assert [name for name, _ in look(panel, moment, epoch_ended=True)] == ["gradient_norm", "loss"]
    assert [name for name, _ in look(panel, moment, demanded={"weights"})] == ["gradient_norm", "weights"]
    moment.step = 2
    assert [name for name, _ in look(panel, moment)] == ["learning_rate", "gradient_norm"]


def test_what_does_not_apply_or_finds_nothing_is_left_out(begin):
    moment = begin("transformer")
    assert look(make({"decision_surface": 1, "update_ratio": 1}), moment) == []


def test_before_and_after_the_step_the_same_ones_look(begin, step):
    moment, panel = begin("dropout and batch norm"), make({"update_ratio": "2"})
    seen = []
    for _ in range(4):
        step(moment, before=lambda: get_ready(panel, moment))
        seen += [moment.step for _ in look(panel, moment)]
    assert seen == [2, 4]


def test_loss_and_metrics_share_the_forward_passes_of_a_round_and_no_more(begin):
    moment, panel, passes = begin("dropout and batch norm"), make({"loss": 1, "metrics": 1}), []
    forward = moment.model.forward
    moment.model.forward = lambda x: (passes.append(len(x)), forward(x))[1]
    together = dict(look(panel, moment))
    assert passes == [24, 6]
    assert moment.shared is None
    with torch.no_grad():
        moment.model[0][0].weight.mul_(3)
    later = dict(look(panel, moment))
    assert len(passes) == 4
    assert later["loss"].values["train"] != together["loss"].values["train"]


def test_one_that_breaks_does_not_silence_the_others(begin, light, boom):
    moment, panel, broken = begin("dropout and batch norm"), make({"activations": 1, "weights": 1}), []
    light(moment)
    found = look(panel, moment, on_error=lambda instrument, error: broken.append((instrument.name, type(error))))
    assert [name for name, _ in found] == ["weights"]
    assert broken == [("activations", boom)]
    with pytest.raises(boom):
        look(panel, moment)
    assert moment.shared is None
