"""The unshuffled loader

`loaders` makes a loader for training and one for testing, and each of them is made as the other one should be. Mend it:

- in training, every row comes once an epoch, in an order that is new in each epoch,
- in testing, every row comes once, in the order of the dataset, so that predictions can be laid beside the file.

Both in batches of `batch_size`. A last batch may be smaller; in the test it must not be dropped.
"""

from torch.utils.data import DataLoader, Dataset


def loaders(training: Dataset, test: Dataset, batch_size: int) -> tuple[DataLoader, DataLoader]:
    """A loader for the training rows and one for the test rows."""
    for_training = DataLoader(training, batch_size=batch_size)
    for_test = DataLoader(test, batch_size=batch_size, shuffle=True, drop_last=True)
    return for_training, for_test
