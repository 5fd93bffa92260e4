"""What a reader is told: figures with goals and without, what broke, what was asked wrongly."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from benchmarks.claims import CLAIMS, chosen
from benchmarks.effort import Effort
from benchmarks.figure import Figure, unmeasured
from benchmarks.measuring import Estimate
from benchmarks.report import as_json, as_table

from benchmarks import __main__ as program
from benchmarks import claims
from loopscope.errors import UserMistake

MET = Figure("ours", "plain", Estimate(1.03, 1.02, 1.04), goal=1.05, note="190 µs")
MISSED = Figure("watched", "bare", Estimate(1.2, 1.16, 1.3), goal=1.15)
SIZE = Figure("file", "", Estimate.exactly(32.04), "MB")
BROKEN = unmeasured("peers", "", "ImportError: no skorch")


def test_a_table_says_value_interval_goal_and_whether_it_is_met() -> None:
    table = as_table({"loop": [MET, SIZE], "recorder": [MISSED, BROKEN]})
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if "|" in line]
    assert ["ours", "plain", "1.030 × (1.020–1.040)", "≤ 1.05 ×, met", "190 µs"] in cells
    assert ["watched", "bare", "1.200 × (1.160–1.300)", "≤ 1.15 ×, missed", ""] in cells
    assert ["file", "", "32.0 MB", "", ""] in cells
    assert ["peers", "", "not measured", "", "ImportError: no skorch"] in cells
    assert len({len(line) for line in table.splitlines()[2:6]}) == 1


def test_a_goal_is_met_up_to_and_with_itself() -> None:
    assert Figure("a", "b", Estimate(1.05, 1.0, 1.1), goal=1.05).met is True
    assert Figure("a", "b", Estimate(1.051, 1.0, 1.1), goal=1.05).met is False
    assert SIZE.met is None
    assert BROKEN.met is None


def test_a_goal_inside_the_interval_is_told_as_unsure() -> None:
    assert Figure("a", "b", Estimate(1.04, 1.00, 1.08), goal=1.05).verdict == "≤ 1.05 ×, met, unsure"
    assert Figure("a", "b", Estimate(1.06, 1.05, 1.08), goal=1.05).verdict == "≤ 1.05 ×, missed, unsure"
    assert Figure("a", "b", Estimate(1.04, 1.03, 1.05), goal=1.05).verdict == "≤ 1.05 ×, met"
    assert Figure("a", "b", None, goal=1.05).verdict == "≤ 1.05 ×, unknown"


def test_json_has_every_figure_with_its_claim() -> None:
    document = json.loads(as_json({"loop": [MET], "peers": [BROKEN]}))
    met, broken = document["figures"]
    assert (met["claim"], met["median"], met["low"], met["high"], met["met"]) == ("loop", 1.03, 1.02, 1.04, True)
    assert (broken["claim"], broken["median"], broken["met"]) == ("peers", None, None)
    assert document["measured_on"]["threads"] == 1


def test_an_unknown_claim_is_answered_with_the_nearest() -> None:
    assert chosen([]) == CLAIMS
    with pytest.raises(UserMistake, match='Did you mean "recorder"'):
        chosen(["recordr"])


def test_a_claim_that_breaks_says_so_and_is_told_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(effort: Effort) -> list[Figure]:
        raise ValueError("two moons are missing")

    monkeypatch.setattr(claims.importlib, "import_module", lambda *_: SimpleNamespace(measure=broken))
    told: list[str] = []
    (figure,) = claims.measure("loop", Effort(), told.append)
    assert figure.note == "ValueError: two moons are missing"
    assert "Traceback" in told[0]


@pytest.mark.parametrize(("figure", "code"), [(MET, 0), (MISSED, 0), (BROKEN, 1)])
def test_a_missed_goal_is_no_failure_but_a_broken_claim_is(
    figure: Figure, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "measure", lambda *_: [figure])
    assert program.main(["loop", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["figures"][0]["what"] == figure.what


def test_a_wrong_name_is_a_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["lop"]) == 2
    said = capsys.readouterr()
    assert 'Did you mean "loop"' in said.err
    assert not said.out


def test_a_goal_may_be_the_least() -> None:
    slow = Figure("frames", "", Estimate(50.0, 45.0, 55.0), "/s", 60.0, at_least=True)
    fast = Figure("frames", "", Estimate(70.0, 65.0, 75.0), "/s", 60.0, at_least=True)
    assert (slow.met, slow.verdict) == (False, "≥ 60 /s, missed")
    assert (fast.met, fast.verdict) == (True, "≥ 60 /s, met")
