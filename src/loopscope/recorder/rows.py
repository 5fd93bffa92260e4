"""How many rows went through the model, and which batch it was. A hook on the model itself, never on its parts."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .compilers import as_it_is_when_alone
from .modules import parts_of
from .unseen import Unseen

NO_KEYWORDS: dict[str, Any] = {}


class _Here(threading.local):
    """What is this thread's own: a loss and the batch behind it are."""

    rows = 0


class RowCounter:
    """Remembers the batch of the last forward pass that could lead to a backward.

    The rows are the first dimension of the model's first tensor argument. 0 stands for unknown: no tensor was
    handed over, or the pass ran inside a compiled graph, where no hook is called.
    """

    def __init__(self, give_up: Callable[[Exception], None]) -> None:
        self.here = _Here()
        self.args: tuple[Any, ...] = ()
        self.kwargs: dict[str, Any] = {}
        self.keeping = False
        self.batch: Callable[[], object | None] = _nothing
        """The batch itself, as long as somebody else holds it."""
        self.fresh = False
        """Whether the batch is another tensor than the time before; taken back by whoever has seen it."""
        self._give_up = give_up
        self._hooked: list[tuple[weakref.ref[nn.Module], Any]] = []
        self._instead: list[weakref.ref[nn.Module]] = []

    def hook(self, model: nn.Module) -> None:
        """Begin to count what `model` is called with; without effect where it is counted already."""
        if any(known() is model for known, _ in self._hooked):
            return
        if "_forward_pre_hooks" in vars(model):  # a scripted model has none that we could stand in: rows stay unknown
            self._hooked.append((weakref.ref(model), Unseen(model, _Hook(self), keywords=True)))

    def swap(self, model: nn.Module, keywords: bool) -> None:
        """Hook it anew, with or without its keyword arguments: a hook that is given them costs half as much again."""
        for place, (known, handle) in enumerate(self._hooked):
            if known() is model:
                handle.remove()
                self._hooked[place] = (known, Unseen(model, _Hook(self), keywords))

    def hook_first(self, models: list[nn.Module]) -> None:
        """Count the first; the others stand ready in case that it is never called."""
        for part in parts_of(models[0]):
            self.hook(part)
        self._instead += [weakref.ref(model) for model in models[1:]]

    def hook_next(self) -> None:
        """Nothing was counted: hook the next that may be what is called."""
        while self._instead:
            model = self._instead.pop(0)()
            if model is not None:
                self.hook(model)
                return

    def unhook(self) -> None:
        """Take every hook back."""
        while self._hooked:
            self._hooked.pop()[1].remove()
        self.forget()

    def forget(self) -> None:
        """Let go of inputs kept for an instrument."""
        self.args, self.kwargs = (), {}

    def failed(self, error: Exception) -> None:
        """Counting went wrong: the recording ends, the forward pass goes on."""
        self._give_up(error)


class _Hook:
    """What is called before the model's forward pass."""

    def __init__(self, counter: RowCounter) -> None:
        self.counter = counter

    @as_it_is_when_alone
    def __call__(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any] = NO_KEYWORDS) -> None:
        # within torch.compile it would be traced into the graph, and counting a reason to compile anew
        if torch.compiler.is_compiling() or not torch.is_grad_enabled():
            return  # without gradients: an evaluation
        counter = self.counter
        try:
            if args and isinstance(args[0], Tensor):
                batch = args[0]
                if kwargs is not NO_KEYWORDS and not counter.keeping:
                    counter.swap(module, keywords=False)
            else:
                batch = _first_tensor((args, kwargs))
            if batch is None:
                if kwargs is NO_KEYWORDS:
                    counter.swap(module, keywords=True)
                return
            counter.here.rows = batch.size(0) if batch.ndim else 1  # size, for a nested tensor has no shape
            if batch is not counter.batch():
                counter.batch = weakref.ref(batch)
                counter.fresh = True
            if counter.keeping:
                counter.args, counter.kwargs = args, kwargs
        except Exception as error:
            counter.failed(error)


def _nothing() -> None:
    return None


def _first_tensor(given: Any, depth: int = 4) -> Tensor | None:
    """The first tensor in nested tuples, lists and dicts."""
    if isinstance(given, Tensor):
        return given
    if depth and isinstance(given, (tuple, list, Mapping)):
        inside: Iterable[Any] = given.values() if isinstance(given, Mapping) else given
        for part in inside:
            if (tensor := _first_tensor(part, depth - 1)) is not None:
                return tensor
    return None
