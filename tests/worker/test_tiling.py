"""A sweep that is watched: what its tiles show is what each model says, alone as together."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

from loopscope import sweeps
from loopscope.engines import run
from loopscope.events import Measured
from loopscope.experiment import Experiment, from_link, validate
from loopscope.instruments import Every
from loopscope.instruments.decision_surface import DecisionSurface
from loopscope.store.files import make_home
from loopscope.worker.foreseeing import MOST_TILES
from loopscope.worker.pipes import LENGTH, Outbox
from loopscope.worker.sweep_records import listed, whole
from loopscope.worker.tiles import STATES
from loopscope.worker.tiling import Tiling

SMALL: dict[str, Any] = {
    "name": "small",
    "data": {"name": "circles", "samples": 60},
    "model": {"hidden": [3]},
    "training": {"lr": 0.1, "batch_size": 10, "steps": 60},
}
When = Callable[["Watched"], bool]


class Watched:
    """A tiling that has obeyed a script: lines, each of which may wait until something has been heard."""

    def __init__(self, home: Path, *lines: Mapping[str, Any] | When) -> None:
        self.lines, self.messages = deque(lines), list[dict[str, Any]]()
        self.tiling = Tiling(self, Outbox(self), home)  # type: ignore[arg-type]
        self.tiling.run()

    # an inbox

    def empty(self) -> bool:
        while self.lines and callable(self.lines[0]) and self.lines[0](self):
            self.lines.popleft()
        return bool(self.lines) and callable(self.lines[0])

    def take(self, wait: float | None) -> Mapping[str, Any] | None:
        if self.empty():
            assert wait is not None, "it waits for a command, and the script for it"
            raise queue.Empty
        return self.lines.popleft() if self.lines else None  # type: ignore[return-value]

    # a stream

    def write(self, data: bytes) -> None:
        if len(data) != LENGTH.size:
            self.messages.append(msgpack.unpackb(data))

    def flush(self) -> None: ...

    # what was heard

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["kind"] == kind]

    @property
    def frame(self) -> dict[str, Any]:
        return self.of("frame")[-1]


def begin(*over: str, seeds: int = 1, **sections: Any) -> dict[str, Any]:
    experiment = {**SMALL, **sections}
    more = {"steps_per_second": None, "resolution": 12}
    return {"do": "begin", "experiment": experiment, "over": list(over), "seeds": seeds, **more}


def done(watched: Watched) -> bool:
    return bool(watched.of("done"))


def drawing(watched: Watched) -> bool:
    """Never holds; draws whatever comes."""
    watched.tiling.do_drawn({"seq": 10**9})
    return done(watched)


def at(step: int) -> When:
    def is_there(watched: Watched) -> bool:
        watched.tiling.do_drawn({"seq": 10**9})
        return bool(watched.of("frame")) and watched.frame["step"] >= step

    return is_there


def array(packed: dict[str, Any]) -> np.ndarray:
    dtype, shape, data = packed["__array__"]
    return np.frombuffer(data, dtype).reshape(shape)


def alone(experiment: Experiment, step: int) -> np.ndarray:
    """What the serial engine's model says over the plane after a step."""
    for event in run(experiment, [DecisionSurface(Every(1), resolution=12)]):
        if isinstance(event, Measured) and event.instrument == "decision_surface" and event.step == step:
            return event.arrays["values"]
    raise AssertionError(f"no step {step}")


def assert_as_alone(watched: Watched, runs: int) -> None:
    plan = sweeps.plan(validate(SMALL | watched.of("begun")[0]["experiment"]), watched.of("begun")[0]["over"])
    steps = array(watched.frame["steps"])
    surfaces = {each["run"]: array(each["values"]) for each in watched.frame["surfaces"]}
    assert len(surfaces) == runs
    for number, surface in surfaces.items():
        assert np.abs(surface - alone(plan.experiment_of(number), int(steps[number]))).max() < 1e-5


def test_each_tile_is_the_surface_of_its_own_model(tmp_path: Path) -> None:
    over = ("training.lr=0.01,0.1", "model.activation=relu,tanh")
    watched = Watched(tmp_path, begin(*over), at(20), {"do": "pause"})
    assert len(set(array(watched.frame["steps"]).tolist())) == 1, "all stand at one step"
    assert watched.frame["step"] >= 20
    assert_as_alone(watched, 4)


def test_the_last_frame_is_of_the_last_step(tmp_path: Path) -> None:
    watched = Watched(tmp_path, begin("training.batch_size=10,20", "training.lr=0.01,0.1"), drawing)
    assert array(watched.frame["steps"]).tolist() == [60] * 4
    assert {STATES[state] for state in array(watched.frame["states"])} == {"finished"}
    assert_as_alone(watched, 4)


def test_who_cannot_share_a_stack_is_a_tile_like_the_others(tmp_path: Path) -> None:
    watched = Watched(tmp_path, begin("faults.inject=[],[no-zero-grad]"), at(20), {"do": "pause"})
    assert watched.of("begun")[0]["stacks"] == 2
    assert_as_alone(watched, 2)


def test_one_that_diverges_is_marked_and_the_others_go_on(tmp_path: Path) -> None:
    training = {**SMALL["training"], "optimizer": "sgd", "loss": "mse"}
    regression = {"data": {"name": "sine", "samples": 60}, "model": {"hidden": [3]}, "training": training}
    watched = Watched(tmp_path, begin("training.lr=0.01,1e6", **regression), drawing)
    assert [STATES[state] for state in array(watched.frame["states"])] == ["finished", "diverged"]
    assert array(watched.frame["steps"])[0] == 60 > array(watched.frame["steps"])[1]
    assert watched.of("done")[0]["best"] == 0


def test_paused_it_takes_no_step_and_stopped_it_says_so(tmp_path: Path) -> None:
    long = begin("training.lr=0.01,0.1", training={**SMALL["training"], "steps": 10**6})
    watched = Watched(tmp_path, long, at(10), {"do": "pause"}, {"do": "seed", "repetition": 0})
    first, second = watched.of("frame")[-2:]
    assert first["step"] == second["step"] < 10**6
    assert watched.of("state")[-1]["status"] == "paused"
    stopped = Watched(tmp_path, long, at(10), {"do": "stop"})
    assert stopped.of("done") == [{"kind": "done", **NOTHING, "runs": 2}]
    assert listed(tmp_path, 10) == [], "nothing was over, so nothing is recorded"


NOTHING = {"sweep": "", "finished": 0, "by": "", "best": None, "verdict": [], "table": []}


def test_it_goes_on_after_a_pause(tmp_path: Path) -> None:
    watched = Watched(tmp_path, begin("training.lr=0.01,0.1"), at(10), {"do": "pause"}, {"do": "play"}, drawing)
    assert array(watched.frame["steps"]).tolist() == [60, 60]


def test_no_frame_is_sent_that_nobody_draws(tmp_path: Path) -> None:
    watched = Watched(tmp_path, begin("training.lr=0.01,0.1", training={**SMALL["training"], "steps": 2000}), done)
    assert len(watched.of("frame")) <= 4, "two on their way, the last one, and no more"


def test_another_seed_is_shown_on_demand(tmp_path: Path) -> None:
    shown = {"do": "seed", "repetition": 2}
    watched = Watched(tmp_path, begin("training.lr=0.01,0.1", seeds=3), at(10), {"do": "pause"}, shown)
    assert [each["run"] for each in watched.frame["surfaces"]] == [2, 5]
    links = watched.of("begun")[0]["links"]
    assert [from_link(link).seed.init for link in links] == [0, 1, 2] * 2


def test_it_is_recorded_as_any_sweep(tmp_path: Path) -> None:
    over = ["training.lr=0.01,0.1"]
    watched = Watched(tmp_path, begin(*over, seeds=6), drawing)
    told = watched.of("done")[0]
    book = sweeps.found("last", tmp_path)
    assert told["sweep"] == book.id
    here = sweeps.judged(book.plan(), book.id, book.rows(), None)
    plan = sweeps.plan(validate(SMALL), over, seeds=6)
    other = sweeps.carried_out(plan, sweeps.begun(plan, tmp_path / "other"))
    assert told["verdict"] == list(here.verdict) == list(other.verdict)
    mine = here.runs.drop(columns=["steps"])
    np.testing.assert_allclose(mine["test_loss"], other.runs["test_loss"], rtol=1e-4)
    [line] = listed(tmp_path, 10)
    assert (line["finished"], line["runs"], line["over"]) == (12, 12, over)
    looked_into = whole(tmp_path, "last")
    assert looked_into["best"] == told["best"]
    assert len(looked_into["rows"]) == 12
    assert looked_into["rows"][0]["curve"][0][-1] <= 60


def test_inputs_without_a_plane_show_their_loss(tmp_path: Path) -> None:
    digits = {"data": {"name": "digits", "samples": 100}, "model": {"hidden": [4]}}
    watched = Watched(tmp_path, begin("training.lr=0.01,0.1", **digits), at(5), {"do": "stop"})
    assert watched.of("begun")[0]["no_surface"] == "64 inputs have no plane to draw: each tile shows its loss."
    assert watched.frame["surfaces"] == []
    assert np.isfinite(array(watched.frame["test"])).all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (begin("training.lr=0.001:1:log:300"), f"at most {MOST_TILES} tiles"),
        (begin("training.lr=0.001:1:log:100", seeds=8), "Take 5 seeds"),
        (begin("training.lr=0.001:1:log"), "a count in a grid"),
        (begin("training.larning_rate=1,2"), "training.lr"),
        (begin("training.lr=0.1,-1"), "-1"),
        (begin("model.hidden=[900,900],[1000,1000]", seeds=32), "in memory at once"),
        (begin("data.samples=100,90000000"), "1000000"),
        (
            begin("training.batch_size=10,all", data={"name": "circles", "samples": 200_000}, model={"hidden": [160]}),
            "one batch",
        ),
        (begin("data.path=/etc/passwd,/etc/shadow", data={"name": "csv", "path": "/etc/passwd", "target": "x"}), ""),
    ],
)
def test_what_cannot_be_watched_is_refused_in_a_sentence(tmp_path: Path, asked: dict[str, Any], said: str) -> None:
    make_home(tmp_path)
    watched = Watched(tmp_path, asked, {**asked, "do": "foresee"})
    for refused in watched.of("refused"):
        words = " ".join(str(value) for problem in refused["problems"] for value in problem.values())
        assert said in words
        assert "Error" not in words
    assert [refused["do"] for refused in watched.of("refused")] == ["begin", "foresee"]
    assert not watched.of("begun")


def test_what_would_be_trained_is_said_before(tmp_path: Path) -> None:
    asked = {**begin("training.lr=0.01,0.1", "model.hidden=[2],[3],[4]", seeds=2), "do": "foresee"}
    watched = Watched(tmp_path, asked)
    [said] = watched.of("foreseen")
    assert (said["tiles"], said["seeds"], said["runs"], said["stacks"]) == (6, 2, 12, 3)
    assert not watched.of("begun")


def test_another_takes_the_place_of_the_first(tmp_path: Path) -> None:
    first = begin("training.lr=0.01,0.1", training={**SMALL["training"], "steps": 10**6})
    over = lambda watched: len(watched.of("done")) == 2  # noqa: E731
    watched = Watched(tmp_path, first, at(10), begin("training.lr=0.2,0.3,0.4"), over)
    assert [message["finished"] for message in watched.of("done")] == [0, 3]
