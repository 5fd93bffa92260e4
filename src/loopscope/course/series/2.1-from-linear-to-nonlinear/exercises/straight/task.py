"""A straight line fails: predict it, then show it

Two moons of 400 points lie in X, and y says which moon each belongs to (0
or 1). What share of them can one straight line get right? Three things to
do:

1. Predict it before you run anything: set `prediction` to a share between 0
   and 1.
2. Make `model` a single linear layer from 2 numbers to 1. The loop below
   trains it; leave the loop alone.
3. Compute `accuracy`, the share of all points that the trained model gets
   right. The model puts out logits.

A prediction within 0.05 of your accuracy passes. Try again where it does
not: you have learned something then.
"""

import torch
from sklearn.datasets import make_moons
from torch import nn

points, labels = make_moons(400, noise=0.2, random_state=0)
X = torch.tensor(points, dtype=torch.float32)  # (400, 2)
y = torch.tensor(labels, dtype=torch.float32).unsqueeze(1)  # (400, 1)

prediction = 0.0  # 1. your guess
# 2. one linear layer instead
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
criterion = nn.BCEWithLogitsLoss()
for _ in range(200):
    optimizer.zero_grad()
    loss = criterion(model(X), y)
    loss.backward()
    optimizer.step()

accuracy = 0.0  # 3. the share of points on the right side
