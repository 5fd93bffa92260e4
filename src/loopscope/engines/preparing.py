"""From what is asked to parts that can run: data, model, criterion, optimizer, schedule. Runs nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler, SequentialLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .. import datasets, models
from ..datasets import Dataset
from ..errors import mistake
from ..experiment import Experiment, Model, Start, Training, check_task
from ..loop import Batches, weight_penalty
from . import choice, faults, recipes
from .job import Job
from .randomness import Randomness


def prepare(experiment: Experiment, dataset: Dataset | None = None) -> Job:
    """Everything a run needs, decided by the experiment's three seeds; torch's own random state stays as it was.

    Raises `UserMistake` where data, model and training do not go together.
    """
    training = experiment.training
    device = choice.device(training.device)
    dataset = dataset or datasets.load(experiment.data, experiment.seed.data)
    check_fit(experiment, dataset)
    _check_size(experiment, dataset)
    with seeded(experiment.seed.init):
        model = models.build(experiment.model, ports(dataset))
        randomness = Randomness(torch.get_rng_state())
    edit(model, experiment.start)
    model.to(device.value)
    batches = _batches(experiment, dataset, device.value)
    per_epoch = -(-len(batches) // training.accumulate)
    total = training.steps or (training.epochs or 100) * per_epoch
    given = faults.trainable(model, experiment.faults.inject)
    plain_criterion = criterion_for(experiment, dataset)
    job = Job(
        experiment=experiment,
        dataset=dataset,
        device=device,
        threads=choice.threads(_largest(experiment, batches)),
        model=model,
        criterion=faults.wrap_criterion(plain_criterion, experiment.faults.inject),
        plain_criterion=plain_criterion,
        optimizer=recipes.optimizer(training).build(given),
        batches=batches,
        per_epoch=per_epoch,
        total=total,
        randomness=randomness,
        penalty=weight_penalty(training.l1, training.l2),
    )
    faults.break_parts(job, experiment.faults.inject)
    job.scheduler = scheduler_for(job, job.total)
    _add_precision(job)
    if training.ema is not None:
        job.averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(training.ema))
    return job


def ports(dataset: Dataset) -> models.Ports:
    """What a model must fit for this dataset."""
    return models.Ports(
        inputs=dataset.train.inputs.shape[1],
        outputs=dataset.outputs,
        image=dataset.image,
        vocabulary=len(dataset.vocabulary),
        context=dataset.train.inputs.shape[1] if dataset.task == "next-character" else 0,
    )


def criterion_for(experiment: Experiment, dataset: Dataset) -> Callable[[Any, Any], Tensor]:
    """The loss as one calls it: (outputs, targets) → scalar. Text is flattened to one row a character."""
    criterion = recipes.criterion(experiment.training, dataset.task).build()
    if dataset.task != "next-character":
        return criterion
    return lambda outputs, targets: criterion(outputs.flatten(0, 1), targets.flatten())


def edit(model: nn.Module, start: Start) -> None:
    """Set single initial weights by hand. Raises `UserMistake` for a tensor or position that the model has not."""
    tensors = dict(model.named_parameters())
    for number, edit in enumerate(start.edits):
        where = f"start.edits[{number}]"
        if edit.tensor not in tensors:
            raise mistake(f"{where}.tensor", edit.tensor, ", ".join(tensors))
        tensor = tensors[edit.tensor]
        fits = len(edit.index) == tensor.dim() and all(i < n for i, n in zip(edit.index, tensor.shape, strict=True))
        if not fits:
            shape = " × ".join(str(n) for n in tensor.shape)
            raise mistake(f"{where}.index", edit.index, f"a position in {edit.tensor}, which is {shape}")
        with torch.no_grad():
            tensor[edit.index] = edit.value


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Torch's global generator at `seed` inside, and as it was outside."""
    kept = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(kept)


MOST_PARAMETERS = 200_000_000
"""With gradients and Adam's two buffers these take 3.2 GB as 32-bit floats."""


def _check_size(experiment: Experiment, dataset: Dataset) -> None:
    """Before memory is asked for."""
    spec: Any = experiment.model  # pyright does not know that a frozen model of pydantic can be hashed
    count = _parameters_of(spec, ports(dataset))
    if count > MOST_PARAMETERS:
        allowed = f"layers of at most {MOST_PARAMETERS:,} parameters together; these have {count:,}"
        raise mistake("model.hidden", experiment.model.hidden, allowed, "Try --set model.hidden=64")


@lru_cache(64)
def _parameters_of(spec: Model, fitting: models.Ports) -> int:
    """Counted on PyTorch's meta device, which holds shapes and no numbers."""
    with torch.device("meta"):
        return sum(p.numel() for p in models.build(spec, fitting).parameters())


def _largest(experiment: Experiment, batches: Batches) -> int:
    """Entries of the largest tensor of a step: a batch at its widest."""
    width = max(batches.inputs[0].numel(), *experiment.model.hidden)
    return min(batches.size, len(batches.inputs)) * width


def check_fit(experiment: Experiment, dataset: Dataset) -> None:
    """Raise `UserMistake` where data, model and batches do not go together."""
    check_task(experiment, dataset.task)
    size, rows = experiment.training.batch_size, len(dataset.train)
    if experiment.model.norm == "batch" and size != "all" and rows % size == 1:
        allowed = f"a size that leaves no batch of a single row ({rows} training rows), which has no deviation"
        raise mistake("training.batch_size", size, allowed, f"Try --set training.batch_size={size + 1}")
    if dataset.task == "next-character" and experiment.model.kind != "transformer":
        raise mistake("model.kind", experiment.model.kind, "transformer for text", "Others cannot read characters.")


def _batches(experiment: Experiment, dataset: Dataset, device: str) -> Batches:
    train, asked = dataset.train, experiment.training.batch_size
    return Batches(
        train.inputs.to(device),
        train.targets.to(device),
        len(train) if asked == "all" else min(asked, len(train)),
        torch.Generator().manual_seed(experiment.seed.order),
    )


def scheduler_for(job: Job, total: int) -> LRScheduler | None:
    """The schedule that the experiment asks for, over `total` steps from now; None for a constant learning rate."""
    return laid_out(job.experiment.training, job.optimizer, total)


def laid_out(training: Training, optimizer: torch.optim.Optimizer, total: int) -> LRScheduler | None:
    """The same for any optimizer."""
    built = [call.build(optimizer) for call in recipes.schedule(training, total)]
    if len(built) < 2:
        return built[0] if built else None
    return SequentialLR(optimizer, built, milestones=[training.schedule.warmup])


def _add_precision(job: Job) -> None:
    if not job.experiment.training.amp:
        return
    cuda = job.device.value.startswith("cuda")
    kind = job.device.value.partition(":")[0]
    job.autocast = torch.autocast(kind, dtype=torch.float16 if cuda else torch.bfloat16)
    job.scaler = torch.amp.GradScaler(kind) if cuda else None
