"""The names an experiment may use, and what is known of each before any data is made. Never sees torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Task: TypeAlias = Literal["binary", "multiclass", "regression", "next-character"]
DataName: TypeAlias = Literal[
    "moons",
    "circles",
    "xor",
    "gaussians",
    "spiral",
    "line",
    "sine",
    "plane",
    "bumps",
    "sawtooth",
    "formula",
    "digits",
    "iris",
    "wine",
    "breast-cancer",
    "diabetes",
    "points",
    "table",
    "text",
]
"""The keys of `DATASETS`, spelled out so that schema and type checker know them; a test holds the two together."""


@dataclass(frozen=True, slots=True)
class DatasetName:
    """What the schema must know of a dataset to refuse a wrong combination.

    `task` and `inputs` (number of raw input columns) are None where only the data itself can tell.
    `rows` is how many there are of a bundled set, None where they are generated or read.
    """

    summary: str
    task: Task | None
    inputs: int | None
    generated: bool = True
    rows: int | None = None


DATASETS: dict[str, DatasetName] = {
    "moons": DatasetName("two interleaved half circles, two classes", "binary", 2),
    "circles": DatasetName("a ring around a disc, two classes", "binary", 2),
    "xor": DatasetName("four corners, opposite ones of one class", "binary", 2),
    "gaussians": DatasetName("two round clouds, one a class", "binary", 2),
    "spiral": DatasetName("two arms wound around each other", "binary", 2),
    "line": DatasetName("y = 2x + 1 with noise", "regression", 1),
    "sine": DatasetName("y = sin(3x) with noise", "regression", 1),
    "plane": DatasetName("a tilted plane over two inputs", "regression", 2),
    "bumps": DatasetName("hills and hollows over two inputs", "regression", 2),
    "sawtooth": DatasetName("a saw of eight teeth over one input", "regression", 1),
    "formula": DatasetName("any formula of x, or of x1 and x2, that you type (data.formula)", "regression", None),
    "digits": DatasetName("1,797 handwritten digits of 8 × 8 grey pixels, ten classes", "multiclass", 64, False, 1797),
    "iris": DatasetName("150 flowers, four measures, three species", "multiclass", 4, False, 150),
    "wine": DatasetName("178 wines, 13 measures, three cultivars", "multiclass", 13, False, 178),
    "breast-cancer": DatasetName(
        "569 tumours, 30 measures of their cell nuclei, benign or malignant", "binary", 30, False, 569
    ),
    "diabetes": DatasetName(
        "442 patients, ten measures, progression of the disease after a year", "regression", 10, False, 442
    ),
    "points": DatasetName(
        "what you set by hand: up to ten classes in the plane, or a curve (data.points)", None, None, False
    ),
    "table": DatasetName("your own CSV or Parquet file (data.path, data.target)", None, None, False),
    "text": DatasetName(
        "characters of a text: Python's own help texts, or your file (data.path)", "next-character", None, False
    ),
}

ModelKind: TypeAlias = Literal["linear", "mlp", "cnn", "transformer"]
Activation: TypeAlias = Literal["relu", "leaky_relu", "tanh", "sigmoid", "gelu", "silu", "elu", "softplus", "identity"]
Init: TypeAlias = Literal[
    "default",
    "zeros",
    "ones",
    "uniform",
    "normal",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "orthogonal",
]
Norm: TypeAlias = Literal["none", "batch", "layer"]
Scale: TypeAlias = Literal["none", "standard", "minmax"]
Loss: TypeAlias = Literal["auto", "mse", "mae", "huber", "bce", "cross-entropy"]
Optimizer: TypeAlias = Literal["sgd", "rmsprop", "adagrad", "adam", "adamw", "nadam", "adamax", "lbfgs"]
ScheduleName: TypeAlias = Literal["constant", "step", "exponential", "linear", "cosine", "one-cycle", "plateau"]
Fault: TypeAlias = Literal[
    "no-zero-grad",
    "zero-grad-before-step",
    "step-before-backward",
    "no-step",
    "not-in-optimizer",
    "optimizer-recreated",
    "frozen",
    "eval-in-training",
    "double-softmax",
    "double-sigmoid",
    "relu-before-loss",
    "broadcast-loss",
    "flipped-loss-sign",
    "unshuffled",
    "same-batch",
    "misaligned-labels",
    "repeated-seed",
]

ACTIVATIONS: tuple[str, ...] = get_args(Activation)
FAULTS: tuple[str, ...] = get_args(Fault)

LOSSES_OF_TASK: dict[Task, tuple[str, ...]] = {
    "binary": ("bce",),
    "multiclass": ("cross-entropy",),
    "next-character": ("cross-entropy",),
    "regression": ("mse", "mae", "huber"),
}
"""Losses that fit a task, the usual one first. All take what the model puts out: logits, or the value itself."""

SETTINGS_OF_OPTIMIZER: dict[str, frozenset[str]] = {
    "sgd": frozenset({"momentum", "nesterov", "weight_decay"}),
    "rmsprop": frozenset({"momentum", "eps", "weight_decay"}),
    "adagrad": frozenset({"eps", "weight_decay"}),
    "adam": frozenset({"betas", "eps", "weight_decay"}),
    "adamw": frozenset({"betas", "eps", "weight_decay"}),
    "nadam": frozenset({"betas", "eps", "weight_decay"}),
    "adamax": frozenset({"betas", "eps", "weight_decay"}),
    "lbfgs": frozenset(),
}
"""Which settings of `[training]` each optimizer of `torch.optim` reads, beside `lr`."""

SETTINGS_OF_SCHEDULE: dict[str, frozenset[str]] = {
    "constant": frozenset({"warmup"}),
    "step": frozenset({"warmup", "every", "factor"}),
    "exponential": frozenset({"warmup", "every", "factor"}),
    "linear": frozenset({"warmup", "final"}),
    "cosine": frozenset({"warmup", "final"}),
    "one-cycle": frozenset({"peak_at"}),
    "plateau": frozenset({"factor", "patience"}),
}
"""Which settings of `[training.schedule]` each schedule reads."""
