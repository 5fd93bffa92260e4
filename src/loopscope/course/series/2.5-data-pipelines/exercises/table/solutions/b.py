"""A Dataset for a CSV file

`flats.csv` lies beside this file: a line of names, `rooms,rent,area,year`, and then a flat a line. Write `Flats`, so
that

- `len(Flats("flats.csv"))` is the number of flats,
- `Flats("flats.csv")[i]` is a pair (x, y), float32: x holds rooms, area and year of flat i, (3,), and y its rent, (1,),
- the file is read once, when the dataset is made, and not again for each flat.
"""

import csv
from pathlib import Path

import torch
from torch.utils.data import Dataset


class Flats(Dataset):
    def __init__(self, path: str) -> None:
        with Path(path).open(encoding="utf-8") as file:
            self.flats = list(csv.DictReader(file))

    def __len__(self) -> int:
        return len(self.flats)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        numbers = {name: float(text) for name, text in self.flats[i].items()}
        return torch.tensor([numbers[name] for name in ("rooms", "area", "year")]), torch.tensor([numbers["rent"]])
