"""A forward pass that failed, told as a mistake: which module, which shapes, which line. Calls nothing again."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

import torch
from torch import nn

from ..errors import UserMistake, mistake
from .seen import Call, shapes_text

_TORCH, _OURS = str(Path(torch.__file__).parent), str(Path(__file__).parent)


def explained(error: Exception, calls: list[Call], model: nn.Module) -> UserMistake:
    """Which module failed on which shapes, what it wants, and what went well before."""
    failed = [call for call in calls if call.failed]
    first = (str(error).strip().splitlines() or ["no message"])[0]
    said = f"{type(error).__name__}: {first}".rstrip(".")
    if not failed:
        return mistake(
            "model(batch)", said, "a batch that forward takes", "Pass the inputs alone, without the targets."
        )
    call = max(failed, key=lambda one: one.depth)
    kind = type(call.part.module).__name__
    place = f"input of model.{call.part.path} ({kind})" if call.part.path else f"input of the model ({kind})"
    before = next((one for one in reversed(calls[: call.number - 1]) if one.outputs and not one.failed), None)
    steps = [f"Before it, model.{before.part.path} gave {shapes_text(before.outputs)}." if before is not None else ""]
    steps += [_place_of(error)]
    steps += [f"PyTorch says: {said}."]
    steps += ["Pass what forward takes, the inputs alone."] if isinstance(error, TypeError) and not call.depth else []
    given = [list(value.shape) for _, value in call.inputs]
    shown = given[0] if len(given) == 1 else given
    return mistake(place, shown, _wanted(call.part.module), " ".join(step for step in steps if step))


def _place_of(error: Exception) -> str:
    """The deepest line of the user's own code that led to an error."""
    place = ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.startswith(_OURS) or file.startswith(_TORCH):
            continue
        line = linecache.getline(file, number).strip()
        place = f"It happened in {Path(file).name}, line {number}{f': {line}' if line else ''}."
    return place


def _wanted(module: nn.Module) -> str:
    """The shapes a module takes, as far as its kind is known."""
    match module:
        case nn.Linear():
            return f"[batch, {module.in_features}]"
        case nn.Embedding():
            return f"whole numbers from 0 to {module.num_embeddings - 1}"
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d():
            sides = {1: "length", 2: "height, width", 3: "depth, height, width"}[len(module.kernel_size)]
            return f"[batch, {module.in_channels}, {sides}]"
        case nn.RNNBase():
            order = "batch, positions" if module.batch_first else "positions, batch"
            return f"[{order}, {module.input_size}]"
        case nn.modules.batchnorm._BatchNorm():
            return f"[batch, {module.num_features}, …]"
        case nn.LayerNorm():
            return f"[…, {', '.join(map(str, module.normalized_shape))}]"
        case _:
            return "what its forward takes"
