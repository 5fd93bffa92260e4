"""One live session: a worker, its latest messages, the pages that listen. Judges no experiment, knows no WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import Problem
from ..worker.commands import MAX_LANES, Command, Drawn, RestartWorker
from . import frames
from .answers import plain_problem
from .child import Child
from .ring import Ring
from .settings import Limits
from .workers import Workers

DEAD = "Press restart, which goes on from the last step."
TAKEN_AGAIN = "A new worker takes the last steps again, so that none is missing from the record. Play waits for it."
UNDERWAY = frozenset({"starting", "seeking"})


@dataclass(eq=False)
class Listener:
    """A page's place in the stream. `news` is set whenever there is more to hear."""

    news: asyncio.Event = field(default_factory=asyncio.Event)


class Session:
    """Made by `Sessions.create`. What a worker says is numbered and kept here; pages take it at their own pace."""

    def __init__(self, name: str, experiments: Sequence[Mapping[str, Any]], workers: Workers, limits: Limits) -> None:
        self.name = name
        self.ring = Ring(limits.ring_messages, limits.ring_bytes)
        self.listeners: set[Listener] = set()
        self.lonely_since = _now()
        """when the last page left, or the session began"""
        self.state: dict[str, Any] = {"status": "starting", "playing": False, "step": 0, "head": 0}
        self._experiments, self._workers, self._limits = experiments, workers, limits
        self._lanes: dict[int, dict[str, Any]] = {}
        self._checkpoint: bytes | None = None
        self._reach: dict[str, Any] = {"step": 0, "head": 0}
        self._recovering = False
        self._child: Child | None = None
        self._offset = 0  # number of the last message before this worker's first
        self._drawn = 0
        self._restarting = asyncio.Lock()
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether a worker obeys."""
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int | None:
        """The worker's process."""
        return self._child.pid if self._child is not None and self._child.alive else None

    @property
    def fresh_from(self) -> int:
        """The message after which a page begins that knows nothing.

        Where there is no lane yet, whatever was said may be why (a refused start): it is said again.
        """
        return 0 if not self._lanes and self.ring.holds_after(0) else self.ring.last

    async def begin(self) -> None:
        """Take a worker and start the experiments."""
        await self._with_worker({"do": "start", "experiments": list(self._experiments)})

    def hello(self, resumed: bool, seq: int) -> bytes:
        """The whole state as of now, for a page that has just connected."""
        ready = self._child.ready if self._child is not None else None
        known = ready.result() if ready is not None and ready.done() and not ready.cancelled() else {}
        limits = {**_said(self._limits), **known.get("limits", {})}
        message = {"kind": "hello", "session": self.name, "resumed": resumed, "alive": self.alive}
        lanes = [self._lanes[lane] for lane in sorted(self._lanes)]
        more = {"lanes": lanes, "state": self.state, "limits": limits, "versions": known.get("versions", {})}
        return frames.numbered(frames.packed({**message, **more}), seq)

    async def obey(self, command: Command) -> list[Problem]:
        """Pass a command on, waiting while the worker has too many; problems where it cannot be."""
        if isinstance(command, RestartWorker):
            return await self._restart()
        child = self._child
        if child is None or not child.alive:
            # a page draws on for a moment: it asks for nothing that could be refused
            return [] if isinstance(command, Drawn) else [Problem("worker", "gone", "a living one", DEAD)]
        if isinstance(command, Drawn):
            self._pass_on_drawn(child, command.seq)
        else:
            child.send(command.model_dump(mode="json"))
        await child.room()
        return []

    async def end(self) -> None:
        """Close the records and let the worker go."""
        self._closed = True
        for listener in self.listeners:
            listener.news.set()
        if self._child is not None:
            await self._child.end()

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._closed

    def enter(self) -> Listener:
        """A page begins to listen."""
        listener = Listener()
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """A page is gone."""
        self.listeners.discard(listener)
        self.lonely_since = _now()

    def _pass_on_drawn(self, child: Child, seq: int) -> None:
        """The worker counts its own messages only; of several pages the fastest decides, so that none slows another."""
        seq = min(seq, self.ring.last)
        if seq > max(self._drawn, self._offset):
            self._drawn = seq
            child.send({"do": "drawn", "seq": seq - self._offset})

    async def _restart(self) -> list[Problem]:
        async with self._restarting:
            if self.alive:
                return [Problem("worker", "alive", "one that has died", "Use reset to begin again from step 0.")]
            await self._with_worker(self._recovery(), TAKEN_AGAIN if self._lanes else "A new worker begins.")
        return []

    def _recovery(self) -> dict[str, Any]:
        if not self._lanes:  # it died before it could say what it had made of the experiments
            return {"do": "start", "experiments": list(self._experiments)}
        lanes = [self._lanes[lane] for lane in sorted(self._lanes)]
        kept = frames.unpacked(self._checkpoint) if self._checkpoint is not None else {}
        return {
            "do": "recover",
            "lanes": [{key: lane.get(key) for key in ("experiment", "changes", "run", "facts")} for lane in lanes],
            "step": self._reach["step"],
            "head": self._reach["head"],
            "checkpoint": kept.get("data"),
            "playing": False,
        }

    async def _with_worker(self, first: Mapping[str, Any], why: str = "") -> None:
        child = await self._workers.take()
        if self._closed:  # meanwhile
            await child.end()
            return
        if why:
            self._recovering = True
            self._tell({"kind": "worker", "alive": True, "reason": why})
            self.state = {**self.state, "status": "seeking"}
            self._tell({**self.state, "kind": "state"})
        self._child, self._offset, self._drawn = child, self.ring.last, 0
        child.hear, child.left = self._hear, self._lost
        child.send(first)
        if not child.alive:  # it went between the two
            self._lost(child.reason)

    def _hear(self, kind: str, message: bytes) -> None:
        if kind == "checkpoint":
            self._checkpoint = message
            return
        if kind == "reach":
            self._reach = frames.unpacked(message)
            return
        if kind == "state":
            self.state = frames.unpacked(message)
        elif kind == "lane":
            self._keep_lane(frames.unpacked(message))
        self._put(message)
        if kind == "state" and self._recovering and self.state.get("status") not in UNDERWAY:
            self._recovering = False
            step = int(self.state.get("step", 0))
            self._tell({"kind": "worker", "alive": True, "reason": f"A new worker took over at step {step:,}."})

    def _keep_lane(self, lane: dict[str, Any]) -> None:
        """What is known of a lane by now; `lanes` says how many there are, so that those of a start before go."""
        self._lanes[int(lane["lane"])] = lane
        for gone in [number for number in self._lanes if number >= int(lane.get("lanes", MAX_LANES))]:
            del self._lanes[gone]

    def _lost(self, reason: str) -> None:
        if self._closed:
            return
        self._recovering = False
        self.state = {**self.state, "status": "dead", "playing": False}
        self._tell({"kind": "worker", "alive": False, "reason": f"The worker is gone: {reason}"})
        self._tell({**self.state, "kind": "state"})

    def _tell(self, message: Mapping[str, Any]) -> None:
        self._put(frames.packed({"kind": message["kind"], **message}))

    def _put(self, message: bytes) -> None:
        self.ring.put(message)
        for listener in self.listeners:
            listener.news.set()


def refused(do: str, problems: Sequence[Problem], seq: int) -> bytes:
    """The answer to a command that cannot be obeyed, for one connection alone."""
    message = {"kind": "refused", "do": do, "problems": [plain_problem(problem) for problem in problems]}
    return frames.numbered(frames.packed(message), seq)


def _said(limits: Limits) -> dict[str, float]:
    """What a page may want to say of the limits."""
    return {"sessions": limits.sessions, "memory_mb": limits.memory_mb, "step_s": limits.silence_s}


def _now() -> float:
    return asyncio.get_running_loop().time()
