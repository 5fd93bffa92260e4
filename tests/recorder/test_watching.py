"""`watch`: what it hears of a loop, how a run ends, what it refuses, and that it lets go."""

from __future__ import annotations

import copy
import gc
import io
import math
import os
import sqlite3
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import loopscope
from loopscope.errors import StoreError, UserMistake
from loopscope.events import Changed, Event, Measured, RunEnded, RunStarted, StepEnded
from loopscope.instruments import Instrument, Reading
from loopscope.recorder import listening, watch
from loopscope.recorder.measuring import Measuring
from loopscope.recorder.rows import RowCounter
from loopscope.runs import list_runs
from loopscope.store import Store

X = torch.linspace(-1, 1, 12).reshape(6, 2)


class Job:
    """A model of one layer and its optimizer."""

    def __init__(self, lr: float = 0.1) -> None:
        torch.manual_seed(0)
        self.model = nn.Linear(2, 1)
        self.optimizer: torch.optim.Optimizer = torch.optim.SGD(self.model.parameters(), lr=lr)

    def loss(self, rows: Tensor = X) -> Tensor:
        return (self.model(rows) ** 2).mean()

    def step(self, rows: Tensor = X, scale: float = 1.0) -> float:
        self.optimizer.zero_grad()
        loss = self.loss(rows) * scale
        loss.backward()
        self.optimizer.step()
        return loss.item()


class Heard(list[Event]):
    """Everything that was sent."""

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self if type(event) is kind]

    @property
    def losses(self) -> list[float]:
        return [event.loss for event in self.of(StepEnded)]

    @property
    def ended(self) -> RunEnded:
        [ended] = self.of(RunEnded)
        return ended

    def values(self, instrument: str) -> list[dict[str, float]]:
        return [dict(event.values) for event in self.of(Measured) if event.instrument == instrument]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def job() -> Job:
    return Job()


# --- what is heard


def test_events_of_a_plain_loop(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, name="plain", sink=heard.append) as run:
        losses = [job.step() for _ in range(3)]
        assert run.step == 3
    started, *_, ended = heard
    assert isinstance(started, RunStarted) and isinstance(ended, RunEnded)
    assert (started.run, started.name, started.source, started.experiment) == (run.id, "plain", "watch", None)
    assert started.facts["model"] == {
        "class": "Linear", "parameters": 3, "trained_parameters": 3, "layers": {"model": 3}, "device": "cpu",
    }  # fmt: skip
    assert started.facts["optimizer"]["class"] == "SGD" and started.facts["optimizer"]["settings"]["lr"] == 0.1
    assert started.versions["torch"] == torch.__version__
    assert heard.of(StepEnded) == [StepEnded(n + 1, n, 6 * (n + 1), losses[n], 0.0, 0.1) for n in range(3)]
    assert (ended.step, ended.status, ended.reason) == (3, "finished", "the loop is over")


def test_the_time_before_the_loop_is_not_the_runs(heard: Heard, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("loopscope.recorder.recording.time.time", lambda: now[0])
    with watch(job.model, job.optimizer, sink=heard.append):
        now[0] = 1060.0  # imports, data, a first evaluation
        job.model(X)
        job.step()
        now[0] = 1062.0
        job.step()
    assert (heard.of(RunStarted)[0].started, heard.ended.ended) == (1060.0, 1062.0)


def test_the_speed_does_not_know_of_the_time_before_the_loop(job: Job) -> None:
    now = [0.0]
    measuring = Measuring([], RowCounter(lambda error: None), clock=lambda: now[0])
    now[0] = 60.0
    measuring.begin()
    measuring.before(job.model, job.optimizer, 1, False)
    moment = measuring.moment
    now[0] = 62.0
    measuring.after(0, False, 6, 0.5, 0.1, lambda event: None)
    assert moment is not None and moment.seconds == 2.0


@pytest.mark.parametrize("groups", [1, 2])
def test_usual_instruments_measure_on_their_cadence(
    heard: Heard, job: Job, monkeypatch: pytest.MonkeyPatch, groups: int
) -> None:
    monkeypatch.setattr("loopscope.recorder.measuring.SHARE", math.inf)
    weights = [{"params": [each]} for each in job.model.parameters()]
    job.optimizer = torch.optim.SGD(weights if groups == 2 else job.model.parameters(), lr=0.1)
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(20):
            job.step()
    rates = {"learning_rate"} if groups == 2 else set[str]()  # a lone one stands in every step
    assert {event.instrument for event in heard.of(Measured)} == {"gradient_norm", "update_ratio", "speed"} | rates
    assert [event.step for event in heard.of(Measured) if event.instrument == "gradient_norm"] == [10, 20]


def test_usual_instruments_leave_readings_out_that_would_cost_too_much(
    heard: Heard, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loopscope.recorder.measuring.SHARE", 0.0)
    monkeypatch.setattr("loopscope.recorder.measuring.AHEAD_S", 0.0)
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(20):
            job.step()
    assert {event.step for event in heard.of(Measured)} == {1}  # the first, whose cost nobody knew


def test_the_gradient_norm_is_that_of_the_step(heard: Heard, job: Job) -> None:
    norms: list[float] = []
    with watch(job.model, job.optimizer, sink=heard.append, instruments={"gradient_norm": 1, "update_ratio": 1}):
        for _ in range(4):
            job.step()
            norms.append(math.hypot(*(p.grad.norm().item() for p in job.model.parameters() if p.grad is not None)))
    assert [values["total"] for values in heard.values("gradient_norm")] == pytest.approx(norms, rel=1e-6)
    assert len(heard.values("update_ratio")) == 4


def test_every_sets_the_cadence_of_all(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append, every=2):
        for _ in range(4):
            job.step()
    assert {event.step for event in heard.of(Measured)} == {2, 4}


def test_an_instrument_that_needs_the_batch_gets_it(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append, instruments={"activations": 1}) as run:
        job.step()
        assert run._recording._rows.args == ()  # and nobody holds it afterwards
    assert heard.values("activations")


def test_schedule_is_in_the_steps(heard: Heard, job: Job) -> None:
    schedule = torch.optim.lr_scheduler.ExponentialLR(job.optimizer, 0.5)
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(3):
            job.step()
            schedule.step()
    assert [event.lr for event in heard.of(StepEnded)] == pytest.approx([0.1, 0.05, 0.025])


def test_evaluations_are_not_counted(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(2):
            job.step(X[:4])
            with torch.no_grad():
                job.model(X)
            job.model(X)  # and one whose author forgot no_grad
    assert [event.samples_seen for event in heard.of(StepEnded)] == [4, 8]


def test_accumulated_losses_are_averaged_and_counted(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        losses: list[float] = []
        for rows in X.split(2):
            loss = job.loss(rows)
            loss.backward()
            losses.append(loss.item())
        job.optimizer.step()
        job.step()
    assert heard.losses[0] == pytest.approx(sum(losses) / 3)
    assert heard.of(StepEnded)[0].samples_seen == 6
    assert heard.of(Changed) == [Changed(0, "backwards_per_step", 1, 3), Changed(1, "backwards_per_step", 3, 1)]


THROWN_AWAY: dict[str, Callable[[Job], None]] = {
    "optimizer": lambda job: job.optimizer.zero_grad(),
    "optimizer, in place": lambda job: job.optimizer.zero_grad(set_to_none=False),
    "model": lambda job: job.model.zero_grad(),
    "model, in place": lambda job: job.model.zero_grad(set_to_none=False),
}


@pytest.mark.parametrize("way", THROWN_AWAY)
@pytest.mark.parametrize("right_before", [True, False])
def test_a_loss_whose_gradients_were_thrown_away_is_not_counted(
    heard: Heard, job: Job, way: str, right_before: bool
) -> None:
    zero_grad, losses = THROWN_AWAY[way], list[float]()
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(3):
            for scale in (100.0, 1.0):
                if not right_before:
                    zero_grad(job)
                loss = job.loss(X[:4]) * scale
                if right_before:
                    zero_grad(job)
                loss.backward()
            job.optimizer.step()
            losses.append(loss.item())
    assert heard.losses == losses
    assert [event.samples_seen for event in heard.of(StepEnded)] == [4, 8, 12]
    assert heard.of(Changed) == []


def test_losses_without_a_slope_are_counted_among_the_others(heard: Heard, job: Job) -> None:
    """As a hinge does where all is well: zero gradients are not thrown away."""
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(2):
            job.optimizer.zero_grad()
            for scale in (0.0, 0.0, 1.0):
                (job.loss(X[:2]) * scale + 3).backward()
            job.optimizer.step()
    assert [event.samples_seen for event in heard.of(StepEnded)] == [6, 12]
    assert heard.losses[0] > 3


def test_a_closure_counts_its_first_look(heard: Heard, job: Job) -> None:
    optimizer = torch.optim.LBFGS(job.model.parameters(), max_iter=4)
    first: list[float] = []

    def closure() -> Tensor:
        optimizer.zero_grad()
        losses: list[Tensor] = []
        for rows in X.split(3):  # accumulation within the closure, too
            losses.append(job.loss(rows))
            losses[-1].backward()
        first.append(sum(loss.item() for loss in losses) / 2)
        return torch.stack(losses).mean()

    with watch(job.model, optimizer, sink=heard.append):
        optimizer.step(closure)
    assert len(first) > 1
    assert heard.losses == [first[0]]
    assert heard.of(StepEnded)[0].samples_seen == 6


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (lambda loss, each: torch.autograd.backward(loss), 1.0),
        (lambda loss, each: torch.autograd.backward(tensors=[loss, 2 * loss]), 3.0),
        (lambda loss, each: loss.backward(torch.tensor(0.5)), 0.5),
        (lambda loss, each: each.backward(torch.full_like(each, 1 / 6)), 1.0),
        (lambda loss, each: loss.backward(retain_graph=True, create_graph=False), 1.0),
    ],
)
def test_ways_to_call_backward(heard: Heard, job: Job, call: Callable[[Tensor, Tensor], None], value: float) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        each = job.model(X) ** 2
        loss = each.mean()
        assert call(loss, each) is None or True
        job.optimizer.step()
    assert heard.losses == pytest.approx([loss.item() * value], rel=1e-6)


def test_a_loss_that_trains_something_else_is_left_out(heard: Heard, job: Job) -> None:
    other = Job(lr=0.3)
    with watch(job.model, job.optimizer, sink=heard.append):
        mine: list[float] = []
        for _ in range(3):
            other.step(scale=100.0)
            mine.append(job.step())
    assert heard.losses == mine


def test_a_loss_that_reaches_nothing_known_counts_for_the_step_after_it(heard: Heard, job: Job) -> None:
    """As where a wrapper trains copies of the parameters that the optimizer holds."""
    other = Job()
    losses: list[float] = []
    with watch(job.model, job.optimizer, sink=heard.append):
        for scale in (1.0, 2.0):
            loss = other.loss() * scale
            loss.backward()
            job.optimizer.step()
            losses.append(loss.item())
    assert heard.losses == losses


def test_each_of_two_opponents_has_its_own_loss(heard: Heard) -> None:
    """The generator's loss reaches the judge's parameters as well, whose step answers it not."""
    generator, judge = nn.Linear(3, 2), nn.Linear(2, 1)
    makes, judges = (torch.optim.SGD(model.parameters(), lr=0.1) for model in (generator, judge))
    made: list[float] = []
    judged: list[float] = []

    def step(optimizer: torch.optim.Optimizer, loss: Tensor, losses: list[float]) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    with watch(sink=heard.append):
        for _ in range(4):
            fake = generator(torch.randn(5, 3))
            step(judges, judge(fake.detach()).mean() - judge(X).mean(), judged)
            step(makes, -judge(fake).mean(), made)
    assert heard.losses == judged
    assert [values["loss"] for values in heard.values("optimizer2")] == made


@pytest.mark.parametrize("set_to_none", [True, False])
def test_opponents_without_detach_have_their_own_losses_too(heard: Heard, set_to_none: bool) -> None:
    generator, judge = nn.Linear(3, 2), nn.Linear(2, 1)
    makes, judges = (torch.optim.SGD(model.parameters(), lr=0.1) for model in (generator, judge))
    made: list[float] = []
    judged: list[float] = []
    with watch(sink=heard.append):
        for _ in range(4):
            for optimizer, sign, losses in ((judges, 1, judged), (makes, -3, made)):
                optimizer.zero_grad(set_to_none)
                loss = sign * judge(generator(torch.randn(5, 3))).mean()
                loss.backward()  # into both, though only one takes a step by it
                optimizer.step()
                losses.append(loss.item())
    assert heard.losses == judged
    assert [values["loss"] for values in heard.values("optimizer2")] == made


def test_gradient_penalties_and_unused_branches(heard: Heard) -> None:
    model = nn.ModuleDict({"used": nn.Linear(2, 1), "unused": nn.Linear(2, 1)})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with watch(model, optimizer, sink=heard.append):
        inputs = X.clone().requires_grad_()
        out = model["used"](inputs)
        (slope,) = torch.autograd.grad(out.sum(), inputs, create_graph=True)
        loss = out.mean() + (slope**2).mean()
        loss.backward()
        optimizer.step()
    assert heard.losses == [loss.item()]


def test_a_skipped_step_is_no_step_but_is_told(heard: Heard, job: Job) -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**120, growth_interval=1)  # pyright: ignore[reportPrivateImportUsage]
    losses: list[float] = []
    with watch(job.model, job.optimizer, sink=heard.append) as run:
        for _ in range(4):
            job.optimizer.zero_grad()
            loss = job.loss() * 1e6
            scaler.scale(loss).backward()
            scaler.step(job.optimizer)
            scaler.update()
            losses.append(loss.item())
            job.optimizer.param_groups[0]["lr"] = 1e-9
        skipped = int(heard.values("scaler")[-1]["skipped"])
        assert skipped >= 1 and run.step == 4 - skipped
    assert heard.values("scaler")[0] == {"skipped": 1.0, "loss": losses[0], "scale": 2.0**120}
    assert heard.losses == losses[skipped:]
    assert heard.ended.status == "finished"


def test_two_optimizers_of_one_loss(heard: Heard, job: Job) -> None:
    weights = torch.optim.SGD([job.model.weight], lr=0.1)
    biases = torch.optim.Adam([job.model.bias], lr=0.2)
    with watch(job.model, [weights, biases], sink=heard.append):
        losses: list[float] = []
        for _ in range(3):
            loss = job.loss()
            job.model.zero_grad()
            loss.backward()
            weights.step()
            biases.step()
            losses.append(loss.item())
    assert heard.losses == losses
    assert heard.values("optimizer2") == [
        {"step": n + 1.0, "lr": pytest.approx(0.2), "loss": losses[n]} for n in range(3)
    ]


def test_another_optimizer_over_the_same_parameters_goes_on_with_the_run(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        job.step()
        job.optimizer = torch.optim.Adam(job.model.parameters(), lr=0.01)
        job.step()
        job.optimizer = torch.optim.Adam(job.model.parameters(), lr=0.01)
        job.step()
    assert [event.step for event in heard.of(StepEnded)] == [1, 2, 3]
    assert heard.of(Changed) == [
        Changed(1, "optimizer", "SGD(lr=0.1)", "Adam(lr=0.01)"),
        Changed(2, "optimizer", "Adam(lr=0.01)", "Adam(lr=0.01)"),
    ]


def test_an_optimizer_around_another_steps_once(heard: Heard, job: Job) -> None:
    class Around(torch.optim.Optimizer):
        def __init__(self, inner: torch.optim.Optimizer) -> None:
            super().__init__(inner.param_groups, {})
            self.inner = inner

        def step(self, closure: Any = None) -> Any:
            self.inner.step()

    around = Around(job.optimizer)
    with watch(job.model, around, sink=heard.append):
        for _ in range(2):
            around.zero_grad()
            job.loss().backward()
            around.step()
    assert [event.step for event in heard.of(StepEnded)] == [1, 2]
    assert heard.of(Changed) == []


@pytest.mark.parametrize("through_data", [True, False])
def test_steps_by_hand(heard: Heard, job: Job, through_data: bool) -> None:
    model = job.model
    losses: list[float] = []
    with watch(model, sink=heard.append):
        for _ in range(3):
            for rows in X.split(3):
                loss = job.loss(rows)
                loss.backward()
                losses.append(loss.item())
            for parameter in model.parameters():
                assert parameter.grad is not None
                if through_data:
                    parameter.data -= 0.1 * parameter.grad
                else:
                    with torch.no_grad():
                        parameter -= 0.1 * parameter.grad
                parameter.grad = None
    assert heard.losses == pytest.approx([(a + b) / 2 for a, b in zip(losses[::2], losses[1::2], strict=True)])
    assert all(math.isnan(event.lr) for event in heard.of(StepEnded))
    assert heard.ended.step == 3


def test_another_model_that_steps_by_hand_is_left_out(heard: Heard, job: Job) -> None:
    other = Job()
    with watch(job.model, sink=heard.append):
        for _ in range(3):
            other.loss().backward()
            other.model.weight.data -= 0.1
    assert heard.of(StepEnded) == []


def test_gradients_alone_are_no_steps(heard: Heard, job: Job) -> None:
    with watch(job.model, sink=heard.append):
        for _ in range(3):
            job.loss().backward()
    assert heard.of(StepEnded) == []
    assert heard.ended.reason == "no optimizer took a step while it was watched"


def test_passes_over_a_loader_are_epochs(heard: Heard, job: Job) -> None:
    train, test = (DataLoader(TensorDataset(X), batch_size=2) for _ in range(2))
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(2):
            for place, (rows,) in enumerate(train):
                job.step(rows)
                if place == 1:
                    with torch.no_grad():
                        for (held_out,) in test:
                            job.model(held_out)
    assert [event.epoch for event in heard.of(StepEnded)] == [0, 0, 0, 1, 1, 1]


def new_dataset() -> TensorDataset:
    return TensorDataset(X)


@pytest.mark.parametrize("kept", ["dataset", "nothing", "list"])
@pytest.mark.parametrize("evaluated", ["without gradients", "with", "never"])
def test_a_new_loader_for_each_pass(heard: Heard, job: Job, kept: str, evaluated: str) -> None:
    held = {"dataset": new_dataset(), "nothing": None, "list": [(row,) for row in X]}[kept]
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(3):
            for (rows,) in DataLoader(held or new_dataset(), batch_size=2):  # pyright: ignore[reportArgumentType]
                job.step(rows)
            if evaluated != "never":
                with torch.set_grad_enabled(evaluated == "with"):
                    for (rows,) in DataLoader(new_dataset(), batch_size=3):
                        job.model(rows)
    assert [event.epoch for event in heard.of(StepEnded)] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("around", [True, False])
def test_evaluations_on_the_training_loader_are_no_epochs(heard: Heard, job: Job, around: bool) -> None:
    train = DataLoader(new_dataset(), batch_size=3)

    def evaluate() -> None:
        with torch.set_grad_enabled(not around):
            for (rows,) in train:
                with torch.no_grad():
                    job.model(rows)

    with watch(job.model, job.optimizer, sink=heard.append):
        evaluate()
        for _ in range(3):
            for (rows,) in train:
                job.step(rows)
                if around:
                    evaluate()  # within a pass
            evaluate()
    assert [event.epoch for event in heard.of(StepEnded)] == [0, 0, 1, 1, 2, 2]


def test_an_evaluation_by_loader_makes_no_epochs_of_a_loop_without(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(3):
            for rows in X.split(3):
                job.step(rows)
            for (rows,) in DataLoader(new_dataset(), batch_size=3):
                job.model(rows)
    assert [event.epoch for event in heard.of(StepEnded)] == [0] * 6


def test_training_and_validation_rows_of_one_dataset(heard: Heard, job: Job) -> None:
    data = new_dataset()
    train, held_out = (DataLoader(data, sampler=part, batch_size=3) for part in (range(4), range(4, 6)))
    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(2):
            for (rows,) in train:
                job.step(rows)
                for (rows,) in held_out:
                    job.model(rows)
    assert [event.epoch for event in heard.of(StepEnded)] == [0, 0, 1, 1]


def test_every_step_over_all_rows_is_an_epoch(heard: Heard, job: Job) -> None:
    optimizer = torch.optim.LBFGS(job.model.parameters(), max_iter=2)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = job.loss()
        loss.backward()
        return loss

    with watch(job.model, job.optimizer, sink=heard.append):
        for _ in range(3):
            job.step()
            with torch.no_grad():
                job.model(X[:2])
    with watch(job.model, optimizer, sink=heard.append):
        for _ in range(3):
            optimizer.step(closure)
    assert [event.epoch for event in heard.of(StepEnded)] == [0, 1, 2, 0, 1, 2]


def test_the_model_is_found_by_the_optimizer(heard: Heard) -> None:
    class Trainer(nn.Module):  # a module that is never called
        def __init__(self, net: nn.Module) -> None:
            super().__init__()
            self.net = net

    job = Job()
    trainer = Trainer(job.model)
    with watch(optimizer=job.optimizer, sink=heard.append):
        for _ in range(3):
            job.step()
    assert heard.of(RunStarted)[0].facts["model"]["class"] == "Trainer"
    assert [event.samples_seen for event in heard.of(StepEnded)] == [0, 6, 12]  # it was looked for after the first
    assert trainer.net is job.model


def test_nothing_is_handed_over(heard: Heard, job: Job) -> None:
    with watch(sink=heard.append):
        fresh = Job()
        losses = [fresh.step(X[:4]) for _ in range(2)]
    assert heard.losses == losses
    assert [event.samples_seen for event in heard.of(StepEnded)] == [4, 8]


def test_a_model_called_by_keywords(heard: Heard) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(9, 2)

        def forward(self, *, input_ids: Tensor, scale: float = 1.0) -> Tensor:
            return self.embedding(input_ids) * scale

    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with watch(net, optimizer, sink=heard.append):
        for _ in range(2):
            net(input_ids=torch.arange(5), scale=2.0).mean().backward()
            optimizer.step()
    assert [event.samples_seen for event in heard.of(StepEnded)] == [5, 10]


def test_losses_on_an_accelerator_are_read_in_batches(heard: Heard, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on CUDA: the value stays a tensor until it is read, and the events come in order all the same."""
    from loopscope.recorder import losses, sending

    monkeypatch.setattr(losses, "value_of", lambda tensor: tensor.detach().reshape(()))
    monkeypatch.setattr(sending, "READ_EVERY_S", math.inf)
    monkeypatch.setattr(sending, "READ_EVERY_STEPS", 4)
    with watch(job.model, job.optimizer, sink=heard.append, instruments=[]) as run:
        plain = [job.step() for _ in range(3)]
        assert heard.losses == []
        plain += [job.step() for _ in range(2)]
        assert heard.losses == pytest.approx(plain[:4])
        run.log(accuracy=0.5)
        assert heard.losses == pytest.approx(plain)
        plain.append(job.step())
    assert heard.losses == pytest.approx(plain)
    assert [type(event).__name__ for event in heard[-3:]] == ["Measured", "StepEnded", "RunEnded"]


# --- several watches


def test_nested_watches_both_hear(job: Job) -> None:
    outer, inner = Heard(), Heard()
    with watch(job.model, job.optimizer, sink=outer.append):
        first = job.step()
        with watch(job.model, job.optimizer, sink=inner.append):
            second = job.step()
    assert outer.losses == [first, second]
    assert inner.losses == [second]


def test_watches_in_two_threads_each_hear_their_own() -> None:
    jobs = [Job(lr=0.1), Job(lr=0.2)]
    ears = [Heard(), Heard()]
    losses: list[list[float]] = [[], []]
    gate = threading.Barrier(2)

    def train(place: int) -> None:
        with watch(jobs[place].model, jobs[place].optimizer, sink=ears[place].append):
            gate.wait()
            losses[place] += [jobs[place].step(scale=place + 1.0) for _ in range(50)]
            gate.wait()

    threads = [threading.Thread(target=train, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [heard.losses for heard in ears] == losses


# --- the end


def test_statuses(job: Job) -> None:
    def ended_by(error: BaseException | None) -> tuple[str, str]:
        heard = Heard()
        try:
            with watch(job.model, job.optimizer, sink=heard.append):
                job.step()
                if error is not None:
                    raise error
        except BaseException as raised:
            assert raised is error
        return heard.ended.status, heard.ended.reason

    assert ended_by(None) == ("finished", "the loop is over")
    assert ended_by(KeyboardInterrupt()) == ("stopped", "interrupted by Ctrl-C")
    assert ended_by(ValueError("no data")) == ("failed", "ValueError: no data")
    assert ended_by(SystemExit(0)) == ("finished", "the loop is over")
    assert ended_by(SystemExit(2)) == ("failed", "the script ended with code 2")


def test_a_loss_that_stays_infinite_is_divergence(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        job.step()
        job.optimizer.param_groups[0]["lr"] = 1e30
        for _ in range(4):
            job.step(scale=1e30)
    assert heard.ended.status == "diverged"
    first = next(event.step for event in heard.of(StepEnded) if not math.isfinite(event.loss))
    assert heard.ended.facts["step"] == first and heard.ended.facts["tensor"] == "loss"
    assert f"since step {first}" in heard.ended.reason


def test_a_loss_that_recovers_is_noted(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        job.step()
        (job.loss() * math.nan).detach().requires_grad_().backward()
        job.optimizer.step()
        job.step()
    assert heard.ended.status == "finished"
    assert heard.ended.facts == {"not_finite_losses": 1, "first_not_finite_step": 2}


def test_close_twice_and_go_on(heard: Heard, job: Job) -> None:
    run = watch(job.model, job.optimizer, sink=heard.append)
    job.step()
    run.close()
    run.close()
    job.step()
    assert len(heard.losses) == 1 and heard.ended.status == "finished"


def test_a_forgotten_watch_ends_with_its_handle(heard: Heard, job: Job) -> None:
    run = watch(job.model, job.optimizer, sink=heard.append)
    job.step()
    del run
    gc.collect()
    assert heard.ended.status == "finished"
    assert listening.listener_count() == 0


# --- letting go


def test_detaching_leaves_no_hook_behind(job: Job) -> None:
    backward = torch.autograd.backward

    def one() -> None:
        with watch(job.model, job.optimizer, sink=lambda event: None):
            job.step()
            assert torch.autograd.backward is not backward
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        one()
    assert torch.autograd.backward is backward
    for module in job.model.modules():
        assert not any(
            (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)
        )
    assert not job.optimizer._optimizer_step_pre_hooks and not job.optimizer._optimizer_step_post_hooks
    assert all(not parameter._backward_hooks for parameter in job.model.parameters())


def test_a_patch_put_over_ours_stays(job: Job, heard: Heard) -> None:
    original = torch.autograd.backward
    calls: list[int] = []
    try:
        with watch(job.model, job.optimizer, sink=heard.append):
            ours = torch.autograd.backward

            def theirs(*args: Any, **kwargs: Any) -> None:
                calls.append(1)
                ours(*args, **kwargs)

            torch.autograd.backward = theirs
            job.step()
        assert torch.autograd.backward is theirs
        job.step()
        assert len(calls) == 2 and len(heard.losses) == 1
    finally:
        torch.autograd.backward = original


def test_copies_of_a_watched_model_know_nothing_of_us(job: Job, heard: Heard) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        job.step()
        copied = copy.deepcopy(job.model)
        buffer = io.BytesIO()
        torch.save(job.model, buffer)
        copied(X).mean().backward()
        job.step()
    assert b"loopscope" not in buffer.getvalue()
    assert torch.equal(torch.load(io.BytesIO(buffer.getvalue()), weights_only=False)(X), copied(X))
    assert [event.samples_seen for event in heard.of(StepEnded)] == [6, 12]


def test_a_watched_model_can_be_scripted(job: Job, heard: Heard) -> None:
    with watch(job.model, job.optimizer, sink=heard.append):
        job.step()
        scripted = torch.jit.script(job.model)
        assert torch.equal(scripted(X), job.model(X))
    assert b"loopscope" not in scripted.save_to_buffer()


def test_an_evaluation_takes_the_same_fast_path(heard: Heard) -> None:
    """Attention leaves its fused kernel where it finds a hook, and answers with other bits."""
    torch.manual_seed(0)
    model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    rows = torch.randn(3, 5, 8)

    def evaluated() -> Tensor:
        model.eval()
        with torch.no_grad():
            return model(rows)

    plain = evaluated()
    with watch(model, torch.optim.SGD(model.parameters(), lr=0.1), sink=heard.append):
        assert torch.equal(evaluated(), plain)
        assert len(model._forward_pre_hooks) == 0


def test_hooks_of_others_come_and_go_as_ever(job: Job, heard: Heard) -> None:
    calls: list[str] = []
    before = job.model.register_forward_pre_hook(lambda *_: calls.append("before"))
    run = watch(job.model, job.optimizer, sink=heard.append)
    within = job.model.register_forward_pre_hook(lambda *_: calls.append("within"))
    first = job.model.register_forward_pre_hook(lambda *_: calls.append("first"), prepend=True)
    job.step()
    before.remove()
    job.step()
    run.close()
    job.step()
    within.remove()
    first.remove()
    job.step()
    assert calls == ["first", "before", "within", "first", "within", "first", "within"]
    assert not job.model._forward_pre_hooks
    assert [event.samples_seen for event in heard.of(StepEnded)] == [6, 12]


def test_no_tensor_is_held(job: Job) -> None:
    def tensors() -> int:
        gc.collect()
        return sum(issubclass(type(thing), Tensor) for thing in gc.get_objects())

    with watch(job.model, job.optimizer, sink=lambda event: None, instruments=["activations", "gradient_norm"]):
        for _ in range(60):
            job.step(X.clone())
        before = tensors()
        for _ in range(200):
            job.step(X.clone())
        assert tensors() <= before


@pytest.mark.parametrize("handed_over", [True, False])
def test_a_model_that_its_owner_lets_go_of_is_gone(heard: Heard, job: Job, handed_over: bool) -> None:
    with watch(job.model if handed_over else None, sink=heard.append, every=1):
        job.step()
        gone = weakref.ref(job.model), weakref.ref(job.model.weight)
        del job.model, job.optimizer
        gc.collect()
        assert [known() for known in gone] == [None, None]


def test_memory_is_flat_over_many_steps(job: Job) -> None:
    import tracemalloc

    with watch(job.model, job.optimizer, sink=lambda event: None):
        for _ in range(3000):
            job.step()
        tracemalloc.start()
        for _ in range(1500):
            job.step()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(3000):
            job.step()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert after - before < 50_000


def test_a_forked_process_leaves_the_run_alone(job: Job, tmp_path: Path) -> None:
    with watch(job.model, job.optimizer, home=tmp_path) as run:
        job.step()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                job.step()  # unheard
                run.log(lost=1.0)
                run.close()
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        assert run.status == "running"
        job.step()
    assert (run.status, run.steps, len(run.series("loss"))) == ("finished", 2, 2)
    assert "log.lost" not in run.series_names()


def test_a_forked_process_sends_nothing(job: Job, tmp_path: Path) -> None:
    with (tmp_path / "events").open("ab", buffering=0) as file:

        def write(kind: str) -> None:
            file.write(f"{kind} ".encode())

        run = watch(job.model, job.optimizer, sink=lambda event: write(type(event).__name__))
        child = os.fork()
        if child == 0:
            run.log(lost=1.0)
            run.close()
            os._exit(0)
        os.waitpid(child, 0)
        run.close()
    assert (tmp_path / "events").read_text() == "RunStarted RunEnded "


# --- failures of ours


def test_a_failing_record_never_breaks_the_loop(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    heard = Heard()

    def full(event: Event) -> None:
        heard.append(event)
        if len(heard.losses) == 2:
            raise StoreError("the disk is full. What was recorded is intact.")

    plain = Job()
    with watch(job.model, job.optimizer, sink=full) as run:
        assert [job.step() for _ in range(5)] == [plain.step() for _ in range(5)]
        run.log(accuracy=1.0)
        assert listening.listener_count() == 0
    said = capsys.readouterr().err
    assert said == (
        "loopscope: recording ends at step 2, your loop goes on. the disk is full. What was recorded is intact.\n"
    )


def test_one_that_fails_leaves_the_others_alone(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    """PyTorch goes through the hooks while the first one fails, and must find them as they were."""
    heard = Heard()

    def full(event: Event) -> None:
        raise StoreError("full")

    with watch(job.model, job.optimizer, sink=full), watch(job.model, job.optimizer, sink=heard.append):
        losses = [job.step() for _ in range(3)]
        assert listening.listener_count() == 1
    assert heard.losses == losses
    assert capsys.readouterr().err.count("recording ends at step 1") == 1


def test_one_that_fails_in_its_last_step_lets_go_at_the_end(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    def full(event: Event) -> None:
        raise StoreError("full")

    with watch(job.model, job.optimizer, sink=full):
        job.step()
    assert "recording ends at step 1" in capsys.readouterr().err


def test_a_step_that_raised_does_not_silence_the_next_optimizer(heard: Heard, job: Job) -> None:
    def closure() -> float:
        raise ArithmeticError

    with watch(job.model, job.optimizer, sink=heard.append):
        with pytest.raises(ArithmeticError):
            job.optimizer.step(closure)
        job.optimizer = torch.optim.Adam(job.model.parameters())
        losses = [job.step() for _ in range(3)]
    assert heard.losses == losses


def test_an_optimizer_from_before_takes_over_after_many_steps(heard: Heard, job: Job) -> None:
    later = torch.optim.SGD(job.model.parameters(), lr=0.01)
    other = Job()
    with watch(job.model, job.optimizer, sink=heard.append, instruments=[]):
        losses = [job.step() for _ in range(5)]
        job.optimizer = later
        losses += [job.step() for _ in range(2)]
        other.step()
    assert heard.losses == losses
    assert heard.of(Changed) == [Changed(5, "optimizer", "SGD(lr=0.1)", "SGD(lr=0.01)")]


@pytest.mark.parametrize("where", ["prepare", "measure", "why_not"])
def test_a_failing_instrument_is_left_out(
    heard: Heard, job: Job, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    class Broken(Instrument):
        name = "broken"
        describes: ClassVar[dict[str, str]] = {}
        example = "Broken()"

        def measure(self, moment: Any) -> Reading:
            return Reading({"fine": 1.0})

    def fail(*_: Any) -> Any:
        raise RuntimeError("lost")

    broken = Broken(1)
    setattr(broken, where, fail)
    with watch(job.model, job.optimizer, sink=heard.append, instruments=[broken, "learning_rate"], every=None):
        for _ in range(20):
            job.step()
    assert len(heard.losses) == 20 and heard.values("learning_rate") and not heard.values("broken")
    assert capsys.readouterr().err == "loopscope: broken is not measured any more: RuntimeError: lost\n"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits as long as the store itself does would wait for ever here."""
    monkeypatch.setattr("loopscope.store.files.BUSY_TIMEOUT_S", 3600.0)
    monkeypatch.setattr("loopscope.recorder.output.AGAIN_S", 0.0)
    monkeypatch.setattr("loopscope.recorder.output.AT_END_S", 0.1)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mode", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_record_keeps_no_loop_waiting_and_loses_nothing(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    record = Store.open(tmp_path).path
    other = sqlite3.connect(record, isolation_level=None)
    with closing(other), watch(job.model, job.optimizer, home=tmp_path) as run:
        other.execute(f"BEGIN {mode}")
        losses = [job.step() for _ in range(3)]
        other.execute("ROLLBACK")
        losses += [job.step() for _ in range(2)]
        assert run.series("loss").values.tolist() == losses
        other.execute(f"BEGIN {mode}")
        losses += [job.step() for _ in range(2)]
        other.execute("ROLLBACK")
    assert run.series("loss").values.tolist() == losses
    assert run.status == "finished" and capsys.readouterr().err == ""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("since", ["the beginning", "the second step"])
def test_a_record_that_stays_locked_is_told_in_one_line(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str], since: str
) -> None:
    record = Store.open(tmp_path).path
    with closing(sqlite3.connect(record, isolation_level=None)) as other:
        with watch(job.model, job.optimizer, home=tmp_path):
            if since == "the second step":
                job.step()
            other.execute("BEGIN IMMEDIATE")
            job.step()
        other.execute("ROLLBACK")
    [said] = capsys.readouterr().err.splitlines()
    assert said.endswith("another process has kept it locked for too long. Try again when that process is done.")


# --- run.log and the stored run


def test_log(heard: Heard, job: Job) -> None:
    with watch(job.model, job.optimizer, sink=heard.append) as run:
        job.step()
        run.log("accuracy", 0.5)
        run.log(f1=torch.tensor(0.25), count=np.int64(3), right=True)
        run.log({"map": torch.ones(2, 2, dtype=torch.bfloat16)})
    assert heard.values("log") == [{"accuracy": 0.5}, {"f1": 0.25, "count": 3.0, "right": 1.0}, {}]
    assert [event.step for event in heard.of(Measured) if event.instrument == "log"] == [1, 1, 1]
    assert heard.of(Measured)[-1].arrays["map"].tolist() == [[1, 1], [1, 1]]


MATRIX = torch.tensor([[0.0, 1.0], [2.0, 0.0]])


@pytest.mark.parametrize(
    "tensor",
    [
        MATRIX.to_sparse(),
        MATRIX.to_sparse_csr(),
        torch.quantize_per_tensor(MATRIX, 1.0, 0, torch.quint8),
        MATRIX.to(torch.float8_e4m3fn),
        MATRIX.clone().requires_grad_(),
        torch.complex(MATRIX, -MATRIX).conj().imag,
    ],
    ids=["coo", "csr", "quantized", "float8", "with a graph", "negated view"],
)
@pytest.mark.filterwarnings("ignore")
def test_log_takes_any_kind_of_tensor(heard: Heard, job: Job, tensor: Tensor) -> None:
    with watch(job.model, job.optimizer, sink=heard.append) as run:
        run.log(map=tensor)
    assert heard.of(Measured)[-1].arrays["map"].tolist() == MATRIX.tolist()


@pytest.mark.parametrize(
    "value", [torch.empty(2, device="meta"), [torch.ones(2), [1.0]]], ids=["meta", "lists of two shapes"]
)
def test_what_cannot_be_read_is_left_out_of_a_log(
    heard: Heard, job: Job, capsys: pytest.CaptureFixture[str], value: Any
) -> None:
    with watch(job.model, job.optimizer, sink=heard.append) as run:
        run.log(lost=value, kept=1.0)
    assert heard.values("log") == [{"kept": 1.0}]
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith("loopscope: run.log(lost=…) is left out: ")


def test_afterwards_it_is_a_stored_run(job: Job, tmp_path: Path) -> None:
    with loopscope.watch(job.model, job.optimizer, name="kept", home=tmp_path) as run:
        losses = [job.step() for _ in range(3)]
        run.log(accuracy=0.9)
        assert run.series("loss").values.tolist() == losses  # in between, too
        assert run.status == "running"
    assert run.series("accuracy").values.tolist() == [0.9]
    assert (run.status, run.name, run.steps) == ("finished", "kept", 3)
    assert [stored.id for stored in list_runs(tmp_path)] == [run.id]
    assert "finished" in repr(run)
    assert run.plot is not None
    with pytest.raises(UserMistake, match="calls before the watch ends"):
        run.log(accuracy=1.0)


def test_without_a_step_there_is_a_run_that_says_so(job: Job, tmp_path: Path) -> None:
    with watch(job.model, job.optimizer, home=tmp_path) as run:
        pass
    assert (run.status, run.reason) == ("finished", "no optimizer took a step while it was watched")


# --- what is refused

loosely: Any = watch
"""For arguments that its types rule out."""


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda job: loosely("abc"),
            "model is 'abc'; allowed a torch.nn.Module, or several. Try watch(model, optimizer).",
        ),
        (lambda job: loosely(job.optimizer, job.model), "The model comes first: watch(model, optimizer)."),
        (lambda job: loosely(job.model, job.model), "Leave it out, and it is found by its steps."),
        (lambda job: loosely(job.model, optimiser=job.optimizer), 'Did you mean "optimizer"?'),
        (
            lambda job: loosely(job.model, torch.optim.lr_scheduler.ConstantLR(job.optimizer)),
            "optimizer is 'ConstantLR'; allowed an optimizer of torch.optim, or several. Hand over its .optimizer.",
        ),
        (lambda job: loosely(job.model, job.optimizer, name=3), "name is 3; allowed a text."),
        (lambda job: loosely(job.model, job.optimizer, sink=3), "sink is 3; allowed a function of one event."),
        (lambda job: loosely(job.model, instruments="gradient_nrom"), 'Did you mean "gradient_norm"?'),
        (lambda job: loosely(job.model, every="often"), "cadence is 'often'; allowed"),
        (lambda job: loosely(job.model, instruments={"loss": 2}, every=3), "Leave every out."),
    ],
)  # fmt: skip
def test_wrong_arguments(job: Job, call: Callable[[Job], object], words: str) -> None:
    with pytest.raises(UserMistake) as caught:
        call(job)
    assert words in str(caught.value)
    assert listening.listener_count() == 0


def test_wrong_logs(job: Job) -> None:
    with watch(job.model, job.optimizer, sink=lambda event: None) as run:
        with pytest.raises(UserMistake, match="Log numbers; text has no curve"):
            run.log(note="good")
        with pytest.raises(UserMistake, match="a name and a value"):
            run.log(0.5)  # pyright: ignore[reportArgumentType]
        with pytest.raises(UserMistake, match="Leave sink out"):
            run.series("loss")


def test_a_home_that_cannot_be_written_is_refused_at_once(job: Job, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreError, UserMistake)):
        watch(job.model, job.optimizer, home=tmp_path / "file" / "home")
    assert listening.listener_count() == 0


def test_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys, loopscope, torch\nfrom torch import nn\nbefore = set(sys.modules)\n"
        "model = nn.Linear(1, 1)\noptimizer = torch.optim.SGD(model.parameters(), lr=1)\nbefore = set(sys.modules)\n"
        f"with loopscope.watch(model, optimizer, home={str(tmp_path)!r}):\n"
        "    model(torch.ones(1, 1)).sum().backward(); optimizer.step()\n"
        "heavy = {'fastapi', 'uvicorn', 'starlette', 'matplotlib', 'pandas', 'sklearn', 'pyarrow', 'typer', 'rich'}\n"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} & heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
