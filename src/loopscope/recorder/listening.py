"""Hear of PyTorch's own calls: backward, optimizer steps, loss scaling, passes over data. Knows no run and no event.

Everything here is put in place when the first listener attaches and taken back when the last one detaches, so
that a process without a watch runs PyTorch as it is. What stands in for a function of PyTorch is gone from the stack
before that function begins, so that a traceback of the user's shows no frame that is not theirs or PyTorch's.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import torch
from torch import Tensor
from torch.amp import GradScaler
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.utils.data import DataLoader
from torch.utils.hooks import RemovableHandle

from .compilers import as_it_is
from .losses import UNSCALED, Value, loss_of

Undo: TypeAlias = Callable[[], None]
StepHook: TypeAlias = Callable[[Optimizer, tuple[Any, ...], dict[str, Any]], None]


class Listener(Protocol):
    """Whoever wants to hear.

    The two that stand in a step's way are called by PyTorch itself and let no exception out; one out of the others
    ends the listening: `give_up` is called, the user's loop goes on.
    """

    def step_begins(self, optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None: ...
    def step_ended(self, optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None: ...
    def backward_begins(self, value: Value, nodes: list[Any], scaled: bool) -> None: ...
    def scale_updates(self, scaler: GradScaler) -> None: ...
    def pass_begins(self, loader: object) -> None: ...
    def optimizer_made(self, optimizer: Optimizer) -> None: ...
    def give_up(self, error: Exception) -> None: ...


_listeners: tuple[Listener, ...] = ()  # replaced, never changed: a call under way keeps the one it began with
_leaving: list[Listener] = []
_undo: list[Undo] = []
_lock = threading.RLock()
_fork_guarded = False
_graph_task = torch._C._current_graph_task_id  # pyright: ignore[reportPrivateUsage]


class _StepHook:
    """One entry among PyTorch's hooks of steps, for all listeners.

    Another thread may be going through those hooks, and ends by an exception where entries come and go meanwhile. What
    an entry calls may change at any time. One listener is called without a detour.
    """

    def __init__(self, register: Callable[[Any], RemovableHandle]) -> None:
        self._register = register
        self._told: tuple[StepHook, ...] = ()
        self._handle: RemovableHandle | None = None

    def add(self, told: StepHook) -> None:
        """Call `told` too; once, however often it is added."""
        with _lock:
            self._call((*(other for other in self._told if other != told), told))

    def remove(self, told: StepHook) -> None:
        """Call it no more."""
        with _lock:
            self._call(tuple(other for other in self._told if other != told))

    def _call(self, told: tuple[StepHook, ...]) -> None:
        self._told = told
        hook = told[0] if len(told) == 1 else functools.partial(_tell_each, told)
        entries = self._handle.hooks_dict_ref() if self._handle is not None else None
        if self._handle is None or entries is None:
            self._handle = self._register(hook) if told else None
        elif told:
            entries[self._handle.id] = hook
        else:
            self._handle.remove()
            self._handle = None


@as_it_is
def _tell_each(told: tuple[StepHook, ...], optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for each in told:
        each(optimizer, args, kwargs)


_step_begins = _StepHook(register_optimizer_step_pre_hook)
_step_ends = _StepHook(register_optimizer_step_post_hook)


def attach(listener: Listener) -> None:
    """Begin to tell `listener`."""
    global _listeners
    with _lock:
        if not _listeners:
            _install()
        _listeners = (*_listeners, listener)
        _step_ends.add(listener.step_ended)


def detach(listener: Listener) -> None:
    """Tell it no more; the last one to go takes everything back. Without effect where it is not attached."""
    global _listeners
    with _lock:
        before = _listeners
        _listeners = tuple(other for other in before if other is not listener)
        _step_begins.remove(listener.step_begins)
        _step_ends.remove(listener.step_ended)
        if before and not _listeners:
            _uninstall()


def detach_soon(listener: Listener) -> None:
    """Tell it no more, from within one of its step hooks: PyTorch is going through them, so they stay a while."""
    _leaving.append(listener)


def hear_steps_begin(listener: Listener) -> Undo:
    """Have `listener.step_begins` called before every step, until what is returned is called.

    Most steps need it not, and each call of it is time taken from the loop.
    """
    _step_begins.add(listener.step_begins)
    return functools.partial(_step_begins.remove, listener.step_begins)


def listener_count() -> int:
    """How many listen now."""
    return len(_listeners)


def _install() -> None:
    _guard_forks()
    for replaced in (
        (torch.autograd, "backward", _announced(torch.autograd.backward, _tell_backward)),
        (GradScaler, "scale", _remembering(GradScaler.scale)),
        (GradScaler, "update", _AnnouncedMethod(GradScaler.update, _tell_scale_updates)),
        (DataLoader, "__iter__", _AnnouncedMethod(DataLoader.__iter__, _tell_pass_begins)),
        (Optimizer, "__init__", _telling_when_made(Optimizer.__init__)),
    ):
        _replace(*replaced)


def _replace(owner: Any, name: str, substitute: Any) -> None:
    original = vars(owner)[name]

    def put_back() -> None:
        # where somebody replaced it after us, theirs stays; ours, inside of it, has nobody left to tell
        if vars(owner)[name] is substitute:
            setattr(owner, name, original)

    setattr(owner, name, substitute)
    _undo.append(put_back)


def _uninstall() -> None:
    while _undo:
        _undo.pop()()


def _guard_forks() -> None:
    """A forked process, such as a loader's worker, is not the one being watched: it starts without listeners."""
    global _fork_guarded
    if not _fork_guarded and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_forget)
        _fork_guarded = True


def _forget() -> None:
    global _lock
    _lock = threading.RLock()  # another thread may have held it at the moment of the fork
    for listener in _listeners:
        detach(listener)


# --- stand-ins that leave no frame in a traceback


def _announced(original: Callable[..., None], announce: Callable[..., object]) -> type:
    """`original`, announced before it runs.

    A class: calling one makes C code run `__new__`, which announces and returns, and then `__init__`, which is
    `original` itself. A wrapping function would stand in every traceback that `loss.backward()` ends in.
    """
    body = {"__new__": announce, "__init__": staticmethod(original), "__slots__": (), "__doc__": original.__doc__}
    return type(original.__name__, (), {**body, "__module__": original.__module__, "__wrapped__": original})


class _AnnouncedMethod:
    """A method, announced when it is looked up on an instance, which is right before it is called."""

    def __init__(self, original: Any, announce: Callable[[Any], None]) -> None:
        self.original = original
        self.announce = announce

    @as_it_is
    def __get__(self, instance: object | None, owner: type | None = None) -> Any:
        if instance is not None:
            self.announce(instance)
        return self.original.__get__(instance, owner)


# The next two are told afterwards, so they are plain wrappers; traces.py takes their frames out of a traceback.


def _telling_when_made(init: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(init)
    def wrapper(self: Optimizer, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        for listener in _listeners:
            _guarded(listener, listener.optimizer_made, self)

    return wrapper


def _remembering(scale: Callable[..., Any]) -> Callable[..., Any]:
    """`GradScaler.scale`, with the loss noted on the scaled one, which may have overflowed where the loss did not."""

    @functools.wraps(scale)
    def wrapper(self: GradScaler, outputs: Any) -> Any:
        scaled = scale(self, outputs)
        if isinstance(scaled, Tensor) and scaled is not outputs and _listeners:
            setattr(scaled, UNSCALED, outputs.detach())
        return scaled

    return wrapper


# --- telling


@as_it_is
def _tell_backward(cls: type, tensors: Any = (), grad_tensors: Any = None, *_: Any, **__: Any) -> object:
    """Stands as `__new__` before torch.autograd.backward."""
    # inside a running backward (re-entrant checkpointing) it is a piece of one, not a loss
    if _leaving:
        _detach_those_leaving()
    if _graph_task() == -1:
        for listener in _listeners:
            try:
                listener.backward_begins(*loss_of(tensors, grad_tensors))
            except Exception as error:
                listener.give_up(error)
    return object.__new__(cls)


def _detach_those_leaving() -> None:
    with _lock:
        while _leaving:
            detach(_leaving.pop())


@as_it_is
def _tell_scale_updates(scaler: GradScaler) -> None:
    for listener in _listeners:
        _guarded(listener, listener.scale_updates, scaler)


@as_it_is
def _tell_pass_begins(loader: object) -> None:
    for listener in _listeners:
        _guarded(listener, listener.pass_begins, loader)


def _guarded(listener: Listener, told: Callable[[Any], None], what: Any) -> None:
    try:
        told(what)
    except Exception as error:
        listener.give_up(error)
