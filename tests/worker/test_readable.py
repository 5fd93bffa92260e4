"""Files that a page may name: what was uploaded, what lies where the lab was started; nothing else, links followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loopscope.errors import UserMistake
from loopscope.worker import readable

CSV = "size,rent\n" + "\n".join(f"{40 + i},{500 + 7 * i}.5" for i in range(30))


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the lab was started in, its home in the usual place, and a person's other files beside it."""
    here = tmp_path / "here"
    for folder in (here / "data", here / ".ssh", here / ".loopscope" / "tables", tmp_path / "away"):
        folder.mkdir(parents=True)
    for file in ("here/own.csv", "here/data/deep.csv", "here/.ssh/key", "here/.loopscope/tables/up.csv", "away/x.csv"):
        (tmp_path / file).write_text(CSV)
    (here / "out").symlink_to(tmp_path / "away")
    (here / "out.csv").symlink_to(tmp_path / "away" / "x.csv")
    (here / "seen.csv").symlink_to(here / ".ssh" / "key")
    (here / "round").symlink_to(here / "round")
    (here / ".loopscope" / "tables" / "out.csv").symlink_to(tmp_path / "away" / "x.csv")
    monkeypatch.chdir(here)
    return here


@pytest.mark.parametrize(
    "path", ["own.csv", "data/deep.csv", "data/../own.csv", ".loopscope/tables/up.csv", "none.csv"]
)
def test_what_is_within_reach(started: Path, path: str) -> None:
    readable.check(path, started / ".loopscope")
    readable.check(str(started / path), started / ".loopscope")


OUTSIDE = ["../away/x.csv", "out.csv", "out/x.csv", "/etc/hostname", ".", "/", "round", "nul\0"]
HIDDEN = [".ssh/key", "seen.csv", ".loopscope/runs.db", ".loopscope/tables/out.csv", ".loopscope/tables"]


@pytest.mark.parametrize("path", OUTSIDE + HIDDEN)
def test_what_is_not(started: Path, path: str) -> None:
    with pytest.raises(UserMistake) as refused:
        readable.check(path, started / ".loopscope")
    (problem,) = refused.value.problems
    assert (problem.field, problem.value) == ("data.path", path)
    assert str(started) in problem.allowed and "Upload it" in problem.try_next


def test_a_home_elsewhere_is_reached_for_its_tables_alone(started: Path) -> None:
    home = started.parent / "away" / ".home"
    readable.check(str(home / "tables" / "up.csv"), home)
    with pytest.raises(UserMistake):
        readable.check(str(home / "runs.db"), home)


@pytest.mark.parametrize("name", ["table", "text"])
def test_a_session_reads_no_file_out_of_reach_however_it_is_asked(
    started: Path, play: Any, start: Any, name: str
) -> None:
    """The answer to a file that is not there is the same, so that nobody can ask which ones are."""
    target = {"target": "rent"} if name == "table" else {}
    asked = [{"name": name, "path": str(started.parent / "away" / file), **target} for file in ("x.csv", "none.csv")]
    begin = [{"do": "start", "experiments": [{"data": data}]} for data in asked]
    change = {"do": "change", "settings": {f"data.{key}": value for key, value in asked[0].items()}, "restart": True}
    played = play(begin[0], begin[1], start, change)
    there, missing, changed = (message["problems"][0] for message in played.of("refused"))
    assert there["field"] == changed["field"] == "data.path"
    assert (there["allowed"], there["try_next"]) == (missing["allowed"], missing["try_next"])


def test_a_session_reads_a_file_of_its_folder_and_a_table_that_was_uploaded(
    started: Path, play: Any, tmp_path: Path
) -> None:
    uploaded = tmp_path / "tables" / "up.csv"
    uploaded.parent.mkdir()
    uploaded.write_text(CSV)
    tables = [{"name": "table", "path": path, "target": "rent"} for path in ("own.csv", str(uploaded))]
    played = play(*({"do": "start", "experiments": [{"data": data}]} for data in tables))
    assert not played.of("refused") and len(played.of("lane")) == 2
