"""What a claim reports: one figure, its goal, and how it is written. Measures nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from .measuring import Estimate, Times

Unit: TypeAlias = Literal["×", "ms", "MB", "kB", "/s"]
DECIMALS: dict[Unit, int] = {"×": 3, "ms": 1, "MB": 1, "kB": 0, "/s": 1}


@dataclass(frozen=True, slots=True)
class Figure:
    """`what`, in `unit`; where that is ×, or a difference, it is taken from `against`.

    `estimate` is None where it could not be measured, which `note` explains. `goal` is the most it should be
    (the least, where it says `at_least`), None where it only informs. `extra` holds further numbers for a reader of the
    JSON, `note` for a reader of the table.
    """

    what: str
    against: str
    estimate: Estimate | None
    unit: Unit = "×"
    goal: float | None = None
    note: str = ""
    extra: Mapping[str, float] = field(default_factory=dict[str, float])
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the median is within the goal; None without a goal or a measurement."""
        if self.goal is None or self.estimate is None:
            return None
        return self.estimate.median >= self.goal if self.at_least else self.estimate.median <= self.goal

    @property
    def measured(self) -> str:
        """`1.031 × (1.028–1.034)`, without the interval where there is none."""
        if self.estimate is None:
            return "not measured"
        digits = DECIMALS[self.unit]
        median, low, high = (f"{value:.{digits}f}" for value in asdict(self.estimate).values())
        return f"{median} {self.unit}" if low == high else f"{median} {self.unit} ({low}–{high})"

    @property
    def sure(self) -> bool:
        """Whether the goal lies outside the interval, so that another measurement would most likely say the same."""
        return self.goal is None or self.estimate is None or not self.estimate.low <= self.goal < self.estimate.high

    @property
    def verdict(self) -> str:
        """The goal, whether it is met, and whether that is sure."""
        if self.goal is None:
            return ""
        word = {True: "met", False: "missed", None: "unknown"}[self.met]
        return f"{'≥' if self.at_least else '≤'} {self.goal:g} {self.unit}, {word}{'' if self.sure else ', unsure'}"

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        fields = asdict(self)
        estimate = fields.pop("estimate") or {"median": None, "low": None, "high": None}
        return {**fields, **estimate, "met": self.met, "sure": self.sure}


def ratio(
    times: Times,
    what: str,
    against: str,
    *,
    goal: float | None = None,
    note: str = "",
    extra: Mapping[str, float] | None = None,
) -> Figure:
    """How many times as long `what` takes as `against`, by the processor's clock; the wall's beside it."""
    wall = times.ratio(what, against, "wall").median
    return Figure(
        what,
        against,
        times.ratio(what, against),
        goal=goal,
        note=f"wall {wall:.3f} ×{'; ' if note else ''}{note}",
        extra={"wall_median": wall, "rounds": times.rounds, **(extra or {})},
    )


def unmeasured(what: str, against: str, why: str) -> Figure:
    """What could not be measured, and why."""
    return Figure(what, against, None, note=why)
