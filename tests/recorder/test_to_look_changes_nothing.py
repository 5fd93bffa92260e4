"""Promise 2: parameters, losses and random states are bit for bit those of the bare loop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
import torch

from loopscope.events import Event, StepEnded
from loopscope.instruments import instruments
from loopscope.recorder import watch


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    def same(a: Any, b: Any) -> bool:
        return torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b

    assert one.keys() == other.keys()
    return [name for name in one if not same(one[name], other[name])]


def bare(model: Any, optimizer: Any) -> nullcontext[None]:
    return nullcontext()


def test_the_comparison_notices_one_changed_bit() -> None:
    state = {"losses": [1.0], "weight": torch.tensor([1.0, 2.0])}
    changed = {"losses": [1.0], "weight": torch.tensor([1.0, 2.0 + 2**-22])}
    assert differences(state, changed) == ["weight"]


@pytest.mark.parametrize("measured", ["usual", "all"])
def test_to_look_changes_nothing(any_loop: Any, repeat: Callable[..., dict[str, Any]], measured: str) -> None:
    chosen = dict.fromkeys(instruments(), 1) if measured == "all" else None
    events: list[Event] = []
    plain = repeat(any_loop, bare)
    watched = repeat(any_loop, lambda model, opt: watch(model, opt, sink=events.append, instruments=chosen))
    assert differences(plain, watched) == []
    assert [event.loss for event in events if isinstance(event, StepEnded)] == pytest.approx(plain["losses"], rel=1e-6)


def test_watching_without_saying_what_changes_nothing_either(
    any_loop: Any, repeat: Callable[..., dict[str, Any]]
) -> None:
    events: list[Event] = []
    plain = repeat(any_loop, bare)
    watched = repeat(any_loop, lambda model, opt: watch(sink=events.append))
    assert differences(plain, watched) == []
    assert len([event for event in events if isinstance(event, StepEnded)]) == len(plain["losses"])
