"""Learning rates by group."""

from __future__ import annotations

import math

import torch
from torch import nn

from loopscope.instruments import Moment, make


def read(moment):
    values = make(["learning_rate"])[0].take(moment).values
    del values["cost_s"]
    return values


def test_each_group_by_its_name_or_place():
    one, other = nn.Linear(1, 1), nn.Linear(1, 1)
    groups = [{"params": one.parameters(), "lr": torch.tensor(0.5)}, {"params": other.parameters(), "name": "head"}]
    optimizer = torch.optim.Adam(groups, lr=0.1)
    assert read(Moment(one, 1, optimizer=optimizer)) == {"group0": 0.5, "head": 0.1}


def test_a_scheduler_is_followed():
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    scheduler.step()
    assert read(Moment(model, 1, optimizer=optimizer)) == {"group0": 0.05}


def test_without_an_optimizer_it_is_the_moments_own():
    assert read(Moment(nn.Identity(), 1, lr=0.2)) == {"group0": 0.2}
    assert make(["learning_rate"])[0].why_not(Moment(nn.Identity(), 1, lr=math.nan))
