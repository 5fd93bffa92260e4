# says: take it from 1
"""Beat the mean first

Somebody reports the error of the line below, `line_rmse`, and asks whether that is good. Compare it
with the model that looks at nothing and always says the same number. Three things to do:

1. Set `baseline`, the model's one answer: the mean of the targets that it may see. A tensor of shape (1,).
2. Set `baseline_rmse`, the root mean squared error of that answer on the test rows.
3. Set `explained`, which is 1 minus the squared ratio of `line_rmse` to `baseline_rmse`: 0 is no better than the
   baseline, 1 is without a miss. It is called R².
"""

import torch
from sklearn.datasets import load_diabetes

columns, progression = load_diabetes(return_X_y=True, scaled=False)
A = torch.cat([torch.tensor(columns), torch.ones(442, 1)], dim=1)  # (442, 11)
y = torch.tensor(progression).unsqueeze(1)  # (442, 1)
order = torch.randperm(442, generator=torch.Generator().manual_seed(3))
test, train = order[:110], order[110:]

theta = torch.linalg.lstsq(A[train], y[train]).solution  # (11, 1)
line_rmse = (A[test] @ theta - y[test]).square().mean().sqrt()

baseline = y[train].mean(dim=0)  # (1,)
baseline_rmse = (baseline - y[test]).square().mean().sqrt()
explained = (line_rmse / baseline_rmse) ** 2
