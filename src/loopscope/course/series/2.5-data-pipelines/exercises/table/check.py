"""Judge a Dataset by its length, by each example, and by what happens when the file is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader

from loopscope.course.exercises import Work, Wrong, expect

FLATS = ((3, 1080.5, 71.2, 1998), (1, 410.0, 24.0, 1961), (2, 990.25, 52.5, 2020), (5, 1790.0, 128.9, 1975))
MOVED = Path("moved.csv")


def check(work: Work) -> None:
    other = Path("other.csv")  # not the learner's file, so that nothing of it can be written down
    other.write_text("rooms,rent,area,year\n" + "".join(",".join(map(str, flat)) + "\n" for flat in FLATS))
    flats = work.module.Flats(str(other))
    if len(flats) != len(FLATS):
        why = (
            " Does the line of names count as a flat, or is one left out?" if abs(len(flats) - len(FLATS)) == 1 else ""
        )
        raise Wrong(f"The file has {len(FLATS)} flats, and `len` says {len(flats)}.{why}")
    for i in (0, 3, 1):
        _is_flat(flats[i], i)
    other.rename(MOVED)
    try:
        flats[2]
    except FileNotFoundError:
        raise Wrong("`__getitem__` reads the file again for each flat: read it once, in `__init__`.") from None
    _goes_through_a_loader(flats)


def _is_flat(example: Any, i: int) -> None:
    if not isinstance(example, tuple) or len(example) != 2:
        raise Wrong(f"`flats[{i}]` should be a pair, features and target; it is `{type(example).__name__}`.")
    x, y = example
    rooms, rent, area, year = FLATS[i]
    for tensor, name in ((x, "x"), (y, "y")):
        expect.a(torch.Tensor, tensor, name)
        if tensor.dtype != torch.float32:
            raise Wrong(f"`{name}` is {tensor.dtype}; a layer has float32 weights, and wants `dtype=torch.float32`.")
    if tuple(x.shape) == (4,):
        raise Wrong("`x` has four numbers: the rent is among them, and the model could read the answer off.")
    if tuple(y.shape) == ():
        raise Wrong("`y` has the shape (); it should be (1,), or a batch of them would not fit to outputs (batch, 1).")
    expect.shape(x, (3,), "x")
    expect.shape(y, (1,), "y")
    if abs(float(y) - rent) > 1e-2:
        raise Wrong(f"`y` of flat {i} is {float(y):g}; its rent is {rent:g}. The columns have names: go by those.")
    expect.close(x, torch.tensor([rooms, area, year], dtype=torch.float32), f"x of flat {i} (rooms, area, year)")


def _goes_through_a_loader(flats: Any) -> None:
    batches = list(DataLoader(flats, batch_size=3))
    if [tuple(x.shape) for x, _ in batches] != [(3, 3), (1, 3)]:
        raise Wrong("Through a DataLoader of 3 there should come 3 flats and then 1.")
