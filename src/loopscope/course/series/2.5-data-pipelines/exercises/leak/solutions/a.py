"""Find the leak

`prepare` gets a table X, (rows, columns), and a shuffled list of its row numbers. The first `training` of them are for
training, the rest for the test. It returns both parts, each column normalised, and lets something through that it
shouldn't. Mend it:

- the training rows come out with mean 0 and standard deviation 1 in each column,
- the test rows are treated by the same numbers, as if they had come years later,
- a column that is constant in training comes out as zeros there, and as finite numbers in the test.
"""

import torch


class Normalise:
    def __init__(self, X: torch.Tensor) -> None:
        self.std, self.mean = torch.std_mean(X, dim=0)
        self.std[self.std == 0] = 1.0

    def __call__(self, X: torch.Tensor) -> torch.Tensor:
        return (X - self.mean) / self.std


def prepare(X: torch.Tensor, order: list[int], training: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows for training and rows for the test, both normalised."""
    shuffled = X[order]
    normalise = Normalise(shuffled[:training])
    return normalise(shuffled[:training]), normalise(shuffled[training:])
