"""Train on wines with a batch four times larger than what is held at once, and mixed precision.

loopscope watch examples/gradient_accumulation.py
"""

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

MICRO_BATCHES = 4

torch.manual_seed(0)
X, y = load_wine(return_X_y=True)
data = TensorDataset(torch.tensor(scale(X), dtype=torch.float32), torch.tensor(y))
loader = DataLoader(data, batch_size=8, shuffle=True, drop_last=True)

model = nn.Sequential(nn.Linear(13, 32), nn.LayerNorm(32), nn.GELU(), nn.Linear(32, 3))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)

for epoch in range(8):
    losses = []
    for number, (inputs, labels) in enumerate(loader, start=1):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = criterion(model(inputs), labels)
        scaler.scale(loss).backward()
        losses.append(loss.item())
        if number % MICRO_BATCHES == 0:
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
    print(f"epoch {epoch + 1}   loss {sum(losses) / len(losses):.4f}")
