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


class Net(nn.Module):
    def __init__(self, p: float) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(2, 40), nn.Linear(40, 40), nn.Linear(40, 1)
        self.drop = nn.Dropout(p)

    def forward(self, x: Tensor) -> Tensor:
        x = self.drop(torch.relu(self.fc1(x)))
        return self.fc3(self.drop(torch.relu(self.fc2(x))))


def steps(model: nn.Module, count: int, shrink: float) -> nn.Module:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(count):
        loss = criterion(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(1 - shrink)
    return model.eval()


def overfitted() -> nn.Module:
    return steps(Net(0.0), 60, 0.0)


def decayed() -> nn.Module:
    return steps(Net(0.0), 60, 0.08)


def dropped() -> nn.Module:
    return steps(Net(0.6), 60, 0.0)


def stopped() -> nn.Module:
    return steps(Net(0.0), 8, 0.0)
