"""What a model must fit on both ends. Knows nothing of where the data comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ports:
    """`inputs` features go in (batch, inputs); `outputs` logits come out (batch, outputs).

    `image` is (channels, height, width) where a row is a picture; `vocabulary` and `context` count the characters
    of a text model, whose inputs are (batch, context) indices and whose logits are (batch, context, vocabulary).
    """

    inputs: int
    outputs: int
    image: tuple[int, int, int] | None = None
    vocabulary: int = 0
    context: int = 0
