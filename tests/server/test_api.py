"""The JSON API: catalogue, experiments, runs, tables; each answer as a page reads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loopscope.errors import UserMistake
from loopscope.events import Measured, RunEnded, RunStarted, StepEnded, decode
from loopscope.experiment import presets, to_link, to_toml
from loopscope.runs import open_run
from loopscope.server.api.tables import keep
from loopscope.server.removal import Removal
from loopscope.server.settings import Limits
from loopscope.store import Store

from .conftest import Served, serving

MOONS = presets()["moons-mlp"].experiment


def record(home: Path, run: str, *, steps: int = 20, end: bool = True, name: str = "first") -> Any:
    """A small run, as an engine would have recorded it."""
    store = Store.open(home)
    writer = store.writer(
        RunStarted(run, name, 1.7e9, experiment=MOONS.plain(), facts={"task": "binary", "odd": float("nan")})
    )
    for step in range(1, steps + 1):
        writer.append(StepEnded(step, 0, step * 32, 1 / step if step != 7 else float("nan"), 0.0, 0.03))
    writer.append(Measured(steps, "loss", {"train": 0.1, "test": float("inf")}))
    writer.append(Measured(steps, "decision_surface", {}, {"grid": np.arange(6, dtype=np.float32).reshape(2, 3)}))
    if end:
        writer.append(RunEnded(steps, "finished", "all steps taken", 1.7e9 + 2))
        writer.close()
    else:
        writer.flush()
    return writer


FIRST, SECOND = "20260101-000000-first-aaaaaa", "20260101-000001-second-bbbbbb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a home with two runs, one of them still being recorded; errands are answered by real torch."""
    home = tmp_path_factory.mktemp("runs")
    record(home, FIRST)
    writer = record(home, SECOND, end=False, name="second")
    with serving(home, delete_after_s=600.0) as served:
        yield served
    writer.close()


def problems(answer: Any, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return answer.json()["problems"][0]


def test_presets_and_schema(lab: Served) -> None:
    found = {each["name"]: each for each in lab.ask("GET", "/api/presets").json()}
    assert list(found) == list(presets())
    assert found["circles"]["link"] == to_link(presets()["circles"].experiment)
    schema = lab.ask("GET", "/api/schema").json()
    lr = next(each for each in schema["settings"] if each["path"] == "training.lr")
    assert lr["default"] == 0.01 and "learning rate" in lr["description"]
    assert "training" in schema["experiment"]["properties"]


PASTED: list[object] = [
    "moons-mlp",
    to_link(MOONS),
    f"http://127.0.0.1:1/#e={to_link(MOONS)}",
    to_toml(MOONS),
    json.dumps(MOONS.plain()),
    MOONS.plain(),
]


@pytest.mark.parametrize("what", PASTED)
def test_an_experiment_is_read_from_whatever_is_pasted(lab: Served, what: object) -> None:
    answer = lab.ask("POST", "/api/experiment", json={"what": what}).json()
    assert answer == {"experiment": MOONS.plain(), "link": to_link(MOONS), "toml": to_toml(MOONS)}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("moons-mpl", 'Did you mean "moons-mlp"?'),
        ("training.lr = 'fast'", "training.lr"),
        ("{", "JSON"),
        ("loopscope:1:xx", "link"),
        ("/etc/passwd", "a preset, a link, TOML or JSON"),
        ("x.toml", "a preset, a link, TOML or JSON"),
        ({"modle": {}}, "model"),
        ("[" * 5000, ""),
    ],
)
def test_what_is_no_experiment_is_answered_with_its_problems(lab: Served, what: object, words: str) -> None:
    answer = lab.ask("POST", "/api/experiment", json={"what": what})
    assert problems(answer) and words in answer.text.replace('\\"', '"')


def test_a_wrong_body_is_answered_in_our_shape(lab: Served) -> None:
    for body in ({}, {"what": 3}, [], {"what": None}):
        assert set(problems(lab.ask("POST", "/api/experiment", json=body))) == {"field", "value", "allowed", "try_next"}
    for text in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"what": "\\ud800"}', b'{"what": NaN}', b'{"\\ud800": 1}'):
        answer = lab.ask("POST", "/api/experiment", content=text, headers={"content-type": "application/json"})
        assert problems(answer)


def test_runs_are_listed_searched_and_looked_into(lab: Served) -> None:
    runs = lab.ask("GET", "/api/runs").json()
    assert [(each["name"], each["status"]) for each in runs] == [("second", "running"), ("first", "finished")]
    assert runs[1]["train"] == {"loss": 0.1} and runs[1]["test"] == {"loss": None}
    assert [each["name"] for each in lab.ask("GET", "/api/runs", params={"search": "fir"}).json()] == ["first"]
    whole = lab.ask("GET", "/api/runs/first").json()
    assert whole["experiment"] == MOONS.plain() and whole["link"] == to_link(MOONS)
    assert whole["facts"] == {"task": "binary", "odd": None}
    assert "loss" in whole["series"] and whole["instruments"] == ["loss", "decision_surface"]
    assert problems(lab.ask("GET", "/api/runs/nothing"), 404)["field"] == "run"


def test_a_run_that_is_being_recorded_is_read_as_far_as_it_is(lab: Served) -> None:
    assert lab.ask("GET", "/api/runs/second/series").json()["steps"][-1] == 20
    assert "being recorded" in problems(lab.ask("DELETE", f"/api/runs/{SECOND}"))["try_next"]


def test_curves_and_frames(lab: Served) -> None:
    curve = lab.ask("GET", "/api/runs/first/series", params={"name": "loss", "points": 1000}).json()
    assert curve["steps"] == list(range(1, 21)) and curve["values"][6] is None and curve["values"][1] == 0.5
    assert len(lab.ask("GET", "/api/runs/first/series", params={"points": 8}).json()["steps"]) <= 8
    near = lab.ask("GET", "/api/runs/first/series", params={"first": 5, "last": 8}).json()
    assert near["steps"] == [4, 5, 6, 7, 8, 9], "one beyond each end, so that lines go on to the edge"
    assert lab.ask("GET", "/api/runs/first/series", params={"first": 9, "last": 5}).status_code == 200
    assert "loss" in problems(lab.ask("GET", "/api/runs/first/series", params={"name": "lost"}))["try_next"]
    frame = lab.ask("GET", "/api/runs/first/frames/decision_surface")
    event = decode(frame.content)
    assert isinstance(event, Measured) and event.step == 20 and event.arrays["grid"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert problems(lab.ask("GET", "/api/runs/first/frames/decision_surface", params={"step": 3}))["field"] == "step"
    assert problems(lab.ask("GET", "/api/runs/first/frames/nothing"))["field"] == "instrument"


def test_notes_are_kept(lab: Served) -> None:
    assert lab.ask("PATCH", f"/api/runs/{FIRST}", json={"notes": "good one ✓"}).json()["notes"] == "good one ✓"
    assert open_run("first", lab.settings.home).record.notes == "good one ✓"
    assert problems(lab.ask("PATCH", f"/api/runs/{FIRST}", json={"notes": "x" * 20_001}))["field"] == "notes"


def test_a_deletion_can_be_taken_back(lab: Served) -> None:
    gone = lab.ask("DELETE", f"/api/runs/{FIRST}").json()
    assert gone == {"run": FIRST, "restorable_s": 600.0}
    assert [each["name"] for each in lab.ask("GET", "/api/runs").json()] == ["second"]
    assert lab.ask("POST", f"/api/runs/{FIRST}/restore").json()["name"] == "first"
    assert len(lab.ask("GET", "/api/runs").json()) == 2
    assert "Nothing was deleted" in problems(lab.ask("POST", f"/api/runs/{FIRST}/restore"))["try_next"]


@pytest.mark.parametrize("vague", ["first", "last", "-2", FIRST[:-1], "aaaaaa"])
def test_what_changes_a_run_names_it_by_its_whole_id(lab: Served, vague: str) -> None:
    for method, path, body in (("DELETE", "", None), ("PATCH", "", {"notes": "x"}), ("POST", "/restore", None)):
        problem = problems(lab.ask(method, f"/api/runs/{vague}{path}", json=body), 404)
        assert problem["allowed"] == "the id of a run, whole" and "2026" in problem["try_next"]
    assert len(lab.ask("GET", "/api/runs").json()) == 2


def test_a_deletion_is_carried_out_in_the_end(tmp_path: Path) -> None:
    record(tmp_path, "20260101-000000-first-aaaaaa")
    removal = Removal(tmp_path, after_s=600)
    removal.ask("first")
    timer = removal._timers["20260101-000000-first-aaaaaa"]
    timer.cancel()
    timer.function(*timer.args)
    with pytest.raises(UserMistake):
        open_run("first", tmp_path)
    record(tmp_path, "20260101-000000-again-cccccc", name="again")
    removal.ask("again")
    removal.finish()
    with pytest.raises(UserMistake):
        open_run("again", tmp_path)


@pytest.mark.parametrize(("to", "beginning"), [("script", b'"""moons-mlp'), ("notebook", b"{"), ("csv", b"step,")])
def test_a_run_is_exported_as_a_download(lab: Served, to: str, beginning: bytes) -> None:
    answer = lab.ask("GET", "/api/runs/first/export", params={"to": to})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(beginning)
    assert answer.headers["content-disposition"].startswith(
        "attachment; filename*=UTF-8''20260101-000000-first-aaaaaa."
    )


def test_what_cannot_be_exported_is_said(lab: Served) -> None:
    assert problems(lab.ask("GET", "/api/runs/first/export", params={"to": "pdf"}))["field"] == "to"
    assert problems(lab.ask("GET", "/api/runs/nothing/export", params={"to": "csv"}), 404)["field"] == "run"


CSV = "size,rent,pets,id\n" + "\n".join(f"{40 + i},{500 + 7 * i}.5,{'yes' if i % 2 else 'no'},{i}" for i in range(30))


def test_a_table_is_kept_by_its_content_and_described(lab: Served) -> None:
    answer = lab.ask("POST", "/api/tables", params={"name": "flats.csv"}, content=CSV.encode())
    assert answer.status_code == 200, answer.text
    table = answer.json()
    assert table["rows"] == 30 and Path(table["path"]).read_text() == CSV
    assert [(each["name"], each["type"]) for each in table["columns"]] == [
        ("size", "number"),
        ("rent", "number"),
        ("pets", "yes/no"),
        ("id", "id"),
    ]
    assert table["report"][0] == "flats.csv: 30 rows, 4 columns, separated by commas."
    assert any("id is left out" in sentence for sentence in table["report"])
    again = lab.ask("POST", "/api/tables", params={"name": "other"}, content=CSV.encode()).json()
    assert again["path"] == table["path"]


def test_a_table_that_was_kept_stays_where_it_cannot_be_described_a_second_time(tmp_path: Path) -> None:
    with serving(tmp_path, errands=(sys.executable, "-c", "raise SystemExit(1)")) as busy:
        kept, new = keep(tmp_path / "tables", CSV.encode(), Limits())
        answer = busy.ask("POST", "/api/tables", content=CSV.encode())
    assert new and answer.status_code == 422 and kept.read_text() == CSV


@pytest.mark.parametrize(("most", "words"), [({"tables": 1}, "1 tables"), ({"tables_bytes": 600}, "0 MB")])
def test_tables_are_bounded_together_and_none_goes_for_another(
    tmp_path: Path, most: dict[str, int], words: str
) -> None:
    with serving(tmp_path / "home", **most) as served:
        first = served.ask("POST", "/api/tables", content=CSV.encode()).json()
        refused = served.ask("POST", "/api/tables", content=CSV.replace("rent", "cost").encode())
        problem = problems(refused)
        assert problem["field"] == "table" and words in problem["allowed"] and "delete there" in problem["try_next"]
        assert served.ask("POST", "/api/tables", content=CSV.encode()).json()["path"] == first["path"]
    folder = tmp_path / "home" / "tables"
    assert list(folder.iterdir()) == [Path(first["path"])]
    assert {each.stat().st_mode & 0o777 for each in (folder, folder.parent)} == {0o700}


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2", b"\xff\xfe\x00", b"PK\x03\x04", b'a,b\n"1,2', b"a,a\n" + b"1,2\n" * 9]
)
def test_what_is_no_table_is_said_and_not_kept(lab: Served, content: bytes) -> None:
    before = set((lab.settings.home / "tables").glob("*")) if (lab.settings.home / "tables").exists() else set()
    answer = lab.ask("POST", "/api/tables", params={"name": "mine"}, content=content)
    assert problems(answer)["field"] == "table"
    assert str(lab.settings.home) not in answer.text
    assert set((lab.settings.home / "tables").glob("*")) == before


def test_thumbnails_of_every_dataset_and_instruments(lab: Served) -> None:
    from loopscope.experiment.vocabulary import DATASETS

    for name in DATASETS:
        picture = lab.ask("GET", f"/api/thumbnails/{name}").json()
        assert picture["name"] == name
        assert len(picture["points"]) == len(picture["values"]) <= 200
        assert bool(picture["points"]) == (name not in ("points", "table", "text"))
        assert all(len(point) == 2 for point in picture["points"])
    assert "moons" in problems(lab.ask("GET", "/api/thumbnails/moon"))["try_next"]
    known = {each["name"]: each for each in lab.ask("GET", "/api/instruments").json()}
    assert known["loss"]["default"] and "train" in known["loss"]["describes"] and known["loss"]["summary"]


def test_the_server_has_not_seen_torch(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = "import sys; import loopscope.server.app, loopscope.server.serving; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "pandas", "sklearn", "matplotlib"} & set(done.stdout.split())
