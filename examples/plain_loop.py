"""Tell malignant from benign tumours: the training loop everyone writes first.

loopscope watch examples/plain_loop.py --epochs 5
"""

import argparse

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def load(batch_size):
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0, stratify=y)
    scaler = StandardScaler().fit(X_train)

    def tensors(X, y):
        return torch.tensor(scaler.transform(X), dtype=torch.float32), torch.tensor(y, dtype=torch.float32)[:, None]

    train = DataLoader(TensorDataset(*tensors(X_train, y_train)), batch_size=batch_size, shuffle=True)
    return train, tensors(X_test, y_test)


def train_one_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(inputs)
    return total / len(loader.dataset)


@torch.no_grad()
def accuracy(model, inputs, targets):
    model.eval()
    return ((model(inputs) > 0) == (targets > 0.5)).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--batch-size", type=int, default=32)
    args = parser.parse_args()

    torch.manual_seed(0)
    loader, test = load(args.batch_size)
    model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    criterion = nn.BCEWithLogitsLoss()
    for epoch in range(args.epochs):
        loss = train_one_epoch(model, loader, criterion, optimizer)
        print(f"epoch {epoch + 1:3d}   loss {loss:.4f}   test accuracy {accuracy(model, *test):.3f}")


if __name__ == "__main__":
    main()
