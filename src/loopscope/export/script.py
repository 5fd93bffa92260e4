"""An experiment as a plain script: torch, numpy and scikit-learn only, the loop spelled out. Trains nothing here."""

from __future__ import annotations

from dataclasses import dataclass

from .. import datasets
from ..engines import Job, ports, prepare
from ..experiment import Experiment
from .loop_code import loop_code
from .parts import batches_code, losses_code, model_code, result_code


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the script: its heading, a sentence or two on what it is for, and its code."""

    title: str
    prose: str
    code: str


def script(experiment: Experiment) -> str:
    """A stand-alone script whose printed losses equal the run's bit for bit, on the same machine and thread count.

    Raises `UserMistake` where the experiment cannot run, or its data cannot be read by the three libraries alone.
    """
    parts = [
        f"# {section.title}\n#\n{_commented(section.prose)}\n\n{section.code.strip()}"
        for section in sections(experiment)
    ]
    return f'"""{_headline(experiment)}"""\n\n' + "\n\n\n".join(parts) + "\n"


def sections(experiment: Experiment) -> list[Section]:
    """The script's parts in order, for a script's comments or a notebook's cells."""
    job = prepare(experiment)
    data = datasets.code(experiment.data, experiment.seed.data, job.dataset)
    model = model_code(job)
    loop = loop_code(job)
    body = "\n".join((data, model, losses_code(job), batches_code(job), loop, result_code(job)))
    return [
        Section("What is used", "Three libraries, and nothing else.", _imports(body)),
        Section("The data", _data_prose(job), data),
        Section("The model", _model_prose(job), model),
        Section("How wrong, and which way", _loss_prose(job), losses_code(job)),
        Section("The training loop", _loop_prose(job), "\n".join(p for p in (batches_code(job), loop) if p)),
        Section("What it has learned", "Measured on rows that it has never trained on.", result_code(job)),
    ]


def _headline(experiment: Experiment) -> str:
    name = experiment.name or f"{experiment.data.name} with a {experiment.model.kind} model"
    name = name.replace("\\", "/").replace('"', "'")  # it may come with somebody's link: it must stay a docstring
    return (
        f"{name}: the whole training loop in plain PyTorch, written by loopscope.\n\nRun it with: python THIS_FILE.py\n"
    )


def _imports(body: str) -> str:
    wanted = [f"import {name}" for name in ("base64", "csv", "io", "math", "zlib") if f"{name}." in body]
    lines = [*wanted, ""] if wanted else []
    lines += ["import numpy as np"] if "np." in body else []
    lines += [
        "import torch",
        "from torch import Tensor, nn" if "Tensor" in body.replace("torch.Tensor", "") else "from torch import nn",
    ]
    return "\n".join(lines)


def _commented(prose: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in prose.splitlines())


def _data_prose(job: Job) -> str:
    train, test, task = len(job.dataset.train), len(job.dataset.test), job.dataset.task
    return (
        f"{train} rows to learn from and {test} held back ({task}). Inputs and targets are tensors;\n"
        "whatever is measured to scale them is measured on the training rows only."
    )


def _model_prose(job: Job) -> str:
    shape = ports(job.dataset)
    count = sum(p.numel() for p in job.model.parameters())
    return (
        f"(batch, {shape.inputs}) goes in, (batch, {shape.outputs}) comes out: {count} numbers to learn.\n"
        "The seed decides where they start."
    )


def _loss_prose(job: Job) -> str:
    return "The criterion turns outputs and targets into one number; the optimizer turns gradients into a step."


def _loop_prose(job: Job) -> str:
    return "Predict, measure, blame, adjust, repeat: that is all that training is."
