"""`--instruments` as typed."""

from __future__ import annotations

import pytest

from loopscope.cli.chosen import chosen
from loopscope.errors import UserMistake
from loopscope.instruments import DEFAULT, instruments


def named(text: str) -> dict[str, str]:
    return {each.name: str(each.cadence) for each in chosen(text) or []}


def test_groups() -> None:
    assert chosen("default") is None and chosen("none") == []
    assert set(named("all")) == set(instruments())
    assert set(named("default,gradient_noise")) == {*DEFAULT, "gradient_noise"}


def test_cadences() -> None:
    assert named("weights:10, loss:log:4 ,metrics:epoch") == {"weights": "10", "loss": "log:4", "metrics": "epoch"}
    assert named("default,weights:1")["weights"] == "1" and named("weights:1,default")["weights"] != "1"


@pytest.mark.parametrize("text", ["", " ", "weights,,loss", "weights,"])
def test_an_empty_name_is_no_instrument(text: str) -> None:
    with pytest.raises(
        UserMistake, match=r"^--instruments is .*; allowed default, all, none, or names.* Try --instruments"
    ):
        chosen(text)


@pytest.mark.parametrize("text", ["loss,loss", "weights:10,loss,weights:5", "default,default"])
def test_an_instrument_is_named_once(text: str) -> None:
    with pytest.raises(
        UserMistake, match=r"^--instruments is .*; allowed each name once. (loss|weights|default) stands"
    ):
        chosen(text)


@pytest.mark.parametrize("text", ["wieghts", "weights:often", "weights:0", "none,wieghts"])
def test_mistakes(text: str) -> None:
    with pytest.raises(UserMistake):
        chosen(text)
