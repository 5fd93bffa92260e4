"""The plain Python of a dataset gives the same tensors to the last bit, and needs no loopscope."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from loopscope.datasets import Dataset, code, load
from loopscope.errors import UserMistake
from loopscope.experiment import Data
from loopscope.experiment.vocabulary import DATASETS

HEADER = "import numpy as np\nimport torch\n\n"
NAMES = ("train_inputs", "train_targets", "test_inputs", "test_targets")
BUILT_IN = [name for name in DATASETS if name not in ("points", "table", "text", "formula")]
ONE_INPUT = ("line", "sine", "sawtooth")


def differences(dataset: Dataset, source: str) -> list[str]:
    """The tensors in which running `source` differs from the dataset."""
    made: dict[str, Any] = {}
    exec(HEADER + source, made)
    train, test = dataset.train, dataset.test
    ours = (train.inputs, train.targets, test.inputs, test.targets)
    return [name for name, tensor in zip(NAMES, ours, strict=True) if not same(made[name], tensor)]


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and torch.equal(one, other)


def check(data: Data, seed: int = 3) -> str:
    dataset = load(data, seed)
    source = code(data, seed, dataset)
    assert differences(dataset, source) == []
    assert "loopscope" not in source
    return source


def feature_sets(name: str) -> list[tuple[str, ...]]:
    if name in ONE_INPUT:
        return [(), ("x", "x^2", "sin(3*x)"), ("max(x, 0)", "x1")]
    return [(), ("x1", "x2"), ("x1^2", "x1*x2", "sin(x1)", "tanh(x2)-1/3", "exp(-x1^2)")]


@pytest.mark.parametrize("scale", ["none", "standard", "minmax"])
@pytest.mark.parametrize("name", BUILT_IN)
def test_every_dataset_with_every_scale_and_features(name: str, scale: Any) -> None:
    for features in feature_sets(name):
        check(Data(name=name, scale=scale, features=features))


@pytest.mark.parametrize("name", ["line", "bumps", "diabetes"])
def test_scaled_targets(name: str) -> None:
    assert "targets[train_rows].std()" in check(Data(name=name, scale_target=True, scale="standard"))


@pytest.mark.parametrize("settings", [{"samples": 50}, {"test_fraction": 0.0}, {"samples": 4, "test_fraction": 0.9}])
@pytest.mark.parametrize("name", BUILT_IN)
def test_samples_and_test_fraction(name: str, settings: dict[str, Any]) -> None:
    check(Data(name=name, **settings), seed=2**32 - 1)


@pytest.mark.parametrize("name", [name for name in BUILT_IN if DATASETS[name].generated])
def test_noise(name: str) -> None:
    assert "noise=0.33" in check(Data(name=name, noise=0.33))
    assert "noise=0.0" in check(Data(name=name, noise=0.0))


@pytest.mark.parametrize(
    "formula", ["sin(3*x) + 0.2*x**2", "x1", "x1*x2 - 2^-x2", "step(x2)", "relu(x)-1e-3*x/7", "floor(pi*x)^2"]
)
def test_formulas(formula: str) -> None:
    check(Data(name="formula", formula=formula))
    check(Data(name="formula", formula=formula, noise=0.1, scale="standard", scale_target=True, features=("x1^3",)))


@pytest.mark.parametrize("scale", ["none", "standard", "minmax"])
def test_points(scale: Any) -> None:
    rows = [[at * 37 % 61 / 30 - 1, 0.1 * at, at % 4] for at in range(50)]
    source = check(Data.model_validate({"name": "points", "points": rows, "scale": scale, "features": ["x1", "x1*x2"]}))
    assert f"    {rows[3]},\n" in source
    check(Data.model_validate({"name": "points", "points": [row[:2] for row in rows], "scale": scale, "samples": 9}))
    check(Data.model_validate({"name": "points", "points": rows[:2], "scale_target": False}))


@pytest.mark.parametrize("settings", [{}, {"samples": 9, "context": 5}, {"context": 1000}, {"test_fraction": 0.0}])
def test_text(settings: dict[str, Any], write: Callable[..., str]) -> None:
    check(Data(name="text", **settings))
    path = write("\ufeffDas große Ä–Ö,\r\nund\tder Rest.\rEnde\n" * 200, "a.txt")
    check(Data(name="text", path=path, **settings))


@pytest.mark.parametrize("target", ["income", "grade", "member", "city", "smokes", "age"])
@pytest.mark.parametrize("scale", ["none", "standard", "minmax"])
def test_tables(people_csv: str, people_parquet: str, target: str, scale: Any) -> None:
    for path in (people_csv, people_parquet):
        check(Data(name="table", path=path, target=target, scale=scale))
        check(Data(name="table", path=path, target=target, scale=scale, samples=20, features=("weight", "height_cm^2")))
    check(Data(name="table", path=people_csv, target="income", scale_target=True))


def test_a_table_with_decimal_commas_and_odd_names(write: Callable[..., str]) -> None:
    rows = ['"a ""b"";\n c"; x\ty ;\'\\;y']
    rows += [f"{at},5;{at % 7},25;{'u v' if at % 2 else '(w)'};{at * at},5" for at in range(9)]
    rows[4] = "n/a;2,5;;3,5"
    path = write("\ufeff" + "\r\n".join(rows) + "\r\n\r\n;;;\r\n", "it's a \\n table.csv")
    source = check(Data(name="table", path=path, target="y", scale="standard"))
    assert '.replace(",", ".")' in source


def test_a_constant_column_is_scaled_by_one() -> None:
    assert "= 1.0  #" in check(Data(name="digits", scale="standard"))
    assert "= 1.0  #" in check(Data(name="digits", scale="minmax"))
    assert "= 1.0  #" not in check(Data(name="iris", scale="minmax"))


def test_only_what_is_needed_is_written() -> None:
    plain = check(Data(name="moons"))
    for word in ("center", "column_stack", "isnan", "csv", "std", "[:200]"):
        assert word not in plain
    assert ".permutation(len(raw))[:50]" in check(Data(name="iris", samples=50))


def test_a_large_parquet_file_must_become_csv(tmp_path, monkeypatch) -> None:
    import pandas as pd

    path = str(tmp_path / "large.parquet")
    pd.DataFrame(np.random.default_rng(0).normal(size=(40_000, 8)), columns=list("abcdefgy")).to_parquet(path)
    data = Data(name="table", path=path, target="y")
    with pytest.raises(UserMistake, match=r"^data\.path .* at most 2 MB packed.* Convert it to CSV"):
        code(data, 0, load(data, 0))


def test_a_file_that_changed_is_not_exported(people_csv: str) -> None:
    from pathlib import Path

    data = Data(name="table", path=people_csv, target="income")
    dataset = load(data, 0)
    Path(people_csv).write_text(Path(people_csv).read_text() + "\n")
    with pytest.raises(UserMistake, match="It has changed; run again"):
        code(data, 0, dataset)


@pytest.mark.parametrize("name", ["moons", "diabetes", "formula", "text", "table"])
def test_the_source_runs_where_loopscope_is_not(name: str, people_csv: str) -> None:
    more = {"formula": {"formula": "sin(x)"}, "table": {"path": people_csv, "target": "grade"}}.get(name, {})
    data = Data.model_validate({"name": name, **more})
    dataset = load(data, 1)
    source = HEADER + code(data, 1, dataset)
    source += "\nimport sys\nassert not any(name.startswith('loopscope') for name in sys.modules)"
    source += "\nprint(train_inputs.double().sum().item(), test_targets.double().sum().item())"
    done = subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, text=True, check=True)
    expected = (dataset.train.inputs.double().sum().item(), dataset.test.targets.double().sum().item())
    assert done.stdout.split() == [str(number) for number in expected]


def test_recipes_use_nothing_of_ours() -> None:
    for name in BUILT_IN:
        tree = ast.parse(check(Data(name=name)))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert imported <= {"sklearn.datasets"}, name


def test_the_comparison_notices_a_single_bit() -> None:
    data = Data(name="moons")
    dataset = load(data, 0)
    source = code(data, 0, dataset) + "\ntest_inputs[0, 0] = torch.nextafter(test_inputs[0, 0], torch.tensor(9.0))\n"
    assert differences(dataset, source) == ["test_inputs"]
    assert differences(dataset, code(data, 1, dataset)) == list(NAMES)
