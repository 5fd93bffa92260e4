"""Judge the baseline that looks at nothing, its error on the test rows, and the share that the line explains."""

from __future__ import annotations

from typing import Any

import torch

from loopscope.course.exercises import Work, Wrong


def check(work: Work) -> None:
    module = work.module
    y, train, test = module.y, module.train, module.test
    said = _number(module.baseline, "baseline")
    _is_training_mean(said, y, train, test)
    error = (said - y[test]).square().mean().sqrt().item()
    line = float(module.line_rmse)
    _is_its_error(_number(module.baseline_rmse, "baseline_rmse"), error, line, said, y, train, test)
    _is_explained(_number(module.explained, "explained"), line, error)


def _number(value: Any, name: str) -> float:
    if isinstance(value, torch.Tensor) and value.numel() > 1:
        raise Wrong(f"`{name}` has the shape {tuple(value.shape)}; it should be one number.")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Wrong(f"`{name}` should be one number, and is {type(value).__name__}.") from None


def _is_training_mean(said: float, y: torch.Tensor, train: torch.Tensor, test: torch.Tensor) -> None:
    wanted = y[train].mean().item()
    if _near(said, wanted):
        return
    if said == 0:
        raise Wrong("`baseline` is still 0: it should be the mean of the targets that a model may see.")
    head = f"`baseline` is {said:.2f}"
    if _near(said, y[test].mean().item()):
        raise Wrong(f"{head}, the mean of the test rows: a model may not see those before it is judged.")
    if _near(said, y.mean().item()):
        raise Wrong(f"{head}, the mean of all 442 rows, and the test rows are among them: use the training rows alone.")
    if _near(said, y[train].median().item()):
        raise Wrong(f"{head}, the median: it has the lowest absolute error, and the mean the lowest squared one.")
    raise Wrong(f"{head}; the mean of the {len(train)} training targets is {wanted:.2f}.")


def _is_its_error(
    said: float, wanted: float, line: float, mean: float, y: torch.Tensor, train: torch.Tensor, test: torch.Tensor
) -> None:
    if _near(said, wanted):
        return
    head = f"`baseline_rmse` is {said:.2f}"
    whys = (
        (line, "still the line's error: the baseline's own answer belongs in its place."),
        (wanted**2, "the mean squared error: its root is asked for, in the target's own unit."),
        ((mean - y[test]).abs().mean().item(), "the mean absolute error: square the misses first, take the root last."),
        ((mean - y[train]).square().mean().sqrt().item(), "the error on the training rows: it is judged on `test`."),
        (y[test].std().item(), "the spread of the test rows around their own mean, which the baseline does not know."),
    )
    for would_be, why in whys:
        if _near(said, would_be):
            raise Wrong(f"{head}, {why}")
    raise Wrong(f"{head}; always saying {mean:.2f} misses the test rows by {wanted:.2f} (root mean square).")


def _is_explained(said: float, line: float, error: float) -> None:
    wanted = 1 - (line / error) ** 2
    if _near(said, wanted):
        return
    head = f"`explained` is {said:.3f} and should be {wanted:.3f}"
    whys = (
        (0.0, "it is still as it was given."),
        (1 - line / error, "the ratio of the errors is to be squared."),
        ((line / error) ** 2, "that is the share that is left over: take it from 1."),
        (1 - (error / line) ** 2, "the ratio is upside down: the line's error belongs above the baseline's."),
    )
    for would_be, why in whys:
        if _near(said, would_be):
            raise Wrong(f"{head}: {why}")
    raise Wrong(f"{head}, with errors of {line:.2f} (line) and {error:.2f} (baseline).")


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-4 * max(1.0, abs(other))
