"""A worker without torch that obeys the contract of docs/lab.md, and misbehaves when `change` tells it to."""

from __future__ import annotations

import os
import select
import struct
import sys
import time
from typing import Any

import msgpack

LENGTH = struct.Struct(">I")


class Fake:
    """One session: counts steps while it plays, and sends a frame for each."""

    def __init__(self) -> None:
        self.out = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self.sent = self.step = 0
        self.on_their_way: list[int] = []
        self.playing = self.shut = False
        self.payload = b""
        self.lanes: list[dict[str, Any]] = []
        self.buffer = b""

    def put(self, kind: str, **more: Any) -> None:
        data = msgpack.packb({"kind": kind, **more})
        assert data is not None
        self.out.write(LENGTH.pack(len(data)) + data)
        self.out.flush()
        self.sent += kind not in ("ready", "pong", "checkpoint", "reach")

    def run(self) -> None:
        self.put("ready", versions={"torch": "none"}, limits={"parameters": 1000})
        while not self.shut:
            free = self.playing and len(self.on_their_way) < 2
            ready, _, _ = select.select([0], [], [], 0.002 if free else None)
            if ready:
                self.take(os.read(0, 2**16))
            elif free:
                self.frame()

    def take(self, data: bytes) -> None:
        self.shut = not data
        self.buffer += data
        while len(self.buffer) >= 4 and len(self.buffer) >= 4 + LENGTH.unpack(self.buffer[:4])[0]:
            size = 4 + LENGTH.unpack(self.buffer[:4])[0]
            command, self.buffer = msgpack.unpackb(self.buffer[4:size]), self.buffer[size:]
            getattr(self, f"do_{command['do']}", self.do_nothing)(command)

    def frame(self) -> None:
        self.step += 1
        event = {"v": 1, "kind": "StepEnded", "data": {"step": self.step}}
        self.put("events", lane=0, events=[event], payload=self.payload)
        self.on_their_way.append(self.sent)
        self.state()

    def state(self) -> None:
        status = "playing" if self.playing else "paused"
        self.put("reach", step=self.step, head=self.step)
        self.put("state", status=status, playing=self.playing, step=self.step, head=self.step)

    def show_lanes(self) -> None:
        for number, lane in enumerate(self.lanes):
            self.put("lane", lane=number, lanes=len(self.lanes), **lane)
        self.state()

    def do_ping(self, command: dict[str, Any]) -> None:
        self.put("pong")

    def do_start(self, command: dict[str, Any]) -> None:
        self.step = 0
        if command["experiments"][0].get("name") == "refuse me":
            self.put("refused", do="start", problems=[])
            return
        self.lanes = [
            {"experiment": each, "run": f"run-{os.getpid()}", "changes": []} for each in command["experiments"]
        ]
        self.show_lanes()

    def do_recover(self, command: dict[str, Any]) -> None:
        self.step, self.lanes = command["step"], command["lanes"]
        self.payload = command["checkpoint"] or b""
        self.show_lanes()
        self.put("events", lane=0, events=[], payload=self.payload)

    def do_play(self, command: dict[str, Any]) -> None:
        self.playing = True
        self.state()

    def do_pause(self, command: dict[str, Any]) -> None:
        self.playing = False
        self.state()

    def do_seek(self, command: dict[str, Any]) -> None:
        self.step = command["step"]
        self.state()

    def do_drawn(self, command: dict[str, Any]) -> None:
        self.on_their_way = [frame for frame in self.on_their_way if frame > command["seq"]]

    def do_change(self, command: dict[str, Any]) -> None:
        for name, value in command["settings"].items():
            getattr(self, name.replace(".", "_"), lambda value: None)(value)

    def do_nothing(self, command: dict[str, Any]) -> None:
        self.put("inspected", asked=command["do"])

    def fake_exit(self, value: int) -> None:
        print("a last word", file=sys.stderr, flush=True)
        os._exit(value)

    def fake_hang(self, value: Any) -> None:
        while True:
            time.sleep(1)

    def fake_grow(self, value: int) -> None:
        self.hoard = b"x" * (value * 2**20)

    def fake_garbage(self, value: Any) -> None:
        self.out.write(LENGTH.pack(5) + b"\xc1junk")
        self.out.flush()

    def fake_checkpoint(self, value: str) -> None:
        self.put("checkpoint", step=self.step, data=value.encode())
        self.state()

    def fake_payload(self, value: int) -> None:
        self.payload = b"p" * value

    def fake_flood(self, value: int) -> None:
        for _ in range(value):
            self.frame()


if __name__ == "__main__":
    Fake().run()
