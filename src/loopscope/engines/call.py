"""One call of PyTorch's, as data: built by an engine, spelled by the exporter. Knows nothing of experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

ROOTS = {"torch": torch, "nn": nn}


@dataclass(frozen=True, slots=True)
class Call:
    """`Call("torch.optim.Adam", {"lr": 0.01})`: made by `build(parameters)`, written by `spell("model.parameters()")`.

    One source for both, so that what runs and what is exported cannot drift apart.
    """

    path: str
    keywords: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def build(self, *arguments: Any) -> Any:
        """Make the call with these positional arguments; nested calls among the keywords stay as they are."""
        root, *names = self.path.split(".")
        target: Any = ROOTS[root]
        for name in names:
            target = getattr(target, name)
        return target(*arguments, **self.keywords)

    def spell(self, *arguments: str) -> str:
        """The same call as one would type it."""
        words = [*arguments, *(f"{name}={value!r}" for name, value in self.keywords.items())]
        return f"{self.path}({', '.join(words)})"
