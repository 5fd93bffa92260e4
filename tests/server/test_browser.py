"""The file that leads a browser to the link: its owner's alone, never another's, gone in the end."""

from __future__ import annotations

import queue
import webbrowser
from pathlib import Path

import pytest

from loopscope.server.browser import opened

URL = "http://127.0.0.1:1/?token=secret&a=1#e=loopscope:1:x"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> queue.Queue[str]:
    """What a browser was asked to open."""
    seen: queue.Queue[str] = queue.Queue()
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", seen.put)
    return seen


def test_it_leads_to_the_link_and_goes(asked: queue.Queue[str], tmp_path: Path) -> None:
    home = tmp_path / "new"
    with opened(URL, home, 7):
        file = home / "open-7.html"
        assert asked.get(timeout=20) == file.as_uri()
        assert file.stat().st_mode & 0o777 == 0o600 and home.stat().st_mode & 0o777 == 0o700
        assert 'content="0; url=http://127.0.0.1:1/?token=secret&amp;a=1#e=loopscope:1:x"' in file.read_text()
    assert list(home.iterdir()) == []


def test_what_lies_in_its_place_is_neither_followed_nor_kept(asked: queue.Queue[str], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    (tmp_path / "open-7.html").symlink_to(elsewhere)
    with opened(URL, tmp_path, 7):
        asked.get(timeout=20)
        assert not (tmp_path / "open-7.html").is_symlink()
    assert elsewhere.read_text() == "mine"


def test_without_windows_or_a_home_to_write_to_nothing_is_opened(
    asked: queue.Queue[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with opened(URL, tmp_path / "file", 7):
        pass
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with opened(URL, tmp_path, 7):
        assert not (tmp_path / "open-7.html").exists()
    assert asked.empty()
