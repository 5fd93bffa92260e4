"""Judge a collate function by the batches that it makes, zeros among the measurements included."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from loopscope.course.exercises import Work, Wrong, expect

LENGTHS = (3, 5, 2, 4, 1, 6)


def check(work: Work) -> None:
    examples = _examples()
    for batch in (examples[:3], examples[3:]):
        _judge(work.call("collate", batch), batch)
    for made in DataLoader(examples, batch_size=4, collate_fn=work.module.collate):  # type: ignore[arg-type]
        if len(made) != 3:
            raise Wrong("Through a DataLoader something else comes than from `collate` alone.")


def _examples() -> list[tuple[Tensor, float]]:
    generator = torch.Generator().manual_seed(0)
    examples = [(torch.randn(length, generator=generator), float(number)) for number, length in enumerate(LENGTHS)]
    examples[1][0][4] = 0.0  # a measurement, at the end, which is zero
    return examples


def _judge(made: Any, batch: list[tuple[Tensor, float]]) -> None:
    if not isinstance(made, tuple) or len(made) != 3:
        raise Wrong("`collate` should return three tensors: sequences, mask and targets.")
    padded, mask, targets = made
    rows, longest = len(batch), max(len(sequence) for sequence, _ in batch)
    _shape(padded, rows, longest)
    expect.shape(mask, (rows, longest), "mask")
    if mask.dtype != torch.bool:
        raise Wrong(f"The mask is {mask.dtype}; it should be torch.bool, True or False.")
    expect.shape(targets, (rows, 1), "targets")
    if targets.dtype != torch.float32:
        raise Wrong(f"The targets are {targets.dtype}; they should be float32, as the outputs are.")
    wanted, held = _wanted(batch, longest)
    pictures = {"yours": _drawn(mask), "wanted": _drawn(held)}
    expect.close(targets, torch.tensor([[target] for _, target in batch]), "targets")
    if torch.allclose(padded, wanted.flip(1)) or (
        not torch.allclose(padded, wanted) and _from_the_right(padded, batch)
    ):
        raise Wrong("The zeros stand on the left: fill up behind the measurements.")
    expect.close(padded, wanted, "sequences")
    if torch.equal(mask, held):
        return
    if torch.equal(mask, ~held):
        raise Wrong("The mask is the wrong way round: True is where a measurement stands.", **pictures)
    if bool(mask.all()):
        raise Wrong("The mask is True everywhere, also where zeros were filled in.", **pictures)
    if torch.equal(mask, wanted != 0):
        raise Wrong("The mask takes a measurement that is 0 for a filled-up place: go by the lengths.", **pictures)
    at = (mask != held).nonzero()[0].tolist()
    raise Wrong(f"The mask says {bool(mask[tuple(at)])} at {at}; it should be {bool(held[tuple(at)])}.", **pictures)


def _shape(padded: Any, rows: int, longest: int) -> None:
    expect.a(torch.Tensor, padded, "sequences")
    if padded.ndim == 2 and padded.shape[0] == rows and padded.shape[1] != longest:
        what = "cut off" if padded.shape[1] < longest else "filled up further than needed"
        raise Wrong(
            f"The longest sequence of this batch has {longest} measurements, and the batch is {padded.shape[1]} wide: "
            f"it is {what}."
        )
    expect.shape(padded, (rows, longest), "sequences")


def _wanted(batch: list[tuple[Tensor, float]], longest: int) -> tuple[Tensor, Tensor]:
    padded, held = torch.zeros(len(batch), longest), torch.zeros(len(batch), longest, dtype=torch.bool)
    for row, (sequence, _) in enumerate(batch):
        padded[row, : len(sequence)], held[row, : len(sequence)] = sequence, True
    return padded, held


def _from_the_right(padded: Tensor, batch: list[tuple[Tensor, float]]) -> bool:
    return all(
        torch.allclose(row[-len(sequence) :], sequence) for row, (sequence, _) in zip(padded, batch, strict=True)
    )


def _drawn(mask: Tensor) -> Any:
    """The mask as cells: blue where it is True."""
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure

    axes = Figure(figsize=(3, 1.8)).subplots()
    axes.imshow(mask.int(), cmap=ListedColormap(["#FBFBFA", "#2C6FBB"]), vmin=0, vmax=1)
    axes.set(xlabel="place", ylabel="example", xticks=range(mask.shape[1]), yticks=range(mask.shape[0]))
    return axes.figure
