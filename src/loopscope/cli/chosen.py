"""From `--instruments` to instruments. Measures nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..instruments import Instrument


def chosen(text: str) -> list[Instrument] | None:
    """Instruments from `default`, `all`, `none`, or names with cadences, `weights:10,loss:log:4`; the last one wins.

    Groups may stand among names: `default,weights:1`. None stands for the engine's own choice. Raises `UserMistake`
    for an unknown name or cadence.
    """
    from ..instruments import DEFAULT, instruments, make

    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == ["default"]:
        return None
    groups = {"default": DEFAULT, "all": tuple(instruments()), "none": ()}
    wanted: dict[str, str] = {}
    for word in words:
        name, _, cadence = word.partition(":")
        wanted |= dict.fromkeys(groups.get(name, (name,)), cadence)
    return [each for name, cadence in wanted.items() for each in (make({name: cadence}) if cadence else make([name]))]
