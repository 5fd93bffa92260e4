"""What a check holds in its hands: the learner's module, what it printed, what its loop did. Judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .mistakes import Answer, Missing

if TYPE_CHECKING:
    from .trace import Trace


class Names:
    """A module's names; one that is missing is the learner's mistake, said in one sentence."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise Missing(f"The exercise needs `{name}`, and your file has none: put the name back.") from None

    def __contains__(self, name: str) -> bool:
        return hasattr(self._module, name)


class Work:
    """A learner's answer that has been run. `module` has its names: `work.module.model`."""

    def __init__(
        self, module: ModuleType, answer: Answer, output: Callable[[], str], trace: Callable[[], Trace]
    ) -> None:
        self.module = Names(module)
        self.code = "\n".join(answer.lines)
        self._output = output
        self._trace = trace

    def has(self, name: str) -> bool:
        """Whether the answer defines that name."""
        return name in self.module

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a function of the answer's; what it raises is the learner's to mend."""
        function = getattr(self.module, name)
        if not callable(function):
            raise Missing(f"The exercise needs a function `{name}`, and yours is {type(function).__name__}.")
        return function(*args, **kwargs)

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output()

    @property
    def trace(self) -> Trace:
        """What its loop has done so far: while the file ran, and in each `call`."""
        return self._trace()
