"""Keep torch.compile away from our own functions. Knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch

F = TypeVar("F", bound=Callable[..., Any])


def as_it_is(function: F) -> F:
    """Have torch.compile run a function, and all that it calls, as Python.

    Compiling what listens would take seconds, print warnings about graph breaks, and start anew at every step.
    `torch.compiler.disable` would do the same, but it loads the whole compiler, also where nobody compiles anything.
    """
    vars(function)["_torchdynamo_disable"] = True  # where it is called from within something that is compiled
    return as_it_is_when_alone(function)


def as_it_is_when_alone(function: F) -> F:
    """The same, but let it be traced as a part of a caller: with `fullgraph=True` that caller would fail otherwise.

    Such a function asks `torch.compiler.is_compiling()` and does nothing then.
    """
    frames: Any = torch._C._dynamo.eval_frame  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    if hasattr(frames, "set_code_exec_strategy"):
        skip = frames._FrameExecStrategy(frames._FrameAction.SKIP, frames._FrameAction.SKIP)
        frames.set_code_exec_strategy(function.__code__, skip)
    elif hasattr(frames, "skip_code"):  # PyTorch 2.6
        frames.skip_code(function.__code__)
    return function
