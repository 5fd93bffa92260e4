"""`loopscope explain`."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.engines import surroundings

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


SHORT = ("--set", "training.epochs=2", "--set", "data.samples=40")


def test_a_landscape_of_the_way_that_training_took(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp", "--landscape", *SHORT, "-o", "landscape.png")
    assert answer.code == 0, answer.err
    assert "Trained 2 steps" in answer.out and "principal component 1" not in answer.out.partition("Axes")[0]
    assert "41 × 41 places" in answer.out and "Largest Hessian eigenvalues" in answer.out
    assert "Symbol" not in answer.out and "Registered" not in answer.out
    assert Path("landscape.png").read_bytes().startswith(b"\x89PNG") and not Path(".loopscope").exists()


def test_a_landscape_as_json(typed: Typed) -> None:
    found = typed("explain", "moons-mlp", "--landscape", "--calls", *SHORT, "--json").document
    assert set(found) == {"calls", "landscape"}
    landscape = found["landscape"]
    assert landscape["training"]["steps"] == 2 and landscape["kind"] == "path" and len(landscape["explained"]) == 2
    assert len(landscape["losses"]) == 41 and len(landscape["sharpness"]["eigenvalues"]) == 3


def test_a_landscape_without_a_way(typed: Typed) -> None:
    found = typed("explain", "gaussians", "--landscape", "--set", "training.steps=1", "--json").document["landscape"]
    assert found["kind"] == "random" and found["path"] is None


def test_a_landscape_of_a_run(typed: Typed) -> None:
    assert typed("train", "moons-mlp", *SHORT, "--quiet").code == 0
    found = typed("explain", "last", "--landscape", "--json")
    assert found.code == 0 and found.document["landscape"]["training"]["of"] == 2


def test_a_landscape_between_two_runs(typed: Typed) -> None:
    for seed in ("0", "1"):
        assert (
            typed("train", "moons-mlp", *SHORT, "--set", f"seed.init={seed}", "--name", f"s{seed}", "--quiet").code == 0
        )
    words = ("explain", "s0", "--landscape", "--between", "s1")
    found = typed(*words, "--json").document["landscape"]
    assert found["kind"] == "line" and len(found["losses"]) == 41 and found["barrier"]["height"] >= 0
    assert found["training"]["steps"] == found["training_other"]["steps"] == 2
    assert found["losses"][0] != found["losses"][-1]
    told = typed(*words, "-o", "passage.png").out
    assert "Barrier:" in told and "First: Trained 2 steps" in told and "Other: Trained 2 steps" in told
    assert Path("passage.png").read_bytes().startswith(b"\x89PNG")


def test_between_runs_that_have_no_line_that_is_said(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp", "--between", "moons-mlp")
    assert answer.code == 2 and "--between is 'moons-mlp'; allowed only with --landscape" in answer.err
    answer = typed("explain", "moons-mlp", "--landscape", "--between", "iris", "--set", "training.steps=1")
    assert answer.code == 2 and "Traceback" not in answer.err and "between" in answer.err


def test_a_picture_is_of_a_landscape_and_overwrites_nothing(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = typed("explain", "moons-mlp", "-o", "x.png")
    assert answer.code == 2 and "only with one of" in answer.err
    Path("x.png").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(surroundings, "look_around", lambda *_: pytest.fail("it should be refused before the work"))
    answer = typed("explain", "moons-mlp", "--landscape", "-o", "x.png")
    assert answer.code == 2 and "--force" in answer.err and Path("x.png").read_text(encoding="utf-8") == "mine"


def test_a_picture_into_no_folder_is_refused_before_the_work(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "look_around", lambda *_: pytest.fail("it should be refused before the work"))
    answer = typed("explain", "moons-mlp", "--landscape", "-o", "no where/x.png")
    assert answer.code == 2 and "a path in a folder that exists. Try mkdir -p 'no where'" in answer.err


SMALL = ("--set", "model.hidden=3")


def test_the_chain_rule_of_one_example(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp", "--chain-rule", *SMALL, "-o", "chain.png")
    assert answer.code == 0, answer.err
    assert "∂L/∂W₁[0,0] = ∂L/∂z₁[0]·x[0]" in answer.out and "Symbol" not in answer.out
    assert Path("chain.png").read_bytes().startswith(b"\x89PNG")


def test_the_chain_rule_as_json(typed: Typed) -> None:
    found = typed("explain", "moons-mlp", "--chain-rule", *SMALL, "--json").document
    assert set(found) == {"chain_rule"}
    assert [stage["symbol"] for stage in found["chain_rule"]["stages"]] == ["x", "z₁", "a₁", "z₂"]
    assert any(any(row) for row in found["chain_rule"]["stages"][0]["gradient"]), "an example that moves a weight"


def test_the_chain_rule_of_what_does_not_fit(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp", "--set", "model.hidden=32", "--chain-rule")
    assert answer.code == 2 and "at most 16" in answer.err and "--set model.hidden=3" in answer.err


def test_gradients_are_checked(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp", "--gradcheck", *SMALL, "-o", "steps.png")
    assert answer.code == 0, answer.err
    assert "agrees with finite differences for all 4 parameters" in answer.out and "float32" in answer.out
    assert Path("steps.png").read_bytes().startswith(b"\x89PNG")
    found = typed("explain", "moons-mlp", "--gradcheck", *SMALL, "--json").document["gradcheck"]
    assert found["right"] and len(found["steps"]) == 2


def test_activations_and_architecture(typed: Typed) -> None:
    answer = typed("explain", "moons-mlp", "--activations", "--architecture")
    assert answer.code == 0, answer.err
    assert "ReLU" in answer.out and "Tanh" not in answer.out and "16 × 2 + 16 = 48" in answer.out
    found = typed("explain", "moons-mlp", "--activations", "--architecture", "--json").document
    assert found["architecture"]["parameters"] == 65 and len(found["activations"]["activations"]) == 1
    assert typed("explain", "moons-mlp", "--architecture", "-o", "a.png").code == 0
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")
