"""The loop as one types it, with only the lines that this experiment needs. Mirrors `loop.training_loop`."""

from __future__ import annotations

from ..engines import Job
from .lines import Lines
from .parts import criterion_call, shuffled


def loop_code(job: Job) -> str:
    """Epochs, batches, and inside them zero_grad, forward, loss, backward, step; prints each step's loss."""
    training, inject = job.experiment.training, job.experiment.faults.inject
    lines = Lines()
    lines.add(
        "model.eval()  # bug: dropout and batch norm are not in training mode"
        if "eval-in-training" in inject
        else "model.train()"
    )
    lines.add("step = 0")
    if training.early_stopping is not None:
        lines.add("best, waited = math.inf, 0")
    with lines.block(f"for epoch in range({-(-job.total // job.per_epoch)}):"):
        _epoch(job, lines)
        if training.early_stopping is not None:
            _early_stopping(job, lines)
    return str(lines)


def grouped(job: Job) -> bool:
    """Whether several batches make one step."""
    return job.experiment.training.accumulate > 1 and len(job.batches) > 1


def _epoch(job: Job, lines: Lines) -> None:
    """One pass over the training rows, in as many loops as the batches need."""
    if len(job.batches) == 1:
        lines.add("inputs, targets = train_inputs, train_targets  # one batch holds all rows")
        _step(job, lines)
        return
    lines.add(*_row_order(job))
    size = job.batches.size
    if grouped(job):
        count = job.experiment.training.accumulate
        lines.add(f"batches = rows.split({size})")
        with lines.block(f"for first in range(0, len(batches), {count}):  # {count} batches make one step"):
            lines.add(f"group = batches[first : first + {count}]")
            _step(job, lines)
            _stop_at_total(job, lines)
        return
    with lines.block(f"for batch in rows.split({size}):"):
        lines.add("inputs, targets = train_inputs[batch], train_targets[batch]")
        _step(job, lines)
        _stop_at_total(job, lines)


def _row_order(job: Job) -> list[str]:
    if not shuffled(job):
        return ["rows = torch.arange(len(train_inputs))"]
    again = f"order.manual_seed({job.experiment.seed.order})  # bug: every epoch draws the same order"
    reseed = [again] if "repeated-seed" in job.experiment.faults.inject else []
    return [*reseed, "rows = torch.randperm(len(train_inputs), generator=order)"]


def _stop_at_total(job: Job, lines: Lines) -> None:
    if job.total % job.per_epoch:
        with lines.block(f"if step == {job.total}:"):
            lines.add("break")


def _step(job: Job, lines: Lines) -> None:
    """One optimizer step: the gradient of one batch, or of a group of them."""
    training, inject = job.experiment.training, job.experiment.faults.inject
    lines.add("step += 1")
    lines.add(
        "# bug: gradients are never cleared"
        if "no-zero-grad" in inject
        else "optimizer.zero_grad()  # forget the gradients of the last step"
    )
    if grouped(job):
        lines.add("loss_of_step = 0.0")
        with lines.block("for batch in group:"):
            lines.add("inputs, targets = train_inputs[batch], train_targets[batch]")
            _gradient(job, lines)
    else:
        _gradient(job, lines)
    if job.scaler is not None:
        lines.add("scaler.unscale_(optimizer)")
    else:
        with lines.block("if not all(w.grad.isfinite().all() for w in model.parameters() if w.grad is not None):"):
            lines.add('raise SystemExit(f"stopped: a gradient of step {step} is not finite")')
    if training.clip_norm is not None:
        lines.add(f"nn.utils.clip_grad_norm_(model.parameters(), {training.clip_norm!r})")
    if training.clip_value is not None:
        lines.add(f"nn.utils.clip_grad_value_(model.parameters(), {training.clip_value!r})")
    _take_step(job, lines)
    if training.schedule.name == "plateau":
        lines.add("scheduler.step(loss_of_step)")
    elif training.schedule.name != "constant" or training.schedule.warmup:
        lines.add("scheduler.step()")
    if training.ema is not None:
        lines.add("averaged.update_parameters(model)")
    lines.add('print("step", step, "loss", loss_of_step)')


def _gradient(job: Job, lines: Lines) -> None:
    """Forward, loss, backward for the batch in `inputs` and `targets`."""
    training, inject = job.experiment.training, job.experiment.faults.inject
    _forward(job, lines)
    if grouped(job):
        lines.add("loss_of_step += loss.item() / len(group)")
    else:
        lines.add("loss_of_step = loss.item()")
    with lines.block("if not math.isfinite(loss_of_step):"):
        lines.add('raise SystemExit(f"stopped: the loss of step {step} is {loss_of_step}")')
    if "step-before-backward" in inject:
        lines.add("optimizer.step()  # bug: before backward, so it has no gradient to use")
    lines.add(*_penalty(training.l1, training.l2))
    if training.l1 or training.l2:
        with lines.block("if not penalty.isfinite():"):
            lines.add('raise SystemExit(f"stopped: the penalty of step {step} is {penalty.item()}")')
    total = "loss / len(group)" if grouped(job) else "loss"
    scaled = f"scaler.scale({total})" if job.scaler is not None else f"({total})" if "/" in total else total
    lines.add(f"{scaled}.backward()  # blame: how the loss would change with each weight")


def _forward(job: Job, lines: Lines) -> None:
    inject = job.experiment.faults.inject
    outputs = "outputs"
    for fault, call in (
        ("double-softmax", ".softmax(-1)"),
        ("double-sigmoid", ".sigmoid()"),
        ("relu-before-loss", ".relu()"),
    ):
        outputs += call if fault in inject else ""
    loss = criterion_call(job, outputs)
    if "broadcast-loss" in inject:
        loss = "criterion(*torch.broadcast_tensors(outputs, targets.squeeze(1)))"
    sign, bug = ("-", "  # bug: the sign is flipped") if "flipped-loss-sign" in inject else ("", "")
    bug = bug or "  # measure how wrong, as one number"
    body = ["outputs = model(inputs)  # predict", f"loss = {sign}{loss}{bug}"]
    if job.autocast is None:
        lines.add(*body)
        return
    kind, dtype = job.device.value.partition(":")[0], job.autocast.fast_dtype
    with lines.block(f'with torch.autocast("{kind}", dtype={dtype}):'):
        lines.add(*body)


def _penalty(l1: float, l2: float) -> list[str]:
    """The lines of `loop.weight_penalty`, in its order of additions."""
    if not l1 and not l2:
        return []
    lines = ["for weight in (p for p in model.parameters() if p.dim() > 1):  # weights, not biases"]
    lines += [f"    penalty = penalty + {l1!r} * weight.abs().sum()"] if l1 else []
    lines += [f"    penalty = penalty + {l2!r} * weight.square().sum()"] if l2 else []
    return ["penalty = torch.zeros((), device=loss.device)", *lines, "loss = loss + penalty"]


def _take_step(job: Job, lines: Lines) -> None:
    inject = job.experiment.faults.inject
    if "zero-grad-before-step" in inject:
        lines.add("optimizer.zero_grad()  # bug: the step has nothing left to use")
    if "no-step" in inject or "step-before-backward" in inject:
        if "no-step" in inject:
            lines.add("# bug: optimizer.step() is never called")
    elif job.experiment.training.optimizer == "lbfgs":
        _closure(job, lines)
    elif job.scaler is not None:
        lines.add("scaler.step(optimizer)", "scaler.update()")
    else:
        lines.add("optimizer.step()  # adjust every weight a little, against its gradient")
    if "optimizer-recreated" in inject:
        lines.add("optimizer.state.clear()  # bug: as if the optimizer were built anew every step")


def _closure(job: Job, lines: Lines) -> None:
    """LBFGS evaluates the loss several times a step, by itself."""
    training = job.experiment.training
    lines.add("")
    with lines.block("def closure():"):
        lines.add("optimizer.zero_grad()")
        lines.add("loss = criterion(model(inputs), targets)")
        lines.add(*_penalty(training.l1, training.l2))
        lines.add("loss.backward()", "return loss")
    lines.add("", "optimizer.step(closure)")
    with lines.block("if not all(w.isfinite().all() for w in model.parameters()):"):
        lines.add('raise SystemExit(f"stopped: a weight is not finite after the search of step {step}")')


def _early_stopping(job: Job, lines: Lines) -> None:
    model = "averaged" if job.averaged is not None else "model"
    lines.add(f"{model}.eval()")
    with lines.block("with torch.no_grad():"):
        moved = "" if job.device.value == "cpu" else f'.to("{job.device.value}")'
        call = criterion_call(job, f"{model}(test_inputs{moved})", f"test_targets{moved}")
        lines.add(f"test_loss = {call}.item()")
    if "eval-in-training" not in job.experiment.faults.inject:
        lines.add(f"{model}.train()")
    with lines.block("if test_loss < best:"):
        lines.add("best, waited = test_loss, 0")
    with lines.block("else:"):
        lines.add("waited += 1")
    with lines.block(f"if waited >= {job.experiment.training.early_stopping}:"):
        lines.add("break")
