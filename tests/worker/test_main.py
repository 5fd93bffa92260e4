"""The worker as a process: frames on its pipes, stray prints elsewhere, its end with that of stdin."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgpack

from loopscope.store import Store

LENGTH = struct.Struct(">I")


def said(stream: BinaryIO) -> dict[str, Any]:
    (size,) = LENGTH.unpack(stream.read(LENGTH.size))
    return msgpack.unpackb(stream.read(size), raw=False)


def framed(**command: Any) -> bytes:
    data = msgpack.packb(command)
    return LENGTH.pack(len(data)) + data


def test_it_says_ready_obeys_and_leaves_when_stdin_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "loopscope.worker", "--home", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None and worker.stdout is not None
        ready = said(worker.stdout)
        assert ready["kind"] == next(iter(ready.values())) == "ready" and ready["versions"]["torch"]
        worker.stdin.write(framed(do="start", experiments=[{}]) + framed(do="play") + framed(do="ping"))
        worker.stdin.flush()
        kinds: list[str] = []
        while "pong" not in kinds:
            kinds.append(said(worker.stdout)["kind"])
        assert {"lane", "events", "state"} <= set(kinds)
        worker.stdin.close()
        worker.stdout.read()
        assert worker.wait(20) == 0


class Worker:
    """A process, spoken to."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stdin is not None and process.stdout is not None
        self._in, self._out = process.stdin, process.stdout
        self.last: dict[str, dict[str, Any]] = {}

    def say(self, **command: Any) -> None:
        self._in.write(framed(**command))
        self._in.flush()

    def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of a kind with these fields; `last` keeps the latest of each kind."""
        while True:
            message = said(self._out)
            self.last[message["kind"]] = message
            if message["kind"] == kind and all(message[name] == value for name, value in fields.items()):
                return message


@contextmanager
def working(home: Path) -> Iterator[Worker]:
    command = [sys.executable, "-m", "loopscope.worker", "--home", str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Worker(process)
        finally:
            process.kill()


def recorded(store: Store) -> int:
    runs = store.runs()
    return runs[0].last_step if runs else 0


def test_after_a_kill_another_worker_goes_to_the_last_recorded_step_not_the_last_drawn(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with working(tmp_path) as worker:
            worker.say(do="start", experiments=[{}])
            worker.say(do="play")
            while recorded(store) < 100:  # nothing is drawn, so the third frame never comes
                worker.say(do="ping")
                worker.until("pong")
        lane, state, kept = (worker.last.get(kind, {}) for kind in ("lane", "state", "checkpoint"))
        run = store.find(lane["run"])
        assert state["step"] == state["head"] < run.last_step
        known = {key: lane[key] for key in ("experiment", "changes", "run", "facts")}
        recover = {"do": "recover", "lanes": [known], "step": state["step"], "head": state["head"], "playing": False}
        with working(tmp_path) as another:
            another.say(**recover, checkpoint=kept.get("data"))
            there = another.until("state", status="paused")
            assert there["step"] == there["head"] == run.last_step
            (step,) = [e["data"] for e in another.last["events"]["events"] if e["kind"] == "StepEnded"]
            assert step["loss"] == store.series(run, "loss").values[-1]
            assert another.last["lane"]["facts"]["from"] == [run.id, run.last_step]


def test_a_stray_print_does_not_stand_among_the_messages() -> None:
    code = """
import os
from loopscope.worker.pipes import Outbox, own_pipes
out = own_pipes()[1]
print("stray")
os.write(1, b"from C")
Outbox(out).send("x")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"stray" in done.stderr and b"from C" in done.stderr
    assert msgpack.unpackb(done.stdout[LENGTH.size :]) == {"kind": "x"}
