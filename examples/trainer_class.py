"""Read handwritten digits with a small convolutional network, trained by a class of its own.

loopscope watch examples/trainer_class.py
"""

from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


@dataclass
class Config:
    epochs: int = 3
    batch_size: int = 64
    lr: float = 0.05
    momentum: float = 0.9
    seed: int = 0


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(16 * 4 * 4, 10))

    def forward(self, images):
        return self.classifier(self.features(images))


class Trainer:
    def __init__(self, model, config):
        self.model = model
        self.config = config
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(model.parameters(), lr=config.lr, momentum=config.momentum)
        self.scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=config.epochs)

    def fit(self, train, test):
        for epoch in range(self.config.epochs):
            for images, labels in train:
                self.training_step(images, labels)
            self.scheduler.step()
            print(f"epoch {epoch + 1}: test accuracy {self.evaluate(test):.3f}")

    def training_step(self, images, labels):
        self.model.train()
        loss = self.criterion(self.model(images), labels)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), max_norm=5.0)
        self.optimizer.step()

    @torch.inference_mode()
    def evaluate(self, loader):
        self.model.eval()
        right = sum((self.model(images).argmax(1) == labels).sum().item() for images, labels in loader)
        return right / len(loader.dataset)


if __name__ == "__main__":
    config = Config()
    torch.manual_seed(config.seed)
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16  # (1797, 1, 8, 8)
    data = TensorDataset(images, torch.tensor(digits.target))
    train, test = random_split(data, [1500, 297])
    trainer = Trainer(DigitNet(), config)
    trainer.fit(DataLoader(train, config.batch_size, shuffle=True), DataLoader(test, config.batch_size))
