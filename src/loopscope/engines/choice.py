"""An automatic choice and its reason. Knows nothing of who shows it."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..errors import mistake


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen value that can say why: `Choice("cpu", because="no CUDA device found")`."""

    value: str
    because: str

    @property
    def number(self) -> int:
        """The value where it is a count."""
        return int(self.value)

    def __str__(self) -> str:
        return f"{self.value} ({self.because})"


GRAIN = 32_768
"""Entries below which PyTorch does not split an elementwise operation over threads (its `at::internal::GRAIN_SIZE`)."""


def threads(entries: int) -> Choice:
    """How many threads pay, where the largest tensor of a step has so many entries.

    Threads that find nothing to share still wait for one another: on a busy machine that costs tenfold.
    """
    usual = torch.get_num_threads()
    if entries < GRAIN:
        return Choice("1", f"no tensor of a step reaches {GRAIN:,} entries, so threads would only wait")
    return Choice(str(usual), "PyTorch's own choice for this machine")


def device(asked: str) -> Choice:
    """The device to compute on. Raises `UserMistake` where an asked-for device is not there."""
    cuda = torch.cuda.is_available()
    if asked == "auto":
        return Choice("cuda", "a CUDA device was found") if cuda else Choice("cpu", "no CUDA device found")
    if asked.startswith("cuda") and not cuda:
        raise mistake("training.device", asked, "cpu or auto on this machine (no CUDA device found)")
    if asked == "mps" and not torch.backends.mps.is_available():
        raise mistake("training.device", asked, "cpu or auto on this machine (no MPS device found)")
    return Choice(asked, "asked for")
