"""Criterion, optimizer and schedule of an experiment, as calls of PyTorch's own classes. Builds nothing by itself."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from ..experiment import Schedule, Training
from ..experiment.vocabulary import LOSSES_OF_TASK, SETTINGS_OF_OPTIMIZER, Task
from .call import Call

CRITERIA = {
    "mse": "nn.MSELoss",
    "mae": "nn.L1Loss",
    "huber": "nn.HuberLoss",
    "bce": "nn.BCEWithLogitsLoss",
    "cross-entropy": "nn.CrossEntropyLoss",
}
OPTIMIZERS = {
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "NAdam",
    "adamax": "Adamax",
    "lbfgs": "LBFGS",
}


def criterion(training: Training, task: Task) -> Call:
    """The loss that fits the task, or the one asked for. All take logits, or the value itself in regression."""
    name = LOSSES_OF_TASK[task][0] if training.loss == "auto" else training.loss
    smoothing = {"label_smoothing": training.label_smoothing} if training.label_smoothing else {}
    return Call(CRITERIA[name], smoothing)


def optimizer(training: Training) -> Call:
    """The optimizer of `torch.optim`, with every setting that differs from PyTorch's own default for it."""
    name = OPTIMIZERS[training.optimizer]
    usual = inspect.signature(getattr(torch.optim, name)).parameters
    keywords: dict[str, Any] = {"lr": training.lr}
    for setting in ("momentum", "nesterov", "betas", "eps", "weight_decay"):
        value = getattr(training, setting)
        if setting in SETTINGS_OF_OPTIMIZER[training.optimizer] and value != usual[setting].default:
            keywords[setting] = value
    return Call(f"torch.optim.{name}", keywords)


def schedule(training: Training, total: int) -> list[Call]:
    """Schedulers for `total` optimizer steps: none, one, or a warm-up and what follows it."""
    asked = training.schedule
    if asked.name == "one-cycle":
        return [_one_cycle(training, total)]
    if asked.name == "plateau":
        return [_scheduler("ReduceLROnPlateau", factor=asked.factor, patience=asked.patience)]
    after = _after_warmup(asked, training.lr, max(1, total - asked.warmup))
    if not asked.warmup:
        return [after] if after else []
    start = 1 / (asked.warmup + 1)  # the first step must already move something
    warmup = _scheduler("LinearLR", start_factor=start, total_iters=asked.warmup)
    return [warmup, after] if after else [warmup]


def _after_warmup(asked: Schedule, lr: float, steps: int) -> Call | None:
    match asked.name:
        case "step":
            return _scheduler("StepLR", step_size=asked.every, gamma=asked.factor)
        case "exponential":
            return _scheduler("ExponentialLR", gamma=asked.factor ** (1 / asked.every))
        case "linear":
            return _scheduler("LinearLR", start_factor=1.0, end_factor=asked.final, total_iters=steps)
        case "cosine":
            return _scheduler("CosineAnnealingLR", T_max=steps, eta_min=lr * asked.final)
        case _:
            return None


def _one_cycle(training: Training, total: int) -> Call:
    peak = training.schedule.peak_at
    return _scheduler("OneCycleLR", max_lr=training.lr, total_steps=total + 1, pct_start=peak, cycle_momentum=False)


def _scheduler(name: str, **keywords: Any) -> Call:
    return Call(f"torch.optim.lr_scheduler.{name}", keywords)
