"""A file is replaced as a whole, or stays as it was and leaves nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.store.whole import write_whole


def test_the_new_text_takes_the_place_of_the_old(tmp_path: Path) -> None:
    for text in ("old", "newer: ü"):
        write_whole(tmp_path / "it.json", text)
        assert (tmp_path / "it.json").read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["it.json"]


def test_where_it_cannot_be_written_the_old_one_stays_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "it.json", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "it.json", "\udc80")
    assert (tmp_path / "it.json").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["it.json"]
