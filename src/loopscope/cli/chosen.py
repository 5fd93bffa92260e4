"""From `--instruments` to instruments. Measures nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import mistake

if TYPE_CHECKING:
    from ..instruments import Instrument


def chosen(text: str) -> list[Instrument] | None:
    """Instruments from `default`, `all`, `none`, or names with cadences, `weights:10,loss:log:4`; the last one wins.

    Groups may stand among names: `default,weights:1`. None stands for the engine's own choice. Raises `UserMistake`
    for an unknown name or cadence, an empty one, and one that stands twice.
    """
    from ..instruments import DEFAULT, instruments, make

    words = [word.strip() for word in text.split(",")]
    _refuse_odd(text, words)
    if words == ["default"]:
        return None
    groups = {"default": DEFAULT, "all": tuple(instruments()), "none": ()}
    wanted: dict[str, str] = {}
    for word in words:
        name, _, cadence = word.partition(":")
        wanted |= dict.fromkeys(groups.get(name, (name,)), cadence)
    return [each for name, cadence in wanted.items() for each in (make({name: cadence}) if cadence else make([name]))]


def _refuse_odd(text: str, words: Sequence[str]) -> None:
    names = [word.partition(":")[0] for word in words]
    if "" in names:
        allowed = "default, all, none, or names with commas between them"
        raise mistake("--instruments", text, allowed, "Try --instruments default,weights:10")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise mistake("--instruments", text, "each name once", f"{twice} stands there {names.count(twice)} times.")
