"""Notebook, table, TensorBoard and pictures, each read back by what people read it with."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import nbformat
import numpy as np
import pytest

from loopscope.engines import train
from loopscope.experiment import preset, with_settings
from loopscope.export import csv_table, notebook, png, script, tensorboard
from loopscope.runs import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    short = with_settings(preset("moons-mlp"), ["training.steps=40"])
    return train(short, home=tmp_path_factory.mktemp("home"))


def test_a_notebook_holds_the_script_and_runs(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.experiment is not None
    book = nbformat.reads(notebook(run.experiment), as_version=4)
    nbformat.validate(book)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    names: dict[str, object] = {}
    for cell in code:
        exec(cell, names)
    losses = [float(line.split()[3]) for line in capsys.readouterr().out.splitlines() if line.startswith("step ")]
    assert losses == run.series("loss").values.tolist()
    assert all(cell in script(run.experiment) for cell in code)


def test_equal_experiments_give_equal_notebooks(run: Run) -> None:
    assert run.experiment is not None
    assert notebook(run.experiment) == notebook(run.experiment)


def test_a_csv_table_reads_back_bit_for_bit(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_table(run))))
    for name in run.series_names():
        series = run.series(name)
        read = {int(row["step"]): float(row[name]) for row in rows if row[name] != ""}
        assert list(read) == series.steps.tolist()
        assert np.array_equal(list(read.values()), series.values, equal_nan=True)


def test_the_real_tensorboard_reads_it(run: Run, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    place = tensorboard(run, tmp_path)
    seen = EventAccumulator(str(place), size_guidance={"scalars": 0})
    seen.Reload()
    assert set(seen.Tags()["scalars"]) == {name.replace(".", "/", 1) for name in run.series_names()}
    losses = [(s.step, s.value) for s in seen.Scalars("loss")]
    wanted = run.series("loss")
    assert [step for step, _ in losses] == wanted.steps.tolist()
    assert np.allclose([value for _, value in losses], wanted.values, rtol=1e-6)  # TensorBoard keeps float32
    assert "experiment/text_summary" in seen.Tags()["tensors"]


def test_pictures_are_pictures(run: Run, tmp_path: Path) -> None:
    files = png(run, tmp_path / "figures")
    assert {"loss", "surface", "data"} <= {file.stem for file in files}
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
