"""The same job in plain PyTorch, loopscope, skorch, Lightning and scikit-learn: what each asks for its comforts.

Informs only: they do different things for their time, and all of it is small beside a real model's.
"""

from __future__ import annotations

import importlib.util
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from loopscope import datasets
from loopscope.datasets import Dataset
from loopscope.engines import Job, prepare, run
from loopscope.engines.train import write_down
from loopscope.experiment import validate
from loopscope.instruments import DEFAULT, make
from loopscope.store import Store

from .effort import Effort
from .figure import Figure, ratio, unmeasured
from .measuring import Contestant, compare
from .subject import exhaust, typed

ROWS, WIDTH, LR, BATCH, EPOCHS, SEED = 1000, 8, 0.01, 32, 100, 0
PLAIN = "plain PyTorch"

Predict: TypeAlias = Callable[[Tensor], np.ndarray]
"""Inputs (rows, 2) → classes (rows,)."""
Way: TypeAlias = Callable[[Job], Predict]
"""Trains from the start, and hands back what was learned."""

ASKED = validate(
    {
        "data": {"name": "moons", "samples": ROWS},
        "model": {"hidden": [WIDTH]},
        "training": {"optimizer": "adam", "lr": LR, "batch_size": BATCH, "epochs": EPOCHS},
        "seed": {"init": SEED, "order": SEED},
    }
)


def measure(effort: Effort) -> list[Figure]:
    """Seconds of a whole training, as a multiple of plain PyTorch's; what is not installed is left out, and said."""
    ways, missing = installed()
    accuracies = {name: accuracy(way) for name, way in ways.items()}
    times = compare({name: trains(way) for name, way in ways.items()}, seconds=effort.seconds(45))
    figures: list[Figure] = []
    for name in ways:
        seconds = times.of(name, "wall").median
        note = f"{seconds:.2f} s, test accuracy {accuracies[name]:.3f}"
        figures.append(ratio(times, name, PLAIN, note=note, extra={"seconds": seconds, "accuracy": accuracies[name]}))
    return [*figures, *(unmeasured(name, PLAIN, f"not installed; make bench installs {name}") for name in missing)]


def installed() -> tuple[dict[str, Way], list[str]]:
    """The ways there are, the plain one first, and the peers that are not installed."""
    peers: dict[str, tuple[str, Way]] = {
        "skorch": ("skorch NeuralNetClassifier", with_skorch),
        "lightning": ("Lightning Trainer", with_lightning),
        "sklearn": ("scikit-learn MLPClassifier", with_sklearn),
    }
    missing = [package for package in peers if importlib.util.find_spec(package) is None]
    ours: dict[str, Way] = {PLAIN: plain, "loopscope engine": engine, "loopscope train, recorded": recorded}
    return ours | {name: way for package, (name, way) in peers.items() if package not in missing}, missing


@cache
def data() -> Dataset:
    return datasets.load(ASKED.data, ASKED.seed.data)


def trains(way: Way) -> Contestant:
    """Fresh weights each turn; only the training is timed."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        yield partial(way, prepare(ASKED, data()))

    return prepared


def accuracy(way: Way) -> float:
    """Share of the test rows that are told right."""
    test = data().test
    found = way(prepare(ASKED, data()))(test.inputs)
    return float((found.reshape(-1) == test.targets.numpy().reshape(-1)).mean())


def plain(parts: Job) -> Predict:
    """The loop typed by hand."""
    exhaust(typed(parts))
    return classes_of(parts.model)


def engine(parts: Job) -> Predict:
    """Nothing measured, nothing recorded."""
    for _ in run(ASKED, job=parts):
        pass
    return classes_of(parts.model)


def recorded(parts: Job) -> Predict:
    """What `loopscope train` does: default instruments, all of it in a record on disk."""
    with tempfile.TemporaryDirectory() as folder, Store.open(folder) as store:
        events = run(ASKED, make(DEFAULT), run_id="measured", job=parts)
        with store.writer(next(events)) as writer:  # type: ignore[arg-type]
            write_down(events, writer, lambda event: None)
    return classes_of(parts.model)


def with_skorch(parts: Job) -> Predict:
    """Its classifier over our network, told to be silent and to hold nothing back for validation."""
    from skorch import NeuralNetClassifier

    classifier: Any = NeuralNetClassifier  # its annotations are those of its default values
    net = classifier(
        TwoLogits,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=LR,
        batch_size=BATCH,
        max_epochs=EPOCHS,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        net.fit(*rows(parts))
    return lambda inputs: net.predict(inputs.numpy())


class TwoLogits(nn.Sequential):
    """2-8-2: skorch's classifier wants a logit for each class."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(2, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2))


def with_lightning(parts: Job) -> Predict:
    """Its trainer over our network, with logger, checkpoints, summary and progress bar off, on the CPU."""
    import lightning
    from torch.utils.data import DataLoader, TensorDataset

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    train = parts.dataset.train
    trainer = lightning.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=EPOCHS,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    module = lightning_module(lightning, parts)
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")  # advice on workers, which cost more than they bring here
        torch.manual_seed(SEED)
        trainer.fit(module, DataLoader(TensorDataset(train.inputs, train.targets), BATCH, shuffle=True))
    return classes_of(parts.model)


def lightning_module(lightning: Any, parts: Job) -> Any:
    """Our model, criterion and optimizer as Lightning wants them told."""

    class Moons(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = parts.model

        def training_step(self, batch: tuple[Tensor, Tensor], _number: int) -> Tensor:
            inputs, targets = batch
            return parts.criterion(self.model(inputs), targets)

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return parts.optimizer

    return Moons()


def with_sklearn(parts: Job) -> Predict:
    """Its own NumPy network, told not to stop before the last epoch and not to add its usual L2 penalty."""
    from sklearn.neural_network import MLPClassifier

    classifier: Any = MLPClassifier  # likewise
    net = classifier(
        (WIDTH,),
        solver="adam",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=LR,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS + 1,
        random_state=SEED,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged: the number of epochs is the job
        net.fit(*rows(parts))
    return lambda inputs: net.predict(inputs.numpy())


def rows(parts: Job) -> tuple[np.ndarray, np.ndarray]:
    """Training rows as NumPy has them: inputs (rows, 2) float32, classes (rows,) int64."""
    train = parts.dataset.train
    return train.inputs.numpy(), train.targets.numpy().reshape(-1).astype(np.int64)


def classes_of(model: nn.Module) -> Predict:
    """A logit above zero is class 1."""

    def predict(inputs: Tensor) -> np.ndarray:
        with torch.no_grad():
            return (model.eval()(inputs) > 0).numpy().astype(np.int64)

    return predict
