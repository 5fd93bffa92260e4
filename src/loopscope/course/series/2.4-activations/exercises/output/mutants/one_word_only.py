# says: as if only one word could fit
"""Four tasks, four last layers

Each function gives the end of a network for one task: a last layer that takes 16 hidden numbers, and the loss that
its output goes into. At the moment all four guess alike. Give each what its task asks for:

1. `temperature`: tomorrow's, in degrees Celsius; the target is one number, (batch, 1), and may be negative.
2. `rain`: will it rain or not; the target is 1 or 0, (batch, 1).
3. `species`: which one of 10 birds is it; the target is the bird's number, (batch,).
4. `tags`: which of 5 words fit a photo, none, one or several; the target is 1 or 0 for each word, (batch, 5).
"""

from torch import nn


def temperature() -> tuple[nn.Module, nn.Module]:
    return nn.Linear(16, 1), nn.MSELoss()


def rain() -> tuple[nn.Module, nn.Module]:
    return nn.Linear(16, 1), nn.BCEWithLogitsLoss()


def species() -> tuple[nn.Module, nn.Module]:
    return nn.Linear(16, 10), nn.CrossEntropyLoss()


def tags() -> tuple[nn.Module, nn.Module]:
    return nn.Linear(16, 5), nn.CrossEntropyLoss()
