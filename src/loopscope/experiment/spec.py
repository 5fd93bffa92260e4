"""What is asked: the Experiment and its sections, frozen and validated. Never sees torch, files or a command line."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from . import rules
from .vocabulary import (
    Activation,
    Fault,
    Init,
    Loss,
    ModelKind,
    Norm,
    Optimizer,
    Scale,
    ScheduleName,
)

MAX_TUPLE = 64


class Section(BaseModel):
    """Base of all sections: frozen, hashable, strict about types, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=False)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _text_as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else _as_tuple(value)


def _whole_as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else _as_tuple(value)


def _as_schedule(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Fraction = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0, le=1e12)]
NotNegative = Annotated[float, Field(ge=0, le=1e12)]
SeedNumber = Annotated[int, Field(ge=0, lt=2**32)]
Count = Annotated[int, Field(ge=1, le=10**9)]


class Data(Section):
    """What is learned from. Raw columns → `features` → `scale` (statistics of the training rows) → the model."""

    name: str = Field("moons", description="the dataset")
    samples: Annotated[int, Field(ge=4, le=1_000_000)] | None = Field(
        None, description="rows to generate (200 where not given), or to take of a real set (all where not given)"
    )
    noise: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="standard deviation of the noise, in units of the generated data; each dataset has its own default"
    )
    test_fraction: Annotated[float, Field(ge=0, le=0.9)] = Field(0.3, description="share of rows held back for testing")
    features: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_text_as_tuple), Field(max_length=MAX_TUPLE)] = Field(
        (), description="inputs the model sees: formulas of the raw columns, such as x1, x2, x1^2, x1*x2, sin(x1); all raw columns where empty"
    )
    scale: Scale = Field("none", description="how inputs are scaled, with statistics of the training rows only")
    scale_target: bool = Field(False, description="scale a regression's target to mean 0 and deviation 1 of the training rows")
    formula: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        None, description="for the dataset formula: y as a formula of x, or of x1 and x2"
    )
    path: Annotated[str, Field(min_length=1, max_length=4096)] | None = Field(
        None, description="for the datasets table and text: the file to read"
    )
    target: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        None, description="for the dataset table: the column to predict"
    )
    context: Annotated[int, Field(ge=1, le=1024)] = Field(
        32, description="for the dataset text: characters the model sees at once"
    )


class Model(Section):
    """What learns. A model puts out logits (or the value, in regression)."""

    kind: ModelKind = Field("mlp", description="the architecture")
    hidden: Annotated[tuple[Annotated[int, Field(ge=1, le=8192)], ...], BeforeValidator(_whole_as_tuple), Field(min_length=1, max_length=MAX_TUPLE)] = Field(
        (8,), description="units of each hidden layer"
    )
    activation: Annotated[Activation | tuple[Activation, ...], BeforeValidator(_as_tuple)] = Field(
        "relu", description="one for all hidden layers, or one a layer"
    )
    init: Init = Field("default", description="how weights start; default is what PyTorch's own layers do")
    init_gain: Annotated[float, Field(ge=0, le=1000)] = Field(1.0, description="initial weights are multiplied by it")
    bias: bool = Field(True, description="layers have a bias")
    dropout: Fraction = Field(0.0, description="probability that a hidden unit is dropped in training")
    norm: Norm = Field("none", description="normalisation after each hidden layer's weights")
    residual: bool = Field(False, description="add a hidden layer's input to its output where the widths agree")


class Schedule(Section):
    """How the learning rate moves. Counted in optimizer steps; factors are relative to `training.lr`."""

    name: ScheduleName = Field("constant", description="which of torch.optim.lr_scheduler")
    warmup: Annotated[int, Field(ge=0, le=10**9)] = Field(0, description="steps of linear warm-up before it")
    every: Count = Field(100, description="step, exponential: steps between two reductions")
    factor: Annotated[float, Field(gt=0, lt=1)] = Field(0.5, description="step, exponential, plateau: factor of each reduction")
    final: Annotated[float, Field(ge=0, le=1)] = Field(0.0, description="linear, cosine: share of lr left at the end")
    peak_at: Annotated[float, Field(gt=0, lt=1)] = Field(0.3, description="one-cycle: share of the run at which lr is reached")
    patience: Count = Field(10, description="plateau: steps without improvement before a reduction")


class Training(Section):
    """How it learns: one optimizer step every `accumulate` batches."""

    loss: Loss = Field("auto", description="auto takes what fits the task: bce, cross-entropy or mse")
    optimizer: Optimizer = Field("adam", description="which of torch.optim")
    lr: Positive = Field(0.01, description="learning rate")
    momentum: Fraction = Field(0.0, description="sgd, rmsprop: share of the last update kept")
    nesterov: bool = Field(False, description="sgd: look ahead along the momentum")
    betas: Annotated[tuple[Fraction, Fraction], BeforeValidator(_as_tuple)] = Field(
        (0.9, 0.999), description="adam and its kin: decay of the running means of gradient and squared gradient"
    )
    eps: Positive = Field(1e-8, description="added to the denominator of adaptive optimizers")
    weight_decay: NotNegative = Field(0.0, description="the optimizer's own weight decay")
    l1: NotNegative = Field(0.0, description="penalty: l1 × sum of |weight|, biases left out")
    l2: NotNegative = Field(0.0, description="penalty: l2 × sum of weight², biases left out")
    schedule: Annotated[Schedule, BeforeValidator(_as_schedule)] = Field(Schedule(), description="how the learning rate moves")
    batch_size: Count | Literal["all"] = Field(32, description='rows a batch, or "all"')
    steps: Count | None = Field(None, description="optimizer steps to take (give this or epochs)")
    epochs: Count | None = Field(None, description="passes over the training rows (100 where neither is given)")
    accumulate: Annotated[int, Field(ge=1, le=10_000)] = Field(1, description="batches whose mean gradient makes one step")
    clip_norm: Positive | None = Field(None, description="gradient norm above which the gradient is scaled down")
    clip_value: Positive | None = Field(None, description="bound of each gradient entry")
    label_smoothing: Fraction = Field(0.0, description="cross-entropy: share of the target spread over all classes")
    ema: Annotated[float, Field(gt=0, lt=1)] | None = Field(None, description="decay of averaged weights, used for test figures")
    early_stopping: Count | None = Field(None, description="epochs without a better test loss before the run stops")
    amp: bool = Field(False, description="mixed precision: bfloat16 on the CPU, float16 with a gradient scaler on CUDA")
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$")] = Field("cpu", description="cpu, cuda, cuda:N, mps, or auto")


class Seed(Section):
    """Three seeds, so that one can be changed alone."""

    data: SeedNumber = Field(0, description="rows generated, and the split into training and test")
    init: SeedNumber = Field(0, description="initial weights, and dropout")
    order: SeedNumber = Field(0, description="order of rows in batches")


class Edit(Section):
    """One initial weight, set by hand."""

    tensor: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="name as in model.named_parameters()")
    index: Annotated[tuple[Annotated[int, Field(ge=0)], ...], BeforeValidator(_as_tuple)] = Field((), description="position in the tensor")
    value: float = Field(description="the weight's value at step 0")


class Start(Section):
    """Edited initial weights, applied after `model.init` in the order given."""

    edits: Annotated[tuple[Edit, ...], BeforeValidator(_as_tuple), Field(max_length=100_000)] = Field((), description="weights set by hand")


class Faults(Section):
    """Known bugs, for teaching and for tests, by the slugs under which the doctor names them."""

    inject: Annotated[tuple[Fault, ...], BeforeValidator(_text_as_tuple)] = Field((), description="bugs put into the loop")


class Experiment(Section):
    """Everything that decides a run. Equal experiments give equal losses on one machine and thread count.

    Build it with `Experiment(...)`, `load`, `preset` or `from_link`; those raise `UserMistake`, while the
    constructor raises pydantic's `ValidationError` (use `validate` to have its words turned).
    """

    name: Annotated[str, Field(max_length=100)] = Field("", description="what to call it")
    data: Data = Data()
    model: Model = Model()
    training: Training = Training()
    seed: Seed = Seed()
    start: Start = Start()
    faults: Faults = Faults()

    @model_validator(mode="after")
    def _combination_fits(self) -> Self:
        rules.check(self)
        return self

    def plain(self) -> dict[str, Any]:
        """All fields as JSON-ready data, defaults too."""
        return self.model_dump(mode="json")

    def given(self) -> dict[str, Any]:
        """Only what differs from the defaults, as JSON-ready data: what a link and a TOML file carry."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that two experiments share only if every field but the name is equal."""
        data = self.plain()
        del data["name"]
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
