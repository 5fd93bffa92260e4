"""Where records are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.runs import home_folder


def test_the_environment_decides_and_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOPSCOPE_HOME", raising=False)
    assert home_folder() == Path(".loopscope")
    monkeypatch.setenv("LOOPSCOPE_HOME", "")
    assert home_folder() == Path(".loopscope")
    monkeypatch.setenv("LOOPSCOPE_HOME", "/somewhere/else")
    assert home_folder() == Path("/somewhere/else")
