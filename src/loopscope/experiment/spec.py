"""What is asked: the Experiment and its sections, frozen and validated. Never sees torch, files or a command line."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from . import rules
from .kinds import (
    MAX_ITEMS,
    ONE_LINE,
    Count,
    Features,
    Fraction,
    InWords,
    NotNegative,
    Number,
    OneLine,
    Positive,
    SeedNumber,
    Widths,
    as_tuple,
    text_as_tuple,
)
from .points import Points
from .vocabulary import (
    Activation,
    DataName,
    Fault,
    Init,
    Loss,
    ModelKind,
    Norm,
    Optimizer,
    Scale,
    ScheduleName,
)

MAX_EDITS = 2000  # so that the largest experiment still fits into one file and one link (see codec)


class Section(BaseModel):
    """Base of all sections: frozen, hashable, strict about types, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=False)


def _as_schedule(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Data(Section):
    """What is learned from. Raw columns → `features` → `scale` (statistics of the training rows) → the model."""

    name: DataName = Field(default="moons", description="the dataset")
    samples: Annotated[int, Field(ge=4, le=1_000_000)] | None = Field(
        default=None,
        examples=[200],
        description="rows to generate (200 where not given), or to take of a real set (all where not given)",
    )
    noise: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=None,
        examples=[0.4],
        description="standard deviation of the noise, in units of the generated data; each dataset has its own default",
    )
    test_fraction: Annotated[Number, Field(ge=0, le=0.9)] = Field(
        default=0.3, description="share of rows held back for testing"
    )
    features: Features = Field(
        default=(),
        examples=[("x1", "x2", "x1*x2")],
        description="inputs the model sees: formulas of the raw columns, such as x1, x2, x1^2, x1*x2, sin(x1); "
        "all raw columns where empty",
    )
    scale: Scale = Field(default="none", description="how inputs are scaled, with statistics of the training rows only")
    scale_target: bool | None = Field(
        default=None,
        description="scale a regression's target to mean 0 and deviation 1 of the training rows; "
        "where not given, that of your own table is scaled and no other",
    )
    formula: Annotated[OneLine, Field(max_length=500)] | None = Field(
        default=None,
        examples=["sin(3*x)"],
        description="for the dataset formula: y as a formula of x, or of x1 and x2",
    )
    path: Annotated[OneLine, Field(max_length=4096)] | None = Field(
        default=None, examples=["FILE.csv"], description="for the datasets table and text: the file to read"
    )
    target: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        default=None, examples=["COLUMN"], description="for the dataset table: the column to predict"
    )
    points: Points = Field(
        default=(),
        examples=[((-0.5, 0.0, 0), (0.5, 0.0, 1))],
        description="for the dataset points: rows set by hand, each [x1, x2, class], or each [x, y] for a curve",
    )
    context: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=32, description="for the dataset text: characters the model sees at once"
    )


class Model(Section):
    """What learns. A model puts out logits (or the value, in regression)."""

    kind: ModelKind = Field(default="mlp", description="the architecture")
    hidden: Widths = Field(default=(8,), description="units of each hidden layer")
    activation: Annotated[
        Activation | Annotated[tuple[Activation, ...], Field(min_length=1, max_length=MAX_ITEMS)],
        BeforeValidator(as_tuple),
    ] = Field(default="relu", description="one for all hidden layers, or one a layer")
    init: Init = Field(default="default", description="how weights start; default is what PyTorch's own layers do")
    init_gain: Annotated[Number, Field(ge=0, le=1000)] = Field(
        default=1.0, description="initial weights are multiplied by it"
    )
    bias: bool = Field(default=True, description="layers have a bias")
    dropout: Fraction = Field(
        default=0.0, examples=[0.2], description="probability that a hidden unit is dropped in training"
    )
    norm: Norm = Field(default="none", description="normalisation after each hidden layer's weights")
    residual: bool = Field(default=False, description="add a hidden layer's input to its output where the widths agree")


class Schedule(Section):
    """How the learning rate moves. Counted in optimizer steps; factors are relative to `training.lr`."""

    name: ScheduleName = Field(default="constant", description="which of torch.optim.lr_scheduler")
    warmup: Annotated[int, Field(ge=0, le=10**9)] = Field(
        default=0, examples=[10], description="steps of linear warm-up before it"
    )
    every: Count = Field(
        default=100, description="step, exponential: steps in which lr falls by factor, at once or bit by bit"
    )
    factor: Annotated[Number, Field(gt=0, lt=1)] = Field(
        default=0.5, description="step, exponential, plateau: factor of each reduction"
    )
    final: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=0.0, examples=[0.1], description="linear, cosine: share of lr left at the end"
    )
    peak_at: Annotated[Number, Field(gt=0, lt=1)] = Field(
        default=0.3, description="one-cycle: share of the run at which lr is reached"
    )
    patience: Count = Field(default=10, description="plateau: steps without improvement before a reduction")


class Training(Section):
    """How it learns: one optimizer step every `accumulate` batches."""

    loss: Loss = Field(default="auto", description="auto takes what fits the task: bce, cross-entropy or mse")
    optimizer: Optimizer = Field(default="adam", description="which of torch.optim")
    lr: Positive = Field(default=0.01, description="learning rate")
    momentum: Fraction = Field(default=0.0, examples=[0.9], description="sgd, rmsprop: share of the last update kept")
    nesterov: bool = Field(default=False, description="sgd: look ahead along the momentum")
    betas: Annotated[tuple[Fraction, Fraction], BeforeValidator(as_tuple)] = Field(
        default=(0.9, 0.999),
        description="adam and its kin: decay of the running means of gradient and squared gradient",
    )
    eps: Positive = Field(default=1e-8, description="added to the denominator of adaptive optimizers")
    weight_decay: NotNegative = Field(default=0.0, examples=[0.01], description="the optimizer's own weight decay")
    l1: NotNegative = Field(default=0.0, examples=[0.001], description="penalty: l1 × sum of |weight|, biases left out")
    l2: NotNegative = Field(default=0.0, examples=[0.001], description="penalty: l2 × sum of weight², biases left out")
    schedule: Annotated[Schedule, BeforeValidator(_as_schedule)] = Field(
        default=Schedule(), description="how the learning rate moves"
    )
    batch_size: Count | Literal["all"] = Field(default=32, description='rows a batch, or "all"')
    steps: Count | None = Field(
        default=None, examples=[1000], description="optimizer steps to take (give this or epochs)"
    )
    epochs: Count | None = Field(
        default=None, examples=[100], description="passes over the training rows (100 where neither is given)"
    )
    accumulate: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=1, description="batches whose mean gradient makes one step"
    )
    clip_norm: Positive | None = Field(
        default=None, examples=[1.0], description="gradient norm above which the gradient is scaled down"
    )
    clip_value: Positive | None = Field(default=None, examples=[0.5], description="bound of each gradient entry")
    label_smoothing: Fraction = Field(
        default=0.0, examples=[0.1], description="cross-entropy: share of the target spread over all classes"
    )
    ema: Annotated[Number, Field(gt=0, lt=1)] | None = Field(
        default=None, examples=[0.99], description="decay of averaged weights, used for test figures"
    )
    early_stopping: Count | None = Field(
        default=None, examples=[10], description="epochs without a better test loss before the run stops"
    )
    amp: bool = Field(
        default=False, description="mixed precision: bfloat16 on the CPU, float16 with a gradient scaler on CUDA"
    )
    device: Annotated[
        str, Field(pattern=r"^(auto|cpu|cuda(:\d{1,3})?|mps)$"), InWords("auto, cpu, cuda, cuda:0, cuda:1, …, mps")
    ] = Field(default="cpu", description="cpu, cuda, cuda:N, mps, or auto")


class Seed(Section):
    """Three seeds, so that one can be changed alone."""

    data: SeedNumber = Field(default=0, description="rows generated, and the split into training and test")
    init: SeedNumber = Field(default=0, description="initial weights, and dropout")
    order: SeedNumber = Field(default=0, description="order of rows in batches")


class Edit(Section):
    """One initial weight, set by hand."""

    tensor: Annotated[
        str,
        Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.]+$"),
        InWords("a parameter's name, such as 0.weight"),
    ] = Field(examples=["0.weight"], description="name as in model.named_parameters()")
    index: Annotated[
        tuple[Annotated[int, Field(ge=0, le=2**31)], ...], BeforeValidator(as_tuple), Field(max_length=8)
    ] = Field(default=(), examples=[(0, 0)], description="position in the tensor")
    value: Annotated[Number, Field(ge=-3e38, le=3e38)] = Field(
        examples=[0.5], description="the weight's value at step 0"
    )


class Start(Section):
    """Edited initial weights, applied after `model.init` in the order given."""

    edits: Annotated[tuple[Edit, ...], BeforeValidator(as_tuple), Field(max_length=MAX_EDITS)] = Field(
        default=(),
        examples=[[{"tensor": "0.weight", "index": [0, 0], "value": 0.5}]],
        description="weights set by hand",
    )


class Faults(Section):
    """Known bugs, for teaching and for tests, by the slugs under which the doctor names them."""

    inject: Annotated[tuple[Fault, ...], BeforeValidator(text_as_tuple), Field(max_length=MAX_ITEMS)] = Field(
        default=(), examples=[("no-zero-grad",)], description="bugs put into the loop"
    )


class Experiment(Section):
    """Everything that decides a run. Equal experiments give equal losses on one machine and thread count.

    `validate`, `load`, `preset`, `with_settings` and the codecs raise `UserMistake`, one line a problem. The
    constructor is pydantic's and raises its `ValidationError`; `validate({...})` has the same words turned.
    """

    name: Annotated[str, Field(max_length=100, pattern=ONE_LINE)] = Field(
        default="", examples=["my run"], description="what to call it"
    )
    data: Data = Field(default=Data(), description="what is learned from")
    model: Model = Field(default=Model(), description="what learns")
    training: Training = Field(default=Training(), description="how it learns")
    seed: Seed = Field(default=Seed(), description="three seeds")
    start: Start = Field(default=Start(), description="edited initial weights")
    faults: Faults = Field(default=Faults(), description="known bugs put into the loop")

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
    def title(self) -> str:
        """What runs of it are called: its name, or what is learned by what."""
        return self.name or f"{self.data.name}-{self.model.kind}"

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that two experiments share only if every field but the name is equal."""
        data = self.plain()
        del data["name"]
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
