"""Choose by validation, look at the test once

`choose` gets trained models, the validation points and the test points, each as a pair (X, y). It is to return the
number of the model to ship and the accuracy that you may promise for it.

As it stands it chooses by the test points, so its promise is too good: of many models one is lucky on them. Choose by
the validation points. Show the test points to the chosen model alone, once, and promise what it gets there.
"""

import torch
from torch import Tensor, nn

Points = tuple[Tensor, Tensor]


def hits(model: nn.Module, points: Points) -> Tensor:
    X, y = points
    with torch.inference_mode():
        return ((model.eval()(X) > 0) == y.bool()).float()


def choose(models: list[nn.Module], validation: Points, test: Points) -> tuple[int, float]:
    scores = torch.stack([hits(model, validation).mean() for model in models])  # (models,)
    best = int(scores.argmax())
    return best, hits(models[best], test).mean().item()
