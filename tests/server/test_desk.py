"""A post that is being written is served with its state, told of when it is saved, and run where it changed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from .conftest import TOKEN, Served, serving
from .small_series import POST, write_series

SHELL = "<html><title><!--title--></title><!--head--><body><!--body--></body></html>"


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "page").mkdir()
    for name in ("index.html", "post.html"):
        (tmp_path / "page" / name).write_text(SHELL)
    series = write_series(tmp_path / "series")
    with serving(tmp_path, page=tmp_path / "page", series=series, written=series / "1.1-small" / "post.md") as one:
        yield one


def state(page: str) -> str:
    found = re.search(r'<meta name="loopscope-written" content="(\w+)">', page)
    assert found, page
    return found[1]


def test_a_save_is_told_and_runs_what_it_reaches(writing: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "loopscope.desk")
    path = writing.settings.series / "1.1-small" / "post.md"
    first = state(writing.ask("GET", "/1.1.html").text)
    assert "event: done" in writing.ask("GET", "/api/posts/1.1/outputs").text
    address = f"ws://127.0.0.1:{writing.port}/api/desk/saves"
    with connect(address, additional_headers={"authorization": f"Bearer {TOKEN}"}) as socket:
        assert socket.recv(timeout=20) == first
        path.write_text(POST.replace("width = 3", "width = 4"))
        second = socket.recv(timeout=20)
        assert second != first and state(writing.ask("GET", "/1.1.html").text) == second
        assert "six is 8" in writing.ask("GET", "/api/posts/1.1/outputs").text.replace("\\n", "\n").replace(" ", " ")
        assert caplog.messages == ["1.1: running all 4 cells", "1.1: running cells 2 to 4; 1 of 4 kept"]
        path.write_text(POST.replace("tags: [setup]", "tags: [nothing]"))
        third = socket.recv(timeout=20)
        broken = writing.ask("GET", "/1.1.html").text
        assert "cannot be shown" in broken and state(broken) == third


def test_a_lab_tells_of_no_saves(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    for name in ("index.html", "post.html"):
        (tmp_path / "page" / name).write_text(SHELL)
    with serving(tmp_path, page=tmp_path / "page", series=write_series(tmp_path / "series")) as one:
        assert "loopscope-written" not in one.ask("GET", "/1.1.html").text
        assert one.ask("GET", "/api/desk/saves").status_code == 404
