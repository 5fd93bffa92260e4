"""A reader's cells: what they show, what bounds them, and that nothing is left of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server.fake_shelf import FakeShelf

from .conftest import Served, serving

WAIT_S = 60
LEAVES = """import os, subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])
print(os.getpid(), child.pid, flush=True)"""


class Cells:
    """A post's page, as the kernel sees it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.states: list[str] = []

    def send(self, **command: Any) -> None:
        self.socket.send(json.dumps(command))

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=WAIT_S))
        if message["kind"] == "state":
            self.states.append(message["state"])
        return message

    def until(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """All messages up to the next of that kind, with these fields."""
        heard: list[dict[str, Any]] = []
        while True:
            heard.append(self.hear())
            if heard[-1]["kind"] == kind and all(heard[-1].get(key) == value for key, value in fields.items()):
                return heard

    def run(self, code: str, cell: int = 1) -> tuple[bool, str]:
        """Whether it came to its end, and all that it showed."""
        self.send(do="run", cell=cell, code=code)
        heard = self.until("done", cell=cell)
        return heard[-1]["ok"], "".join(each.get("text", "") + each.get("html", "") for each in heard)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    limits = {"kernels": 2, "kernel_memory_mb": 400, "kernel_cell_s": 2.0, "kernel_output_bytes": 5000}
    with serving(tmp_path_factory.mktemp("home"), shelf=FakeShelf(), **limits) as one:
        yield one


@contextmanager
def opened(served: Served, post: str = "2.1", **more: Any) -> Iterator[Cells]:
    headers = more.pop("additional_headers", served.cookie)
    with connect(
        f"ws://127.0.0.1:{served.port}/api/posts/{post}/kernel", additional_headers=headers, max_size=None, **more
    ) as socket:
        yield Cells(socket)


@pytest.fixture(scope="module")
def cells(served: Served) -> Iterator[Cells]:
    """One page for the tests that leave its Python as it was."""
    with opened(served) as page:
        yield page


def test_a_cell_runs_after_what_stands_above_it(cells: Cells) -> None:
    assert cells.run("print(width * 2)\nwidth + 1") == (True, "16\n<pre>9</pre>")
    assert cells.states[-1] == "idle" and "starting" in cells.states


def test_what_a_cell_shows_cannot_act(cells: Cells) -> None:
    acting = "<b onclick='x()'>hi</b><script>alert(1)</script><a href='javascript:x'>y</a>"
    ok, shown = cells.run(f"from IPython.display import HTML; HTML({acting!r})")
    assert ok and "<b>hi</b>" in shown
    assert not any(word in shown for word in ("onclick", "script", "alert"))


def test_an_error_is_told_and_a_cell_below_it_is_not_run(cells: Cells) -> None:
    ok, shown = cells.run("1 / 0")
    assert not ok and "ZeroDivisionError" in shown and "\x1b" not in shown
    ok, shown = cells.run("print('never')", cell=3)  # cell 2 of the post divides by zero
    assert not ok and "never" not in shown and "did not run" in shown


def test_code_is_interrupted_by_hand_and_by_the_clock(cells: Cells) -> None:
    cells.send(do="run", cell=1, code="print('on', flush=True)\nwhile True: pass")
    cells.until("text")
    cells.send(do="interrupt")
    heard = cells.until("done")
    assert not heard[-1]["ok"] and "KeyboardInterrupt" in str(heard)
    ok, shown = cells.run("while True: pass")
    assert not ok and "more than 2 s" in shown
    assert cells.run("width")[0], "it goes on with what it had"


def test_too_much_output_is_left_out(cells: Cells) -> None:
    ok, shown = cells.run("for _ in range(20): print('x' * 1000, flush=True)")
    assert ok and len(shown) < 6000 and shown.count("more was printed") == 1


def test_too_large_an_array_is_an_error_of_its_line(cells: Cells) -> None:
    ok, shown = cells.run("data = [0] * 10**10")
    assert not ok and "MemoryError" in shown
    assert cells.run("width")[0]


def test_a_restart_forgets_and_cells_above_run_again(cells: Cells) -> None:
    assert cells.run("mine = 1")[0]
    cells.send(do="restart")
    cells.until("state", state="idle")
    assert "NameError" in cells.run("mine")[1]
    assert cells.run("width")[0]


def test_python_that_ends_itself_is_told_and_begins_anew(served: Served) -> None:
    with opened(served) as page:
        page.send(do="run", cell=1, code="import os; os._exit(3)")
        heard = page.until("done")
        assert any(each.get("state") == "dead" and "ended by itself" in each["reason"] for each in heard)
        assert page.run("width")[0]


def test_nothing_is_left_when_the_page_goes(served: Served) -> None:
    with opened(served) as page:
        ok, shown = page.run(LEAVES)
        assert ok
        pids = [int(pid) for pid in shown.split()]
        assert all(lives(pid) for pid in pids)
    with opened(served) as page:  # served in turn: the one before has been ended by then
        assert page.run("width")[0]
    for pid in pids:
        wait_until_gone(pid)


def test_what_a_python_that_ended_itself_has_started_is_ended(served: Served, tmp_path: Path) -> None:
    with opened(served) as page:
        noted = tmp_path / "child"
        page.send(do="run", cell=1, code=f"{LEAVES}\nopen({str(noted)!r}, 'w').write(str(child.pid)); os._exit(3)")
        page.until("done")
        wait_until_gone(int(noted.read_text()))


def test_a_third_page_takes_the_one_idle_for_longest(served: Served) -> None:
    with opened(served) as first, opened(served) as second, opened(served) as third:
        for page in (first, second, third):
            assert page.run("mine = 1")[0]
        ok, shown = first.run("mine")
        assert not ok and "began anew" in shown and "NameError" in shown


@pytest.mark.parametrize("text", ["", "{", '{"do": "run"}', '{"do": "run", "cell": -1, "code": ""}', '{"do": "rm"}'])
def test_what_is_no_command_is_refused(cells: Cells, text: str) -> None:
    cells.socket.send(text)
    assert "run" in cells.until("refused")[-1]["problem"]


def test_the_token_is_needed_and_a_post_and_short_code(served: Served) -> None:
    for refused, headers in ((4401, {}), (4404, served.cookie)):
        with pytest.raises(ConnectionClosed) as closed, opened(served, "9.9", additional_headers=headers) as page:
            page.hear()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == refused
    with pytest.raises(ConnectionClosed) as closed, opened(served) as page:
        page.run("x" * 300_000)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


def test_cells_do_not_see_the_token(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPSCOPE_TOKEN", "secret")
    cells.send(do="restart")
    assert "None" in cells.run("import os; print(os.environ.get('LOOPSCOPE_TOKEN'))")[1]


def lives(pid: int) -> bool:
    """Whether there is such a process, and not only what is left of one."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid: int) -> None:
    """Ends when it has gone; the descriptor can be read from then on."""
    import select

    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([handle], [], [], WAIT_S)[0] or not lives(pid), f"{pid} lives on"
    finally:
        os.close(handle)
