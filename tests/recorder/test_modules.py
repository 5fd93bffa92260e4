"""Finding the model that parameters belong to."""

from __future__ import annotations

import torch
from torch import nn

from loopscope.recorder.modules import WeakModel, joined, models_of, parts_of, wrapped


def test_outermost_first_and_no_larger_than_needed() -> None:
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 1)))
    larger = nn.ModuleList([net, nn.Linear(9, 9)])
    found = models_of(net.parameters())
    assert [type(module) for module in found] == [nn.Sequential, nn.Sequential, nn.Linear]
    assert found[0] is net
    assert models_of(larger.parameters()) == [larger]


def test_parameters_of_two_models_are_found_joined() -> None:
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    [both] = models_of([*one.parameters(), *two.parameters()])
    assert parts_of(both) == [one, two]


def test_part_of_a_model_stands_for_it() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    assert models_of(net[1].parameters())[0] is net[1]


def test_weights_kept_by_hand_belong_to_no_model() -> None:
    assert models_of([torch.ones(2, requires_grad=True)]) == []


def test_wrappers_are_what_is_called() -> None:
    net = nn.Linear(2, 1)
    assert wrapped(net) is net
    parallel = nn.DataParallel(net)
    assert wrapped(net) is parallel
    assert models_of(net.parameters())[-1] in (net, parallel)


def test_one_model_is_not_joined() -> None:
    net = nn.Linear(2, 1)
    assert joined([net]) is net and parts_of(net) == [net]


def test_modules_that_cannot_be_asked_are_nobodys_model() -> None:
    class HalfBuilt(nn.Module):
        def __init__(self) -> None:
            """Its author forgot, or has not come to super().__init__() yet."""

    class Equal(nn.Module):
        def __eq__(self, other: object) -> bool:
            return True

    others = [HalfBuilt(), Equal()]
    net = nn.Linear(2, 1)
    assert models_of(net.parameters()) == [net]
    assert wrapped(net) is net
    holder = Equal()
    holder.net = net
    assert holder in models_of(net.parameters()) and others


def test_a_weak_model_goes_with_the_last_who_holds_it() -> None:
    one, two = nn.Linear(2, 1), nn.Linear(2, 2)
    both = WeakModel(joined([one, two]))
    assert parts_of(both() or one) == [one, two]
    del two
    assert both() is one
    del one
    assert both() is None and WeakModel(None)() is None
