"""Judge a pipeline by what comes out when the test rows lie far from the training rows."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from loopscope.course.exercises import Work, Wrong, expect

ROWS, TRAINING, CONSTANT = 60, 40, 3


def check(work: Work) -> None:
    generator = torch.Generator().manual_seed(0)
    scale, centre = torch.tensor([1.0, 50.0, 0.01, 1.0]), torch.tensor([0.0, 900.0, 0.1, 0.0])
    X = centre + scale * torch.randn(ROWS, 4, generator=generator)
    order = torch.randperm(ROWS, generator=generator).tolist()
    rows, tested = order[:TRAINING], order[TRAINING:]
    X[tested] += torch.tensor([8.0, 400.0, 0.08, 0.0])  # whoever looks at them shows it
    plain = X.clone()
    _judge(work.call("prepare", plain.clone(), list(order), TRAINING), plain, rows, tested)
    plain[:, CONSTANT] = 7.0
    plain[tested[0], CONSTANT] = 9.0
    _constant(work.call("prepare", plain.clone(), list(order), TRAINING))


def _judge(made: Any, X: Tensor, rows: list[int], tested: list[int]) -> None:
    if not isinstance(made, tuple) or len(made) != 2:
        raise Wrong("`prepare` should return two tensors: the training rows and the test rows.")
    train, test = made
    expect.shape(train, (TRAINING, 4), "the training part")
    expect.shape(test, (ROWS - TRAINING, 4), "the test part")
    if _close(train, X[rows]):
        raise Wrong("The training rows come out as they went in: nothing is normalised.")
    if _same(train, _by(X, X)[rows]):
        raise Wrong(
            "The leak is still there: mean and deviation come from all rows, the test rows among them.",
            yours=_drawn(train, test),
            wanted=_drawn(_by(X[rows], X[rows]), _by(X[rows], X[tested])),
        )
    if _same(train, _by(X[tested], X[rows])):
        raise Wrong("The statistics come from the test rows: it should be those of the training rows.")
    if not bool((train.mean(dim=0).abs() < 1e-2).all()):
        raise Wrong("In the training part the columns don't have mean 0: whose mean is subtracted?")
    if not _same(train, _by(X[rows], X[rows])):
        raise Wrong(
            "In the training part the columns have mean 0 and not standard deviation 1, or the rows are not in the "
            "order that was given. Divide by the deviation, one for each column."
        )
    if _same(test, _by(X[tested], X[tested])):
        raise Wrong(
            "The test rows are normalised by their own mean and deviation: a shift between the years would vanish.",
            yours=_drawn(train, test),
            wanted=_drawn(_by(X[rows], X[rows]), _by(X[rows], X[tested])),
        )
    if _close(test, X[tested]):
        raise Wrong("The test rows come out as they went in: the model would see them in other units.")
    if not _same(test, _by(X[rows], X[tested])):
        raise Wrong("The test rows are not treated by the training rows' mean and deviation.")


def _constant(made: tuple[Tensor, Tensor]) -> None:
    train, test = made
    for part, name in ((train, "training"), (test, "test")):
        if not bool(part[:, CONSTANT].isfinite().all()):
            raise Wrong(
                f"A column that is constant in training gives inf or nan in the {name} part: its deviation is 0."
            )
    if bool((train[:, CONSTANT].abs() > 1e-3).any()):
        raise Wrong("A column that is constant in training should come out as zeros there.")


def _by(reference: Tensor, X: Tensor) -> Tensor:
    return (X - reference.mean(dim=0)) / reference.std(dim=0)


def _same(yours: Tensor, wanted: Tensor) -> bool:
    """With either deviation, divided by n or by n − 1, the one within 2 % of the other."""
    return torch.allclose(yours, wanted, rtol=0.03, atol=1e-2)


def _close(yours: Tensor, wanted: Tensor) -> bool:
    return torch.allclose(yours, wanted)


def _drawn(train: Tensor, test: Tensor) -> Any:
    """Where the rows of both parts lie in the first two columns."""
    from matplotlib.figure import Figure

    axes = Figure(figsize=(3.4, 2.6)).subplots()
    axes.scatter(train[:, 0], train[:, 1], s=12, color="#1C1F24", label="training")
    axes.scatter(test[:, 0], test[:, 1], s=16, facecolor="none", edgecolor="#2C6FBB", label="test")
    axes.set(xlabel="column 0", ylabel="column 1")
    axes.legend(frameon=False, fontsize=7)
    return axes.figure
