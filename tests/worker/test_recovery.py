"""From which states another worker goes on, and where the record of a lane ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from loopscope.engines.keeping import Snapshots
from loopscope.engines.live import Live
from loopscope.events import RunStarted, StepEnded
from loopscope.experiment import preset
from loopscope.store import Store
from loopscope.worker import recovery
from loopscope.worker.recovery import Standby


def walk(live: Live, steps: int) -> Live:
    for _ in range(steps):
        live.step()
    return live


def steps(standby: Standby, live: Live, committed: int) -> list[int]:
    return sorted(state.step for state in standby.states(live, committed))


def test_a_state_is_held_back_until_it_is_in_the_record_and_no_longer_the_last() -> None:
    live, standby = walk(Live(preset("circles")), 5), Standby()
    assert steps(standby, live, committed=5) == []  # that of step 5 is the last one
    walk(live, 1)
    assert steps(standby, live, committed=4) == []
    assert steps(standby, live, committed=5) == [5]
    assert steps(standby, walk(live, 20), committed=23) == [16]  # of those that `Live` keeps, every eighth


def test_where_one_has_gone_back_there_is_a_state_for_both_places() -> None:
    live, standby = walk(Live(preset("circles")), 45), Standby()
    live.seek(20)
    assert steps(standby, live, committed=45) == [16, 40]


def test_a_change_right_after_a_state_makes_it_worthless() -> None:
    live, standby = walk(Live(preset("circles"), kept=Snapshots(most=2)), 5), Standby()
    standby.states(live, 5)
    live.change({"training.lr": 0.5})
    standby.changed(5)
    walk(live, 20)  # the state that was kept with the change has gone
    assert steps(standby, live, committed=6) == []


def test_states_fit_that_lead_to_where_the_record_ends() -> None:
    kept = {"old": [State(19), State(20)], "new": [State(21), State(30)]}

    def fit(run: str, place: Any) -> list[int]:
        return [state.step for state in recovery.fitting(kept, run, place)]  # type: ignore[arg-type]

    assert fit("new", None) == []  # from the beginning, or the record would begin in the middle
    assert fit("new", ("new", 30)) == [21, 30] and fit("new", ("new", 29)) == [21]
    assert fit("newest", ("old", 20)) == [19]  # at step 20, the newest run may have been changed
    assert fit("newest", ("unknown", 20)) == []


class State:
    """Stands for a snapshot."""

    def __init__(self, step: int) -> None:
        self.step = step


def run_of_a_dead_process(home: Path, name: str, steps: int, **facts: Any) -> None:
    code = f"""
import os, sys
from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store
store = Store.open({str(home)!r})
writer = store.writer(RunStarted(run={name!r}, name="x", started=1.0, facts={facts!r}))
for step in range({steps}):
    writer.append(StepEnded(step + 1, 1, step, 0.5, 0.0, 0.1))
writer.flush()
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", code], check=False)


def test_a_run_without_a_step_is_removed_and_the_record_ends_before_it(tmp_path: Path) -> None:
    run_of_a_dead_process(tmp_path, "whole", 5)
    run_of_a_dead_process(tmp_path, "empty", 0, **{"from": ["whole", 5]})
    run_of_a_dead_process(tmp_path, "unheard-of", 0, **{"from": ["whole", 3]})
    run_of_a_dead_process(tmp_path, "stranger", 0)
    with Store.open(tmp_path) as store:
        alive = store.writer(RunStarted(run="alive", name="x", started=2.0, facts={"from": ["whole", 5]}))
        recovery.remove_empty(store, ["empty", "whole"])
        assert {run.id for run in store.runs()} == {"whole", "stranger", "alive"}
        assert recovery.end_of_record(store, "empty", ("whole", 5)) == ("whole", 5)
        assert recovery.end_of_record(store, "whole", None) == ("whole", 5)
        assert recovery.end_of_record(store, "nothing", None) is None
        assert recovery.end_of_record(store, "alive", ("whole", 5)) == ("whole", 5)
        alive.append(StepEnded(6, 1, 1, 0.5, 0.0, 0.1))
        alive.close()
        assert recovery.end_of_record(store, "alive", ("whole", 5)) == ("alive", 6)
