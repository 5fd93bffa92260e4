"""Models of many kinds, each one step into its training, and a picture of everything that looking must not change."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules import module as torch_modules

from loopscope.instruments import Moment, instruments


class Boom(Exception):
    """A forward pass broke."""


class Fuse(nn.Module):
    """The last layer of every model here: passes its input on, and breaks when told to.

    The box is no module's list or dict, so that it is not put back by whoever looks.
    """

    def __init__(self, box: Box) -> None:
        super().__init__()
        self.box = box

    def forward(self, x: Tensor) -> Tensor:
        if self.box.lit:
            raise Boom
        return x


class Box:
    lit = False


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.into, self.inner, self.out = nn.Linear(2, 6), nn.Linear(6, 6), nn.Linear(6, 1)
        self.relu = nn.ReLU(inplace=True)  # used twice, and in place

    def forward(self, x: Tensor) -> Tensor:
        h = self.relu(self.into(x))
        h = h + self.relu(self.inner(h))
        return self.out(h)


class Transformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(7, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        self.head = nn.Linear(8, 7, bias=False)
        self.head.weight = self.embed.weight  # tied

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.block(self.embed(x)))  # (rows, context, characters)


class CarriesState(nn.Module):
    """An LSTM that hands its hidden state on to the next batch, as scripts for text often do."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(2, 5, num_layers=2, dropout=0.2, batch_first=True), nn.Linear(5, 1)
        self.hidden: tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        rows = len(x)
        usable = self.hidden is not None and self.hidden[0].shape[1] == rows
        out, hidden = self.lstm(x[:, None], self.hidden if usable else None)
        self.hidden = (hidden[0].detach(), hidden[1].detach())
        return self.head(out[:, -1])


class DrawsAndCounts(nn.Module):
    """Draws from every generator there is and writes to itself, whatever its mode."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 1)
        self.register_buffer("calls", torch.zeros(()))
        self.register_buffer("also_calls", self.calls)  # one tensor under two names
        self.register_buffer("mean", torch.zeros(2))
        self.cache = torch.zeros(1)
        self.own, self.own_numpy, self.own_python = torch.Generator(), np.random.default_rng(0), random.Random(0)
        self.own_legacy = np.random.RandomState(0)
        self.seen: list[int] = []
        self.by_size: dict[int, float] = {}

    def forward(self, x: Tensor) -> Tensor:
        noise = random.random() + np.random.rand() + torch.rand(()).item() + self.own_python.random()
        noise += self.own_numpy.random() + self.own_legacy.rand() + torch.rand((), generator=self.own).item()
        self.calls += 1
        self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        self.cache.add_(1)
        self.seen.append(len(x))
        self.by_size[len(x)] = noise
        self.last = x.detach()
        return self.linear(x) + 1e-3 * noise


class Words(nn.Module):
    """Sparse gradients, and an embedding that rescales its own rows when they are looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(11, 4, max_norm=0.5)
        self.bag = nn.EmbeddingBag(11, 4, sparse=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.cat([self.embed(x).mean(1), self.bag(x)], 1))


def points() -> tuple[Tensor, Tensor]:
    x = torch.randn(24, 2)
    return x, (x[:, :1] > 0).float()


def pictures() -> tuple[Tensor, Tensor]:
    return torch.randn(12, 1, 6, 6), torch.randint(3, (12,))


def text() -> tuple[Tensor, Tensor]:
    return torch.randint(7, (10, 5)), torch.randint(7, (10, 5))


def words() -> tuple[Tensor, Tensor]:
    return torch.randint(11, (10, 4)), torch.randint(2, (10, 1)).float()


def over_characters(outputs: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(outputs.flatten(0, 1), targets.flatten())


def dropout_and_norm() -> nn.Module:
    hidden = nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3)
    return nn.Sequential(*hidden, nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1))


def convolutions() -> nn.Module:
    parts = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout2d(0.2), nn.Flatten(), nn.Linear(64, 3)
    return nn.Sequential(*parts)


def partly_frozen() -> nn.Module:
    model = dropout_and_norm()
    model[0].requires_grad_(False)
    model[1].eval()  # somebody keeps batch norm fixed while the rest trains
    return model


def half() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 8), nn.Sigmoid(), nn.Linear(8, 1)).bfloat16()


def half_points() -> tuple[Tensor, Tensor]:
    x, y = points()
    return x.bfloat16(), y.bfloat16()


def normed_by_hooks() -> nn.Module:
    spectral = nn.utils.spectral_norm(nn.Linear(2, 8))
    return nn.Sequential(spectral, nn.Tanh(), nn.utils.parametrizations.weight_norm(nn.Linear(8, 1)))


ZOO: dict[str, tuple[Callable[[], nn.Module], Callable[[], tuple[Tensor, Tensor]], str]] = {
    "dropout and batch norm": (dropout_and_norm, points, "binary"),
    "residual": (Residual, points, "binary"),
    "convolutions": (convolutions, pictures, "multiclass"),
    "transformer": (Transformer, text, "next-character"),
    "lstm": (CarriesState, points, "binary"),
    "draws and counts": (DrawsAndCounts, points, "regression"),
    "words": (Words, words, "binary"),
    "partly frozen": (partly_frozen, points, "binary"),
    "half": (half, half_points, "binary"),
    "normed by hooks": (normed_by_hooks, points, "binary"),
}

CRITERIA: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "binary": functional.binary_cross_entropy_with_logits,
    "multiclass": functional.cross_entropy,
    "regression": functional.mse_loss,
    "next-character": over_characters,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`kind` runs over all models, `instrument_name` over the registry, unless the test has its own list."""
    own = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    for argument, names in (("kind", ZOO), ("instrument_name", instruments())):
        if argument in metafunc.fixturenames and argument not in own:
            metafunc.parametrize(argument, names)


@pytest.fixture
def begin() -> Callable[..., Moment]:
    return _begin


def _begin(kind: str, steps: int = 1, seed: int = 0) -> Moment:
    """A model of the zoo after `steps` steps of plain training, with all that an instrument could ask for."""
    build, rows_of, task = ZOO[kind]
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    inputs, targets = rows_of()
    model = nn.Sequential(build(), Fuse(Box()))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    moment = Moment(
        model,
        0,
        optimizer=optimizer,
        criterion=CRITERIA[task],
        task=task,  # type: ignore[arg-type]
        lr=0.05,
        train=(inputs, targets),
        test=(inputs[:6], targets[:6]),
        penalty_of=lambda m: 1e-3 * sum(p.float().square().sum() for p in m.parameters()),  # type: ignore[return-value]
        seconds=0.5,
    )
    if rows_of in (points, half_points):
        moment.encode = lambda raw: torch.as_tensor(raw, dtype=torch.float32)
        moment.raw_bounds = ((-2.0, 2.0), (-1.0, 3.0))
    for _ in range(steps):
        _step(moment)
    return moment


def _step(moment: Moment, before: Callable[[], Any] = lambda: None) -> float:
    """One plain step of training; `before` is called right before the optimizer's."""
    assert moment.optimizer is not None and moment.criterion is not None and moment.train is not None
    moment.step += 1
    moment.inputs, moment.targets = moment.train
    moment.optimizer.zero_grad()
    moment.outputs = moment.model(moment.inputs)
    loss = moment.criterion(moment.outputs, moment.targets)
    loss.backward()
    moment.loss = loss.item()
    moment.samples_seen += len(moment.inputs)
    before()
    moment.optimizer.step()
    return moment.loss


@pytest.fixture
def step() -> Callable[..., float]:
    return _step


@pytest.fixture
def light() -> Callable[[Moment], None]:
    """Makes the model's next forward pass break, after its layers have done all they do."""

    def lit(moment: Moment) -> None:
        moment.model[-1].box.lit = True  # type: ignore[index]

    return lit


@pytest.fixture
def boom() -> type[Exception]:
    return Boom


@pytest.fixture
def picture() -> Callable[[Moment], dict[str, Any]]:
    return _picture


def _picture(moment: Moment) -> dict[str, Any]:
    """Everything that looking must leave as it is. Tensors and arrays are copies, the rest plain values."""
    seen: dict[str, Any] = {}
    for name, p in moment.model.named_parameters():
        seen[f"parameter {name}"] = p.detach().clone()
        seen[f"parameter {name} is"] = (id(p), p.requires_grad, p._version, id(p.grad), dict(p._backward_hooks or {}))
        seen[f"gradient {name}"] = None if p.grad is None else p.grad.clone()
    for name, module in moment.model.named_modules():
        for key, value in vars(module).items():
            seen[f"module {name}.{key}"] = _frozen(value)
    seen |= {f"optimizer {n} {k}": _frozen(v) for n, s in enumerate(_states(moment)) for k, v in s.items()}
    seen["optimizer's entries"] = len(moment.optimizer.state) if moment.optimizer else 0
    seen["torch"], seen["python"] = torch.get_rng_state(), random.getstate()
    seen["numpy"] = _frozen(np.random.get_state())
    if torch.cuda.is_available():
        seen["cuda"] = torch.cuda.get_rng_state_all()
    seen["grad mode"] = torch.is_grad_enabled()
    seen["autocast cache"] = torch.is_autocast_cache_enabled()
    seen["fused attention"] = torch.backends.mha.get_fastpath_enabled()
    for kind in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"):
        seen[f"global {kind}"] = dict(getattr(torch_modules, f"_global{kind}"))
    return seen


def _states(moment: Moment) -> list[dict[str, Any]]:
    return [] if moment.optimizer is None else [dict(state) for state in moment.optimizer.state.values()]


def _frozen(value: Any) -> Any:
    """A copy deep enough to tell a change later."""
    if isinstance(value, Tensor):
        return (id(value), value.detach().clone())
    if isinstance(value, torch.Generator):
        return value.get_state()
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    if isinstance(value, np.random.RandomState):
        return _frozen(value.get_state())
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_frozen(each) for each in value]
    return value


@pytest.fixture
def changes() -> Callable[[dict[str, Any], dict[str, Any]], list[str]]:
    return _changes


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of what differs between two pictures, in bits."""
    return sorted(k for k in before.keys() | after.keys() if not _same(before.get(k, Boom), after.get(k, Boom)))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        alike = one.dtype == other.dtype and one.layout == other.layout
        return alike and torch.equal(one.to_dense(), other.to_dense())
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return one is other or (type(one) is type(other) and bool(one == other))
