"""A session obeys: what it sends, what it refuses, what it records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loopscope.engines import run
from loopscope.engines.live import Live
from loopscope.events import StepEnded
from loopscope.experiment import from_link, validate
from loopscope.store import Store
from loopscope.worker import recovery
from loopscope.worker.lane import Lane

Play = Callable[..., Any]
PLAY, PAUSE = {"do": "play"}, {"do": "pause"}
KNOWN = ("experiment", "changes", "run", "facts")


def at(step: int) -> Callable[[Any], bool]:
    return lambda played: played.session.lanes.step >= step


def told(kind: str) -> Callable[[Any], bool]:
    return lambda played: bool(played.of(kind))


def idle(played: Any) -> bool:
    return not played.session.pace.playing and not played.session.tasks.going_on


def oracle(plain: dict[str, Any], most: int) -> list[float]:
    steps = (event.loss for event in run(validate(plain)) if isinstance(event, StepEnded))
    return [loss for loss, _ in zip(steps, range(most), strict=False)]


def test_it_plays_until_it_is_paused_and_tells_every_step(play: Play, start: Any) -> None:
    played = play(start, PLAY, (at(50), PAUSE))
    steps = played.events("StepEnded")
    assert [step["step"] for step in steps] == list(range(1, played.state["step"] + 1))
    assert [step["loss"] for step in steps[:50]] == oracle(start["experiments"][0], 50)
    assert played.state["status"] == "paused" and played.state["head"] == played.state["step"] >= 50
    assert {m["instrument"] for m in played.events("Measured")} == {"data", "loss", "metrics"}
    (lane,) = played.of("lane")
    assert lane["lanes"] == 1 and from_link(lane["link"]) == validate(start["experiments"][0])
    assert lane["parameters"] == {"0.weight": [3, 2], "0.bias": [3], "2.weight": [1, 3], "2.bias": [1]}
    assert "training.lr" in lane["in_flight"] and "model.hidden" not in lane["in_flight"]


def test_shown_instruments_come_with_each_frame_on_the_asked_grid(play: Play, start: Any) -> None:
    show = {"do": "show", "instruments": ["decision_surface", "neuron_maps", "update_ratio"], "resolution": 12}
    played = play(start, show, PLAY, (at(30), PAUSE))
    surfaces = played.measured("decision_surface")
    assert len(surfaces) >= 2 and surfaces[0]["arrays"]["values"]["__array__"][1] == [12, 12]
    assert played.measured("neuron_maps")[-1]["arrays"]["0"]["__array__"][1] == [3, 12, 12]
    assert any(m["step"] > 0 for m in played.measured("update_ratio"))
    assert played.state["shown"] == show["instruments"]


def test_no_more_than_two_frames_are_on_their_way(play: Play, start: Any) -> None:
    drawn = {"do": "drawn", "seq": 10**6}
    frames: list[int] = []

    def count(played: Any) -> bool:
        frames.append(len(played.of("events")))
        return played.session.lanes.step >= 400

    play(start, PLAY, (count, drawn), PAUSE, draw=False)
    assert len(set(frames[-300:])) == 1  # the first frames were never drawn, so no other followed


def test_advance_goes_by_phase_batch_and_epoch(play: Play, start: Any) -> None:
    advance = [{"do": "advance", "by": by} for by in ("phase", "phase", "batch", "epoch")]
    played = play(start, *advance[:3], (idle, advance[3]), (idle, PAUSE))
    assert [event["phase"] for event in played.events("PhaseEnded")] == ["batch", "zero_grad"]
    assert [s["phase"] for s in played.of("state")][1:3] == ["batch", "zero_grad"]
    assert [step["step"] for step in played.events("StepEnded")] == [1, 2, 3, 4, 5]
    assert played.state["epoch"] == 1 and played.state["status"] == "paused"


def test_it_seeks_back_shows_that_step_and_goes_on_as_a_new_run(play: Play, start: Any, tmp_path: Path) -> None:
    seek = {"do": "seek", "step": 10}
    played = play(start, PLAY, (at(40), seek), (idle, PLAY), (at(60), PAUSE))
    steps = [step["step"] for step in played.events("StepEnded")]
    back = steps.index(10, steps.index(10) + 1)
    assert steps[back:] == list(range(10, steps[-1] + 1))
    losses = [step["loss"] for step in played.events("StepEnded")]
    assert losses[back:] == oracle(start["experiments"][0], steps[-1])[9:]
    with Store.open(tmp_path) as store:
        new, old = store.runs()
        assert new.facts["from"] == [old.id, 10] and "from" not in old.facts
        assert store.series(new, "loss").steps.min() == 11 and store.series(old, "loss").steps.min() == 1
        assert old.status == "stopped" and "step 10" in old.reason and new.status == "stopped"
    assert [lane["run"] for lane in played.of("lane")] == [old.id, new.id]


def test_a_change_in_flight_is_told_recorded_and_in_the_link(play: Play, start: Any, tmp_path: Path) -> None:
    change = {"do": "change", "settings": {"training.lr": 0.5}}
    played = play(start, PLAY, (at(20), change), (at(40), PAUSE))
    (told,) = played.events("Changed")
    assert (told["field"], told["old"], told["new"]) == ("training.lr", 0.1, 0.5)
    assert from_link(played.of("lane")[-1]["link"]).training.lr == 0.5
    assert {step["lr"] for step in played.events("StepEnded") if step["step"] > told["step"]} == {0.5}
    with Store.open(tmp_path) as store:
        (record,) = store.runs()
        assert [(c.step, c.field, c.new) for c in store.changes(record)] == [(told["step"], "training.lr", 0.5)]


def test_what_needs_a_restart_says_so_first_and_then_starts_over(play: Play, start: Any) -> None:
    change = {"do": "change", "settings": {"model.hidden": [5], "training.lr": 0.2}}
    played = play(start, PLAY, (at(20), PAUSE), change, {**change, "restart": True})
    (needed,) = played.of("restart_needed")
    assert needed["fields"] == ["model.hidden"] and needed["settings"] == change["settings"]
    assert played.state["step"] == 0 and played.of("lane")[-1]["parameters"]["0.weight"] == [5, 2]


def test_reset_keeps_the_weights_or_draws_the_next(play: Play, start: Any) -> None:
    played = play(start, PLAY, (at(5), {"do": "reset"}), {"do": "reset", "new_weights": True})
    assert [lane["experiment"]["seed"]["init"] for lane in played.of("lane")] == [0, 0, 1]
    assert played.state["step"] == 0 and not played.state["playing"]


def test_an_edit_is_told_and_a_weight_can_be_looked_into(play: Play, start: Any) -> None:
    edit = {"do": "edit", "tensor": "0.weight", "index": [0, 1], "value": 0.5, "lane": 0}
    played = play(start, PLAY, (at(5), PAUSE), edit, {"do": "inspect", "tensor": "0.weight", "index": [0, 1]})
    (seen,) = played.of("inspected")
    assert seen["value"] == 0.5 and seen["name"] == "weight from x2 to unit 1 of hidden layer 1"
    assert from_link(played.of("lane")[-1]["link"]).start.edits[0].value == 0.5


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ({"do": "change", "settings": {"training.lr": -1}}, "training.lr"),
        ({"do": "change", "settings": {"training.lr": 1}, "lane": 3}, "lane"),
        ({"do": "change", "settings": {"model.hidden": [2000, 2000]}, "restart": True}, "model.hidden"),
        ({"do": "start", "experiments": [{"data": {"name": "mons"}}]}, "data.name"),
        ({"do": "seek", "step": 99}, "step"),
        ({"do": "show", "instruments": ["decison_surface"]}, "instrument"),
        ({"do": "view", "columns": [0, 7]}, "columns"),
        ({"do": "inspect", "tensor": "9.weight", "index": [0]}, "tensor"),
        ({"do": "edit", "tensor": "0.weight", "index": [9, 9], "value": 1.0}, "index"),
        ({"do": "dance"}, "do"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_and_the_session_stays(
    play: Play, start: Any, command: dict[str, Any], field: str
) -> None:
    played = play(start, {"do": "advance", "by": "batch"}, command, {"do": "advance", "by": "batch"})
    (refused,) = played.of("refused")
    problem = refused["problems"][0]
    assert refused["do"] == command["do"] and problem["field"] == field and problem["allowed"]
    assert played.state["step"] == 2 and len(played.of("lane")) == 1


def test_before_an_experiment_only_start_makes_sense(play: Play) -> None:
    played = play(PLAY, {"do": "seek", "step": 0}, {"do": "show", "instruments": ["loss"]})
    assert [message["do"] for message in played.of("refused")] == ["play", "seek"]


def test_lanes_take_turns_on_one_timeline_and_change_alone_or_together(play: Play, start: Any) -> None:
    other = {**start["experiments"][0], "training": {"lr": 0.5, "batch_size": 10}}
    both = {"do": "start", "experiments": [start["experiments"][0], other]}
    one = {"do": "change", "settings": {"training.momentum": 0.5, "training.optimizer": "sgd"}, "lane": 1}
    played = play(both, PLAY, (at(20), one), (at(30), PAUSE), {"do": "seek", "step": 3}, (idle, PAUSE))
    for lane, plain in enumerate(both["experiments"]):
        assert [s["loss"] for s in played.events("StepEnded", lane)[:20]] == oracle(plain, 20)
    assert not played.events("Changed", 0) and played.events("Changed", 1)
    assert [lane.live.taken for lane in played.session.lanes] == [3, 3]


def test_divergence_freezes_and_says_what_and_a_change_lets_it_go_on(play: Play, tmp_path: Path) -> None:
    plain = {"data": {"name": "line"}, "model": {"kind": "linear"}, "training": {"optimizer": "sgd", "lr": 1e9}}
    back = [{"do": "seek", "step": 1}, {"do": "change", "settings": {"training.lr": 0.01}}]
    played = play(
        {"do": "start", "experiments": [plain]}, PLAY, (idle, PLAY), back[0], (idle, back[1]), PLAY, (at(9), PAUSE)
    )
    (ended,) = played.events("RunEnded")
    assert ended["status"] == "diverged" and ended["facts"]["tensor"]
    assert "diverged" in [state["status"] for state in played.of("state")]
    assert played.of("refused")[0]["do"] == "play"  # at the end of a diverged run there is no next step
    assert played.state["status"] == "paused" and played.state["step"] >= 9
    with Store.open(tmp_path) as store:
        assert [record.status for record in store.runs()] == ["stopped", "diverged"]


def test_a_schedule_with_an_end_finishes_the_run(play: Play, start: Any) -> None:
    plain = {**start["experiments"][0], "training": {"steps": 12, "schedule": "linear"}}
    played = play({"do": "start", "experiments": [plain]}, PLAY, (idle, PAUSE))
    assert played.state["status"] == "finished" and played.state["step"] == 12 and "linear" in played.state["finished"]


def test_code_is_the_plain_script_of_the_lane(play: Play, start: Any) -> None:
    played = play(start, {"do": "code", "to": "script"}, {"do": "code", "to": "notebook"})
    script, notebook = played.of("code")
    assert "loss.backward()" in script["text"] and script["name"].endswith(".py")
    assert '"cells"' in notebook["text"] and notebook["name"].endswith(".ipynb")


def test_the_landscape_names_its_directions(play: Play, start: Any) -> None:
    ask = {"do": "landscape", "resolution": 5, "lane": 0}
    played = play(start, ask, (idle, PLAY), (at(60), PAUSE), ask, (idle, PAUSE))
    early, late = played.measured("landscape")
    assert early["values"]["principal"] == 0 and late["values"]["principal"] == 1
    assert 0.5 < late["values"]["explained_1"] + late["values"]["explained_2"] <= 1.0001
    assert late["arrays"]["loss"]["__array__"][1] == [5, 5] and len(late["arrays"]["path"]["__array__"][1]) == 2


def test_settings_tried_without_a_step_leave_nothing_in_the_record(play: Play, start: Any, tmp_path: Path) -> None:
    play(start, {"do": "change", "settings": {"training.lr": 0.3}}, {"do": "reset"}, start)
    with Store.open(tmp_path) as store:
        assert store.runs() == []


def test_another_worker_goes_on_bit_for_bit_from_the_last_step(
    play: Play, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "EVERY_S", 0.0)
    change = {"do": "change", "settings": {"training.optimizer": "sgd", "training.momentum": 0.9}}
    edit = {"do": "edit", "tensor": "0.bias", "index": [1], "value": 0.1, "lane": 0}
    first = play(start, PLAY, (at(20), change), (at(30), edit), PLAY, (told("checkpoint"), PAUSE))
    lane = first.of("lane")[-1]
    for data in (first.of("checkpoint")[-1]["data"], None, b"damaged"):
        command = recover(first, step=first.state["step"], checkpoint=data)
        again = play(command, (idle, {"do": "inspect", "tensor": "0.weight", "index": [0, 0]}))
        assert again.state["step"] == first.state["step"]
        assert again.events("StepEnded")[-1] == first.events("StepEnded")[-1]
        assert again.of("lane")[-1]["experiment"] == lane["experiment"]
        assert again.of("lane")[0]["facts"]["from"] == [lane["run"], first.state["step"]]


def recover(played: Any, **more: Any) -> dict[str, Any]:
    known = [{key: lane[key] for key in KNOWN} for lane in played.of("lane")[-1:]]
    return {"do": "recover", "lanes": known, "checkpoint": None, "playing": False, **more}


def test_another_worker_stays_where_one_had_gone_back_to_and_knows_what_comes_after(
    play: Play, start: Any, tmp_path: Path
) -> None:
    first = play(start, PLAY, (at(40), {"do": "seek", "step": 10}), (idle, PAUSE))
    head = first.state["head"]
    command = recover(first, step=10, head=head)
    again = play(
        command, (idle, {"do": "seek", "step": head}), (idle, {"do": "seek", "step": 5}), (idle, PLAY), (at(9), PAUSE)
    )
    assert [state["step"] for state in again.of("state") if state["status"] == "paused"][:2] == [10, head]
    with Store.open(tmp_path) as store:
        new, old = store.runs()
        assert new.facts["from"] == [old.id, 5]  # not the run that was ready to go on from `head`, and never began


def lacking(played: Any, steps: int) -> dict[str, Any]:
    """What a worker is told that takes over where so many steps were shown and not recorded any more."""
    head = played.state["head"] + steps
    return recover(played, step=head, head=head)


def test_steps_that_were_shown_and_not_recorded_are_taken_again_before_anything_else(
    play: Play, start: Any, tmp_path: Path
) -> None:
    first = play(start, PLAY, (at(10), PAUSE))
    stood, command = first.state["head"], lacking(first, 2000)
    again = play(command, PLAY, (at(command["head"] + 10), PAUSE))
    statuses = [(state["status"], state["step"] >= command["head"]) for state in again.of("state")]
    assert statuses[0] == ("seeking", False) and ("playing", True) in statuses and ("playing", False) not in statuses
    with Store.open(tmp_path) as store:
        new, old = store.runs()
        assert new.facts["from"] == [old.id, stood]
        series = store.series(new, "loss")
    assert series.steps.tolist() == list(range(stood + 1, again.state["step"] + 1))
    assert series.values.tolist()[:100] == oracle(start["experiments"][0], stood + 100)[stood:]
    assert {step["step"] for step in again.events("StepEnded")} == set(series.steps.tolist())


def test_a_run_that_goes_on_from_an_earlier_step_has_its_checkpoint_at_once(play: Play, start: Any) -> None:
    change = {"do": "change", "settings": {"training.lr": 0.2}}
    first = play(start, PLAY, (at(80), {"do": "seek", "step": 60}), (idle, change))
    kept = recovery.snapshots_in(first.of("checkpoint")[-1]["data"])
    assert [(run, [state.step for state in states]) for run, states in kept.items()] == [
        (first.of("lane")[-1]["run"], [56])
    ]


def test_no_checkpoint_is_sent_of_a_run_that_was_not_told_of(
    play: Play, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "EVERY_S", 0.0)
    back = {"do": "seek", "step": 60}
    played = play(start, PLAY, (at(80), back), (idle, PLAY), (at(1500), PAUSE), draw=False)  # no frame, so no lane
    told: set[str] = set()
    for message in played.messages:
        if message["kind"] == "lane":
            told.add(message["run"])
        elif message["kind"] == "checkpoint":
            assert told.issuperset(recovery.snapshots_in(message["data"]))
    assert len(told) == 2


def test_where_that_was_paused_any_seek_takes_up_what_is_missing(play: Play, start: Any, tmp_path: Path) -> None:
    first = play(start, PLAY, (at(10), PAUSE))
    command = lacking(first, 2000)
    again = play(command, PAUSE, {"do": "seek", "step": 5}, (idle, PAUSE))
    paused, *_ = [state for state in again.of("state") if state["status"] == "paused"]
    assert paused["step"] < command["head"] == paused["head"]
    assert (again.state["step"], again.state["head"]) == (5, command["head"])
    with Store.open(tmp_path) as store:
        steps = store.series(store.runs()[0], "loss").steps.tolist()
    assert steps == list(range(first.state["head"] + 1, command["head"] + 1))


def test_a_lane_that_had_fewer_steps_than_its_session_ends_where_it_did(play: Play, start: Any) -> None:
    short = {**start["experiments"][0], "training": {"steps": 12, "schedule": "one-cycle"}}
    first = play({"do": "start", "experiments": [short]}, PLAY, (idle, PAUSE))
    again = play(recover(first, step=30, head=30), (idle, PAUSE))
    assert (again.state["status"], again.state["step"], again.state["head"]) == ("finished", 12, 12)
    assert again.events("StepEnded")[-1] == first.events("StepEnded")[-1]


def test_what_was_started_over_comes_back_as_it_stood_and_goes_on(play: Play, start: Any, tmp_path: Path) -> None:
    lr = {"do": "change", "settings": {"training.lr": 0.02}}
    over = {"do": "change", "settings": {"model.hidden": [5]}, "restart": True}
    back: dict[str, Any] = {"do": "start", "experiments": [], "undo": True}

    def undo(played: Any) -> bool:
        back["experiments"] = [played.of("lane")[-2]["experiment"]]  # as a page heard of it last
        return True

    played = play(
        start, PLAY, (at(20), lr), (at(40), PAUSE), over, PLAY, (at(5), PAUSE), (undo, back), PLAY, (at(60), PAUSE)
    )
    stood = max(step["step"] for step in played.events("StepEnded")[:-1] if step["lr"] == 0.02)
    losses = {step["step"]: step["loss"] for step in played.events("StepEnded") if step["step"] > 10}
    live = Live(validate(start["experiments"][0]))
    for event in iter(live.step, None):
        assert event.loss == losses.get(event.step, event.loss)
        if event.step == played.events("Changed")[0]["step"]:
            live.change(lr["settings"])
        if event.step >= stood:
            break
    with Store.open(tmp_path) as store:
        after, other, before = store.runs()
        assert after.facts["from"] == [before.id, before.last_step] and "from" not in other.facts
        assert store.series(after, "loss").steps[0] == before.last_step + 1


def test_undo_begins_anew_where_another_start_came_between(play: Play, start: Any) -> None:
    back = {**start, "undo": True}
    played = play(start, PLAY, (at(20), PAUSE), {"do": "reset", "new_weights": True}, {"do": "reset"}, back)
    assert played.state["step"] == 0 and played.of("lane")[-1]["experiment"]["seed"]["init"] == 0
    again = play(start, PLAY, (at(20), PAUSE), {"do": "reset", "new_weights": True}, back)
    assert again.state["step"] >= 20 and again.of("lane")[-1]["facts"]["from"][1] == again.state["step"]


def test_predictions_come_where_they_are_shown_and_not_with_every_frame(play: Play, start: Any) -> None:
    played = play(start, {"do": "show", "instruments": ["predictions"]}, PLAY, (at(30), PAUSE))
    said, data = played.measured("predictions"), played.measured("data")[0]["arrays"]
    assert said[-1]["step"] == played.state["step"]
    for side in ("train", "test"):
        assert said[0]["arrays"][side]["__array__"][1] == data[f"{side}_targets"]["__array__"][1]
    assert not play(start, PLAY, (at(20), PAUSE)).measured("predictions")


def test_predictions_wait_a_tenth_of_a_second_unless_the_lane_stands_still(start: Any, tmp_path: Path) -> None:
    time = [0.0]
    with Store.open(tmp_path) as store:
        lane = Lane(Live(validate(start["experiments"][0])), store, clock=lambda: time[0])
        lane.show(["predictions"], None)
        counts: list[int] = []
        for moment, steady in ((0.0, False), (0.05, False), (0.05, True), (0.14, False), (0.16, False)):
            time[0] = moment
            lane.look(steady)
            counts.append(sum(event["data"].get("instrument") == "predictions" for event in lane.taken_events()))
    assert counts == [1, 0, 1, 0, 1]
