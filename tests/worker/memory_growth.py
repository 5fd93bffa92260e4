"""How much a worker grows while it plays on: `python tests/worker/memory_growth.py`. Measures; no part of `make test`.

Stands for the server and a page that draws every frame: the default experiment, the figures of the first view shown.
"""

from __future__ import annotations

import argparse
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import msgpack

LENGTH = struct.Struct(">I")
PRIVATE = ("ready", "pong", "checkpoint")
SHOWN = ["decision_surface", "neuron_maps", "weights", "predictions"]


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


class Parent:
    """Draws whatever it hears at once, and notes the memory every so many steps."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self.pid, self.heard = process.pid, 0
        self.stdin, self.stdout = process.stdin, process.stdout

    def say(self, **command: Any) -> None:
        data = msgpack.packb(command)
        self.stdin.write(LENGTH.pack(len(data)) + data)
        self.stdin.flush()

    def hear(self) -> dict[str, Any]:
        message = _read(self.stdout)
        if message["kind"] not in PRIVATE:
            self.heard += 1
        if message["kind"] == "events":
            self.say(do="drawn", seq=self.heard)
        return message

    def play(self, steps: int) -> list[tuple[int, float]]:
        """Step and memory [MB], at about every hundredth part of the way."""
        self.say(do="start", experiments=[{}])
        self.say(do="show", instruments=SHOWN, resolution=50)
        self.say(do="play")
        seen: list[tuple[int, float]] = []
        while not seen or seen[-1][0] < steps:
            message = self.hear()
            if message["kind"] == "state" and message["step"] >= len(seen) * steps / 100:
                seen.append((message["step"], resident_mb(self.pid)))
                print("{:>10,} steps {:8.1f} MB".format(*seen[-1]), flush=True)
        return seen


def _read(stream: BinaryIO) -> dict[str, Any]:
    (size,) = LENGTH.unpack(stream.read(LENGTH.size))
    return msgpack.unpackb(stream.read(size), raw=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=300_000)
    steps = parser.parse_args().steps
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "loopscope.worker", "--home", home]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                seen = Parent(process).play(steps)
            finally:
                process.kill()
    early, late = (next(size for step, size in seen if step >= share * steps) for share in (0.2, 1.0))
    print(f"from 20 % to 100 % of {steps:,} steps: {early:.1f} to {late:.1f} MB, {100 * (late / early - 1):+.1f} %")


if __name__ == "__main__":
    main()
