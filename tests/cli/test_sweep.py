"""`loopscope sweep`: what is shown, what is written, what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .conftest import Typed

SMALL = ("--set", "training.steps=10", "--set", "data.samples=60", "--set", "model.hidden=4")
RATES = ("--over", "training.lr=0.01,0.1")


def test_tells_plan_table_verdict_and_what_next(typed: Typed) -> None:
    answer = typed("sweep", "moons-mlp", *SMALL, *RATES, "--seeds", "6")
    assert answer.code == 0 and answer.err == ""
    first = answer.out.splitlines()[0]
    assert "moons-mlp" in first and "grid · 2 settings" in first
    assert "12 runs" in first and answer.out.splitlines()[1] == "  1 stack of 1 MB at most"
    assert "test loss" in answer.out and "median's 95 %" in answer.out
    assert "Wilcoxon" in answer.out
    assert "next  loopscope sweep --resume" in answer.out
    assert max(map(len, answer.out.splitlines()[:8])) <= 80


def test_json_is_one_document(typed: Typed) -> None:
    answer = typed("sweep", "moons-mlp", *SMALL, *RATES, "--seeds", "2", "--json")
    found = answer.document
    assert answer.code == 0 and answer.err == "" and found["runs"] == 4
    assert {"sweep", "runs", "best", "rows"} <= set(found)
    assert found["best"]["training.lr"] in (0.01, 0.1) and len(found["rows"]) == 2


def test_every_run_is_written_as_a_table_and_the_figure_as_a_picture(typed: Typed) -> None:
    assert typed("sweep", "moons-mlp", *SMALL, *RATES, "--seeds", "2", "-o", "all.csv", "--quiet").out == ""
    assert len(pd.read_csv("all.csv")) == 4
    again = typed("sweep", "--resume", "last", "-o", "all.parquet")
    assert again.code == 0 and "4 of them finished already" in again.out
    pd.testing.assert_frame_equal(pd.read_parquet("all.parquet"), pd.read_csv("all.csv"))
    assert typed("sweep", "--resume", "last", "-o", "all.png").code == 0
    assert Path("all.png").read_bytes()[:4] == b"\x89PNG"


def test_what_cannot_be_swept_is_one_sentence(typed: Typed) -> None:
    cube = [word for name in ("lr", "l1", "l2") for word in ("--over", f"training.{name}=0.1:1:1000")]
    for words, said in (
        (["moons-mlp", *cube], "1,000,000,000 combinations"),
        (["moons-mlp"], "one field or more to vary"),
        (["moons-mlp", "--over", "training.lr="], "one level or more"),
        (["moons-mlp", "--over", "training.lrr=1"], "training.lr?"),
        (["moons-mlp", "--over", "model.activation=relu,3"], "model.activation"),
        (["moons-mpl", *RATES], "moons-mlp"),
        (["moons-mlp", *RATES, "--by", "luck", "--seeds", "1", *SMALL], "test_loss"),
        (["moons-mlp", *RATES, "-o", "all.xls"], ".csv, .parquet or .png"),
        (["moons-mlp", *RATES, "-o", "nowhere/all.csv"], "a path in a folder that exists"),
        (["--resume", "nobody"], "nobody"),
        (["--resume", "last", *RATES], "nothing beside --resume"),
        (["--resume", "last", "moons-mlp"], "WHAT is 'moons-mlp'; allowed nothing beside --resume"),
        (["--resume", "last", "--seeds", "8"], "--seeds is 8; allowed nothing beside --resume"),
        (["--resume", "last", "--search", "grid"], "--search is 'grid'"),
        (["--resume", "last", "--tries", "3"], "--tries is 3"),
        (["--resume", "last", "--vary", "init"], "--vary is 'init'"),
        (["--resume", "last", "--set", "training.lr=1"], "--set is"),
        (["--resume", "last", "--target", "price"], "--target is 'price'"),
        ([*RATES], "WHAT"),
    ):
        answer = typed("sweep", *words)
        assert answer.code == 2, (words, answer)
        assert said in answer.err and "Traceback" not in answer.err, (words, answer.err)
