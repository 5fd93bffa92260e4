"""`loopscope lab`: prints one link, serves the page at once, ends with nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from .conftest import Typed

COMMAND = [sys.executable, "-m", "loopscope"]


@contextmanager
def running(*words: str, lab: tuple[str, ...] = ("lab",)) -> Iterator[subprocess.Popen[str]]:
    """The program itself; killed at the end where it has not gone by then."""
    process = subprocess.Popen(
        [*COMMAND, *lab, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def document(process: subprocess.Popen[str]) -> dict[str, str | int]:
    """What --json prints once pages are answered."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or lines[-1].rstrip() != "}":
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        lines.append(line)
    return json.loads("".join(lines))


def children(pid: int) -> list[int]:
    """Processes that this one has started, as Linux tells."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_with_all_its_workers(number: int) -> None:
    with running("--port", "0", "--json", "--no-browser") as lab:
        said = document(lab)
        assert set(said) == {"url", "port", "token", "pid"} and said["pid"] == lab.pid
        with httpx.Client(follow_redirects=True, timeout=30) as browser:
            assert browser.get(str(said["url"])).status_code == 200
            names = [preset["name"] for preset in browser.get(f"http://127.0.0.1:{said['port']}/api/presets").json()]
        assert "moons-mlp" in names
        workers = children(lab.pid)
        assert workers
        lab.send_signal(number)
        out, err = lab.communicate(timeout=60)
        assert lab.returncode == 0, err
        assert "Traceback" not in err
        assert not any(is_there(worker) for worker in workers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_also_before_it_serves(number: int) -> None:
    with running("--port", "0", "--no-browser") as lab:
        assert lab.stdout is not None
        lab.stdout.readline()
        lab.send_signal(number)
        _, err = lab.communicate(timeout=60)
        assert (lab.returncode, err) == (0, "")


def test_killed_outright_it_leaves_no_worker() -> None:
    with running("--port", "0", "--json", "--no-browser") as lab:
        document(lab)
        (worker,) = children(lab.pid)
        descriptor = os.pidfd_open(worker)
        lab.kill()
        lab.wait()
        import select

        assert select.select([descriptor], [], [], 60)[0], "the worker outlived its server"


def test_bare_is_the_lab_and_the_link_is_printed_at_once() -> None:
    with running(lab=()) as lab:
        assert lab.stdout is not None
        link = lab.stdout.readline().strip()
        assert link.startswith("http://127.0.0.1:") and "/?token=" in link
        assert lab.stdout.readline() == "Ctrl-C ends the lab.\n"
        assert httpx.get(link, timeout=30).status_code == 303


def test_an_experiment_stands_in_the_link() -> None:
    with running("circles", "--port", "0", "--json", "--no-browser") as lab:
        assert "#e=loopscope:1:" in str(document(lab)["url"])


def test_a_taken_port_is_said_and_the_next_one_used() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running("--port", str(port), "--json", "--no-browser") as lab:
            said = document(lab)
            assert int(said["port"]) > port
            lab.send_signal(signal.SIGINT)
            _, err = lab.communicate(timeout=60)
        assert f"Port {port} is taken; this is {said['port']}." in err


def test_beyond_loopback_a_token_is_asked_for_and_what_it_means_is_said(typed: Typed) -> None:
    answer = typed("lab", "--host", "0.0.0.0")
    assert answer.code == 2
    assert "--token is missing" in answer.err and "can be reached from other machines" in answer.err
    with running("--host", "0.0.0.0", "--token", "for-a-class-42", "--port", "0", "--json", "--no-browser") as lab:
        said = document(lab)
        assert said["token"] == "for-a-class-42"
        assert httpx.get(str(said["url"]), timeout=30).status_code == 303
        lab.send_signal(signal.SIGINT)
        _, err = lab.communicate(timeout=60)
    assert "has the token use this lab as you do" in err and f"in {Path.cwd()} and below" in err
    assert "not encrypted" in err


BROWSER = """#!/bin/sh
file=${{1#file://}}
{{ echo "$@"; stat -c %a "$file"; cat "$file"; }} > {pipe}
"""


def test_the_browsers_command_line_holds_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given a file that its owner alone can read, and that goes with the lab."""
    pipe, browser = tmp_path / "pipe", tmp_path / "browser"
    os.mkfifo(pipe)
    browser.write_text(BROWSER.format(pipe=pipe))
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    with running("--port", "0", "--home", "home") as lab:
        assert lab.stdout is not None
        link = lab.stdout.readline().strip()
        command, mode, page = pipe.read_text().split("\n", 2)
        file = Path(command.removeprefix("file://"))
        assert file.parent == tmp_path / "home" and file.exists() and mode == "600"
        assert "token" not in command and f'url={link}"' in page
        lab.send_signal(signal.SIGINT)
        lab.communicate(timeout=60)
        assert not file.exists()


def test_the_token_may_come_from_where_no_list_of_processes_shows_it(
    monkeypatch: pytest.MonkeyPatch, typed: Typed
) -> None:
    monkeypatch.setenv("LOOPSCOPE_TOKEN", "short")
    assert "LOOPSCOPE_TOKEN is" in typed("lab").err
    monkeypatch.setenv("LOOPSCOPE_TOKEN", "from-the-environment")
    with running("--host", "0.0.0.0", "--port", "0", "--json", "--no-browser") as lab:
        assert document(lab)["token"] == "from-the-environment"
    monkeypatch.setenv("LOOPSCOPE_TOKEN", "")
    answer = typed("lab", "--host", "0.0.0.0")
    assert answer.code == 2 and "Set LOOPSCOPE_TOKEN=" in " ".join(answer.err.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--port", "99999"), "a whole number from 0 to 65535"),
        (("--port", "²"), "a whole number from 0 to 65535"),
        (("--token", "short"), "8 to 200 letters"),
        (("--host", "256.0.0.1", "--token", "long-enough"), "an address or name of this machine"),
        (("nonsense",), "a preset ("),
    ],
)
def test_wrong_words_are_answered_in_a_sentence(words: tuple[str, ...], said: str, typed: Typed) -> None:
    answer = typed("lab", *words)
    assert answer.code == 2 and said in answer.err
