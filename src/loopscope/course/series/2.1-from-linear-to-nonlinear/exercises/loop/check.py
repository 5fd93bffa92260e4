"""Judge a training loop by its trace: what was called, in which order, and what that changed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from loopscope.course.exercises import Work, Wrong, expect

STEPS = 60
SAME = 1e-4


def check(work: Work) -> None:
    model, X, y = work.call("MLP"), *_rings()
    with torch.no_grad():
        begins = functional.binary_cross_entropy_with_logits(model(X), y).item()
    work.call("train", model, X, y, STEPS)
    trace = work.trace
    expect.loop_runs(trace)
    expect.weights_change(trace)
    expect.every_weight_learns(trace, [name for name, _ in model.named_parameters()])
    expect.fresh_gradients(trace)
    expect.in_order(trace, "forward", "backward", "step")
    _takes_as_many_steps(len(trace.steps))
    values = [call.value for call in trace.backwards if call.value is not None]
    _is_cross_entropy(values, begins)
    _falls(trace, values)


def _rings() -> tuple[Tensor, Tensor]:
    """A disc within a ring: no straight line does it. (200, 2) and (200, 1)."""
    generator = torch.Generator().manual_seed(1)
    angle = 2 * torch.pi * torch.rand(200, generator=generator)
    y = (torch.arange(200) % 2).float()
    radius = 0.6 + y + 0.1 * torch.randn(200, generator=generator)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1), y.unsqueeze(1)


def _takes_as_many_steps(taken: int) -> None:
    if taken == 1:
        raise Wrong(f"`train` was asked for {STEPS} steps and took 1: does it return, or end its loop, too early?")
    if taken != STEPS:
        raise Wrong(f"`train` was asked for {STEPS} steps and took {taken}: go round the loop `steps` times.")


def _is_cross_entropy(values: list[float], begins: float) -> None:
    if values and abs(values[0] - begins) > SAME * max(1.0, begins):
        raise Wrong(
            f"The first loss is {values[0]:.4f}; the binary cross-entropy of the first logits is {begins:.4f}. "
            "`BCEWithLogitsLoss` wants the logits themselves, with no sigmoid before it."
        )


def _falls(trace: Any, values: list[float]) -> None:
    try:
        expect.loss_falls(trace)
    except Wrong as wrong:
        raise Wrong(wrong.sentence, *wrong.details, yours=_curve(values), wanted=_curve(_usual())) from None


def _usual() -> list[float]:
    """The losses of a loop that does it."""
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer, (X, y) = torch.optim.Adam(model.parameters(), lr=0.05), _rings()
    losses: list[float] = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _curve(values: list[float]) -> Any:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(4, 2.5)).subplots()
    axes.plot(values, color="#B8860B")
    axes.set(xlabel="steps", ylabel="loss", ylim=(0, max([*values, 0.8]) * 1.05))
    return axes.figure
