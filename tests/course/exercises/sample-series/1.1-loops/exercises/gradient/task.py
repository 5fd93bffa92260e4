"""Write the gradient of a square

`gradient(x)` should give the slope of x² at each x.
"""

import torch


def gradient(x: torch.Tensor) -> torch.Tensor:
    return x
