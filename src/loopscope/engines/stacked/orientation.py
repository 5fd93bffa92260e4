"""Where the rows of a batch stand in the tensors of a stack. Knows no layer and no data set."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor


class Orientation(ABC):
    """How a net wants inputs and targets, and gives outputs; `shared` where all models have the same ones."""

    @abstractmethod
    def oriented(self, rows: Tensor, shared: bool) -> Tensor:
        """From (rows, …) where shared, else (models, rows, …)."""

    @abstractmethod
    def of_model(self, values: Tensor, position: int, shared: bool = False) -> Tensor:
        """Back to (rows, …), of one model."""

    @abstractmethod
    def row_axis(self, shared: bool) -> int:
        """Where rows stand."""


class RowsLast(Orientation):
    """(models, features, rows), or (features, rows); classes, one a row, are (models, rows) or (rows,)."""

    def oriented(self, rows: Tensor, shared: bool) -> Tensor:
        several = rows.dim() == (2 if shared else 3)
        return rows.mT.contiguous() if several else rows

    def of_model(self, values: Tensor, position: int, shared: bool = False) -> Tensor:
        own = values if shared else values[position]
        return own.mT if own.dim() == 2 else own

    def row_axis(self, shared: bool) -> int:
        return -1


class RowsFirst(Orientation):
    """(models, rows, …), or (rows, …): as modules have them."""

    def oriented(self, rows: Tensor, shared: bool) -> Tensor:
        return rows

    def of_model(self, values: Tensor, position: int, shared: bool = False) -> Tensor:
        return values if shared else values[position]

    def row_axis(self, shared: bool) -> int:
        return 0 if shared else 1
