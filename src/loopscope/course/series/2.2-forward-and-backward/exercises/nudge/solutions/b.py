"""Check a gradient by nudging

A gradient says how much the loss changes for each unit by which a weight
does. So change the weight and look.

`nudged(loss, weight, at)` gets `loss`, a function without arguments that
computes the loss anew; `weight`, a tensor of weights that it uses; and
`at`, the place of one entry, such as (0, 1). It returns the gradient of
that entry as a number, without autograd: the loss a little further up,
minus the loss a little further down, over the distance. Afterwards the
weight is what it was.
"""

from collections.abc import Callable

import torch

NUDGE = 1e-3


def nudged(
    loss: Callable[[], torch.Tensor],
    weight: torch.Tensor,
    at: tuple[int, ...],
) -> float:
    data = weight.data

    def moved(by: float) -> float:
        data[at] += by
        return loss().item()

    was = data[at].clone()
    difference = moved(NUDGE) - moved(-2 * NUDGE)
    data[at] = was
    return difference / (NUDGE + NUDGE)
