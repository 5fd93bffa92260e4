"""Real data that scikit-learn brings along. Each function is pasted into scripts as it stands."""

# scikit-learn's stubs promise a Bunch or a list wherever its functions could return one.
# pyright: reportReturnType=false

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np

from ..experiment import Data
from ..experiment.vocabulary import DATASETS
from .dataset import Dataset
from .registry import Source, add, source_text
from .rows import Rows

Reader: TypeAlias = Callable[[], tuple[np.ndarray, np.ndarray]]


@final
@dataclass(frozen=True)
class Bundled(Source):
    """A function that reads a bundled set, and the name of scikit-learn's loader, which knows the names."""

    reader: Reader
    loader: str
    target: str
    image: tuple[int, int, int] | None

    def read(self, data: Data, seed: int) -> Rows:
        raw, targets = self.reader()
        bunch = self.bunch()
        task = DATASETS[data.name].task
        assert task, f"{data.name} has no task in the catalogue"
        classes = () if task == "regression" else tuple(str(name) for name in bunch.target_names)
        names = tuple(str(name) for name in bunch.feature_names)
        return Rows(raw, targets, task, names, self.target, classes, self.image)

    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        return f"{source_text(self.reader)}\n\nraw, targets = {self.reader.__name__}()\n"

    def bunch(self) -> Any:
        from sklearn import datasets

        return getattr(datasets, self.loader)()


def bundled(
    name: str, loader: str, target: str, image: tuple[int, int, int] | None = None
) -> Callable[[Reader], Reader]:
    """Decorator that registers a reader under `name`."""

    def keep(reader: Reader) -> Reader:
        add(name, Bundled(reader, loader, target, image))
        return reader

    return keep


@bundled("digits", "load_digits", "digit", image=(1, 8, 8))
def digits() -> tuple[np.ndarray, np.ndarray]:
    """1,797 handwritten digits of 8 × 8 pixels, which scikit-learn counts from 0 to 16; here they are 0 to 1."""
    from sklearn.datasets import load_digits

    pixels, digit = load_digits(return_X_y=True)
    return pixels / 16.0, digit


@bundled("iris", "load_iris", "species")
def iris() -> tuple[np.ndarray, np.ndarray]:
    """150 flowers: length and width of sepal and petal in centimetres, and the species."""
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


@bundled("wine", "load_wine", "cultivar")
def wine() -> tuple[np.ndarray, np.ndarray]:
    """178 wines: 13 chemical measures, each in its own unit, and the cultivar."""
    from sklearn.datasets import load_wine

    return load_wine(return_X_y=True)


@bundled("breast-cancer", "load_breast_cancer", "diagnosis")
def breast_cancer() -> tuple[np.ndarray, np.ndarray]:
    """569 tumours: 30 measures of their cell nuclei, and whether they were malignant (0) or benign (1)."""
    from sklearn.datasets import load_breast_cancer

    return load_breast_cancer(return_X_y=True)


@bundled("diabetes", "load_diabetes", "progression")
def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """442 patients: ten measures in their own units, and how far the disease went in a year."""
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True, scaled=False)
