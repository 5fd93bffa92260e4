"""Which source stands behind each name of the catalogue. Makes no data itself."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from ..errors import unknown
from ..experiment import Data
from ..experiment.vocabulary import DATASETS, Task
from .dataset import Dataset
from .rows import Rows

FAMILIES = ("classes", "curves", "formula_set", "bundled", "by_hand", "table", "text")
"""The modules that register something; a new family of datasets is named here."""


class Source(ABC):
    """Where rows come from, and the plain Python that gets the very same ones."""

    @property
    def default_noise(self) -> float | None:
        """The noise where `data.noise` is not given; None where there is none to set."""
        return None

    @abstractmethod
    def read(self, data: Data, seed: int) -> Rows:
        """All rows. `UserMistake` where the data cannot be had."""

    @abstractmethod
    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        """Source text that defines `raw` and `targets` as `read` gives them; NumPy is there as np."""


SomeSource = TypeVar("SomeSource", bound=Source)
SOURCES: dict[str, Source] = {}


def add(name: str, source: Source) -> None:
    """Put a source behind a name; the catalogue of `experiment` must know it, so that the schema can refuse others."""
    if name not in DATASETS:
        raise unknown("dataset", name, DATASETS, "Add it to DATASETS in experiment/vocabulary.py first.")
    assert name not in SOURCES, f"two sources are called {name}"
    SOURCES[name] = source


def register(name: str) -> Callable[[type[SomeSource]], type[SomeSource]]:
    """Class decorator: `@register("table")` above a final Source that takes no arguments."""

    def keep(source: type[SomeSource]) -> type[SomeSource]:
        add(name, source())
        return source

    return keep


def find(name: str) -> Source:
    """The source of a name, or a `UserMistake` with the nearest one."""
    for family in FAMILIES:
        import_module(f".{family}", __package__)
    if name not in SOURCES:
        raise unknown("data.name", name, DATASETS)
    return SOURCES[name]


@dataclass(frozen=True, slots=True)
class Description:
    """What can be said of a dataset before it is loaded; None where only the data can tell."""

    name: str
    summary: str
    task: Task | None
    inputs: int | None
    rows: int | None
    noise: float | None


def describe(name: str) -> Description:
    """Name, summary, task, raw inputs, rows (of a bundled set) and default noise (of a generated one)."""
    source, known = find(name), DATASETS[name]
    return Description(name, known.summary, known.task, known.inputs, known.rows, source.default_noise)


def catalogue() -> tuple[Description, ...]:
    """All datasets, in the order a reader should meet them."""
    return tuple(describe(name) for name in DATASETS)


def source_text(function: Callable[..., Any]) -> str:
    """A plain function as it stands in its file, decorators left out: what a stand-alone script pastes."""
    text = inspect.getsource(function)
    return text[text.index("def ") :].rstrip() + "\n"
