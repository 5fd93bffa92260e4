"""What somebody meant by a path that no field has: usual synonyms first, then likeness. Never sees values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ..errors import nearest
from .shape import paths

SYNONYMS: dict[str, str] = {
    "learning_rate": "training.lr",
    "learningrate": "training.lr",
    "eta": "training.lr",
    "alpha": "training.lr",
    "step_size": "training.lr",
    "optim": "training.optimizer",
    "criterion": "training.loss",
    "loss_fn": "training.loss",
    "batchsize": "training.batch_size",
    "batch": "training.batch_size",
    "bs": "training.batch_size",
    "n_epochs": "training.epochs",
    "num_epochs": "training.epochs",
    "max_epochs": "training.epochs",
    "n_steps": "training.steps",
    "num_steps": "training.steps",
    "max_steps": "training.steps",
    "iterations": "training.steps",
    "max_iter": "training.steps",
    "scheduler": "training.schedule.name",
    "lr_scheduler": "training.schedule.name",
    "lr_schedule": "training.schedule.name",
    "warmup_steps": "training.schedule.warmup",
    "gamma": "training.schedule.factor",
    "lasso": "training.l1",
    "ridge": "training.l2",
    "decay": "training.weight_decay",
    "wd": "training.weight_decay",
    "grad_clip": "training.clip_norm",
    "clip": "training.clip_norm",
    "max_norm": "training.clip_norm",
    "gradient_accumulation": "training.accumulate",
    "mixed_precision": "training.amp",
    "fp16": "training.amp",
    "layers": "model.hidden",
    "hidden_layers": "model.hidden",
    "hidden_sizes": "model.hidden",
    "hidden_layer_sizes": "model.hidden",
    "hidden_size": "model.hidden",
    "hidden_units": "model.hidden",
    "units": "model.hidden",
    "neurons": "model.hidden",
    "width": "model.hidden",
    "architecture": "model.kind",
    "type": "model.kind",
    "act": "model.activation",
    "nonlinearity": "model.activation",
    "initialization": "model.init",
    "weight_init": "model.init",
    "gain": "model.init_gain",
    "drop": "model.dropout",
    "p": "model.dropout",
    "batch_norm": "model.norm",
    "batchnorm": "model.norm",
    "layer_norm": "model.norm",
    "normalization": "model.norm",
    "skip": "model.residual",
    "dataset": "data.name",
    "n": "data.samples",
    "rows": "data.samples",
    "n_rows": "data.samples",
    "n_samples": "data.samples",
    "num_samples": "data.samples",
    "size": "data.samples",
    "test_size": "data.test_fraction",
    "test_split": "data.test_fraction",
    "split": "data.test_fraction",
    "normalize": "data.scale",
    "standardize": "data.scale",
    "scaling": "data.scale",
    "function": "data.formula",
    "file": "data.path",
    "csv": "data.path",
    "label": "data.target",
    "block_size": "data.context",
    "random_state": "seed.init",
    "random_seed": "seed.init",
    "shuffle": "seed.order",
    "weights": "start.edits",
    "bugs": "faults.inject",
    "fault": "faults.inject",
}
"""What other libraries and people call a field, by its last word in lower case."""

ALIKE = 0.7
"""Likeness (difflib's ratio) from which a word counts as misspelt; below it, short words resemble everything."""


def meant(path: str) -> str | None:
    """The settable path that is most likely meant, or None: a synonym, the same field elsewhere, or the most alike."""
    section, _, leaf = path.lower().replace("-", "_").rpartition(".")
    sure = _same_word(section, leaf) or SYNONYMS.get(leaf)
    if sure or not section:
        return sure or nearest(leaf, _sections()) or _alike(leaf, paths())
    here = _within(section)
    return _alike(leaf, here) if here else nearest(path, [*paths(), *_sections()])


def _same_word(section: str, leaf: str) -> str | None:
    found = [known for known in paths() if _leaf(known) == leaf]
    here = [known for known in found if known.startswith(f"{section}.")]
    # `name` and `data` stand in several sections: without one that fits, the likeness of the whole path decides
    return here[0] if here else found[0] if len(found) == 1 else None


def _alike(leaf: str, known: Iterable[str]) -> str | None:
    by_leaf = SYNONYMS | {_leaf(path): path for path in known}
    near = difflib.get_close_matches(leaf, by_leaf, n=1, cutoff=ALIKE)
    return by_leaf[near[0]] if near else None


def _within(section: str) -> list[str]:
    return [path for path in (*paths(), *_sections()) if path.startswith(f"{section}.")]


def _sections() -> list[str]:
    return sorted({path.rpartition(".")[0] for path in paths() if "." in path})


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]
