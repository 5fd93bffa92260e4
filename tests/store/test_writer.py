"""The pen: what it does when it is closed, dropped, or carried into another process."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from loopscope.errors import StoreError
from loopscope.events import RunEnded, RunStarted, StepEnded
from loopscope.store import Store


def test_closed_twice_is_closed_once_and_takes_no_more(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    writer = store.writer(started())
    writer.append(step_ended(1))
    writer.close()
    writer.close()
    with pytest.raises(StoreError, match="is closed; nothing more can be recorded"):
        writer.append(step_ended(2))
    assert len(store.series("last", "loss")) == 1


def test_closed_without_an_end_the_run_was_interrupted(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started(at=store._clock())):
        assert store.find("last").status == "running"
    assert store.find("last").status == "interrupted"


def test_an_error_on_its_way_is_not_replaced(store: Store, started: Callable[..., RunStarted]) -> None:
    with pytest.raises(ZeroDivisionError), store.writer(started()) as writer:
        writer.append(StepEnded(1, 0, 1, "no", 0.0, 0.1))  # type: ignore[arg-type]
        raise ZeroDivisionError
    with pytest.raises(StoreError, match="allowed a number"), store.writer(started("other")) as writer:
        writer.append(StepEnded(1, 0, 1, "no", 0.0, 0.1))  # type: ignore[arg-type]


def test_committed_step_is_what_is_in_the_file(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    writer = store.writer(started())
    assert writer.committed_step == 0
    writer.append(step_ended(1))
    writer.flush()
    assert writer.committed_step == 1 == store.find("last").last_step
    writer.append(RunEnded(7, "finished", ""))
    writer.close()
    assert store.find("last").last_step == 7


def test_a_writer_that_was_dropped_lets_go_and_keeps_its_events(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    writer = store.writer(started())
    writer.append(step_ended(1))
    thread = store._committer._thread
    del writer
    gc.collect()
    assert thread is not None
    thread.join()
    assert len(store.series("last", "loss")) == 1
    assert store.find("last").status == "interrupted"


LEFT_OPEN = """
import sys
from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store
writer = Store.open(sys.argv[1]).writer(RunStarted("run-left", "left", 0.0))
for step in range(1, 101):
    writer.append(StepEnded(step, 0, step, 1.0, 0.0, 0.1))
raise SystemExit(3)
"""


def test_a_process_that_ends_without_closing_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LEFT_OPEN, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")
    assert len(Store.open(tmp_path, create=False).series("run-left", "loss")) == 100


FORKED = """
import os, sys
from loopscope.errors import StoreError
from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store
store = Store.open(sys.argv[1])
writer = store.writer(RunStarted("run-parent", "parent", 0.0))
for step in range(1, 51):
    writer.append(StepEnded(step, 0, step, 1.0, 0.0, 0.1))
child = os.fork()
if child == 0:
    try:
        writer.append(StepEnded(51, 0, 51, 9.9, 0.0, 0.1))
    except StoreError as error:
        os.write(1, str(error).encode())
    with store.writer(RunStarted("run-child", "child", 0.0)) as own:
        own.append(StepEnded(1, 0, 1, 7.0, 0.0, 0.1))
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
writer.append(StepEnded(51, 0, 51, 1.0, 0.0, 0.1))
writer.close()
"""


def test_after_a_fork_each_process_has_its_own_runs(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FORKED, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "run run-parent belongs to the process this one was forked from; record a run of its own"
    store = Store.open(tmp_path, create=False)
    assert np.array_equal(store.series("run-parent", "loss").values, np.ones(51))
    assert store.series("run-child", "loss").values.tolist() == [7.0]


def test_importing_the_store_brings_neither_torch_nor_the_experiment() -> None:
    heavy = ("torch", "pydantic", "pandas", "matplotlib")
    ask = f"import sys, loopscope.store; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout == "[]\n"


def test_a_run_deleted_under_its_writer_ends_that_writer_and_touches_no_other(
    tmp_path: Path, store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    writer = store.writer(started("stopped"))
    writer.append(step_ended(1))
    writer.flush()
    later = Store(store.path, clock=lambda: time.time() + 3600)  # as if it had been asleep for an hour
    assert later.find("stopped").status == "interrupted"
    later.delete("stopped")
    other = store.writer(started("other"))  # gets the row that was freed
    other.append(step_ended(5))
    writer.append(step_ended(2))
    with pytest.raises(StoreError, match="run stopped was deleted while it was being recorded; nothing more of it"):
        writer.flush()
    assert writer.committed_step == 1
    with pytest.raises(StoreError, match="run stopped was deleted"):
        writer.close()
    other.append(step_ended(6))
    other.close()
    assert [record.id for record in store.runs()] == ["other"]
    assert store.series("other", "loss").steps.tolist() == [5, 6]
