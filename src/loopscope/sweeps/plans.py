"""What a sweep asks for: a base, combinations of levels, seeds; and the experiments that follow. Trains nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import Problem, UserMistake, listed, mistake
from ..experiment import Experiment, parse_value, validate, with_settings
from .designs import Point, Search, points
from .factors import Factor, factors_of

SEEDS = ("init", "order", "data")
USUAL_SEEDS = ("init", "order")
"""What differs between repetitions: first weights and order of rows, over the same data."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`points` are tried with each of `seeds` repetitions; run number n is point n // seeds, repetition n % seeds.

    All points meet the same repetitions: the same seeds, so that they can be compared in pairs.
    """

    experiment: Experiment
    over: tuple[str, ...]
    points: tuple[Point, ...]
    seeds: int = 1
    vary: tuple[str, ...] = USUAL_SEEDS
    search: Search = "grid"
    settled: tuple[Experiment, ...] = field(default=(), repr=False)

    @property
    def factors(self) -> list[Factor]:
        return factors_of(self.over)

    @property
    def runs(self) -> int:
        return len(self.points) * self.seeds

    def experiment_of(self, run: int) -> Experiment:
        """The experiment of a run by its number."""
        point, repetition = divmod(run, self.seeds)
        base = self.settled[point]
        seed = {name: getattr(base.seed, name) + repetition for name in self.vary}
        return base.model_copy(update={"seed": base.seed.model_copy(update=seed)})

    def values_of(self, point: int) -> dict[str, Any]:
        """The levels of a point as values: numbers as numbers, lists as text."""
        found = {name: parse_value(name, text) for name, text in self.points[point].items()}
        return {name: str(value) if isinstance(value, (list, tuple, dict)) else value for name, value in found.items()}

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "experiment": self.experiment.plain(),
            "over": list(self.over),
            "points": list(self.points),
            "seeds": self.seeds,
            "vary": list(self.vary),
            "search": self.search,
        }


def plan(
    experiment: Experiment,
    over: Sequence[str],
    *,
    seeds: int = 1,
    search: Search = "grid",
    tries: int | None = None,
    vary: Sequence[str] = USUAL_SEEDS,
) -> Plan:
    """Lay out a sweep. Raises `UserMistake` for anything that could not be trained, naming each level that is wrong."""
    unknown = [name for name in vary if name not in SEEDS]
    if unknown or not vary:
        raise mistake("--vary", ",".join(vary), f"one or more of {listed(SEEDS)}", "Try --vary init,order")
    factors = factors_of(over)
    ours = [factor.field for factor in factors if factor.field in {f"seed.{name}" for name in vary}]
    if ours and seeds > 1:
        raise mistake("--over", ours[0], "a field that --seeds does not vary already", "Leave out --seeds.")
    found = points(factors, search, tries, seeds)
    return laid_out(Plan(experiment, tuple(over), tuple(found), seeds, tuple(vary), search))


def plan_of(plain: Mapping[str, Any]) -> Plan:
    """What `Plan.plain` made. Raises `UserMistake` where a newer loopscope wrote what this one cannot train."""
    asked = {name: plain[name] for name in ("seeds", "search")}
    texts = {name: tuple(plain[name]) for name in ("over", "points", "vary")}
    return laid_out(Plan(validate(plain["experiment"]), **texts, **asked))


def laid_out(plan: Plan) -> Plan:
    """The same with the experiment of each point. Raises `UserMistake` with the first few mistakes."""
    settled: list[Experiment] = []
    problems: dict[tuple[str, str], Problem] = {}
    for point in plan.points:
        try:
            settled.append(with_settings(plan.experiment, [f"{name}={text}" for name, text in point.items()]))
        except UserMistake as error:
            problems |= {(problem.field, repr(problem.value)): problem for problem in error.problems}
            if len(problems) >= 5:
                break
    if problems:
        raise UserMistake(*problems.values())
    return Plan(plan.experiment, plan.over, plan.points, plan.seeds, plan.vary, plan.search, tuple(settled))
