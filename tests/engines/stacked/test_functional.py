"""Architectures that nobody stacked by hand: `torch.func` against the serial engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from torch import Tensor, nn

from loopscope import models
from loopscope.engines.stacked import group
from loopscope.experiment import Model
from loopscope.models import Ports, registry
from strategies.stacked_runs import asked, assert_same, one_by_one, stacked


class Gated(nn.Module):
    """Something that no layer of a stack is: a product of two branches, normalised."""

    def __init__(self, spec: Model, ports: Ports) -> None:
        super().__init__()
        width = spec.hidden[0]
        self.value = nn.Linear(ports.inputs, width)
        self.gate = nn.Linear(ports.inputs, width)
        self.norm = nn.BatchNorm1d(width) if spec.norm == "batch" else nn.Identity()
        self.drop = nn.Dropout(spec.dropout)
        self.out = nn.Linear(width, ports.outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.drop(self.norm(self.value(x) * self.gate(x).sigmoid())))  # (batch, outputs)


@pytest.fixture(autouse=True)
def gated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A kind of model that is known while a test lasts."""
    models.kinds()
    monkeypatch.setitem(registry._kinds, "cnn", registry.Kind("cnn", Gated, lambda spec, ports: ""))
    yield


KIND = {"model": {"kind": "cnn"}}


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"training": {"batch_size": "all", "momentum": 0.9, "optimizer": "sgd"}, "seed": {"data": 1}},
        {"data": {"name": "iris", "samples": 60, "scale": "standard"}, "training": {"early_stopping": 3, "epochs": 20}},
        {"model": {"norm": "batch"}, "training": {"accumulate": 2, "l2": 0.01, "ema": 0.9, "lr": 0.003}},
        {"model": {"norm": "batch"}, "training": {"optimizer": "sgd", "early_stopping": 1, "epochs": 30, "lr": 0.3}},
    ],
)
def test_any_module_trains_in_a_stack(plain: dict[str, object]) -> None:
    experiments = asked(plain, plain, plain)
    experiments = [e.model_copy(update={"model": e.model.model_copy(update={"kind": "cnn"})}) for e in experiments]
    assert [g.way for g in group(experiments)] == ["torch.func"]
    assert "Gated" in group(experiments)[0].because
    assert_same(one_by_one(experiments), stacked(experiments))


def test_instruments_look_into_any_module() -> None:
    experiments = asked(KIND, KIND, steps=20)
    names = ("loss", "weights", "gradient_norm", "optimizer_buffers")
    assert_same(one_by_one(experiments, *names), stacked(experiments, *names), tolerance=1e-3)


def test_a_module_that_draws_trains_alone_and_says_why() -> None:
    experiments = asked({"model": {"kind": "cnn", "dropout": 0.5}}, {"model": {"kind": "cnn", "dropout": 0.5}}, steps=9)
    (only,) = group(experiments)
    assert only.way == "serial" and "Gated is not stacked by hand" in only.because
    assert_same(one_by_one(experiments), stacked(experiments), tolerance=0.0)
