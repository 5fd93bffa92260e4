# says: Does your forward pass end at
"""One gradient by hand

A network of 2 inputs, 3 hidden units with ReLU and 1 output, its loss L =
(z₂ − y)², and one example. How much does the loss change for each unit by
which `first.weight[0, 1]` changes? (Unit 0, input 1: PyTorch counts from
0.)

Work it out on paper: forward first, then back. Fill in the four factors,
each a number, and their product. Autograd is not needed here; the check
asks it afterwards.
"""

import torch
from torch import nn

first, second = nn.Linear(2, 3), nn.Linear(3, 1)
with torch.no_grad():
    first.weight.copy_(torch.tensor([[1.0, 2.0], [0.5, -1.0], [-1.0, 1.0]]))
    first.bias.copy_(torch.tensor([-1.0, 0.0, 0.5]))
    second.weight.copy_(torch.tensor([[2.0, 1.0, -1.0]]))
    second.bias.copy_(torch.tensor([1.0]))
x = torch.tensor([2.0, 0.5])
y = torch.tensor([3.0])

loss_by_answer = 7.0  # 2 · (5.5 − 3)
answer_by_unit = 2.0  # second.weight[0, 0]
unit_by_sum = 1.0  # z₁[0] is 2, above 0
sum_by_weight = 0.5  # x[1]
gradient = 5.0
