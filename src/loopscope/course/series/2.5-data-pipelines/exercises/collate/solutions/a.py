"""A batch of different lengths

Each example is a pair: a sequence of measurements, (length,), and a target, one number. The lengths differ, so that
PyTorch's own collate can't stack them. Write `collate` for `DataLoader(…, collate_fn=collate)`. It returns

- the sequences, (batch, longest), each from the left, filled up with zeros,
- a mask of the same shape, torch.bool, True where a measurement stands and False where it was filled up,
- the targets, (batch, 1), float32.

*Longest* is the longest of this batch. A measurement may be 0, too.
"""

import torch
from torch.nn.utils.rnn import pad_sequence


def collate(examples: list[tuple[torch.Tensor, float]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    sequences, targets = zip(*examples, strict=True)
    padded = pad_sequence(list(sequences), batch_first=True)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    mask = torch.arange(padded.shape[1]) < lengths.unsqueeze(1)  # (longest,) < (batch, 1): (batch, longest)
    return padded, mask, torch.tensor(targets, dtype=torch.float32).unsqueeze(1)
