"""Training gives way where it is contended and frames are late, and nowhere else."""

from __future__ import annotations

import pytest

from loopscope.worker.giving_way import LAG_S, LEAST_S, MOST_S, GivingWay


class Machine:
    """A wall clock, and how much of it the training thread got."""

    def __init__(self) -> None:
        self.now = self.used = 0.0
        self.way = GivingWay(lambda: self.now, lambda: self.used)

    def train(self, seconds: float, share: float = 1.0) -> None:
        self.now += seconds
        self.used += seconds * share

    def frames(self, count: int, lag: float, share: float) -> None:
        """So many frames, each drawn `lag` seconds after it was sent, with training at `share` of a core meanwhile."""
        for number in range(count):
            self.train(lag, share)
            self.way.frame_sent(number)
            self.train(lag, share)
            self.way.drawn(number)
            self.way.rested()

    def allowed(self) -> float:
        """How long it may train after a frame was sent, to the millisecond."""
        self.way.frame_sent(10**6)
        begun = self.now
        while self.way.until <= self.now and self.now - begun < 2 * MOST_S:
            self.now += 0.001
        held_from, until = self.now - begun, self.way.until - begun
        self.way.forget()
        assert until == pytest.approx(MOST_S) or held_from >= 2 * MOST_S
        return held_from


def test_alone_on_a_core_it_never_waits_however_late_frames_are() -> None:
    machine = Machine()
    machine.frames(50, lag=0.2, share=1.0)
    assert machine.allowed() >= MOST_S


def test_where_frames_are_in_time_it_never_waits_however_small_its_share() -> None:
    machine = Machine()
    machine.frames(50, lag=LAG_S * 0.9, share=0.2)
    assert machine.allowed() >= MOST_S


def test_the_later_frames_are_and_the_smaller_its_share_the_sooner_it_waits() -> None:
    bursts = []
    for lag, share in ((0.05, 0.5), (0.1, 0.5), (0.1, 0.25), (0.4, 0.25)):
        machine = Machine()
        machine.frames(60, lag, share)
        bursts.append(machine.allowed())
    assert bursts == sorted(bursts, reverse=True) and len(set(bursts)) == 4
    assert bursts[2] == pytest.approx(LAG_S * 0.3 / 0.75, abs=0.002)
    assert bursts[3] == pytest.approx(LEAST_S, abs=0.002)


def test_it_goes_on_when_the_frame_is_drawn_and_after_a_while_where_nobody_draws() -> None:
    machine = Machine()
    machine.frames(60, lag=0.2, share=0.2)
    machine.way.frame_sent(100)
    sent = machine.now
    machine.now += 0.05
    assert machine.way.until == pytest.approx(sent + MOST_S)
    machine.way.drawn(100)
    assert machine.way.until == 0.0


def test_waiting_says_nothing_of_the_share() -> None:
    machine = Machine()
    for number in range(60):
        machine.train(0.02, 1.0)
        machine.way.frame_sent(number)
        machine.now += 0.2  # waits for it to be drawn
        machine.way.rested()
        machine.way.drawn(number)
    assert machine.allowed() >= MOST_S
