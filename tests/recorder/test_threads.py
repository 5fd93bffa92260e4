"""Several threads train at once: one record, whole, and the loops undisturbed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import nn

from loopscope.events import Event, Measured, RunStarted, StepEnded
from loopscope.recorder import watch
from loopscope.recorder.modules import live

MANY, STEPS = 6, 30
X = torch.linspace(-1, 1, 12).reshape(6, 2)


@pytest.fixture(autouse=True)
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], object], count: int = MANY) -> list[BaseException]:
    """Do it in threads that begin together; what they raised."""
    errors: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(place: int) -> None:
        gate.wait()
        try:
            work(place)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def trained(place: int, model: nn.Module | None = None) -> nn.Module:
    model = model or nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = (model(X[: place + 1]) ** 2).mean() + 100 * place
        loss.backward()
        optimizer.step()
    return model


def test_threads_that_begin_together_begin_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[Event] = []
    with watch(sink=heard.append, instruments=["learning_rate"]):
        assert at_once(trained) == []
    assert [type(event) for event in heard].count(RunStarted) == 1 and isinstance(heard[0], RunStarted)
    steps = [event for event in heard if isinstance(event, StepEnded)]
    others = [event for event in heard if isinstance(event, Measured) and event.instrument.startswith("optimizer")]
    assert [event.step for event in steps] == list(range(1, STEPS + 1))
    assert len({event.instrument for event in others}) == MANY - 1 and len(others) == STEPS * (MANY - 1)
    place = int(steps[-1].loss // 100)
    assert all(event.loss // 100 == place for event in steps)  # each loss went to its own thread's step
    assert [event.samples_seen for event in steps] == [(place + 1) * (n + 1) for n in range(STEPS)]
    assert capsys.readouterr().err == ""


def test_watches_come_and_go_while_others_train() -> None:
    def watched(place: int) -> None:
        for _ in range(5):
            model = nn.Linear(2, 1)
            with watch(model, sink=lambda event: None):
                trained(place, model)

    assert at_once(watched) == []


def test_losses_of_several_threads_before_one_step_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    heard: list[Event] = []

    def backward(place: int) -> None:
        (model(X) ** 2).mean().backward()

    with watch(model, optimizer, sink=heard.append):
        for _ in range(2):
            assert at_once(backward, 2) == []
            optimizer.step()
    assert [event.step for event in heard if isinstance(event, StepEnded)] == [1, 2]
    said = capsys.readouterr().err
    assert said.count("several threads train the same weights") == 1 and said.count("\n") == 1


def test_an_optimizer_that_another_thread_is_making_is_met_once_it_is_made() -> None:
    heard: list[Event] = []
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD.__new__(torch.optim.SGD)  # as far as it has come when the watch begins
    with watch(model, sink=heard.append):
        optimizer.__init__(model.parameters(), lr=0.01)
        (model(X) ** 2).mean().backward()
        optimizer.step()
    assert [event.step for event in heard if isinstance(event, StepEnded)] == [1]


def test_a_search_for_models_leaves_other_threads_tuples_alone() -> None:
    model = nn.Linear(2, 1)
    made = threading.Event()

    def make() -> None:
        while not made.is_set():
            tuple(each for each in range(40))

    def search() -> None:
        try:
            assert all(model in live(nn.Module) for _ in range(8))
        finally:
            made.set()

    assert at_once(lambda place: make() if place else search(), 3) == []
