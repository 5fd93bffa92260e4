"""Whole-set losses against the criterion applied by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from loopscope.errors import LoopscopeError
from loopscope.instruments import Moment, forward, make


def read(moment):
    return make(["loss"])[0].take(moment).values


def by_hand(model, criterion, rows):
    model.eval()
    with torch.no_grad():
        loss = criterion(model(rows[0]), rows[1]).item()
    model.train()
    return loss


@pytest.fixture
def rows():
    return torch.randn(10, 3), torch.randint(2, (10,))


def test_it_is_the_criterion_over_all_rows_in_eval_mode(begin):
    moment = begin("dropout and batch norm", steps=3)
    values = read(moment)
    assert values["train"] == by_hand(moment.model, moment.criterion, moment.train)
    assert values["test"] == by_hand(moment.model, moment.criterion, moment.test)
    assert values["penalty"] == pytest.approx(1e-3 * sum((p**2).sum().item() for p in moment.model.parameters()))


def test_pieces_do_not_change_what_a_weighted_criterion_says(rows, monkeypatch):
    monkeypatch.setattr(forward, "PIECE", 3)
    model = nn.Linear(3, 2)
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 9.0]))
    values = read(Moment(model, 1, criterion=criterion, train=rows))
    assert values["train"] == pytest.approx(by_hand(model, criterion, rows), rel=1e-6)


def test_a_big_set_goes_through_in_pieces(monkeypatch):
    monkeypatch.setattr(forward, "PIECE", 4)
    sizes = []
    model = nn.Linear(1, 1)
    plain = model.forward
    model.forward = lambda x: (sizes.append(len(x)), plain(x))[1]
    read(Moment(model, 1, criterion=nn.MSELoss(), train=(torch.zeros(10, 1), torch.zeros(10, 1))))
    assert sizes == [4, 4, 2]


def test_an_empty_test_set_has_no_number(rows):
    empty = rows[0][:0], rows[1][:0]
    moment = Moment(nn.Linear(3, 2), 1, criterion=nn.CrossEntropyLoss(), train=rows, test=empty)
    assert read(moment).keys() == {"train", "penalty", "cost_s"}
    moment.train = None
    assert make(["loss"])[0].why_not(moment) == "neither training nor test rows are known"


def test_without_a_penalty_function_it_is_the_moments_own(rows):
    assert (
        read(Moment(nn.Linear(3, 2), 1, criterion=nn.CrossEntropyLoss(), train=rows, penalty=0.25))["penalty"] == 0.25
    )


def test_nan_weights_give_nan(rows):
    model = nn.Linear(3, 2)
    nn.init.constant_(model.weight, math.nan)
    assert math.isnan(read(Moment(model, 1, criterion=nn.CrossEntropyLoss(), train=rows))["train"])


def test_outputs_that_are_no_tensor_are_refused_in_words(rows):
    class Two(nn.Module):
        def forward(self, x):
            return x, x

    moment = Moment(Two(), 1, criterion=nn.CrossEntropyLoss(), train=rows)
    with pytest.raises(LoopscopeError, match="puts out tuple; only a single tensor"):
        read(moment)
    moment.outputs = Two()(rows[0])
    assert make(["loss"])[0].why_not(moment) == "the model puts out tuple, not a single tensor"
