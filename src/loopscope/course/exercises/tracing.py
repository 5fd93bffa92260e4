"""Hear of PyTorch's calls while a learner's code runs, and keep those that its lines made. Judges nothing.

Built on PyTorch's global hooks of modules and optimizer steps; `backward`, `zero_grad`, schedules and functional losses
have none and are wrapped. What the check itself calls is not the learner's and leaves no trace.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.loss import _Loss as LossModule
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.optim import Optimizer, lr_scheduler
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from .mistakes import Answer
from .trace import Call, Trace
from .weights import Weights

MOST = 5000
"""Calls that are kept: 1,000 batches of a usual loop."""
SKIPPED = ("_initial_step", "__init__")
"""Where PyTorch itself calls a schedule's `step`, before the loop."""


@contextlib.contextmanager
def tracing(answer: Answer) -> Iterator[Callable[[], Trace]]:
    """Hear from here on; what is given tells what has been heard so far."""
    ear = Ear(answer)
    with contextlib.ExitStack() as stack:
        for handle in (
            register_module_forward_pre_hook(ear.module_begins),
            register_module_forward_hook(ear.module_ended, always_call=True),
            register_optimizer_step_pre_hook(ear.step_begins),
            register_optimizer_step_post_hook(ear.step_ended),
        ):
            stack.callback(handle.remove)
        for owner, name, wrapper in _wrapped(ear):
            original = getattr(owner, name)
            stack.callback(setattr, owner, name, original)
            setattr(owner, name, wrapper(original))
        with warnings.catch_warnings():
            # schedules ask whether optimizer.step was wrapped by anybody; nobody did
            warnings.filterwarnings("ignore", message=".*lr_scheduler.step.*", category=UserWarning)
            yield ear.trace


def _wrapped(ear: Ear) -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
    yield torch.autograd, "backward", ear.hears_backward
    yield Optimizer, "zero_grad", ear.hears_zero_grad
    yield nn.Module, "zero_grad", ear.hears_zero_grad
    schedules = [each for each in vars(lr_scheduler).values() if isinstance(each, type) and "step" in vars(each)]
    for each in dict.fromkeys(schedules):
        if issubclass(each, lr_scheduler.LRScheduler):
            yield each, "step", ear.hears_schedule
    for name in dir(nn.functional):
        if name.endswith(("_loss", "cross_entropy", "cross_entropy_with_logits", "kl_div")) and name[0] != "_":
            yield nn.functional, name, ear.hears_loss


class Ear:
    """What has been heard."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._calls: list[Call] = []
        self._cut = False
        self._weights = Weights()
        self._depth = 0  # of modules within modules
        self._quiet = False  # inside a call that is told of as a whole
        self._line: int = 0
        self._steps = 0
        self._backward_since_step = False

    def trace(self) -> Trace:
        """So far."""
        self._look_for_handwork()
        return Trace(tuple(self._calls), self._weights.names(), self._cut)

    # --- modules

    def module_begins(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        """A forward pass; only the outermost is told of."""
        if self._depth == 0 and not self._quiet:
            self._line = self._here()
            if self._line:
                self._weights.meet(module)
                self._look_for_handwork()
        self._depth += 1

    def module_ended(self, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        """It has put something out, or raised."""
        self._depth = max(self._depth - 1, 0)
        if self._depth or self._quiet or not self._line:
            return
        is_loss = isinstance(module, LossModule)
        self._tell(
            "loss" if is_loss else "forward",
            self._line,
            shapes=_shapes(*inputs, output),
            called=type(module).__name__,
            training=module.training,
            with_gradients=torch.is_grad_enabled(),
            value=_number(output) if is_loss else None,
        )

    def hears_loss(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A loss of torch.nn.functional, unless a module's own forward calls it."""

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            line = 0 if self._depth or self._quiet else self._here()
            with self._within(line):
                output = original(*args, **kwargs)
            if line:
                name, shapes = original.__name__, _shapes(*args, output)
                self._tell("loss", line, shapes=shapes, called=name, value=_number(output))
            return output

        return wrapper

    # --- gradients

    def hears_backward(self, original: Callable[..., None]) -> Callable[..., None]:
        """torch.autograd.backward, to which `loss.backward()` leads."""

        @functools.wraps(original)
        def wrapper(tensors: Any, *args: Any, **kwargs: Any) -> None:
            line = 0 if self._quiet else self._here()
            if not line:
                original(tensors, *args, **kwargs)
                return
            self._weights.meet_graph(tensors)
            self._look_for_handwork()
            before = self._weights.gradients()
            self._look_for_cleared(before)
            value = _number(tensors)
            with self._within(line):
                original(tensors, *args, **kwargs)
            after = self._weights.gradients()
            touched = self._weights.touched(before, after)
            self._backward_since_step = True
            self._tell(
                "backward",
                line,
                changed=touched,
                gradients=_norms(after),
                # of another model, trained before, gradients may well be left over: nothing is added to those
                held={name: norm for name, norm in _norms(before).items() if norm and name in touched},
                value=value,
            )

        return wrapper

    def hears_zero_grad(self, original: Callable[..., None]) -> Callable[..., None]:
        """An optimizer's or a module's zero_grad."""

        @functools.wraps(original)
        def wrapper(owner: Any, *args: Any, **kwargs: Any) -> None:
            line = 0 if self._quiet else self._here()
            if not line:
                original(owner, *args, **kwargs)
                return
            self._weights.meet(owner)
            self._look_for_handwork()
            before = _norms(self._weights.gradients())
            with self._within(line):
                original(owner, *args, **kwargs)
            after = _norms(self._weights.gradients())
            cleared = tuple(name for name, norm in before.items() if norm and not after.get(name))
            self._tell("zero_grad", line, changed=cleared, gradients=after, called=type(owner).__name__)

        return wrapper

    # --- steps

    def step_begins(self, optimizer: Optimizer, *_: Any) -> None:
        """Before an optimizer changes anything."""
        if self._here():
            self._weights.meet(optimizer)
            self._look_for_handwork()

    def step_ended(self, optimizer: Optimizer, *_: Any) -> None:
        """After it has."""
        if line := self._here():
            self._backward_since_step = False
            self._tell(
                "step",
                line,
                changed=self._weights.moved(),
                gradients=_norms(self._weights.gradients()),
                called=type(optimizer).__name__,
                rate=_rate(optimizer),
            )
            self._steps += 1

    def hears_schedule(self, original: Callable[..., None]) -> Callable[..., None]:
        """A schedule's step, but for the one of its making."""

        @functools.wraps(original)
        def wrapper(schedule: Any, *args: Any, **kwargs: Any) -> None:
            caller = sys._getframe(1).f_code  # pyright: ignore[reportPrivateUsage]
            line = 0 if self._quiet or caller.co_name in SKIPPED else self._here()
            with self._within(line):
                original(schedule, *args, **kwargs)
            if line:
                self._tell("schedule", line, called=type(schedule).__name__, rate=_rate(schedule.optimizer))

        return wrapper

    # --- what nobody calls

    def _look_for_handwork(self) -> None:
        """Weights that moved although no optimizer stepped: somebody's own `w -= lr * w.grad`."""
        if not self._backward_since_step:
            self._weights.moved()
        elif moved := self._weights.moved():
            self._backward_since_step = False
            self._tell("step", 0, changed=moved, by_hand=True)
            self._steps += 1

    def _look_for_cleared(self, gradients: dict[str, Tensor]) -> None:
        """Gradients that were there after the last backward and are not now: `w.grad = None`, `w.grad.zero_()`."""
        last = next((call for call in reversed(self._calls) if call.kind in ("backward", "zero_grad")), None)
        if last is None or last.kind == "zero_grad":
            return
        norms = _norms(gradients)
        cleared = tuple(name for name, norm in last.gradients.items() if norm and not norms.get(name))
        if cleared:
            self._tell("zero_grad", 0, changed=cleared, by_hand=True)

    # ---

    def _tell(self, kind: str, line: int, **more: Any) -> None:
        if len(self._calls) < MOST:
            self._calls.append(Call(kind, line, self._answer.line(line), self._steps, **more))
        else:
            self._cut = True

    def _here(self) -> int:
        return self._answer.line_of(sys._getframe(1))  # pyright: ignore[reportPrivateUsage]

    @contextlib.contextmanager
    def _within(self, line: int) -> Iterator[None]:
        """What is called inside is a part of what is told."""
        before, self._quiet = self._quiet, self._quiet or bool(line)
        try:
            yield
        finally:
            self._quiet = before


def _shapes(*values: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(value.shape) for value in values if isinstance(value, Tensor))


def _number(value: Any) -> float | None:
    return float(value.detach()) if isinstance(value, Tensor) and value.numel() == 1 else None


def _norms(gradients: dict[str, Tensor]) -> dict[str, float]:
    return {name: float(gradient.norm()) for name, gradient in gradients.items()}


def _rate(optimizer: Optimizer) -> float | None:
    return float(optimizer.param_groups[0]["lr"]) if optimizer.param_groups else None
