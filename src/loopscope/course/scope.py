"""`loopscope.scope(…)`: a figure of experiments trained for it, that can be trained anew. Knows no page."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import UserMistake, mistake, unknown_problem
from ..experiment import Experiment, load
from . import surroundings
from .scope_changes import RECORDED, Change, changes_of
from .scope_picture import picture_of
from .scope_replay import BUDGET, packed_replay
from .scope_take import Take, take

MIME = "application/vnd.loopscope+json"
MOST_LANES = 4
FIGURES: dict[str, tuple[str, ...]] = {
    "surface": ("decision_surface", "metrics", "loss"),
    "loss": ("loss", "metrics"),
    "network": ("weights", "neuron_maps", "decision_surface"),
    "weights": ("weights",),
    "gradients": ("gradient_norm", "update_ratio"),
    "activations": ("activations",),
    "data": (),
}
"""Every figure by its name, and the instruments it draws."""


def scope(
    experiment: Experiment | str | Sequence[Experiment | str],
    show: str | Sequence[str] = ("surface", "loss"),
    change: str | Sequence[str] = (),
    steps: int | None = None,
) -> Scope:
    """Train what is given and show it: on a page as a live figure, elsewhere as a replay, a widget or a picture.

    `experiment` is one, or up to four that stand side by side; each may be anything that `loopscope.load` reads.
    `show` names figures: surface, loss, network, weights, gradients, activations, data. `change` names fields that
    the reader may change, with levels (`model.activation=relu,tanh`), a range (`training.lr=0.001:1:log`), or alone
    (`model.hidden`). Up to five levels of the first are trained too, so that it can be changed where nothing can be
    trained. `steps` replaces the experiments' own number of steps. Nothing is recorded in the home folder.

    Raises `UserMistake` for an unknown figure or field, with the nearest known one, for a level that no experiment
    takes, and for an experiment that cannot run.
    """
    given = [experiment] if isinstance(experiment, (Experiment, str)) else list(experiment)
    if not 1 <= len(given) <= MOST_LANES:
        raise mistake("experiment", f"{len(given)} experiments", f"1 to {MOST_LANES} side by side")
    experiments = [load(one) if isinstance(one, str) else one for one in given]
    figures = _figures([show] if isinstance(show, str) else list(show))
    changes = changes_of([change] if isinstance(change, str) else list(change), experiments)
    return Scope(experiments, figures, changes, steps)


class Scope:
    """A figure that was recorded: `png()`, `replay` (bytes), `data` (what a page needs to know), `takes`."""

    def __init__(
        self, experiments: Sequence[Experiment], figures: Sequence[str], changes: Sequence[Change], steps: int | None
    ) -> None:
        self.figures, self.changes = tuple(figures), tuple(changes)
        self.experiments = list(experiments)
        self._asked_steps = steps
        self._trained: dict[str, Take] = {}
        self.takes: list[tuple[dict[str, Any], list[Take]]] = [({}, self._train(experiments))]
        if changes:
            self._record_levels(changes[0])
        self.replay = self._within_budget()

    @property
    def lanes(self) -> list[Take]:
        """The experiments as they were given, trained."""
        return self.takes[0][1]

    @property
    def headings(self) -> list[str]:
        """What tells the experiments apart, in a few words each."""
        return headings_of(self.experiments)

    @property
    def alt(self) -> str:
        """The figure in words: what was trained, how long, how well."""
        return "; ".join(f"{name}: {_result(take)}" for name, take in zip(self.headings, self.lanes, strict=True))

    @property
    def data(self) -> dict[str, Any]:
        """Plain data for the page's element `ls-scope`."""
        return {
            "show": list(self.figures),
            "change": [change.plain() for change in self.changes],
            "experiments": [take.experiment.plain() for take in self.lanes],
            "headings": self.headings,
            "steps": max(take.steps for take in self.lanes),
            "alt": self.alt,
        }

    def png(self) -> bytes:
        """The figure as a picture on light paper."""
        return picture_of(self.lanes, self.headings, self.figures)

    def with_changes(self, settings: Mapping[str, Any]) -> bytes:
        """A replay with these fields changed, trained now. Raises `UserMistake` for what may not be changed so."""
        known = {change.field: change for change in self.changes}
        experiments = list(self.experiments)
        for field, level in settings.items():
            if field not in known:
                raise UserMistake(unknown_problem("change", field, known))
            experiments = known[field].applied(experiments, level)
        return packed_replay([(dict(settings), self._train(experiments))], self.figures)

    def _within_budget(self) -> bytes:
        """All takes with fewer pictures, rather than fewer takes, where they are too large for a page."""
        while True:
            for every in (1, 2, 3, 4, 6):
                replay = packed_replay(self.takes, self.figures, every)
                if len(replay) * 4 / 3 <= BUDGET:
                    return replay
            if len(self.takes) == 1:
                return replay
            self.takes.pop()

    def _train(self, experiments: Sequence[Experiment]) -> list[Take]:
        return [self._take(experiment) for experiment in experiments]

    def _take(self, experiment: Experiment) -> Take:
        key = experiment.model_dump_json()
        if key not in self._trained:
            self._trained[key] = take(experiment, _instruments(self.figures, experiment), self._asked_steps)
        return self._trained[key]

    def _record_levels(self, change: Change) -> None:
        """Train other levels of the one field that can be changed where nothing can be trained."""
        now = change.plain()["now"]
        plain = change.plain()["levels"]
        for level, name in _spread(list(zip(change.levels, plain, strict=True)), now):
            self.takes.append(({change.field: name}, self._train(change.applied(self.experiments, level))))

    def __repr__(self) -> str:
        return f"<Scope of {self.alt}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        picture = {"text/plain": repr(self), "image/png": base64.b64encode(self.png()).decode()}
        about = {"element": "ls-scope", "data": self.data}
        if surroundings.shows_widgets():
            from .widget import view_of

            if view := view_of(self):  # which has the replay: a notebook that is saved holds it once
                return {**picture, MIME: about, **view}
        return {**picture, MIME: {**about, "replay": base64.b64encode(self.replay).decode()}}


def headings_of(experiments: Sequence[Experiment]) -> list[str]:
    """Names of experiments, numbered where they are not told apart by them."""
    names = [experiment.title for experiment in experiments]
    if len(set(names)) == len(names):
        return names
    return [f"{name} ({number})" for number, name in enumerate(names, 1)]


def _figures(names: Sequence[str]) -> list[str]:
    problems = [unknown_problem("show", name, FIGURES) for name in names if name not in FIGURES]
    if problems:
        raise UserMistake(*problems)
    if not names:
        raise mistake("show", [], "one figure or more", 'Try show=["surface", "loss"].')
    return list(dict.fromkeys(names))


def _instruments(figures: Sequence[str], experiment: Experiment) -> list[str]:
    names = [name for figure in figures for name in FIGURES[figure]]
    return list(dict.fromkeys(["loss", "metrics", *names, *(["predictions"] if "surface" in figures else [])]))


def _spread(levels: Sequence[tuple[Any, Any]], now: Any) -> list[tuple[Any, Any]]:
    """At most as many levels as are recorded beside the present one, from all over the list."""
    others = [level for level in levels if level[1] != now]
    most = RECORDED - 1
    if len(others) <= most:
        return others
    return [others[round(i * (len(others) - 1) / (most - 1))] for i in range(most)]


def _result(take: Take) -> str:
    said = [f"{take.steps:,} steps"]
    loss, metrics = take.last("loss"), take.last("metrics")
    for side in ("train", "test"):
        if loss and side in loss.values:
            said.append(f"{side} loss {loss.values[side]:.3g}")
        if metrics and f"{side}_accuracy" in metrics.values:
            said.append(f"{side} accuracy {metrics.values[f'{side}_accuracy']:.3f}")
    return ", ".join(said)
