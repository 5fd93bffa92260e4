"""Several at once give what one after another gives; turns leave the model free; how it was done is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
import torch
from torch import nn

from explain.landscape_models import CASES, Case, binary
from loopscope.explain.landscape_loss import LossOfWeights
from loopscope.explain.landscape_plane import entries_plane, random_plane
from loopscope.explain.landscape_turns import Turns
from loopscope.explain.landscapes import Grid

STEADY = 1e-4  # seconds of each look at the clock, whatever was done: the more at once, the cheaper each


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def turns_of(case: Case, **options: object) -> tuple[Turns, torch.Tensor]:
    asked = LossOfWeights(*case)
    plane = random_plane(asked.model, 1.0, 0)
    return Turns(asked, plane, **options), Grid(plane, 21).places  # type: ignore[arg-type]


def steady() -> Callable[[], float]:
    looks: Iterator[int] = count()
    return lambda: next(looks) * STEADY


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_several_at_once_equal_one_after_another(case: Callable[[], Case]) -> None:
    many, places = turns_of(case(), clock=steady(), most_bytes=2**30)
    found = torch.cat(list(many.losses(places)))
    assert "at once" in many.how and not many.how.startswith("one after another")
    torch.manual_seed(0)
    one, _ = turns_of(case(), most_bytes=1)
    expected = torch.cat(list(one.losses(places)))
    assert one.how.startswith("one after another: 16 would hold more than 0.0 MB")
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=0)
    assert found.dtype == torch.float64 and len(found) == len(places)


def test_the_model_may_train_on_between_two_turns() -> None:
    model, loss = binary()
    expected = torch.cat(list(turns_of((model, loss))[0].losses(turns_of((model, loss))[1])))
    turns, places = turns_of((model, loss), longest_s=1e-3)
    found = []
    for losses in turns.losses(places):
        found.append(losses)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(1.0)
    assert len(found) > 1
    torch.testing.assert_close(torch.cat(found), expected, rtol=1e-6, atol=0)


def test_what_a_plane_does_not_move_stays_as_it_was_found() -> None:
    model, loss = binary()
    asked = LossOfWeights(model, loss)
    plane = entries_plane(model, ("0.bias[0]", "0.bias[1]"), 1.0)
    places = Grid(plane, 5).places
    expected = torch.cat(list(Turns(asked, plane).losses(places)))
    with torch.no_grad():
        model[2].weight.add_(1.0)  # type: ignore[index,operator,union-attr]
    assert torch.equal(torch.cat(list(Turns(asked, plane).losses(places)))[0], expected[0])
    assert asked.at({}) == expected[0]


def test_a_turn_lasts_no_longer_than_asked_for() -> None:
    turns, places = turns_of(binary(), clock=steady(), longest_s=20 * STEADY)
    sizes = [len(losses) for losses in turns.losses(places)]
    assert sizes[0] == 20 and max(sizes) <= 20 * 20 and sum(sizes) == len(places)


def test_several_at_once_that_differ_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    turns, places = turns_of(binary())
    several = Turns._together
    monkeypatch.setattr(Turns, "_together", lambda self, places, number: several(self, places, number) * (1 + 1e-5))
    wrong = torch.cat(list(turns.losses(places)))
    assert turns.how == "one after another: among several at once the loss differs by 1e-05 of itself"
    monkeypatch.undo()
    torch.testing.assert_close(torch.cat(list(turns.losses(places))), wrong, rtol=1e-6, atol=0)


def test_weights_of_several_types_are_moved_each_in_its_own() -> None:
    model = nn.Sequential(nn.Linear(2, 4).double(), nn.Tanh())
    model.add_module("last", nn.Linear(4, 1))

    def loss(model: nn.Module) -> torch.Tensor:
        hidden = model[1](model[0](torch.ones(3, 2, dtype=torch.float64)))  # type: ignore[index]
        return model.last(hidden.float()).square().mean()  # type: ignore[union-attr,operator]

    turns, places = turns_of((model, loss))  # type: ignore[arg-type]
    assert turns.plane.origin.dtype == torch.float64 and not turns.plane.layout.uniform
    found = torch.cat(list(turns.losses(places)))
    assert float(found[0]) == pytest.approx(float(loss(model).detach()), rel=1e-6)
    torch.testing.assert_close(turns._one_by_one(places[:20]), found[:20], rtol=1e-6, atol=0)
