"""Models of many shapes to be explained, each with a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn


class Net(nn.Module):
    """The one of the course: two layers called fc1 and fc2."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, 8)
        self.fc2 = nn.Linear(8, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.fc1(x))
        return self.fc2(x)


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inp = nn.Linear(3, 6)
        self.block = nn.Sequential(nn.Linear(6, 6), nn.ReLU())
        self.out = nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.inp(x)
        return self.out(x + self.block(x))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 5)
        self.lstm = nn.LSTM(5, 7, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(14, 20)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.lstm(self.embedding(x))
        return self.head(out)


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(11, 4)
        self.position = nn.Parameter(torch.zeros(1, 6, 4))
        layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.head = nn.Linear(4, 11, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.encoder(self.embedding(x) + self.position))


class PlainList(nn.Module):
    """The classic: layers in a list that nobody registered."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 4)
        self.layers = [nn.Linear(4, 4) for _ in range(2)]
        self.named = {"last": nn.Linear(4, 1)}
        self.scale = torch.ones(4, requires_grad=True)
        self.center = torch.zeros(4)
        self.unused = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x) * self.scale - self.center
        for layer in self.layers:
            x = layer(x).relu()
        return self.named["last"](x)


class Restless(nn.Module):
    """Changes whatever a forward pass can change."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(3)
        self.dropout = nn.Dropout(0.5)
        self.linear = nn.Linear(3, 2)
        self.calls = 0
        self.hidden: Tensor | None = None
        self.log: list[int] = []
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        import random

        import numpy as np

        random.random()
        np.random.random()
        self.calls += 1
        self.log.append(self.calls)
        self.seen = self.seen + 1
        self.linear.weight.data.clamp_(-0.01, 0.01)
        x = self.dropout(self.norm(x))
        self.hidden = x
        self.eval()
        out = self.linear(x)
        out.sum().backward()
        x.data.zero_()
        return out


class Handmade(nn.Module):
    """No layers at all: parameters and a product."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.ones(3, 1))
        self.b = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.w + self.b


def _mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.3), nn.Linear(6, 3))


def _cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(48, 10)
    )


MODELS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Any]]] = {
    "fc1-fc2": (Net, lambda: torch.randn(32, 2)),
    "sequential": (_mlp, lambda: torch.randn(5, 4)),
    "residual": (Residual, lambda: torch.randn(5, 3)),
    "cnn": (_cnn, lambda: torch.randn(4, 1, 8, 8)),
    "lstm": (Recurrent, lambda: torch.randint(0, 20, (3, 9))),
    "transformer": (Tied, lambda: torch.randint(0, 11, (2, 6))),
    "plain-list": (PlainList, lambda: torch.randn(5, 2)),
    "handmade": (Handmade, lambda: torch.randn(5, 3)),
    "restless": (Restless, lambda: torch.randn(6, 3)),
    "lstm-alone": (lambda: nn.LSTM(3, 4), lambda: torch.randn(7, 2, 3)),
    "gru": (lambda: nn.GRU(3, 4, batch_first=True), lambda: torch.randn(2, 7, 3)),
    "attention": (lambda: nn.MultiheadAttention(4, 2, batch_first=True), lambda: (torch.randn(2, 5, 4),) * 3),
    "decoder": (
        lambda: nn.TransformerDecoderLayer(4, 2, 8, batch_first=True),
        lambda: {"tgt": torch.randn(2, 5, 4), "memory": torch.randn(2, 6, 4)},
    ),
    "one-linear": (lambda: nn.Linear(2, 1), lambda: torch.randn(4, 2)),
    "one-vector": (lambda: nn.Linear(2, 1), lambda: torch.randn(2)),
    "transposed": (lambda: nn.ConvTranspose2d(3, 2, 2), lambda: torch.randn(2, 3, 4, 4)),
    "group-norm": (lambda: nn.GroupNorm(2, 4), lambda: torch.randn(2, 4, 5, 5)),
    "prelu": (lambda: nn.Sequential(nn.Linear(2, 3), nn.PReLU(3)), lambda: torch.randn(4, 2)),
    "cell": (lambda: nn.LSTMCell(3, 4), lambda: torch.randn(2, 3)),
    "bilinear": (lambda: nn.Bilinear(2, 3, 4), lambda: (torch.randn(5, 2), torch.randn(5, 3))),
    "weight-norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)), lambda: torch.randn(4, 2)),
}


@pytest.fixture(params=MODELS, ids=list(MODELS))
def model_and_batch(request: pytest.FixtureRequest) -> tuple[nn.Module, Any]:
    torch.manual_seed(0)
    model, batch = MODELS[request.param]
    return model(), batch()


@pytest.fixture
def net() -> nn.Module:
    torch.manual_seed(0)
    return Net()
