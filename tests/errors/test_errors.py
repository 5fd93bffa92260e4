"""The words of a mistake."""

from __future__ import annotations

from loopscope.errors import Problem, UserMistake, listed, mistake, nearest, shown, unknown


def test_a_mistake_says_field_value_allowed_and_next_step() -> None:
    said = mistake("data.noise", 1.4, "0 to 1", "Try --set data.noise=0.4")
    assert str(said) == "data.noise is 1.4; allowed 0 to 1. Try --set data.noise=0.4"
    assert said.exit_code == 2


def test_several_problems_are_a_line_each() -> None:
    said = UserMistake(Problem("a", 1, "2"), Problem("b", "x", "y"))
    assert str(said) == "a is 1; allowed 2.\nb is 'x'; allowed y."


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert str(unknown("phase", "bakward", ["forward", "backward", "step"])) == (
        "phase is 'bakward'; allowed backward, forward, step. Did you mean \"backward\"?"
    )
    assert "Did you mean" not in str(unknown("phase", "zzz", ["forward"]))


def test_nearest_is_none_where_nothing_is_like_it() -> None:
    assert nearest("momentum", ["lr", "eps"]) is None


def test_a_field_name_from_somebody_elses_file_stays_on_one_line() -> None:
    assert str(Problem("run\r\nx", 1, "2")) == "run\\r\\nx is 1; allowed 2."


def test_long_lists_and_values_are_cut_with_a_count() -> None:
    assert listed([str(n) for n in range(20)], most=3) == "0, 1, 2 … (17 more)"
    assert len(shown("x" * 1000)) == 200


def test_a_number_too_long_to_write_is_told_by_its_size() -> None:
    assert str(Problem("lr", 16**5000, "0 to 1")) == "lr is a whole number of 20,001 bits; allowed 0 to 1."
