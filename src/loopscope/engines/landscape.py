"""The loss over a plane through weight space around the path that training took. Moves no weight that trains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import functional_call

from ..events import Measured
from ..instruments import quietly
from .live import Live

MOST_ROWS = 1000
"""Training rows that the loss is taken over; of more, so many are taken, evenly spread."""

MARGIN = 0.5
"""Of the path's extent, drawn on either side."""

FEWEST = 3
"""Snapshots that make a plane; with fewer the directions are drawn at random."""


@dataclass(frozen=True, slots=True)
class Directions:
    """Two unit directions (weights,) through `center` (weights,), and the path's places on them (points, 2)."""

    kind: str
    axes: Tensor
    center: Tensor
    path: Tensor
    steps: list[int]
    explained: tuple[float, float]


def landscape(live: Live, resolution: int) -> Iterator[Measured | None]:
    """Nothing after each row of the grid, so that one can do something else, and the whole as one `Measured` at last.

    The directions are the first two principal components of the snapshots' weights; with fewer than three snapshots,
    two random ones, each scaled to the norm of every tensor's own weights (filter-normalised, as in H. Li et al.,
    "Visualizing the Loss Landscape of Neural Nets", 2018). The loss is the criterion's, in evaluation mode, over at
    most `MOST_ROWS` training rows, without penalty. Values: `explained_1`, `explained_2` (shares of the path's
    variance), `principal` (1, or 0 for random directions), `rows`. Arrays: `grid_x`, `grid_y` (resolution,), `loss`
    (rows, columns), `path` (points, 2), `path_steps` (points,), `path_loss` (points,).
    """
    step, job = live.taken, live.job
    named = {name: p.detach().clone() for name, p in job.model.named_parameters()}
    chosen = _directions(live, named)
    inputs, targets = _rows(live)
    low, high = chosen.path.amin(0), chosen.path.amax(0)
    margin = torch.clamp(MARGIN * (high - low), min=0.5 if chosen.kind == "random" else 1e-3)
    xs, ys = (torch.linspace(float(low[i] - margin[i]), float(high[i] + margin[i]), resolution) for i in (0, 1))
    buffers = {name: b.detach().clone() for name, b in job.model.named_buffers()}

    def loss_at(place: Tensor) -> float:
        with quietly(job.model) as model:
            weights = _shaped(chosen.center + place @ chosen.axes, named) | {k: b.clone() for k, b in buffers.items()}
            return float(job.plain_criterion(functional_call(model, weights, (inputs,)), targets))

    losses = torch.empty(resolution, resolution)
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            losses[row, column] = loss_at(torch.stack([x, y]))
            if column % 8 == 7:
                yield None
        yield None
    along: list[float] = []
    for place in chosen.path:
        along.append(loss_at(place))
        yield None
    yield Measured(
        step,
        "landscape",
        {
            "explained_1": chosen.explained[0],
            "explained_2": chosen.explained[1],
            "principal": float(chosen.kind == "principal"),
            "rows": float(len(inputs)),
        },
        {
            "grid_x": xs.numpy(),
            "grid_y": ys.numpy(),
            "loss": losses.numpy(),
            "path": chosen.path.numpy(),
            "path_steps": torch.tensor(chosen.steps).numpy(),
            "path_loss": torch.tensor(along).numpy(),
        },
    )


def _rows(live: Live) -> tuple[Tensor, Tensor]:
    train, device = live.job.dataset.train, live.job.batches.inputs.device
    stride = -(-len(train.inputs) // MOST_ROWS)
    return train.inputs[::stride].to(device), train.targets[::stride].to(device)


def _directions(live: Live, named: dict[str, Tensor]) -> Directions:
    now = _flat(list(named.values()))
    count = len(named)
    points = {kept.step: _flat(kept.model[:count]) for kept in live.snapshots if kept.step <= live.taken}
    points[live.taken] = now
    steps = sorted(points)
    if len(steps) >= FEWEST:
        path = torch.stack([points[step] for step in steps])  # (points, weights)
        away = path - now
        _, sizes, axes = torch.linalg.svd(away - away.mean(0), full_matrices=False)
        if float(sizes[1]) > 0:
            variance = sizes.square()
            shares = (variance / variance.sum())[:2].tolist()
            return Directions("principal", axes[:2], now, away @ axes[:2].T, steps, (shares[0], shares[1]))
    axes = _random(named)
    return Directions("random", axes, now, torch.zeros(1, 2), [live.taken], (0.0, 0.0))


def _random(named: dict[str, Tensor]) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    rows: list[Tensor] = []
    for _ in range(2):
        parts: list[Tensor] = []
        for weight in named.values():
            drawn = torch.randn(weight.shape, generator=generator).to(weight)
            rows_of = (-1,) if weight.dim() < 2 else (weight.shape[0], -1)
            filters, sizes = drawn.reshape(rows_of), weight.reshape(rows_of).norm(dim=-1, keepdim=True)
            parts.append((filters / filters.norm(dim=-1, keepdim=True).clamp(min=1e-12) * sizes).flatten())
        rows.append(torch.cat(parts).cpu())
    return torch.stack(rows)


def _flat(tensors: list[Tensor]) -> Tensor:
    return torch.cat([tensor.detach().flatten().float().cpu() for tensor in tensors])


def _shaped(flat: Tensor, named: dict[str, Tensor]) -> dict[str, Tensor]:
    parts = flat.split([weight.numel() for weight in named.values()])
    return {name: part.view(weight.shape).to(weight) for part, (name, weight) in zip(parts, named.items(), strict=True)}
