# says: Is `step()` inside the loop?
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
