"""Loops as people write them, each run bare and watched; and the state that has to be the same in both."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_modules
from torch.optim import optimizer as torch_optimizers  # pyright: ignore[reportAttributeAccessIssue]
from torch.utils.data import DataLoader, TensorDataset

from loopscope.recorder import listening

Look: TypeAlias = Callable[[Any, Any], AbstractContextManager[Any]]
Loop: TypeAlias = Callable[[Look], dict[str, Any]]
LOOPS: dict[str, Loop] = {}


def loop(function: Loop) -> Loop:
    LOOPS[function.__name__] = function
    return function


def moons(rows: int = 64) -> tuple[Tensor, Tensor]:
    """Inputs (rows, 2), targets (rows, 1)."""
    inputs = torch.randn(rows, 2)
    return inputs, (inputs[:, :1] * inputs[:, 1:] > 0).float()


def mlp(*extra: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), *extra, nn.Linear(8, 1))


def result(losses: list[float], *models: nn.Module) -> dict[str, Any]:
    state = {f"{at}.{name}": value.clone() for at, m in enumerate(models) for name, value in m.state_dict().items()}
    return {"losses": losses, **state}


@loop
def functions(look: Look) -> dict[str, Any]:
    inputs, targets = moons()
    model, criterion = mlp(), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses: list[float] = []

    def one_step() -> None:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    with look(model, optimizer):
        for _ in range(25):
            one_step()
    return result(losses, model)


@loop
def trainer_class(look: Look) -> dict[str, Any]:
    class Trainer:
        def __init__(self) -> None:
            self.net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3))
            self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.1, momentum=0.9, nesterov=True)
            self.schedule = torch.optim.lr_scheduler.StepLR(self.optimizer, 2, 0.5)
            self.losses: list[float] = []

        def fit(self, loader: DataLoader[Any]) -> None:
            for _ in range(4):
                for images, labels in loader:
                    loss = nn.functional.cross_entropy(self.net(images), labels)
                    self.optimizer.zero_grad()
                    loss.backward()
                    nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
                    self.optimizer.step()
                    self.losses.append(loss.item())
                self.schedule.step()

    data = TensorDataset(torch.randn(48, 1, 6, 6), torch.randint(3, (48,)))
    trainer = Trainer()
    with look(trainer.net, trainer.optimizer):
        trainer.fit(DataLoader(data, batch_size=16, shuffle=True))
    return result(trainer.losses, trainer.net)


@loop
def dropout(look: Look) -> dict[str, Any]:
    inputs, targets = moons()
    model = mlp(nn.Dropout(0.5))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
    losses: list[float] = []
    with look(model, optimizer):
        for rows in torch.randperm(64).split(8):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs[rows]), targets[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return result(losses, model)


@loop
def lbfgs(look: Look) -> dict[str, Any]:
    inputs, targets = moons()
    model = mlp()
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=5, line_search_fn="strong_wolfe")
    losses: list[float] = []

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        return loss

    with look(model, optimizer):
        losses += [optimizer.step(closure).item() for _ in range(5)]
    return result(losses, model)


@loop
def accumulation(look: Look) -> dict[str, Any]:
    """The loss of a step is the mean over its micro-batches."""
    inputs, targets = moons()
    model = mlp()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    losses: list[float] = []
    with look(model, optimizer):
        for _ in range(4):
            optimizer.zero_grad()
            total = 0.0
            for rows in torch.arange(64).split(16):
                loss = nn.functional.mse_loss(model(inputs[rows]), targets[rows])
                loss.backward()
                total += loss.item()
            optimizer.step()
            losses.append(total / 4)
    return result(losses, model)


@loop
def scaler(look: Look) -> dict[str, Any]:
    """The loss is the one before the scaler multiplied it."""
    inputs, targets = moons()
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**13)  # pyright: ignore[reportPrivateImportUsage]
    losses: list[float] = []
    with look(model, optimizer):
        for _ in range(8):
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = nn.functional.binary_cross_entropy_with_logits(model(inputs), targets)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            losses.append(loss.item())
    return result(losses, model)


def compiled(look: Look, backend: str, hand_over_inner: bool) -> dict[str, Any]:
    torch.compiler.reset()
    inputs, targets = moons()
    model = mlp()
    fast = torch.compile(model, backend=backend, fullgraph=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses: list[float] = []
    with look(model if hand_over_inner else fast, optimizer):
        for _ in range(6):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(fast(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return result(losses, model)


@loop
def compiled_model(look: Look) -> dict[str, Any]:
    return compiled(look, "aot_eager", hand_over_inner=False)


@loop
def model_compiled_elsewhere(look: Look) -> dict[str, Any]:
    return compiled(look, "eager", hand_over_inner=True)


@loop
def compiled_step(look: Look) -> dict[str, Any]:
    """The whole step is one compiled function."""
    torch.compiler.reset()
    inputs, targets = moons()
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    @torch.compile(backend="eager")
    def step() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss

    with look(model, optimizer):
        losses = [step().item() for _ in range(4)]
    return result(losses, model)


@loop
def two_optimizers(look: Look) -> dict[str, Any]:
    """The run's own loss is the generator's, which is handed over first."""
    generator, judge = nn.Linear(4, 2), mlp()
    makes, judges = (torch.optim.Adam(m.parameters(), lr=0.01) for m in (generator, judge))
    real, _ = moons()
    ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)
    losses: list[float] = []
    told = nn.functional.binary_cross_entropy_with_logits
    with look([generator, judge], [makes, judges]):
        for _ in range(6):
            fake = generator(torch.randn(64, 4))
            judges.zero_grad()
            (told(judge(real), ones) + told(judge(fake.detach()), zeros)).backward()
            judges.step()
            makes.zero_grad()
            loss = told(judge(fake), ones)
            loss.backward()
            makes.step()
            losses.append(loss.item())
    return result(losses, generator, judge)


@loop
def lstm(look: Look) -> dict[str, Any]:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(3, 5, num_layers=2, batch_first=True, dropout=0.3)
            self.head = nn.Linear(5, 1)

        def forward(self, sequences: Tensor) -> Tensor:
            states, _ = self.lstm(sequences)  # (batch, time, 5)
            return self.head(states[:, -1])

    model = Net()
    optimizer = torch.optim.NAdam(model.parameters(), lr=0.01)
    sequences, targets = torch.randn(16, 7, 3), torch.randn(16, 1)
    losses: list[float] = []
    with look(model, optimizer):
        for _ in range(5):
            loss = nn.functional.mse_loss(model(sequences), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return result(losses, model)


@loop
def checkpointing(look: Look) -> dict[str, Any]:
    """A backward within a backward is no loss."""
    from torch.utils.checkpoint import checkpoint

    inputs, targets = moons()
    inputs.requires_grad_()
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses: list[float] = []
    with look(model, optimizer):
        for _ in range(4):
            model(inputs)  # what is checkpointed runs without gradients at first
            loss = nn.functional.mse_loss(checkpoint(model, inputs, use_reentrant=True), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return result(losses, model)


@pytest.fixture(params=LOOPS)
def any_loop(request: pytest.FixtureRequest) -> Loop:
    return LOOPS[request.param]


@pytest.fixture
def loops() -> dict[str, Loop]:
    return LOOPS


def random_states() -> dict[str, Any]:
    return {
        "torch": torch.get_rng_state(),
        "python": random.getstate(),
        "numpy": np.random.get_state(legacy=False)["state"]["key"].tolist(),
    }


@pytest.fixture
def repeat() -> Callable[[Loop, Look], dict[str, Any]]:
    """Run a loop from fixed seeds; everything it has left behind."""

    def run(loop: Loop, look: Look) -> dict[str, Any]:
        torch.manual_seed(7)
        random.seed(7)
        np.random.seed(7)
        return {**loop(look), **{f"random state of {name}": state for name, state in random_states().items()}}

    return run


def hooks() -> dict[str, Any]:
    """Every place of PyTorch's that a listener may have touched."""
    places = {name: copy.copy(vars(torch_modules)[name]) for name in dir(torch_modules) if name.startswith("_global_")}
    places |= {name: copy.copy(vars(torch_optimizers)[name]) for name in dir(torch_optimizers) if "_global_opt" in name}
    for owner, name in (
        (torch.autograd, "backward"),
        (torch.Tensor, "backward"),
        (torch.amp.GradScaler, "scale"),  # pyright: ignore[reportPrivateImportUsage]
        (torch.amp.GradScaler, "update"),  # pyright: ignore[reportPrivateImportUsage]
        (torch.amp.GradScaler, "step"),  # pyright: ignore[reportPrivateImportUsage]
        (DataLoader, "__iter__"),
        (torch.optim.Optimizer, "__init__"),
        (torch.optim.Optimizer, "step"),
        (nn.Module, "__call__"),
    ):
        places[f"{owner.__name__}.{name}"] = vars(owner)[name]
    return places


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """After every test, PyTorch is as it was before it."""
    before = hooks()
    yield
    assert listening.listener_count() == 0
    after = hooks()
    assert after == before, [name for name in after if after[name] != before.get(name)]
