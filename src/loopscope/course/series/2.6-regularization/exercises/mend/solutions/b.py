"""Make it overfit, then mend it three ways

Four functions, each of which returns a trained network (2 inputs, 1 logit). All gradients come from the 40 points X, y.

1. `overfitted`: training loss below 0.2, and a validation loss more than five times as large.
2. `decayed`: by weight decay.  3. `dropped`: by dropout.  4. `stopped`: by early stopping: weights of an early step.

Each of the three must have a validation loss well below that of `overfitted`. `X_val` and `y_val` are there to look at,
not to train on. 60 steps of AdamW with lr=0.05 and two hidden layers of 32 are enough for all four.
"""

import torch
from sklearn.datasets import make_moons
from torch import Tensor, nn


def moons(count: int, seed: int) -> tuple[Tensor, Tensor]:
    points, labels = make_moons(count, noise=0.35, random_state=seed)
    return torch.tensor(points, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32).unsqueeze(1)


X, y = moons(40, seed=0)
X_val, y_val = moons(200, seed=1000)
criterion = nn.BCEWithLogitsLoss()


def trained(layers: list[nn.Module], decay: float = 0.0, patience: int = 1000) -> nn.Module:
    model = nn.Sequential(*layers)
    groups = [
        {"params": [each for each in model.parameters() if each.dim() == 2], "weight_decay": decay},
        {"params": [each for each in model.parameters() if each.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.05)
    lowest, waited = float("inf"), 0
    for _ in range(60):
        optimizer.zero_grad()
        criterion(model.train()(X), y).backward()
        optimizer.step()
        with torch.no_grad():
            now = criterion(model.eval()(X_val), y_val).item()
        lowest, waited = (now, 0) if now < lowest else (lowest, waited + 1)
        if waited >= patience:
            break
    return model


def layers(p: float = 0.0) -> list[nn.Module]:
    drop = [nn.Dropout(p)] if p else []
    return [nn.Linear(2, 32), nn.ReLU(), *drop, nn.Linear(32, 32), nn.ReLU(), *drop, nn.Linear(32, 1)]


def overfitted() -> nn.Module:
    return trained(layers())


def decayed() -> nn.Module:
    return trained(layers(), decay=2.0)


def dropped() -> nn.Module:
    return trained(layers(p=0.6))


def stopped() -> nn.Module:
    return trained(layers(), patience=6)
