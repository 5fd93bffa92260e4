"""Events made by the column are those that the constructor makes."""

from __future__ import annotations

import pickle

from loopscope.engines.stacked.told import steps_ended
from loopscope.events import StepEnded, decode, encode


def test_events_by_the_column_are_the_constructor_s() -> None:
    columns = (range(1, 4), [0, 0, 1], [32, 64, 96], [0.5, 0.4, 0.3], [0.0, 0.1, 0.2], [0.01, 0.01, 0.02])
    made = steps_ended(*columns)
    assert made == [StepEnded(*row) for row in zip(*columns, strict=True)]
    assert [repr(event) for event in made] == [repr(StepEnded(*row)) for row in zip(*columns, strict=True)]
    assert decode(encode(made[1])) == made[1] == pickle.loads(pickle.dumps(made[1]))
