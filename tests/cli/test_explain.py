"""`loopscope explain`."""

from __future__ import annotations

from pathlib import Path

from .conftest import Typed


def test_both_where_neither_is_asked_for(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp")
    assert answer.code == 0
    assert "Symbol" in answer.out and "W₁" in answer.out and "[16, 2]" in answer.out
    assert "Registered" in answer.out and "Module.__call__" in answer.out
    assert not Path(".loopscope").exists()


def test_one_alone(typed: Typed) -> None:
    shapes, calls = typed("explain", "moons-mlp", "--shapes").out, typed("explain", "moons-mlp", "--calls").out
    assert "Symbol" in shapes and "Registered" not in shapes
    assert "Symbol" not in calls and "Registered" in calls


def test_json(typed: Typed) -> None:
    found = typed("explain", "moons-mlp", "--set", "model.hidden=3", "--json").document
    assert set(found) == {"shapes", "calls"}
    assert {row["symbol"]: row["shape"] for row in found["shapes"]["rows"]}["W₁"] == [3, 2]
    assert set(typed("explain", "moons-mlp", "--calls", "--json").document) == {"calls"}


def test_a_table(typed: Typed) -> None:
    Path("my.csv").write_text("a,b,y\n" + "".join(f"{i},{i * i},{i % 3}\n" for i in range(30)), encoding="utf-8")
    assert typed("explain", "my.csv", "--target", "y", "--shapes").code == 0


def test_an_unknown_name(typed: Typed) -> None:
    answer = typed("explain", "moons-mpl")
    assert answer.code == 2 and 'Did you mean "moons-mlp"?' in answer.err
