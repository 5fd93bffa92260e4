"""Choose by validation, report by test

`candidates` are trained models, among which one is to be shipped. `validation` and `test` are pairs (X, y) of rows that
none of them was trained on. Write `choose(candidates, validation, test)`, which returns two things:

1. the number of the chosen candidate, counted from 0: the one with the lowest RMSE on the validation rows;
2. the RMSE to report for it, on the test rows. A number that was chosen for being low is too good to be reported.

The test rows are for the chosen one alone, and for one look: the check keeps count of who was shown what.
"""

import torch
from torch import nn


def rmse(model, X, y):
    with torch.no_grad():
        return (model(X) - y).square().mean().sqrt().item()


def choose(candidates, validation, test):
    return 0, 0.0


torch.manual_seed(0)
candidates = [nn.Linear(3, 1) for _ in range(5)]
validation = torch.randn(30, 3), torch.randn(30, 1)
test = torch.randn(20, 3), torch.randn(20, 1)
print("chosen: {}, to report: {:.3f}".format(*choose(candidates, validation, test)))
