"""What a loop did, call by call, with the learner's lines. Plain data: knows no torch and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

KINDS = ("forward", "loss", "zero_grad", "backward", "step", "schedule")


@dataclass(frozen=True)
class Call:
    """One call of the loop's, by PyTorch or, where `by_hand`, seen by its effect (`w -= lr * w.grad`).

    `changed` names what it changed: a step the parameters, backward and zero_grad the gradients.
    """

    kind: str  # one of KINDS
    line: int  # of the learner's file; 0 where it is known by its effect alone
    text: str  # that line
    steps: int  # how many steps had been taken before
    changed: tuple[str, ...] = ()
    gradients: Mapping[str, float] = field(default_factory=dict[str, float])
    """Norm of each parameter's gradient that is there after the call (for a step: that it used)."""
    held: Mapping[str, float] = field(default_factory=dict[str, float])
    """backward: norms of the gradients that stood there before it added its own, zeros left out."""
    value: float | None = None
    """loss, backward: the loss. None where it is no single number."""
    shapes: tuple[tuple[int, ...], ...] = ()
    """forward, loss: of the tensors that went in, then of what came out."""
    called: str = ""
    """The class of the module, optimizer or schedule, or the function's name."""
    training: bool = True
    """forward: whether the module was in training mode."""
    with_gradients: bool = True
    """forward: whether PyTorch was keeping what backward needs."""
    rate: float | None = None
    """step, schedule: the learning rate afterwards."""
    by_hand: bool = False


@dataclass(frozen=True)
class Trace:
    """The calls in their order. `parameters` are all names that a gradient or a step met."""

    calls: tuple[Call, ...] = ()
    parameters: tuple[str, ...] = ()
    cut: bool = False
    """Whether there were more calls than are kept."""

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    def __len__(self) -> int:
        return len(self.calls)

    def of(self, *kinds: str) -> list[Call]:
        """The calls of these kinds, in order."""
        assert set(kinds) <= set(KINDS), f"no such kind among {KINDS}"
        return [call for call in self.calls if call.kind in kinds]

    @property
    def order(self) -> list[str]:
        """The kinds alone: `["forward", "loss", "backward", "step", …]`."""
        return [call.kind for call in self.calls]

    @property
    def forwards(self) -> list[Call]:
        return self.of("forward")

    @property
    def losses(self) -> list[Call]:
        return self.of("loss")

    @property
    def zero_grads(self) -> list[Call]:
        return self.of("zero_grad")

    @property
    def backwards(self) -> list[Call]:
        return self.of("backward")

    @property
    def steps(self) -> list[Call]:
        return self.of("step")

    @property
    def schedules(self) -> list[Call]:
        return self.of("schedule")

    @property
    def changed(self) -> set[str]:
        """All parameters that some step changed."""
        return {name for call in self.steps for name in call.changed}

    def between(self, first: Call, last: Call) -> list[Call]:
        """What was called after `first` and before `last`."""
        at = [i for i, call in enumerate(self.calls) if call is first or call is last]
        return list(self.calls[at[0] + 1 : at[-1]])

    def rounds(self) -> list[list[Call]]:
        """The calls cut at each `forward` of training: one list a batch; what came before the first is left out."""
        starts = [i for i, call in enumerate(self.calls) if call.kind == "forward" and call.with_gradients]
        starts = [i for n, i in enumerate(starts) if n == 0 or self._works(starts[n - 1], i)]
        return [list(self.calls[i:j]) for i, j in pairwise([*starts, len(self.calls)])]

    def _works(self, first: int, last: int) -> bool:
        """Whether anything but forward passes lies between: a model of two parts is one round's."""
        return any(call.kind in ("backward", "step") for call in self.calls[first:last])
