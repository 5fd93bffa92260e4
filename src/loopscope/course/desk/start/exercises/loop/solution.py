"""Write the loop that finds a slope

The points lie on y = 3x, and the model is a line through the origin. Write the loop: 50 steps, in each of them predict,
measure the loss, blame (`backward`) and adjust (`step`), so that the model's weight comes near 3.
"""

import torch
from torch import nn

x = torch.linspace(-1, 1, 20).unsqueeze(1)  # (20, 1)
y = 3 * x
model = nn.Linear(1, 1, bias=False)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)

for _ in range(50):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
