"""Promise 6: a wrong input says so. One clear sentence, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from loopscope.experiment import preset, to_link

from .conftest import Typed, program

ROWS = "".join(f"{i},{i * i % 7},{i % 2}\n" for i in range(30))


def file(name: str, content: str | bytes) -> Callable[[], str]:
    """Writes the file when the test begins, and hands back its name."""

    def write() -> str:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return write


def table(content: str | bytes, *more: str) -> Callable[[], list[str]]:
    return lambda: [file("my.csv", content)(), "--target", "y", *more]


def toml(content: str) -> Callable[[], list[str]]:
    return lambda: [file("my.toml", content)()]


def words(*given: str) -> Callable[[], list[str]]:
    return lambda: list(given)


def wide(rows: int) -> str:
    head = ",".join(["y", *(f"c{i}" for i in range(9_999))])
    return "\n".join([head, *(",".join([str(row % 2), *(["abc"] * 9_999)]) for row in range(rows))])


BAD: dict[str, tuple[Callable[[], list[str]], str]] = {
    "unknown preset": (words("moons-mpl"), '"moons-mlp"'),
    "unknown field": (words("line", "--set", "training.lerning_rate=1"), "training.lr"),
    "unknown section": (words("line", "--set", "trainning.lr=1"), "training.lr"),
    "unknown name": (words("line", "--set", "training.optimizer=adamm"), '"adam"'),
    "wrong type": (words("line", "--set", "training.lr=fast"), "training.lr is 'fast'"),
    "not a whole number": (words("line", "--set", "training.steps=1.5"), "training.steps"),
    "no value": (words("line", "--set", "training.lr"), "section.field=value"),
    "lr = -1": (words("line", "--set", "training.lr=-1"), "training.lr is -1"),
    "lr = nan": (words("line", "--set", "training.lr=nan"), "training.lr is nan"),
    "lr = inf": (words("line", "--set", "training.lr=inf"), "training.lr is inf"),
    "hidden = [0]": (words("moons-mlp", "--set", "model.hidden=[0]"), "model.hidden"),
    "hidden = []": (words("moons-mlp", "--set", "model.hidden=[]"), "model.hidden"),
    "a name of two lines": (words("line", "--name", "a\nb"), "name is 'a\\nb'"),
    "a formula with __import__": (
        words("line", "--set", "data.name=formula", "--set", "data.formula=__import__('os').system('touch pwned')"),
        "data.formula",
    ),
    "a formula of formulas": (
        words("line", "--set", "data.name=formula", "--set", "data.formula=9**9**9**9"),
        "data.formula",
    ),
    "a link cut in half": (lambda: [(link := to_link(preset("spiral")))[: len(link) // 2]], "cut off"),
    "a link altered": (lambda: [to_link(preset("spiral"))[:-6] + "AAAAAA"], "link"),
    "a TOML bomb": (toml("a = " + "[" * 100_000), "my.toml"),
    "a TOML bomb of dots": (toml(".".join("a" * 100_000) + " = 1"), "my.toml"),
    "TOML that is none": (toml("[training\nlr = 1"), "my.toml"),
    "TOML of binary": (lambda: [file("my.toml", b"\xff\xfe\x00")()], "UTF-8"),
    "TOML with a wrong field": (toml("[training]\nlr = 'fast'\n"), "my.toml: training.lr"),
    "JSON that is none": (lambda: [file("my.json", "{")()], "my.json"),
    "no such file": (words("my.toml"), "my.toml"),
    "a folder": (lambda: [(Path("my.toml").mkdir(), "my.toml")[1]], "directory"),
    "no such table": (words("my.csv", "--target", "y"), "my.csv"),
    "a table without target": (lambda: [file("my.csv", "a,y\n" + ROWS)()], "--target COLUMN"),
    "a target that is no column": (table("a,b,y\n" + ROWS, "--target", "z"), "'z'"),
    "an empty file": (table(""), "my.csv"),
    "a head alone": (table("a,b,y\n"), "my.csv"),
    "one row": (table("a,b,y\n1,2,0\n"), "row"),
    "10,000 columns": (table(wide(20)), "column"),
    "a quote that never closes": (table('a,b,y\n1,"2,0\n' + ROWS), "quote"),
    "bytes that are not UTF-8": (table(b"a,b,y\n\xff\xfe,2,0\n" + ROWS.encode()), "UTF-8"),
    "infinite data": (table("a,b,y\ninf,2,0\n" + ROWS), "inf"),
    "an infinite target": (table("a,b,y\n" + "".join(f"{i},2,{i}.5\n" for i in range(30)) + "1,2,inf\n"), "inf"),
    "a target of one value": (table("a,b,y\n" + "".join(f"{i},{i * 2},1\n" for i in range(30))), "y"),
    "parquet that is none": (lambda: [file("my.parquet", "PAR1 no")(), "--target", "y"], "my.parquet"),
    "a weight that is not there": (
        toml('[[start.edits]]\ntensor = "9.weight"\nindex = [0, 0]\nvalue = 1.0\n'),
        "start.edits[0].tensor",
    ),
    "an unknown instrument": (words("line", "--instruments", "wieghts"), '"weights"'),
    "a target beside a preset": (words("line", "--target", "y"), "--target"),
}


@pytest.mark.parametrize("name", BAD)
def test_promise_6_a_wrong_input_says_so(name: str, typed: Typed) -> None:
    given, said = BAD[name]
    asked = given()
    before = sorted(Path().rglob("*"))
    answer = typed("train", *asked)
    assert answer.code == 2
    assert "Traceback" not in answer.err and answer.out == ""
    sentence = answer.err.splitlines()[-1]
    assert said in sentence and len(sentence) < 1000
    assert " is " in sentence and "; allowed " in sentence
    if name != "unknown preset":  # which has the list of presets above it
        assert answer.err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize("name", ["a link cut in half", "one row", "lr = -1", "hidden = [0]", "a TOML bomb"])
@pytest.mark.parametrize("command", ["explain", "export"])
def test_promise_6_wherever_it_is_typed(command: str, name: str, typed: Typed) -> None:
    given, said = BAD[name]
    more = ["--to", "script"] if command == "export" else []
    answer = typed(command, *given(), *more)
    assert answer.code == 2 and answer.out == "" and said in answer.err and answer.err.count("\n") == 1


def test_promise_6_a_read_only_directory() -> None:
    Path("sealed").mkdir()
    os.chmod("sealed", 0o555)  # noqa: PTH101
    if os.access("sealed", os.W_OK):  # root may write anywhere; a file in the way stops even root
        Path("sealed").rmdir()
        Path("sealed").write_text("", encoding="utf-8")
    done = program("train", "line", "--home", "sealed/home")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "sealed/home" in done.stderr.splitlines()[-1] and "LOOPSCOPE_HOME" in done.stderr
    assert done.stderr.count("\n") == 1
    os.chmod("sealed", 0o755)  # noqa: PTH101


def test_promise_6_data_with_gaps_is_told_of_and_trained_on(typed: Typed) -> None:
    Path("my.csv").write_text("a,b,y\nnan,2,0\n,3,1\n" + ROWS, encoding="utf-8")
    answer = typed("train", "my.csv", "--target", "y", "--set", "training.steps=5")
    assert answer.code == 0 and "median" in answer.out
