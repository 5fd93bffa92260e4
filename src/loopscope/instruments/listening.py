"""Hear what each layer of a model puts out. Knows nothing of what is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias

from torch import Tensor, nn

from .anatomy import layers

Hear: TypeAlias = Callable[[str, nn.Module, Tensor], None]

SILENT = (nn.Identity, nn.Flatten, nn.Unflatten, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout)
"""Layers that in eval mode put out the numbers they were given."""


@contextmanager
def listening(model: nn.Module, hear: Hear) -> Iterator[None]:
    """While it lasts, `hear(layer, module, output)` is called at each layer's output, in the order of calls.

    The output is to be read at once: a layer that works in place may overwrite it. A module that is called more than
    once in a pass is `relu`, `relu#2`, `relu#3`. Of several outputs the first is heard (an LSTM's, an attention's).
    """
    calls: Counter[str] = Counter()

    def hook_of(layer: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(module: nn.Module, _: Any, output: Any) -> None:
            calls[layer] += 1
            first = output[0] if isinstance(output, tuple) and output else output
            if isinstance(first, Tensor) and first.is_floating_point() and first.numel():
                hear(layer if calls[layer] == 1 else f"{layer}#{calls[layer]}", module, first)

        return hook

    with ExitStack() as handles:
        for layer, module in layers(model):
            if not isinstance(module, SILENT):
                handles.callback(module.register_forward_hook(hook_of(layer)).remove)
        yield
