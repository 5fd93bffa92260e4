"""The script's parts around the loop: model, loss and optimizer, order of batches, the result. Never the loop."""

from __future__ import annotations

from .. import models
from ..engines import Job, ports, recipes
from ..loop import Batches
from .lines import Lines


def model_code(job: Job) -> str:
    """The seed, the model, weights edited by hand, and whatever a fault does to it."""
    lines = Lines()
    if job.threads.number == 1:
        lines.add("torch.set_num_threads(1)  # for tensors this small, threads would only wait for one another")
    lines.add(f"torch.manual_seed({job.experiment.seed.init})")
    lines.add(*models.code(job.experiment.model, ports(job.dataset)).splitlines())
    if job.experiment.start.edits:
        with lines.block("with torch.no_grad():  # weights set by hand"):
            for edit in job.experiment.start.edits:
                where = f"[{', '.join(str(i) for i in edit.index)}]" if edit.index else "[()]"
                lines.add(f'model.get_parameter("{edit.tensor}"){where} = {edit.value!r}')
    if "frozen" in job.experiment.faults.inject:
        lines.add("next(model.parameters()).requires_grad_(False)  # bug: frozen by mistake")
    if _device(job):
        lines.add(f'model.to("{_device(job)}")')
    return str(lines)


def losses_code(job: Job) -> str:
    """Criterion, optimizer, schedule, averaged weights, gradient scaler."""
    experiment, lines = job.experiment, Lines()
    training = experiment.training
    lines.add(f"criterion = {recipes.criterion(training, job.dataset.task).spell()}")
    given = "model.parameters()"
    if "not-in-optimizer" in experiment.faults.inject:
        given = "list(model.parameters())[1:]"
        lines.add("# bug: the optimizer is not given the first parameter")
    lines.add(f"optimizer = {recipes.optimizer(training).spell(given)}")
    calls = [call.spell("optimizer") for call in recipes.schedule(training, job.total)]
    if len(calls) == 1:
        lines.add(f"scheduler = {calls[0]}")
    elif calls:
        lines.add("scheduler = torch.optim.lr_scheduler.SequentialLR(", "    optimizer,")
        lines.add("    [", *(f"        {call}," for call in calls), "    ],")
        lines.add(f"    milestones=[{training.schedule.warmup}],", ")")
    if training.ema is not None:
        decay = f"torch.optim.swa_utils.get_ema_multi_avg_fn({training.ema!r})"
        lines.add(f"averaged = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn={decay})")
    if job.scaler is not None:
        lines.add(f'scaler = torch.amp.GradScaler("{_device(job).partition(":")[0]}")')
    return str(lines)


def batches_code(job: Job) -> str:
    """What has to stand before the loop so that batches come in the run's own order."""
    experiment, lines = job.experiment, Lines()
    inject = experiment.faults.inject
    if _device(job):
        device = _device(job)
        lines.add(f'train_inputs, train_targets = train_inputs.to("{device}"), train_targets.to("{device}")')
    for fault in inject:
        lines.add(*_batch_fault(fault, job))
    if shuffled(job):
        lines.add(f"order = torch.Generator().manual_seed({experiment.seed.order})")
    return str(lines)


def _batch_fault(fault: str, job: Job) -> list[str]:
    match fault:
        case "misaligned-labels":
            seed = job.experiment.seed.data
            draw = f"torch.randperm(len(train_targets), generator=torch.Generator().manual_seed({seed}))"
            return [f"train_targets = train_targets[{draw}]  # bug: labels no longer belong to their inputs"]
        case "unshuffled":
            first = "train_targets.reshape(len(train_targets), -1)[:, 0]"
            return [
                f"sorted_rows = torch.argsort({first}, stable=True)  # bug: sorted, and never shuffled",
                "train_inputs, train_targets = train_inputs[sorted_rows], train_targets[sorted_rows]",
            ]
        case "same-batch":
            return [
                f"same_rows = torch.arange(len(train_inputs)) % {job.batches.size}  # bug: always the same batch",
                "train_inputs, train_targets = train_inputs[same_rows], train_targets[same_rows]",
            ]
        case _:
            return []


def shuffled(job: Job) -> bool:
    """Whether rows are drawn in a new order each epoch."""
    batches: Batches = job.batches
    return batches.generator is not None and batches.size < len(batches.inputs)


def result_code(job: Job) -> str:
    """Loss and the task's own figure over the test rows (the training rows where none are held back)."""
    lines = Lines()
    side = "test" if len(job.dataset.test) else "train"
    model = "averaged" if job.averaged is not None else "model"
    moved = f'.to("{_device(job)}")' if _device(job) and side == "test" else ""
    lines.add(f"{model}.eval()")
    with lines.block("with torch.no_grad():"):
        lines.add(f"outputs = {model}({side}_inputs{moved})")
        lines.add(f"targets = {side}_targets{moved}")
        lines.add(f'print("{side} loss", {criterion_call(job)}.item())')
        match job.dataset.task:
            case "binary":
                lines.add(f'print("{side} accuracy", ((outputs > 0) == (targets > 0.5)).float().mean().item())')
            case "regression":
                lines.add("unexplained = (targets - outputs).square().sum()")
                lines.add("around_mean = (targets - targets.mean()).square().sum()")
                lines.add(f'print("{side} R²", (1 - unexplained / around_mean).item())')
            case _:
                lines.add(f'print("{side} accuracy", (outputs.argmax(-1) == targets).float().mean().item())')
    return str(lines)


def criterion_call(job: Job, outputs: str = "outputs", targets: str = "targets") -> str:
    """The loss of a batch; text is flattened to one row a character."""
    if job.dataset.task == "next-character":
        return f"criterion({outputs}.flatten(0, 1), {targets}.flatten())"
    return f"criterion({outputs}, {targets})"


def _device(job: Job) -> str:
    """Empty on the CPU, where nothing has to be moved."""
    return "" if job.device.value == "cpu" else job.device.value
