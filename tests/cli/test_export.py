"""`loopscope export`: every form, to stdout and to files, over nothing that is there."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from .conftest import Typed


def test_a_script_goes_to_stdout(typed: Typed, recorded: Path) -> None:
    answer = typed("export", "fast", "--to", "script", "--home", str(recorded))
    assert answer.code == 0 and answer.err == ""
    compile(answer.out, "script", "exec")
    assert "0.1" in answer.out and "loss.backward()" in answer.out


def test_a_preset_and_settings_give_a_script_too(typed: Typed) -> None:
    answer = typed("export", "moons-mlp", "--to", "script", "--set", "training.lr=0.0625")
    assert answer.code == 0 and "lr=0.0625" in answer.out
    assert not Path(".loopscope").exists()


def test_csv_goes_to_stdout(typed: Typed, recorded: Path) -> None:
    answer = typed("export", "fast", "--to", "csv", "--home", str(recorded))
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert answer.code == 0 and rows[-1]["step"] == "12" and float(rows[1]["loss"]) > 0


@pytest.mark.parametrize("to", ["script", "csv"])
def test_json_holds_the_text(to: str, typed: Typed, recorded: Path) -> None:
    plain = typed("export", "fast", "--to", to, "--home", str(recorded)).out
    assert typed("export", "fast", "--to", to, "--home", str(recorded), "--json").document == {"to": to, "text": plain}


@pytest.mark.parametrize("to", ["script", "notebook", "csv"])
def test_a_file_is_written_whole_and_never_over_another(to: str, typed: Typed, recorded: Path) -> None:
    words = ("export", "fast", "--to", to, "--home", str(recorded), "-o", "out")
    answer = typed(*words)
    written = Path("out").read_text(encoding="utf-8")
    assert (answer.code, answer.out, answer.err) == (0, "", "wrote out\n") and written
    Path("out").write_text("mine", encoding="utf-8")
    answer = typed(*words)
    assert answer.code == 2 and "--force" in answer.err and answer.err.count("\n") == 1
    assert Path("out").read_text(encoding="utf-8") == "mine"
    assert typed(*words, "--force").code == 0
    assert Path("out").read_text(encoding="utf-8") == written
    assert [path.name for path in Path().iterdir()] == ["out"]


def test_a_notebook_has_a_name_of_its_own(typed: Typed) -> None:
    answer = typed("export", "moons-mlp", "--to", "notebook", "--json")
    assert answer.document == {"to": "notebook", "written": ["moons-mlp.ipynb"]}
    assert json.loads(Path("moons-mlp.ipynb").read_text(encoding="utf-8"))["cells"]


def test_pictures_go_to_a_folder(typed: Typed, recorded: Path) -> None:
    words = ("export", "fast", "--to", "png", "--home", str(recorded), "-o", "figures", "--json")
    written = [Path(name) for name in typed(*words).document["written"]]
    assert Path("figures/loss.png") in written
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)
    Path("figures/notes.txt").write_text("mine", encoding="utf-8")
    assert typed(*words).code == 2
    assert typed(*words, "--force").code == 0
    assert Path("figures/notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in Path().iterdir()] == ["figures"]


def test_tensorboard_goes_to_a_folder_named_after_the_run(typed: Typed, recorded: Path) -> None:
    answer = typed("export", "fast", "--to", "tensorboard", "--home", str(recorded), "--json")
    if answer.code == 2:  # the extra is not installed: that is said
        assert "loopscope[tensorboard]" in answer.document["error"]["text"]
        assert list(Path().iterdir()) == []
    else:
        assert all(Path(name).is_file() and "-tensorboard/" in name for name in answer.document["written"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fast", "--to", "pngg"), 'Did you mean "png"?'),
        (("fust", "--to", "script"), 'Did you mean "fast"?'),
        (("moons-mpl", "--to", "script"), 'Did you mean "moons-mlp"?'),
        (("fast",), "--to is missing"),
        (("fast", "--to", "script", "-o", "nowhere/out.py"), "nowhere/out.py"),
        (("fast", "--to", "script", "-o", "."), "allowed a file"),
        (("moons-mlp", "--to", "script", "--target", "y"), "--target"),
    ],
)
def test_mistakes(words: tuple[str, ...], said: str, typed: Typed, recorded: Path) -> None:
    answer = typed("export", *words, "--home", str(recorded))
    assert answer.code == 2 and said in answer.err and "Traceback" not in answer.err
    assert list(Path().iterdir()) == []


def test_last_of_nothing_is_not_answered_with_last(typed: Typed) -> None:
    answer = typed("export", "last", "--to", "script")
    assert answer.code == 2 and answer.err.startswith("no runs recorded yet in .loopscope; try: ")
