"""Judge the activation by its values, by its slopes and by whether the leak learns."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong, expect

SHAPES = ((7,), (5, 3), (2, 4, 3))


def check(work: Work) -> None:
    made = work.call("Leaky")
    expect.a(nn.Module, made, "Leaky()")
    _is_its_own(made)
    for start, module in ((0.25, made), (0.1, work.call("Leaky", 0.1))):
        _has_its_leak(module, start)
        _bends_right(module, start)
    _learns(work.call("Leaky"))


def _is_its_own(made: nn.Module) -> None:
    inside = [type(part).__name__ for part in made.modules() if type(part).__name__ in nn.modules.activation.__all__]
    if inside:
        raise Wrong(f"`Leaky` holds a `{inside[0]}` of `torch.nn`: write what it does yourself.")


def _has_its_leak(module: nn.Module, start: float) -> None:
    called = "Leaky()" if start == 0.25 else f"Leaky(start={start})"
    held = list(module.parameters())
    count = sum(each.numel() for each in held)
    if count == 0:
        raise Wrong(f"`{called}` has no parameter, so no optimizer will find the leak: what makes a tensor one?")
    if count != 1:
        raise Wrong(f"`{called}` has {count} parameters; the leak is one number.")
    if abs(held[0].item() - start) > 1e-6:
        raise Wrong(f"The leak of `{called}` begins at {held[0].item():.3g}; it should begin at {start}.")


def _bends_right(module: nn.Module, leak: float) -> None:
    for shape in SHAPES:
        z = 2 * torch.randn(shape, generator=torch.Generator().manual_seed(len(shape)))
        said: Any = module(z)
        expect.shape(said, shape, "Leaky()(z)")
        _same("positive", z[z > 0], said[z > 0], z[z > 0], z, said)
        _same("negative", z[z < 0], said[z < 0], leak * z[z < 0], z, said)


def _same(side: str, z: Any, said: Any, wanted: Any, everywhere: Any, all_said: Any) -> None:
    off = (said - wanted).abs() > 1e-5
    if not off.any():
        return
    if not off.all() or torch.allclose(all_said, everywhere) or torch.allclose(all_said, 0.25 * everywhere):
        raise Wrong("It should be the sign of each number that decides, not that of all together.")
    k = int(off.nonzero()[0])
    raise Wrong(f"At z = {z[k]:.3g}, where z is {side}, it gives {said[k]:.3g} and should give {wanted[k]:.3g}.")


def _learns(module: nn.Module) -> None:
    (leak,) = module.parameters()
    z = torch.tensor([[-2.0, 3.0, -1.0]])
    try:
        module(z).sum().backward()
    except RuntimeError:
        leak.grad = None
    if leak.grad is None or leak.grad.abs().sum() == 0:
        raise Wrong("After `backward()` no gradient reaches the leak: does the output depend on the parameter itself?")
    if abs(leak.grad.sum().item() + 3) > 1e-4:
        raise Wrong(
            f"The leak's gradient for z = -2, 3, -1 is {leak.grad.sum().item():.3g}; it should be -2 + -1 = -3."
        )
