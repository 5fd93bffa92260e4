"""The same networks in JAX: Adam over two layers, mapped over models, scanned over steps, compiled. Times nothing.

Its losses are checked against ours before. The order of rows is not JAX's to find: it is drawn as our engine draws it
and handed over as a table.
"""

from __future__ import annotations

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")  # one thread, before JAX is imported

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch

from loopscope.engines import run
from loopscope.engines.stacked.run import prepared as prepared_jobs
from loopscope.events import StepEnded
from loopscope.experiment import Experiment

from .measuring import Contestant

NAMES = ("0.weight", "0.bias", "2.weight", "2.bias")


def in_jax(experiments: list[Experiment], steps: int) -> Contestant:
    """So many steps of all models a turn, going on where the turn before ended; the table of rows is used again."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        jobs = prepared_jobs(experiments)
        state = start(jobs)
        rates = jnp.array([e.training.lr for e in experiments], jnp.float32)
        inputs, targets = (jnp.array(side.numpy()) for side in (jobs[0].batches.inputs, jobs[0].batches.targets[:, 0]))
        orders = jnp.array(tables(jobs, steps))
        go = jax.jit(jax.vmap(lambda one, lr, order: scanned(one, lr, order, inputs, targets)))
        state, losses = go(state, rates, orders)
        assert_ours(experiments[0], np.asarray(losses[0]))
        held = [state]

        def turn() -> np.ndarray:
            held[0], losses = go(held[0], rates, orders)
            return np.asarray(losses)

        yield turn

    return prepared


def assert_ours(experiment: Experiment, losses: np.ndarray) -> None:
    ours = [event.loss for event, _ in zip(_steps(experiment), losses, strict=False)]
    assert np.allclose(losses, ours, rtol=1e-4), "JAX must do the same work"


def _steps(experiment: Experiment) -> Iterator[StepEnded]:
    return (event for event in run(experiment) if isinstance(event, StepEnded))


def start(jobs: list[Any]) -> dict[str, Any]:
    """Stacked weights of all models, and Adam's buffers."""
    own = [dict(job.model.named_parameters()) for job in jobs]
    weights = {name: jnp.array(torch.stack([o[name].detach() for o in own]).numpy()) for name in NAMES}
    nothing = jax.tree.map(jnp.zeros_like, weights)
    return {"weights": weights, "mean": nothing, "square": nothing, "step": jnp.zeros(len(jobs))}


def tables(jobs: list[Any], steps: int) -> np.ndarray:
    """Rows of each step (models, steps, batch), as `Batches` would give them."""
    rows, size = len(jobs[0].batches.inputs), jobs[0].batches.size
    if size >= rows:
        return np.zeros((len(jobs), steps, 0), np.int32)
    passes = -(-steps * size // rows)
    own = []
    for job in jobs:
        generator = torch.Generator().manual_seed(job.batches.generator.initial_seed())
        own.append(torch.cat([torch.randperm(rows, generator=generator) for _ in range(passes)]).numpy())
    return np.stack(own)[:, : steps * size].reshape(len(jobs), steps, size).astype(np.int32)


def scanned(state: dict[str, Any], lr: Any, orders: Any, inputs: Any, targets: Any) -> tuple[dict[str, Any], Any]:
    """All steps of one model."""

    def step(state: dict[str, Any], order: Any) -> tuple[dict[str, Any], Any]:
        x, y = (inputs[order], targets[order]) if orders.shape[1] else (inputs, targets)
        loss, gradient = jax.value_and_grad(bce)(state["weights"], x, y)
        return adam(state, gradient, lr), loss

    return jax.lax.scan(step, state, orders)


def bce(weights: dict[str, Any], x: Any, y: Any) -> Any:
    hidden = jax.nn.relu(x @ weights["0.weight"].T + weights["0.bias"])
    logits = (hidden @ weights["2.weight"].T + weights["2.bias"])[:, 0]
    return jnp.mean((1 - y) * logits - jax.nn.log_sigmoid(logits))


def adam(state: dict[str, Any], gradient: Any, lr: Any) -> dict[str, Any]:
    number = state["step"] + 1
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["mean"], gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, state["square"], gradient)
    size = lr / (1 - 0.9**number)
    root = jnp.sqrt(1 - 0.999**number)
    weights = jax.tree.map(lambda w, m, v: w - size * m / (jnp.sqrt(v) / root + 1e-8), state["weights"], mean, square)
    return {"weights": weights, "mean": mean, "square": square, "step": number}
