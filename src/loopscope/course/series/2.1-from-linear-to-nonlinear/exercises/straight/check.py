"""Judge a prediction, a model that is one straight line, and the share it gets right."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong, expect

NEAR = 0.05


def check(work: Work) -> None:
    model, X, y = work.module.model, work.module.X, work.module.y
    _is_straight(model)
    expect.loop_runs(work.trace, at_least=100)
    expect.every_weight_learns(work.trace)
    with torch.no_grad():
        right = ((model(X) > 0) == (y == 1)).float().mean().item()
    share = _number(work.module.accuracy, "accuracy")
    _is_right_share(share, right)
    _is_prediction(work, share)


def _is_straight(model: Any) -> None:
    expect.a(nn.Module, model, "model")
    parts = [type(part).__name__ for part in model.modules() if not list(part.children())]
    if any(name in ("Sigmoid", "Softmax") for name in parts):
        raise Wrong("`model` ends in a sigmoid, and `BCEWithLogitsLoss` applies one itself: leave it out of the model.")
    if parts.count("Linear") > 1 or any(name.endswith(("ReLU", "Tanh")) for name in parts):
        raise Wrong(
            f"`model` still has a hidden layer ({', '.join(parts)}): one linear layer from 2 to 1 is asked for."
        )
    x = torch.tensor([[-1.0, 2.0], [3.0, -2.0], [1.0, 0.0]])  # the last lies in the middle of the other two
    with torch.no_grad():
        said = model(x)
    expect.shape(said, (3, 1), "model(x)")
    if not torch.allclose((said[0] + said[1]) / 2, said[2], atol=1e-4):
        raise Wrong("`model` is not linear: halfway between two points it does not give what lies halfway between.")


def _number(value: Any, name: str) -> float:
    try:
        share = float(value)
    except (TypeError, ValueError):
        raise Wrong(f"`{name}` should be one number, and is {type(value).__name__}.") from None
    if 1 < share <= 100:
        raise Wrong(f"`{name}` is {share:g}: write a share between 0 and 1 rather than per cent.")
    return share


def _is_right_share(share: float, right: float) -> None:
    if abs(share - right) < 0.002:
        return
    if share == 0:
        raise Wrong("`accuracy` is still 0: compute the share of points that the trained model gets right.")
    hint = "Logits are compared with 0 (probabilities with 0.5), each with its own label, both of shape (400, 1)."
    raise Wrong(f"`accuracy` is {share:.3f}, but the model gets {right:.3f} of the points right. {hint}")


def _is_prediction(work: Work, share: float) -> None:
    prediction = _number(work.module.prediction, "prediction")
    if prediction == share:
        raise Wrong("`prediction` is the accuracy to the last digit: guess before you run, that is what it is for.")
    if abs(prediction - share) > NEAR:
        more = "Fewer" if prediction > share else "More"
        raise Wrong(
            f"You predicted {prediction:.2f} and the straight line gets {share:.2f} of the points right. "
            f"{more} than you thought: look at the tips of the moons, correct the prediction and check again."
        )
