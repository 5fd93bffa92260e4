"""Promise 1 of the design: any experiment exports to a plain script that gives its losses bit for bit."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from export_matrix import CSV, MATRIX
from loopscope.engines.serial import run
from loopscope.events import StepEnded
from loopscope.experiment import Experiment
from loopscope.export.script import script

RUNNER = """
import contextlib, io, json, pathlib, sys
sys.modules["loopscope"] = None  # a stand-alone script may not import it
printed = {}
for file in sorted(pathlib.Path(".").glob("*.py")):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(file.read_text(), file.name, "exec"), {"__name__": "__main__"})
        except SystemExit as stop:
            print(stop)
    printed[file.stem] = out.getvalue()
used = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"printed": printed, "pandas": "pandas" in used}))
"""


@pytest.fixture(scope="module")
def experiments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Experiment]:
    folder = tmp_path_factory.mktemp("data")
    table = folder / "people.csv"
    table.write_text(CSV)
    return {name: Experiment.model_validate(_with_path(plain, table)) for name, plain in MATRIX.items()}


def _with_path(plain: dict[str, Any], table: Path) -> dict[str, Any]:
    if "path" not in plain["data"]:
        return plain
    return plain | {"data": plain["data"] | {"path": str(table)}}


@pytest.fixture(scope="module")
def printed(experiments: dict[str, Experiment], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each script prints, in one process that cannot import loopscope."""
    folder = tmp_path_factory.mktemp("scripts")
    for name, experiment in experiments.items():
        (folder / f"{name}.py").write_text(script(experiment))
    done = subprocess.run([sys.executable, "-c", RUNNER], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])["printed"]


def losses(text: str) -> list[tuple[int, float]]:
    words = [line.split() for line in text.splitlines() if line.startswith("step ")]
    return [(int(step), float(loss)) for _, step, _, loss in words]


@pytest.mark.parametrize("name", MATRIX)
def test_promise_1_the_loop_is_never_hidden(
    name: str, experiments: dict[str, Experiment], printed: dict[str, str]
) -> None:
    ours = [(event.step, event.loss) for event in run(experiments[name]) if isinstance(event, StepEnded)]
    assert len(ours) >= 3
    assert losses(printed[name]) == ours


def test_the_comparison_can_fail(experiments: dict[str, Experiment], printed: dict[str, str]) -> None:
    other = experiments["defaults"].model_copy(update={"seed": experiments["seeds"].seed})
    ours = [(event.step, event.loss) for event in run(other) if isinstance(event, StepEnded)]
    assert losses(printed["defaults"]) != ours


def fields_of(section: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields_of(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_matrix_covers_every_field(experiments: dict[str, Experiment]) -> None:
    # text needs a model for characters, which joins later; a device other than the CPU is not on every machine
    missing = {"data.context", "training.device"}
    given = {path for experiment in experiments.values() for path in _paths(experiment.given())}
    assert len(MATRIX) >= 40
    assert set(fields_of(Experiment)) - given == missing


def test_the_matrix_covers_every_name(experiments: dict[str, Experiment]) -> None:
    from loopscope.experiment import vocabulary

    text = json.dumps([experiment.plain() for experiment in experiments.values()])
    for names in (
        vocabulary.Activation,
        vocabulary.Init,
        vocabulary.Optimizer,
        vocabulary.ScheduleName,
        vocabulary.Fault,
    ):
        assert [name for name in get_args(names) if f'"{name}"' not in text] == []
    assert [name for name in vocabulary.DATASETS if f'"{name}"' not in text] == ["text"]


def _paths(plain: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in plain.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_a_script_reads_like_one_that_a_person_typed(experiments: dict[str, Experiment]) -> None:
    text = script(experiments["defaults"])
    body = [line.strip().partition("  #")[0] for line in text.splitlines()]
    at = [
        body.index(line)
        for line in ("optimizer.zero_grad()", "outputs = model(inputs)", "loss.backward()", "optimizer.step()")
    ]
    assert at == sorted(at)
    assert "accumulate" not in text and "clip" not in text  # only what this experiment needs


@pytest.mark.parametrize("name", ['evil"""; import os; os.abort(); """', "a\\x", "\\N", "tr\\", "\\u12"])
def test_a_name_from_somebody_elses_link_stays_a_name(name: str, experiments: dict[str, Experiment]) -> None:
    text = script(experiments["defaults"].model_copy(update={"name": name}))
    tree = ast.parse(text)
    assert isinstance(tree.body[0], ast.Expr) and isinstance(tree.body[1], (ast.Import, ast.ImportFrom))
    assert "os" not in {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
