"""Dropout whose mask is the single process's, cut to this process's rows. Draws what that would draw, no more."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .shares import Share


class SharedDropout(nn.Dropout):
    """Draws the mask of the whole global batch, as every process does from the same state, and keeps its own rows."""

    def __init__(self, p: float, share: Share) -> None:
        super().__init__(p)
        self.share = share

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's own name
        if not self.training:
            return input
        whole = torch.ones(self.share.rows, *input.shape[1:], dtype=input.dtype, device=input.device)
        return input * functional.dropout(whole, self.p)[self.share.first : self.share.last]  # (rows, units)


def share_dropout(model: nn.Module, share: Share) -> None:
    """Replace every dropout layer of a model."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Dropout:
                setattr(parent, name, SharedDropout(child.p, share).train(child.training))
