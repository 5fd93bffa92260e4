"""The loss at many places of a plane, several at once where that is faster. Chooses no place; draws nothing.

The oracle is the loop, one place after another. Several at once are `torch.func.vmap` over stacked weights, which pays
the overhead of each call once for all; where it cannot follow a model, or is not faster, the loop stays.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.func import vmap
from torch.utils._python_dispatch import TorchDispatchMode

from ..errors import UserMistake
from ..instruments import quietly
from ..loop import keep_what_is_freed
from .landscape_loss import LossOfWeights, Weights
from .landscape_pace import FEWEST, Pace
from .landscape_plane import Plane
from .untouched import tensors_in

TOLERANCE = 1e-6
"""By how much, relatively, a loss among several at once may differ from the loop's, where 32-bit floats allow it."""

LONGEST_S = 0.05
"""Seconds that a turn takes at the most, unless a single evaluation takes longer."""

SHORT_S = 5e-3
"""Seconds of an evaluation that it costs nothing to repeat."""

MOST_BYTES = {"cpu": 6 * 2**20}
"""Memory that all evaluations made at once may take together. On a processor what its caches may hold: beyond them,
several at once were found to be slower than one after another, and 4 to 8 MiB the fastest."""

MOST_BYTES_ELSEWHERE = 512 * 2**20


@dataclass(frozen=True, slots=True)
class _First:
    """The loss at one place, asked twice; the seconds of one call, and an upper bound of the bytes it holds."""

    loss: Tensor
    again: Tensor
    seconds: float
    nbytes: int


class Turns:
    """The losses over a plane, turn by turn: between two turns the model is as it was, and may be trained on.

    `how` says how it was done and why. Raises `UserMistake` where the loss fails.
    """

    def __init__(
        self,
        loss: LossOfWeights,
        plane: Plane,
        *,
        longest_s: float = LONGEST_S,
        most_bytes: int | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.loss, self.plane = loss, plane
        device = plane.origin.device
        self.longest_s, self.clock = longest_s, clock or _clock_for(device)
        self.most_bytes = most_bytes or MOST_BYTES.get(device.type, MOST_BYTES_ELSEWHERE)
        self.how = ""
        self._graph = False

    def losses(self, places: Tensor) -> Iterator[Tensor]:
        """Losses (n,) float64 of the next n of the places (places, k), until each has its own.

        The first place is where one and several at once are compared.
        """
        first = self._first(places[0])
        if not torch.equal(first.loss.nan_to_num(), first.again.nan_to_num()):
            self.how = "one after another, each begun afresh: asked twice, the loss gave two numbers"
            for place in places:
                yield self._one_by_one(place[None])
            return
        fit = self.most_bytes // first.nbytes
        why = f"{FEWEST} would hold more than {self.most_bytes / 1e6:.1f} MB together, beyond which that is faster"
        pace = Pace(first.seconds, min(len(places), fit), self.longest_s, why if fit < FEWEST else "")
        yield from self._paced(places, pace, first.loss)
        self.how = str(pace)

    def _paced(self, places: Tensor, pace: Pace, first: Tensor) -> Iterator[Tensor]:
        done = 0
        while done < len(places):
            number = pace.next
            turn = places[done : done + number * self._repeats(pace)]
            begun = self.clock()
            if number > 1:
                losses = self._together(turn, number) if done else self._tried(turn, number, pace, first)
            else:
                losses = self._one_by_one(turn)
            if len(turn) >= number and not (number > 1 and pace.why_alone):  # fewer at the end would seem dear
                pace.note(number, (self.clock() - begun) / len(turn))
            done += len(turn)
            yield losses

    def _repeats(self, pace: Pace) -> int:
        """How many times as many as are taken at once fit into a turn; once for a number not known yet."""
        if pace.tries:
            return 1
        number = pace.next
        by_time = self.longest_s / (number * max(pace.seconds[number], 1e-9))
        by_memory = self.most_bytes / (number * self.plane.nbytes)
        return max(1, int(min(by_time, by_memory)))

    def _first(self, place: Tensor) -> _First:
        """Ask at one place: fails where the loss fails, and finds out whether it takes gradients itself."""
        weights = _first_of(self.plane.at(place[None]))
        try:
            return self._asked_twice(weights)
        except UserMistake:
            raise
        except Exception as error:
            self._graph = True
            try:
                return self._asked_twice(weights)
            except Exception:
                raise self.loss.failure(error) from error

    def _asked_twice(self, weights: Weights) -> _First:
        meter = _Meter()
        with self._quietly():
            with meter:
                found = self._alone(weights)
            again, seconds = self._timed(weights)
            for _ in range(2 if seconds < SHORT_S else 0):  # the first ones find nothing of theirs in any cache
                seconds = min(seconds, self._timed(weights)[1])
        return _First(found, again, seconds, meter.nbytes + 2 * self.plane.nbytes)

    def _timed(self, weights: Weights) -> tuple[Tensor, float]:
        begun = self.clock()
        found = self._alone(weights)
        return found, self.clock() - begun

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        with quietly(self.loss), torch.set_grad_enabled(self._graph):
            yield

    def _alone(self, weights: Weights) -> Tensor:
        if self._graph:
            weights = {name: each.detach().requires_grad_() for name, each in weights.items()}
        return self.loss.at(weights).detach().cpu()

    def _tried(self, places: Tensor, number: int, pace: Pace, first: Tensor) -> Tensor:
        """The first several at once: can they be had, and is the first of them what it was alone?"""
        keep_what_is_freed()
        try:
            found = self._together(places, number)
        except Exception as error:
            said = (str(error).strip().splitlines() or [""])[0].partition(". ")[0]
            pace.refuse(f"torch.func.vmap cannot follow this loss ({type(error).__name__}: {said[:120]})")
            return self._one_by_one(places)
        allowed = max(TOLERANCE, 8 * torch.finfo(self.plane.origin.dtype).eps)
        if torch.allclose(found[0], first, rtol=allowed, atol=0, equal_nan=True):
            return found
        off = float((found[0] - first).abs() / first.abs())
        pace.refuse(f"among several at once the loss differs by {off:.1g} of itself")
        return self._one_by_one(places)

    def _one_by_one(self, places: Tensor) -> Tensor:
        vectors, layout = self.plane.vectors(places), self.plane.layout
        with self._quietly():
            if self._graph or not layout.uniform:
                return torch.stack([self._alone(_first_of(layout.shaped(each[None]))) for each in vectors])
            moved = torch.empty_like(vectors[:1])
            moves = (moved.copy_(each) for each in vectors)
            return self.loss.while_moving(_first_of(layout.shaped(moved)), moves).detach().cpu()

    def _together(self, places: Tensor, number: int) -> Tensor:
        with self._quietly(), _without_performance_warnings():
            return vmap(self.loss.at, chunk_size=number)(self.plane.at(places)).detach().cpu()


def _first_of(stacked: Weights) -> Weights:
    return {name: each[0] for name, each in stacked.items()}


def _clock_for(device: torch.device) -> Callable[[], float]:
    """This thread's own time, in which others that have the processor do not show, where it is fine enough."""
    fine = time.get_clock_info("thread_time").resolution < 1e-5
    return time.thread_time if device.type == "cpu" and fine else time.perf_counter


class _Meter(TorchDispatchMode):
    """Counts the bytes of all that operations give: no fewer than are ever held at once."""

    def __init__(self) -> None:
        super().__init__()
        self.nbytes = 1

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        self.nbytes += sum(tensor.numel() * tensor.element_size() for tensor in tensors_in(result))
        return result


@contextmanager
def _without_performance_warnings() -> Iterator[None]:
    """Torch warns where vmap falls back to a loop of its own: that is slower, which the clock will tell."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="There is a performance drop")
        yield
