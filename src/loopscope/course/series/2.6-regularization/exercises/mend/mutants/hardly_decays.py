# says: `decayed` has a validation loss
"""Make it overfit, then mend it three ways

Four functions, each of which returns a trained network (2 inputs, 1 logit). All gradients come from the 40 points X, y.

1. `overfitted`: training loss below 0.2, and a validation loss more than five times as large.
2. `decayed`: by weight decay.  3. `dropped`: by dropout.  4. `stopped`: by early stopping: weights of an early step.

Each of the three must have a validation loss well below that of `overfitted`. `X_val` and `y_val` are there to look at,
not to train on. 60 steps of AdamW with lr=0.05 and two hidden layers of 32 are enough for all four.
"""

import copy

import torch
from sklearn.datasets import make_moons
from torch import Tensor, nn


def moons(count: int, seed: int) -> tuple[Tensor, Tensor]:
    points, labels = make_moons(count, noise=0.35, random_state=seed)
    return torch.tensor(points, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32).unsqueeze(1)


X, y = moons(40, seed=0)
X_val, y_val = moons(200, seed=1000)
criterion = nn.BCEWithLogitsLoss()


def build(dropout: float = 0.0) -> nn.Module:
    return nn.Sequential(
        nn.Linear(2, 32), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(32, 32), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(32, 1),
    )  # fmt: skip


def train(model: nn.Module, weight_decay: float = 0.0, stop: bool = False) -> nn.Module:
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=weight_decay)
    lowest, best = float("inf"), copy.deepcopy(model.state_dict())
    for _ in range(60):
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        if stop:
            with torch.no_grad():
                validation = criterion(model(X_val), y_val).item()
            if validation < lowest:
                lowest, best = validation, copy.deepcopy(model.state_dict())
    if stop:
        model.load_state_dict(best)
    return model


def overfitted() -> nn.Module:
    return train(build())


def decayed() -> nn.Module:
    return train(build(), weight_decay=0.0001)


def dropped() -> nn.Module:
    return train(build(dropout=0.6))


def stopped() -> nn.Module:
    return train(build(), stop=True)
