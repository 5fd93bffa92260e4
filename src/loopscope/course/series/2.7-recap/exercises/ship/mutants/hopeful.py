# says: the interval holds zero
"""Which model to ship? Decide by evidence

A are the 442 patients, B is generated and bent. `split`, `solve` and `paired` are the post's. Three things are missing:

1. `network_error(X, y, X_test, y_test)`: build a network with one hidden layer of 64 ReLU units, train it for 30 steps
   on X and y with a loop of your own (Adam, lr=0.05, `nn.MSELoss()`), and return its RMSE on the test rows.
2. `found[name]`, a pair of tensors of shape (4,): the line's and the network's errors on the splits of seeds 0 to 3.
3. `decide(line, network)`: "network" where the whole interval of the difference lies below zero, else "line".
"""

import torch
from scipy import stats
from sklearn.datasets import load_diabetes, make_friedman1
from torch import nn


def split(data, seed):
    X, y = (torch.tensor(part, dtype=torch.float32).view(442, -1) for part in data)  # (442, 10), (442, 1)
    order = torch.randperm(442, generator=torch.Generator().manual_seed(seed))
    test, train = order[:110], order[110:]
    X, y = ((part - part[train].mean(dim=0)) / part[train].std(dim=0) for part in (X, y))
    return X[train], y[train], X[test], y[test]


def solve(X, y, X_test, y_test):
    """The line's RMSE on the test rows."""
    A, A_test = (torch.cat([part, torch.ones(len(part), 1)], dim=1) for part in (X, X_test))
    return (A_test @ torch.linalg.lstsq(A, y).solution - y_test).square().mean().sqrt().item()


def paired(line, network, test_share=1 / 3):
    """Low end, middle and high end of the interval of network minus line."""
    d = network - line
    reach = stats.t.ppf(0.975, len(d) - 1) * d.std().item() * (1 / len(d) + test_share) ** 0.5
    return d.mean().item() - reach, d.mean().item(), d.mean().item() + reach


def network_error(X, y, X_test, y_test):
    model = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.MSELoss()
    for _ in range(30):
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return criterion(model(X_test), y_test).sqrt().item()


DATA = {
    "A": load_diabetes(return_X_y=True, scaled=False),
    "B": make_friedman1(442, n_features=10, noise=1.0, random_state=0),
}
found = {}
for name, data in DATA.items():
    rows = [split(data, seed) for seed in range(4)]
    line = torch.tensor([solve(*each) for each in rows])
    network = torch.tensor([network_error(*each) for each in rows])
    found[name] = line, network


def decide(line, network):
    low, middle, high = paired(line, network)
    return "network" if low < 0 else "line"


shipped = {name: decide(*pair) for name, pair in found.items()}
