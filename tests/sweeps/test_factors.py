"""What may stand after `--over`, and what is said where it may not."""

from __future__ import annotations

import pytest

from loopscope.errors import UserMistake
from loopscope.sweeps import factors_of
from loopscope.sweeps.factors import factor_of, levels_of


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("model.activation=relu,tanh", ("relu", "tanh")),
        ("model.hidden=[8],[16,8]", ("[8]", "[16,8]")),
        ("training.lr=0.001:1:log:4", ("0.001", "0.01", "0.1", "1")),
        ("training.momentum=0:0.9:4", ("0", "0.3", "0.6", "0.9")),
        ("training.lr=0.1:0.3:lin:3", ("0.1", "0.2", "0.3")),
        ("training.batch_size=8:64:log:4", ("8", "16", "32", "64")),
        ("data.samples=100:102:9", ("100", "101", "102")),
        ("training.schedule=constant,cosine", ("constant", "cosine")),
    ],
)
def test_levels_of_a_grid(text: str, levels: tuple[str, ...]) -> None:
    assert factor_of(text).levels == levels


def test_a_range_is_entered_at_any_share_of_the_way() -> None:
    lr = factor_of("training.lr=0.001:1:log")
    assert lr.levels == () and (lr.level(0.0), lr.level(0.5), lr.level(1 / 3)) == ("0.001", "0.03162", "0.01")
    size = factor_of("training.batch_size=8:11")
    assert {size.level(share / 40) for share in range(40)} == {"8", "9", "10", "11"}
    words = factor_of("model.activation=relu,tanh")
    assert [words.level(share) for share in (0.0, 0.49, 0.5, 0.999)] == ["relu", "relu", "tanh", "tanh"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("training.lr", "section.field=levels"),
        ("training.lr=0.001:1:log:1000000000000", "at most 10,000"),
        ("training.lr=0.001:1:log:1e9", "LOW:HIGH:log:COUNT"),
        ("training.lr=0.001:1:cubic:5", "LOW:HIGH:log:COUNT"),
        ("training.lr=0.1:x", "LOW:HIGH:log:COUNT"),
        ("training.lr=", "one level or more"),
        ("training.lr=0.1,,0.2", "one level or more"),
        ("training.lr=1:0.1:log:3", "LOW below HIGH"),
        ("training.lr=0:1:log:3", "above 0 where it is log"),
        ("training.lr=0.1:1:1", "2 levels or more"),
        ("training.lr=0.1:1:1000000", "at most 10,000"),
        ("training.lr=0.1,0.10", "each level once"),
        ("training.learning_rate=0.1", "training.lr"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        factor_of(text)


def test_all_mistakes_are_said_at_once_and_a_field_stands_once() -> None:
    with pytest.raises(UserMistake) as caught:
        factors_of(["training.lrr=1", "model.hiden=8"])
    assert len(caught.value.problems) == 2
    with pytest.raises(UserMistake, match="each field once"):
        factors_of(["training.lr=0.1", "training.lr=0.2"])
    with pytest.raises(UserMistake, match="one field or more"):
        factors_of([])


def test_levels_from_python_are_those_that_would_be_typed() -> None:
    assert levels_of("training.lr", [0.1, 1e-5]) == "training.lr=0.1,1e-05"
    assert levels_of("model.hidden", [[8], (16, 8)]) == "model.hidden=[8],[16,8]"
    assert levels_of("training.lr", "0.1:1:log:3") == "training.lr=0.1:1:log:3"
