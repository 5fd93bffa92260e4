"""Files that people really have: a table with every kind of column, and the same as Parquet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from loopscope.experiment import Data

CITIES = ("Aachen", "Bern", "Cádiz")


def people(rows: int = 40) -> dict[str, list[str]]:
    """One column of each kind, among them numbers and categories with gaps. `income` is a number to predict."""
    rng = np.random.default_rng(5)
    ages = rng.integers(18, 80, rows)
    return {
        "id": [str(1000 + at) for at in range(rows)],
        "age": ["NA" if at in (3, 17) else str(age) for at, age in enumerate(ages)],
        "height (cm)": [f"{height:.3f}" for height in rng.normal(170, 9, rows)],
        "weight": [f"{weight:.17g}" for weight in rng.normal(70, 9, rows)],
        "city": ["?" if at == 5 else str(rng.choice(CITIES)) for at in range(rows)],
        "smokes": [str(rng.choice(["Yes", "no"])) for _ in range(rows)],
        "born": [f"19{at % 60 + 30}-01-0{at % 9 + 1}" for at in range(rows)],
        "comment": [f"text {at}" for at in range(rows)],
        "planet": ["Earth"] * rows,
        "nothing": [""] * rows,
        "income": [f"{1000 + 30 * age:.2f}" for age in ages],
        "grade": [str(at % 3 + 1) for at in range(rows)],
        "member": ["" if at == 7 else ("yes" if at % 2 else "no") for at in range(rows)],
    }


def as_csv(columns: dict[str, list[str]], delimiter: str = ",") -> str:
    return "\n".join([delimiter.join(columns), *(delimiter.join(row) for row in zip(*columns.values(), strict=True))])


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write bytes or text to a file; gives its path."""

    def keep(content: str | bytes, name: str = "table.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return keep


@pytest.fixture
def people_csv(write: Callable[..., str]) -> str:
    return write(as_csv(people()), "people.csv")


@pytest.fixture
def people_parquet(tmp_path: Path) -> str:
    """The same table with the types that pandas would give it."""
    import pandas as pd

    columns = people()
    frame = pd.DataFrame(columns)
    frame["id"] = frame["id"].astype(int)
    frame["age"] = pd.to_numeric(frame["age"], errors="coerce")
    for name in ("height (cm)", "weight", "income"):
        frame[name] = frame[name].astype(float)
    frame["city"] = frame["city"].replace("?", None).astype("category")
    frame["smokes"] = frame["smokes"] == "Yes"
    frame["born"] = pd.to_datetime(frame["born"])
    frame["tags"] = [[1, 2]] * len(frame)
    path = tmp_path / "people.parquet"
    frame.to_parquet(path)
    return str(path)


def table(path: str, target: str, **more: object) -> Data:
    return Data.model_validate({"name": "table", "path": path, "target": target, **more})
