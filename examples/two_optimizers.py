"""A generator learns to draw two moons, a discriminator to tell them from real ones: two optimizers in one loop.

loopscope watch examples/two_optimizers.py
"""

import torch
from sklearn.datasets import make_moons
from torch import nn

STEPS = 200

torch.manual_seed(0)
points, _ = make_moons(1000, noise=0.05, random_state=0)
real_points = torch.tensor(points, dtype=torch.float32)

generator = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
discriminator = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
generator_optimizer = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
criterion = nn.BCEWithLogitsLoss()

for step in range(STEPS):
    real = real_points[torch.randint(len(real_points), (64,))]
    fake = generator(torch.randn(64, 8))

    discriminator_optimizer.zero_grad()
    told = torch.cat([discriminator(real), discriminator(fake.detach())])
    truth = torch.cat([torch.ones(64, 1), torch.zeros(64, 1)])
    discriminator_loss = criterion(told, truth)
    discriminator_loss.backward()
    discriminator_optimizer.step()

    generator_optimizer.zero_grad()
    generator_loss = criterion(discriminator(fake), torch.ones(64, 1))
    generator_loss.backward()
    generator_optimizer.step()

    if (step + 1) % 50 == 0:
        print(f"{step + 1}: discriminator {discriminator_loss.item():.3f}   generator {generator_loss.item():.3f}")
