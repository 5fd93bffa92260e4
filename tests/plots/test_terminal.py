"""The plot in characters: right heights, right width, no surprise from odd values."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopscope.plots import loss_plot

STEPS = np.arange(1, 401)
FALLING = 0.7 * np.exp(-STEPS / 60) + 0.02


def test_a_falling_loss_falls_from_the_top_left_to_the_bottom_right():
    lines = loss_plot({"train": (STEPS, FALLING)}, characters="ascii").splitlines()
    assert len(lines) == 12
    first_column = next(line.index("*") for line in lines if "*" in line)
    assert all(line.find("*") > first_column for line in lines[5:10])
    assert lines[9].rstrip().endswith("train 0.0209")
    assert lines[0].split()[0] == "0.8"  # above 0.7 e^(−1/60) + 0.02
    assert lines[-1].split() == ["1", "400", "step"]


def test_the_last_value_of_each_series_stands_at_its_end():
    text = loss_plot({"train": (STEPS, FALLING), "test": (STEPS, FALLING + 0.2)})
    assert text.index("test 0.221") < text.index("train 0.0209")


def test_test_is_dashed_where_train_is_solid():
    level = np.ones(400)
    solid, dashed = (loss_plot({"a": (STEPS, 1 - level), "b": (STEPS, level)}).splitlines()[row] for row in (9, 0))
    assert " ⠉" in dashed.replace("⠈", "⠉") or "⠉ " in dashed
    assert "⣀ ⣀" not in solid


@pytest.mark.parametrize("width", [30, 72, 80])
@pytest.mark.parametrize("characters", ["braille", "ascii"])
def test_no_line_is_wider_than_asked(width: int, characters: str):
    series = {"train": (STEPS, FALLING**4), "a rather long name of a run": (STEPS, FALLING)}
    text = loss_plot(series, width=width, characters=characters)  # pyright: ignore[reportArgumentType]
    assert max(map(len, text.splitlines())) <= max(width, 40)
    assert characters == "braille" or text.isascii()


def test_many_decades_get_a_log_axis_that_says_so():
    text = loss_plot({"train": (STEPS, 10.0 ** (-STEPS / 100))})
    assert "log scale: values span 4.0 decades" in text
    rows = [row for row, line in enumerate(text.splitlines()) if "⠀" < max(line) < "⣿"]
    assert rows[:10] == list(range(10))  # a straight line down, so every row is crossed


def test_what_is_not_finite_is_named_and_leaves_the_rest_readable():
    values = FALLING.copy()
    values[250:] = np.inf
    text = loss_plot({"train": (STEPS, values)})
    assert "train: not finite at step 251" in text
    assert "train 0.0309" in text
    assert "∞" not in text


def test_a_single_point_is_seen():
    assert "●" in loss_plot({"train": ([7], [0.5])})
    assert "step 7" in loss_plot({"train": ([7], [0.5])})


@pytest.mark.parametrize("series", [{}, {"train": ([], [])}, {"train": ([1, 2], [np.nan, np.inf])}])
def test_nothing_to_plot_says_so(series: dict[str, tuple[list[int], list[float]]]):
    assert "nothing to plot: no finite value was recorded" in loss_plot(series)


def test_a_spike_of_one_step_among_a_million_is_drawn():
    values = np.full(1_000_000, 0.1)
    values[700_000] = 1.0
    top = loss_plot({"train": (np.arange(1_000_000), values)}, characters="ascii").splitlines()[0]
    assert top.count("*") == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30),
    st.integers(20, 100),
    st.integers(2, 20),
)
def test_no_values_break_it(values: list[float], width: int, height: int):
    for characters in ("braille", "ascii"):
        text = loss_plot({"a": (np.arange(len(values)), values), "b": ([3], [1.0])}, width, height, characters)  # pyright: ignore
        assert len(text.splitlines()) >= height or "nothing" in text


def test_exponents_keep_their_meaning_in_ascii():
    text = loss_plot({"train": ([1, 2], [1.0, 1.3e-7])}, characters="ascii")
    assert "1.3e-7" in text


def test_importing_plots_and_plotting_in_a_terminal_load_no_matplotlib_and_no_torch():
    code = (
        "import sys, loopscope.plots as p; p.loss_plot({'a': ([1, 2], [1, 2])}); "
        "assert not {'matplotlib', 'torch'} & set(sys.modules), 'loaded too much'"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_axis_has_a_name_and_round_numbers():
    lines = loss_plot({"train": (STEPS, FALLING)}, height=7).splitlines()
    assert [lines[row].split()[0] for row in (0, 1, 3, 6)] == ["0.8", "loss", "0.4", "0"]
    for highest in (1.0, 0.99, 5e-301, 3e8, 1e300):
        assert loss_plot({"train": ([1, 2], [highest, 0.0])}, height=7)
