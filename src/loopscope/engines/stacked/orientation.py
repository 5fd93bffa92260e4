"""Where the rows of a batch stand in the tensors of a stack. Knows no layer and no data set."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor


class Orientation(ABC):
    """How a net wants inputs and targets, and gives outputs."""

    @abstractmethod
    def laid(self, rows: Tensor) -> Tensor:
        """(rows, …) as `picked` wants them, to be taken from many times."""

    @abstractmethod
    def picked(self, laid: Tensor, index: Tensor) -> Tensor:
        """The rows of this index: (rows,) for all models, or (models, rows)."""

    @abstractmethod
    def of_model(self, values: Tensor, position: int, shared: bool = False) -> Tensor:
        """Back to (rows, …), of one model; `shared` where `values` are all models'."""

    @abstractmethod
    def rows_first(self, values: Tensor) -> Tensor:
        """All models' own values as (models, rows, …)."""

    @abstractmethod
    def row_axis(self, shared: bool) -> int:
        """Where rows stand."""


class RowsLast(Orientation):
    """(models, features, rows), or (features, rows) where shared; classes, one a row, are (models, rows) or (rows,)."""

    def laid(self, rows: Tensor) -> Tensor:
        return rows.movedim(0, -1).contiguous()

    def picked(self, laid: Tensor, index: Tensor) -> Tensor:
        taken = laid.index_select(-1, index.flatten()).view(*laid.shape[:-1], *index.shape)
        return taken.transpose(0, 1) if taken.dim() == 3 else taken  # a row of numbers stays in one piece

    def of_model(self, values: Tensor, position: int, shared: bool = False) -> Tensor:
        own = values if shared else values[position]
        return own.mT if own.dim() == 2 else own

    def rows_first(self, values: Tensor) -> Tensor:
        return values.mT if values.dim() == 3 else values

    def row_axis(self, shared: bool) -> int:
        return -1


class RowsFirst(Orientation):
    """(models, rows, …), or (rows, …) where shared: as modules have them."""

    def laid(self, rows: Tensor) -> Tensor:
        return rows

    def picked(self, laid: Tensor, index: Tensor) -> Tensor:
        return laid.index_select(0, index.flatten()).view(*index.shape, *laid.shape[1:])

    def of_model(self, values: Tensor, position: int, shared: bool = False) -> Tensor:
        return values if shared else values[position]

    def rows_first(self, values: Tensor) -> Tensor:
        return values

    def row_axis(self, shared: bool) -> int:
        return 0 if shared else 1
