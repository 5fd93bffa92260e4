"""Ids, and what a stored "running" means by now."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopscope.store import new_run_id
from loopscope.store.records import STALE_AFTER_S, derived_status, this_host


def test_an_id_has_time_name_and_a_handle() -> None:
    assert new_run_id("Moons MLP", 1795429302.5, b"\x3f\x9a\x1c") == "20261123-102142-moons-mlp-3f9a1c"


@given(st.text(max_size=60), st.floats(0, 4e9), st.binary(min_size=3, max_size=8))
def test_any_name_gives_an_id_that_can_be_typed(name: str, now: float, rng_bytes: bytes) -> None:
    made = new_run_id(name, now, rng_bytes)
    assert len(made) <= 47
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in made
    assert not made.endswith("-")


@given(st.floats(0, 4e9), st.floats(0, 4e9))
def test_ids_of_one_name_sort_by_time(one: float, other: float) -> None:
    ids = [new_run_id("a", now, b"abc") for now in sorted((one, other))]
    assert ids == sorted(ids)


def gone_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.mark.parametrize(
    ("process", "host", "silent", "expected"),
    [
        ("alive", "here", 1.0, "running"),
        ("gone", "here", 1.0, "interrupted"),
        ("gone", "elsewhere", 1.0, "running"),
        ("alive", "elsewhere", STALE_AFTER_S, "interrupted"),
        ("alive", "here", STALE_AFTER_S, "interrupted"),
        ("unknown", "here", 0.0, "interrupted"),
    ],
)
def test_running_means_somebody_still_writes(process: str, host: str, silent: float, expected: str) -> None:
    pid = {"alive": os.getpid, "gone": gone_process, "unknown": lambda: None}[process]()
    host = this_host() if host == "here" else host
    assert derived_status("running", pid, host, heartbeat=100.0, now=100.0 + silent) == expected


def test_an_end_stays_what_it_was() -> None:
    assert derived_status("diverged", None, "", 0.0, 1e9) == "diverged"
