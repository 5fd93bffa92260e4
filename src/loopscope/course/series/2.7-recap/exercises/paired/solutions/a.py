"""A paired comparison

On each of S random splits of the same data, two models were trained and tested: `line[s]` and `network[s]` are their
errors on split s, tensors of shape (S,). `test_share` is the number of test rows over that of training rows.
Write `paired(line, network, test_share)`, which returns four numbers:

1. `middle`, the mean of the differences, network minus line, so that below zero the network won;
2. and 3. `low` and `high`, its 95 % interval, `middle ± t · q · sqrt(1/S + test_share)`, where q is the standard
   deviation of the differences and t is `stats.t.ppf(0.975, S - 1)`;
4. `won`, on which share of the splits (0 to 1) the network's error was the lower one.
"""

import torch
from scipy import stats


def paired(line, network, test_share):
    d = [n - o for n, o in zip(network.tolist(), line.tolist(), strict=True)]
    S = len(d)
    middle = sum(d) / S
    variance = sum((one - middle) ** 2 for one in d) / (S - 1)
    reach = stats.t.ppf(0.975, S - 1) * (variance * (1 / S + test_share)) ** 0.5
    return middle, middle - reach, middle + reach, sum(one < 0 for one in d) / S


line = torch.tensor([53.9, 53.8, 55.4, 54.5, 57.9, 51.2, 58.3, 55.0])
network = torch.tensor([54.6, 53.1, 56.9, 54.4, 59.2, 52.5, 58.0, 56.1])
middle, low, high, won = paired(line, network, test_share=1 / 3)
