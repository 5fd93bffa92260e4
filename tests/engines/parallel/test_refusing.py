"""What several processes cannot do together is refused in a sentence, before any is started."""

from __future__ import annotations

from typing import Any

import pytest

from loopscope.engines.parallel import check, world_here
from loopscope.engines.parallel.world import World
from loopscope.errors import UserMistake
from loopscope.experiment import validate

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"training": {"batch_size": 3}}, "training.batch_size is 3; allowed 4 or more, a row for each of 4 workers"),
    ({"model": {"norm": "batch"}}, "model.norm is 'batch'; allowed none or layer with several workers"),
    ({"training": {"device": "cuda:1"}}, "training.device is 'cuda:1'; allowed cpu, cuda or auto with several workers"),
    ({"data": {"name": "line"}, "faults": {"inject": ["broadcast-loss"]}}, "Train it without --workers"),
]


@pytest.mark.parametrize(("asked", "sentence"), REFUSED)
def test_what_cannot_be_shared_is_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserMistake) as caught:
        check(validate(asked), 4)
    assert sentence in str(caught.value)
    check(validate(asked), 1)


@pytest.mark.parametrize("count", [0, -1, 65])
def test_so_many_workers_there_are_not(count: int) -> None:
    with pytest.raises(UserMistake, match="1 to 64 processes"):
        check(validate({}), count)


def test_the_place_among_them_is_torchrun_s_word() -> None:
    told = {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}
    assert world_here(told) is None
    assert world_here({**told, "TORCHELASTIC_RUN_ID": "x"}) == World(3, 4, 1, 2)
