"""The worker as a process: frames on its pipes, stray prints elsewhere, its end with that of stdin."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import msgpack

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
