"""The live line: what it shows, that it fits, that it costs next to nothing."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable

import pytest

from loopscope.cli.live import INTERVAL_S, LiveLine
from loopscope.events import Event, Measured, RunStarted, StepEnded


class Terminal(io.StringIO):
    """A terminal that remembers what was written to it."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that goes on by so much whenever it is read."""
    return itertools.count(0.0, seconds).__next__


def step(number: int, loss: float = 0.25) -> StepEnded:
    return StepEnded(number, 0, number * 32, loss, 0.0, 0.1)


STARTED = RunStarted("r", "r", 0.0, facts={"steps": 1000})


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")


def heard(events: list[Event], tick: float = 1.0, stream: Terminal | None = None) -> LiveLine:
    line = LiveLine(stream or Terminal(), clock=ticking(tick))
    for event in events:
        line.hear(event)
    return line


def test_it_tells_step_loss_score_time_left_and_speed() -> None:
    line = heard([STARTED, Measured(0, "metrics", {"train_accuracy": 0.5, "test_accuracy": 0.875}), step(10)])
    text = line.line(step(20), 77).plain
    assert "20/1,000" in text and "loss 0.250" in text and "test acc 0.875" in text
    assert "left" in text and "steps/s" in text and text.startswith("─")


def test_the_bar_grows() -> None:
    line = heard([STARTED])
    full = [line.line(step(number), 77).plain.count("━") for number in (0, 250, 500, 1000)]
    assert full[0] == 0 and full == sorted(full)
    assert full[-1] == line.line(step(1000), 77).plain.find("  ") > 8


@pytest.mark.parametrize("width", [10, 20, 37, 57, 77, 117])
def test_it_fits_and_leaves_out_the_least_wanted_first(width: int) -> None:
    line = heard([STARTED, Measured(0, "metrics", {"test_r2": 0.5}), step(10)])
    text = line.line(step(999), width).plain
    assert len(text) <= width
    assert width < 20 or text.rstrip().endswith(("/1,000", "loss 0.250", "R² 0.500", "left", "steps/s"))  # none cut
    assert "999" in text
    assert ("steps/s" in text) <= ("left" in text) <= ("R²" in text) <= ("loss" in text)


def test_parts_keep_their_places_while_numbers_change() -> None:
    line = heard([STARTED, Measured(0, "metrics", {"test_accuracy": 0.5})])
    texts = [line.line(step(n, loss), 77).plain for n, loss in ((7, 0.5), (70, 1.23e-5), (700, 123.4), (1000, 0.001))]
    assert len({text.index("loss") for text in texts}) == len({text.index("test acc") for text in texts}) == 1


def test_where_no_end_is_known_there_is_no_bar() -> None:
    line = heard([RunStarted("r", "r", 0.0), step(5)])
    assert line.line(step(50), 77).plain.startswith("step 50  loss 0.250")


def test_it_is_drawn_by_time_and_not_by_step() -> None:
    terminal = Terminal()
    heard([STARTED, *(step(number) for number in range(1, 1001))], tick=INTERVAL_S / 100, stream=terminal)
    assert max(map(len, terminal.getvalue().split("\r"))) <= 77  # ^C finds room behind it
    assert 5 <= terminal.getvalue().count("\r") <= 25  # a thousand steps, ten intervals, two readings a drawing


def test_without_colour_no_escape_code_is_written() -> None:
    terminal = Terminal()
    line = heard([STARTED, *(step(number) for number in range(1, 50))], stream=terminal)
    line.clear()
    assert "\x1b" not in terminal.getvalue() and terminal.getvalue().endswith(" \r")


def test_on_a_dumb_terminal_it_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal()
    line = heard([STARTED, step(1), step(2)], stream=terminal)
    line.say("loading")
    line.clear()
    assert terminal.getvalue() == ""


def test_a_loss_that_is_not_finite_is_shown() -> None:
    assert "loss nan" in heard([STARTED]).line(step(3, float("nan")), 77).plain


def test_the_time_before_the_first_step_counts_for_no_speed() -> None:
    line = heard([STARTED])
    assert "left" not in line.line(step(1), 77).plain and "steps/s" not in line.line(step(1), 77).plain
    assert "steps/s" in heard([STARTED, step(1)]).line(step(2), 77).plain
