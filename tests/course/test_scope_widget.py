"""The figure in a notebook: where a view is made, and how a change is answered."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from loopscope.course import surroundings, widget
from loopscope.course.scope import MIME, Scope, scope

SMALL = {"show": "loss", "steps": 3, "change": ["model.hidden=1,2"]}


@pytest.fixture(scope="module")
def figure() -> Scope:
    return scope("moons-mlp", **SMALL)  # type: ignore[arg-type]


@pytest.fixture
def front(tmp_path: Path) -> Path:
    built = tmp_path / "scope.js"
    built.write_text("export default { render() {} }", encoding="utf-8")
    return built


def in_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = types.SimpleNamespace(kernel=object())
    notebook = types.SimpleNamespace(get_ipython=lambda: shell, version_info=(9, 0))  # Matplotlib asks how old it is
    monkeypatch.setitem(sys.modules, "IPython", notebook)  # type: ignore[arg-type]
    monkeypatch.delenv(surroundings.FOR_PAGE, raising=False)


def test_a_widget_is_shown_in_a_notebook_and_not_where_a_page_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not surroundings.shows_widgets()
    in_notebook(monkeypatch)
    assert surroundings.shows_widgets()
    monkeypatch.setenv(surroundings.FOR_PAGE, "1")
    assert not surroundings.shows_widgets()


def test_a_notebook_holds_the_replay_once(figure: Scope, front: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_notebook(monkeypatch)
    view = {widget.VIEW: {"model_id": "m"}}
    monkeypatch.setattr(widget, "view_of", lambda figure: view)
    bundle = figure._repr_mimebundle_()
    assert bundle[widget.VIEW] == {"model_id": "m"} and "replay" not in bundle[MIME]
    monkeypatch.setattr(widget, "view_of", lambda figure: {})
    assert "replay" in figure._repr_mimebundle_()[MIME]


def test_where_no_front_end_was_built_there_is_no_view(figure: Scope, tmp_path: Path) -> None:
    assert widget.view_of(figure, tmp_path / "none.js") == {}


def test_a_change_is_answered_with_a_replay_or_a_sentence(figure: Scope, front: Path) -> None:
    shown = widget.ScopeWidget(figure, front.read_text(encoding="utf-8"))
    assert shown.replay == figure.replay and shown.data["show"] == ["loss"]
    sent: list[tuple[Any, Any]] = []
    shown.send = lambda content, buffers=None: sent.append((content, buffers))
    shown._asked(shown, {"do": "change", "asked": 1, "settings": {"model.hidden": [5]}}, [])
    shown._asked(shown, {"do": "change", "asked": 2, "settings": {"model.hidden": [-5]}}, [])
    (first, replay), (second, none) = sent
    assert first == {"asked": 1} and replay[0] != figure.replay
    assert second["asked"] == 2 and "a whole number from 1" in second["refused"] and none is None
