"""Record a loop of your own from within: `with loopscope.watch(...)`, and nothing else changes.

python examples/watch_with_context.py
"""

import torch
from sklearn.datasets import make_moons
from torch import nn

import loopscope

torch.manual_seed(0)
X, y = make_moons(400, noise=0.2, random_state=0)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)[:, None]
X_train, y_train, X_test, y_test = X[:300], y[:300], X[300:], y[300:]

model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
criterion = nn.BCEWithLogitsLoss()

with loopscope.watch(model, optimizer, name="moons by hand") as run:
    for step in range(300):
        optimizer.zero_grad()
        loss = criterion(model(X_train), y_train)
        loss.backward()
        optimizer.step()
        if step % 20 == 19:
            with torch.no_grad():
                run.log(test_accuracy=((model(X_test) > 0) == (y_test > 0.5)).float().mean())

losses = run.series("loss").values
accuracies = run.series("test_accuracy").values
print(f"{run.status}: {run.step} steps, loss {losses[0]:.3f} to {losses[-1]:.3f}, test accuracy {accuracies[-1]:.2f}")
print(f"loopscope show {run.id}")
