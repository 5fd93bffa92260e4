"""A forward pre-hook that only the call itself sees. Knows nothing of what the hook does.

A module with a hook is another module to PyTorch: fast paths of attention leave it out, TorchScript tries to compile
it, a copy or a file of the model takes it along. So the hook is not put among the module's own: a stand-in for that
dictionary offers it where `Module._call_impl` goes through it, and hides it from everybody else.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from torch import nn

KEY = -1
"""The hook's number; PyTorch counts its own from 0."""


class StandIn(OrderedDict[int, Any]):
    """A module's hooks as they are, and one more for whoever asks whether there are any, or for all pairs.

    The others stay where they are, in `own`: whoever was given a handle of one removes it there.
    """

    __bool__ = staticmethod(partial(bool, True))  # no Python code at each of the two times that a call asks

    def __init__(self, own: OrderedDict[int, Any], extra: Any) -> None:
        super().__init__()
        self.own = own
        self.extra = {KEY: extra}

    def items(self) -> Any:
        return {**self.extra, **self.own}.items() if self.own else self.extra.items()

    def __contains__(self, key: object) -> bool:
        return key in self.extra or key in self.own

    def __len__(self) -> int:
        return len(self.own)

    def __iter__(self) -> Iterator[int]:
        return iter(self.own)

    def keys(self) -> Any:
        return self.own.keys()

    def values(self) -> Any:
        return self.own.values()

    def __getitem__(self, key: int) -> Any:
        return self.own[key]

    def __setitem__(self, key: int, hook: Any) -> None:
        self.own[key] = hook

    def __delitem__(self, key: int) -> None:
        if key != KEY:  # ours is not for others to take: an instrument that wants quiet deletes all it sees
            del self.own[key]

    def move_to_end(self, key: int, last: bool = True) -> None:
        self.own.move_to_end(key, last)

    def clear(self) -> None:
        self.own.clear()

    def copy(self) -> Any:
        return self.own.copy()

    def update(self, *given: Any, **more: Any) -> None:
        self.own.update(*given, **more)

    def __eq__(self, other: object) -> bool:
        return self.own == other

    def __reduce__(self) -> tuple[Any, ...]:
        return OrderedDict, (), None, None, iter(self.own.items())


class Unseen:
    """Places `hook` before a module's forward pass; `remove` takes it back, and the stand-ins with it."""

    NAMES = ("_forward_pre_hooks", "_forward_pre_hooks_with_kwargs")

    def __init__(self, model: nn.Module, hook: Callable[..., None], keywords: bool) -> None:
        self._model = weakref.ref(model)
        names = self.NAMES if keywords else self.NAMES[:1]
        attributes = vars(model)
        self._placed = {name: StandIn(attributes[name], hook) for name in names}
        attributes.update(self._placed)

    def remove(self) -> None:
        """Take it back; what others have hooked meanwhile stays."""
        model = self._model()
        attributes = {} if model is None else vars(model)
        for name, stand_in in self._placed.items():
            if attributes.get(name) is stand_in:
                attributes[name] = stand_in.own
            if stand_in.own:
                _keep(stand_in)


_kept: dict[int, list[StandIn]] = {}
"""Stand-ins by `id(own)`: a handle that somebody was given meanwhile refers to one weakly, and removes its hook there.
Not on `own` itself, whose attributes would go into every copy and file of the model."""


def _keep(stand_in: StandIn) -> None:
    own = id(stand_in.own)
    if own not in _kept:
        weakref.finalize(stand_in.own, _kept.pop, own, None).atexit = False
    # it must not keep the dictionary alive that it is kept for
    _kept.setdefault(own, []).append(stand_in)
    stand_in.own = weakref.proxy(stand_in.own)
