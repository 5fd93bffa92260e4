"""Recorded runs, made by hand so that no test here needs torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from loopscope.events import Changed, Finding, Found, Measured, RunEnded, RunStarted, StepEnded
from loopscope.experiment import preset, with_settings
from loopscope.store import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOOPSCOPE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def record(home: Path) -> Callable[..., str]:
    """Record a run of twenty steps, its loss starting at `loss`; its id."""

    def make(run: str, *changes: str, loss: float = 1.0, measured: bool = True, own: bool = False) -> str:
        experiment = None if own else with_settings(preset("moons-mlp"), list(changes)).plain()
        with Store.open(home) as store, store.writer(RunStarted(run, "moons", 1000.0, experiment=experiment)) as writer:
            for step in range(1, 21):
                writer.append(StepEnded(step, step // 5, 32 * step, loss / step, 0.0, 0.1))
                if measured:
                    sides = {"train": loss / step, "test": loss * abs(step - 15) + 0.5}
                    writer.append(Measured(step, "loss", {**sides, "penalty": 0.0, "cost_s": 0.1}))
                    writer.append(
                        Measured(step, "metrics", {"train_accuracy": 0.9, "test_accuracy": min(step, 12) / 20})
                    )
                    writer.append(Measured(step, "surface", {}, {"grid": np.full((2, 2), step)}))
            writer.append(Changed(3, "training.lr", 0.1, 0.2))
            writer.append(Found(4, Finding("overfit", "info", 4)))
            writer.append(RunEnded(20, "finished", "all steps taken", 1002.5))
        return run

    return make
