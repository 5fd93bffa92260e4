"""Which experiments can train in one stack, and which cannot and why. Trains nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from torch import nn

from ... import datasets, models
from ...datasets import Dataset
from ...experiment import Data, Experiment
from .. import choice, recipes
from ..preparing import check_fit, ports
from .layers import first_unknown
from .memory import Footprint, usual_budget
from .optimizers import STACKED

Way: TypeAlias = Literal["by hand", "torch.func", "serial"]
"""How the runs of a group are trained: in stacked layers, by `torch.func`, or one after another."""

ROW_FAULTS = frozenset({"unshuffled", "same-batch", "misaligned-labels", "repeated-seed"})
"""Faults that are in the rows alone, which every model of a stack may have of its own."""
OF_ONE_MODEL = {"init": "default", "init_gain": 1.0}
"""Fields of `[model]` in which models of one architecture may differ, set to these to compare the others."""
CACHED = 2**19
"""Numbers of the largest tensor of a step, 2 MB: beyond that a stack leaves the processor's cache and gets slower."""


@dataclass(frozen=True, slots=True)
class Group:
    """Experiments, by their places, that train together; `because` says why so, in a sentence for people."""

    members: tuple[int, ...]
    way: Way
    because: str
    footprint: Footprint | None = None
    at_once: int = 1
    """Models that one stack takes, for the cache's sake; the stacks of a group take turns."""
    each_bytes: int = 0
    """Memory that one of them takes, about; 0 where it trains by itself."""


def why_not_stacked(experiment: Experiment) -> str:
    """One sentence where this experiment has to train by itself; empty where it can share a stack."""
    training = experiment.training
    others = [fault for fault in experiment.faults.inject if fault not in ROW_FAULTS]
    if training.optimizer not in STACKED:
        return f"training.optimizer is {training.optimizer}; stacked are {', '.join(STACKED)}"
    device = choice.device("auto").value if training.device == "auto" else training.device
    if device != "cpu":
        return f"training.device is {training.device}; stacks are held to the serial engine on the CPU only, so far"
    if training.amp:
        return "training.amp is true; mixed precision would round a stack otherwise than a single run"
    if others:
        return (
            f"faults.inject has {', '.join(others)}; stacked are {', '.join(sorted(ROW_FAULTS))}, which are in the rows"
        )
    return ""


def group(experiments: Sequence[Experiment], *, budget: int | None = None) -> list[Group]:
    """Those of one architecture that agree in all that a stack has in common, split where they exceed `budget` bytes.

    A stack has in common: architecture, shapes of data, loss, optimizer, batch size, accumulation, number of steps,
    device, and whether weights are averaged. All else may differ. `budget` is a quarter of the machine's memory where
    it is not given. Raises `UserMistake` for an experiment whose data, model and training do not go together.
    """
    budget = usual_budget() if budget is None else budget
    sample: dict[Data, Dataset] = {}
    sorts: dict[Hashable, list[int]] = {}
    for place, experiment in enumerate(experiments):
        if experiment.data not in sample:  # its shape does not depend on the seed
            sample[experiment.data] = datasets.load(experiment.data, experiment.seed.data)
        dataset = sample[experiment.data]
        check_fit(experiment, dataset)
        reason = why_not_stacked(experiment)
        sorts.setdefault((reason, None if reason else in_common(experiment, dataset)), []).append(place)
    groups: list[Group] = []
    for (reason, _), places in sorts.items():  # type: ignore[misc]
        first = experiments[places[0]]
        whole = Group(tuple(places), "serial", reason) if reason else _stacked(first, sample[first.data], places)
        groups += _split(whole, first, sample[first.data], budget)
    return groups


def in_common(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What has to be equal of two experiments in one stack."""
    training, train, test = experiment.training, dataset.train, dataset.test
    return (
        experiment.model.model_copy(update=OF_ONE_MODEL),
        ports(dataset),
        dataset.task,
        tuple(tuple(t.shape) for t in (train.inputs, train.targets, test.inputs, test.targets)),
        repr(recipes.criterion(training, dataset.task)),
        training.optimizer,
        training.nesterov,
        rows_at_once(experiment, dataset),
        training.accumulate,
        (training.steps, training.epochs),
        choice.device(training.device).value,
        training.ema is None,
    )


def rows_at_once(experiment: Experiment, dataset: Dataset) -> int:
    """Rows of a whole batch."""
    size, rows = experiment.training.batch_size, len(dataset.train)
    return rows if size == "all" else min(size, rows)


def _stacked(first: Experiment, dataset: Dataset, places: Sequence[int]) -> Group:
    with torch.device("meta"):
        model = models.build(first.model, ports(dataset))
    footprint = Footprint.of(model, dataset.train.inputs[0])
    unknown = first_unknown(model)
    if not unknown:
        return Group(tuple(places), "by hand", "one architecture, all layers stacked by hand", footprint)
    if _draws(model):
        return Group(
            tuple(places), "serial", f"{unknown} is not stacked by hand, and torch.func has no dropout of ours"
        )
    return Group(tuple(places), "torch.func", f"one architecture, stacked by torch.func for its {unknown}", footprint)


def _draws(model: nn.Module) -> bool:
    return any(isinstance(module, nn.Dropout) and module.p > 0 for module in model.modules())


def _split(whole: Group, first: Experiment, dataset: Dataset, budget: int) -> list[Group]:
    if whole.footprint is None:
        return [whole]
    rows = rows_at_once(first, dataset)
    if first.training.early_stopping is not None:
        rows = max(rows, len(dataset.test))
    own = whole.footprint.bytes(rows) + 8 * dataset.train.inputs.numel()
    most = budget // own
    widest = rows * max(1, dataset.train.inputs[0].numel(), *first.model.hidden)
    at_once = max(1, min(CACHED // widest, most))
    if most < 1:
        text = f"a single one takes {own / 2**20:,.0f} MB and so has no room in a stack of {budget / 2**20:,.0f} MB"
        return [Group(whole.members, "serial", text)]
    because = whole.because
    if len(whole.members) > most:
        because += f"; {most:,} of them fit into {budget / 2**20:,.0f} MB at once"
    parts = [whole.members[begin : begin + most] for begin in range(0, len(whole.members), most)]
    return [Group(part, whole.way, because, whole.footprint, at_once, own) for part in parts]
