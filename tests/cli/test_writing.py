"""Files: whole or not at all, and over nothing unless told to."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.cli.writing import write_folder, write_text
from loopscope.errors import UserMistake


def listed() -> list[str]:
    return sorted(str(path) for path in Path().rglob("*"))


def refuse(self: Path, target: Path) -> Path:
    raise OSError(28, "No space left on device")


def test_a_text_that_cannot_be_put_in_place_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UserMistake, match="No space left on device"):
        write_text(Path("out.py"), "x = 1\n", force=False)
    assert listed() == []


def test_a_folder_whose_filling_fails_leaves_nothing() -> None:
    def fail(folder: Path) -> None:
        (folder / "one").write_text("1", encoding="utf-8")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_folder(Path("out"), fail, force=False)
    assert listed() == []


def test_one_file_in_the_way_keeps_all_away() -> None:
    def fill(folder: Path) -> None:
        for name in ("a", "b", "c"):
            (folder / name).write_text(name, encoding="utf-8")

    Path("out").mkdir()
    Path("out/b").write_text("mine", encoding="utf-8")
    with pytest.raises(UserMistake, match="--force"):
        write_folder(Path("out"), fill, force=False)
    assert listed() == ["out", "out/b"]
    assert write_folder(Path("out"), fill, force=True) == [Path("out/a"), Path("out/b"), Path("out/c")]
    assert Path("out/b").read_text(encoding="utf-8") == "b"


def test_a_written_file_can_be_read_as_any_other() -> None:
    Path("plain").write_text("", encoding="utf-8")
    write_text(Path("out"), "x", force=False)
    assert Path("out").stat().st_mode == Path("plain").stat().st_mode
