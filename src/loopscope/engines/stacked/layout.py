"""Where the parameters of many models of one architecture stand in one flat tensor. Knows no layer and no optimizer.

Block after block, one for each parameter of the architecture, and in a block model after model: (models, *shape). So a
whole block is one contiguous tensor, as matrix products want it, and the whole a vector, as optimizers want it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Block:
    """One parameter of every model: entries `start` to `stop` of the flat tensor."""

    name: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(slots=True)
class Layout:
    """The blocks of `count` models. `owner` (entries,) says which model each entry belongs to."""

    count: int
    blocks: tuple[Block, ...]
    owner: Tensor = field(repr=False)

    @classmethod
    def of(cls, model: nn.Module, count: int) -> Layout:
        """For `count` models such as this one."""
        parameters = list(model.named_parameters())
        shapes = {name: tuple(parameter.shape) for name, parameter in parameters}
        return cls._laid_out(shapes, count, parameters[0][1].device)

    @classmethod
    def _laid_out(cls, shapes: dict[str, tuple[int, ...]], count: int, device: torch.device) -> Layout:
        blocks: list[Block] = []
        start = 0
        for name, shape in shapes.items():
            blocks.append(Block(name, shape, start, start + count * prod(shape)))
            start = blocks[-1].stop
        models = torch.arange(count, device=device)
        owner = torch.cat([models.repeat_interleave(prod(block.shape)) for block in blocks])
        return cls(count, tuple(blocks), owner)

    def of_fewer(self, count: int) -> Layout:
        """The same blocks for so many models."""
        return self._laid_out({block.name: block.shape for block in self.blocks}, count, self.owner.device)

    def gathered(self, models: Sequence[nn.Module]) -> Tensor:
        """A new flat tensor (entries,) with the parameters of these models."""
        named = [dict(model.named_parameters()) for model in models]
        with torch.no_grad():
            return torch.cat([torch.stack([own[block.name] for own in named]).flatten() for block in self.blocks])

    def views(self, flat: Tensor) -> dict[str, Tensor]:
        """Name → (models, *shape), sharing memory with `flat` (entries,)."""
        return {b.name: flat[b.start : b.stop].view(self.count, *b.shape) for b in self.blocks}

    def of_model(self, flat: Tensor, position: int) -> dict[str, Tensor]:
        """Name → (*shape) of one model, sharing memory with `flat`."""
        return {name: view[position] for name, view in self.views(flat).items()}

    def selected(self, flat: Tensor, positions: Sequence[int]) -> Tensor:
        """A new flat tensor with only these models."""
        rows = torch.tensor(positions, device=flat.device)
        return torch.cat([view[rows].flatten() for view in self.views(flat).values()])

    def spread(self, values: Tensor) -> Tensor:
        """A value a model (models,) → one an entry (entries,), 32-bit."""
        return values.to(torch.float32).index_select(0, self.owner)

    def sums(self, flat: Tensor) -> Tensor:
        """Each model's sum over its entries, (models,)."""
        rows = self._rows(flat)
        total = next(rows).sum(1)
        for block in rows:
            total = total + block.sum(1)
        return total

    def _rows(self, flat: Tensor) -> Iterator[Tensor]:
        for block in self.blocks:
            yield flat[block.start : block.stop].view(self.count, -1)


def gathered_buffers(models: Sequence[nn.Module]) -> dict[str, Tensor]:
    """Name → (models, *shape) of what models keep beside parameters, such as batch norm's running means."""
    named = [dict(model.named_buffers()) for model in models]
    return {name: torch.stack([own[name] for own in named]) for name in named[0]}


def selected_rows(tensors: dict[str, Tensor], positions: Iterable[int]) -> dict[str, Tensor]:
    """Only these models of tensors that have models first."""
    kept = list(positions)
    return {name: tensor[kept] for name, tensor in tensors.items()}
