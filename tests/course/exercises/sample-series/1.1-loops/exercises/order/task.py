"""Put the loop in order

The five lines of this loop are all there, but in the wrong order. Move them until the loss falls.
"""

import torch
from torch import nn

x = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
y = 2 * x + 1
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for _ in range(20):
    prediction = model(x)
    loss = nn.functional.mse_loss(prediction, y)
    optimizer.zero_grad()
    optimizer.step()
    loss.backward()
