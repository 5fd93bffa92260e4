"""Two linear layers are one: build it

Without an activation between them, two linear layers do what one alone
could do. Prove it by building that one.

`collapse` gets two linear layers, `first` and `second`, of any sizes that
fit together. It returns a new `nn.Linear` which gives for every x what
`second(first(x))` gives. The two that it was given stay as they are.

Remember how PyTorch stores a layer: `weight` is (out, in), `bias` is (out),
and the layer is x Wᵀ + b.
"""

import torch
from torch import nn


def collapse(first: nn.Linear, second: nn.Linear) -> nn.Linear:
    """Ask the two for what they give at zero, and for each unit vector: that is the bias and the columns."""
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        at_zero = second(first(torch.zeros(first.in_features)))  # (out,)
        each = second(first(torch.eye(first.in_features)))  # (in, out): a row for each unit vector
    one.weight.data = (each - at_zero).T.contiguous()
    one.bias.data = at_zero
    return one
