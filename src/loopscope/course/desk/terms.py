"""Which terms of a post its glossary does not explain. Judges no definition.

A term is what a post sets in italics or bold as a name, what the field calls something (`FIELD`, from the outline of
our course), and abbreviations and names of activations and optimizers where prose says them as a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from ..glossary import Glossary
from ..post import Post
from .prose import Piece, pieces
from .remark import Remark

NAME_WORDS = 3
"""What is set off and longer than this is a sentence that is stressed, and no name."""
STRESSED = frozenset(
    """able accuracy added after all alone always among and any are average backwards batch before better between
    both by can choose dead different does down each every findable first fitted fitting fold forgets halves
    here how in inside is it its know last learned learns less logits may me more much must never new no none
    not of on once one only operation out outside own remembers replaces report revive same saturated second
    some sure test that the there they this together too train training twice up validation was we what when
    whole why with without you your""".split()  # noqa: SIM905
)
"""Ordinary words, set off because they are said louder: a name made of them alone is none."""
FIELD = tuple(
    line.strip()
    for line in """
    accumulation
    all-reduce
    attention
    augmentation
    backpropagation
    batch normalization
    batch size
    bias
    broadcasting
    central difference
    chain rule
    checkpoint
    collate
    computation graph
    conditioning
    confusion matrix
    convolution
    cosine schedule
    cross-entropy
    data leak
    data parallelism
    dead unit
    decision boundary
    dense layer
    depth
    derivative
    dropout
    early stopping
    embedding
    epoch
    exploding gradient
    feature scaling
    fine-tuning
    finite difference
    forward pass
    fully connected layer
    generalization
    gradient
    gradient clipping
    gradient descent
    hidden dimension
    hidden layer
    hidden size
    hidden unit
    hyperparameter
    inference
    initialization
    L1 penalty
    L2 penalty
    label smoothing
    layer normalization
    learning rate
    learning rate schedule
    linear layer
    linear model
    linear regression
    local derivative
    logit
    loss function
    loss landscape
    mean squared error
    mini-batch
    mixed precision
    momentum
    multilayer perceptron
    negative log-likelihood
    neural network
    normal equation
    one-cycle
    one-hot
    optimizer
    overfitting
    parameter
    perceptron
    pre-activation
    pinned memory
    regularization
    residual connection
    root mean squared error
    saturation
    sawtooth
    sharpness
    softmax
    standardization
    state dict
    stochastic depth
    stochastic gradient descent
    test set
    training loop
    training set
    transformer
    underfitting
    universal approximation
    validation set
    vanishing gradient
    warm-up
    weight averaging
    weight decay
    weight initialization
    """.strip().splitlines()
)
ABBREVIATIONS = ("BCE", "CNN", "DDP", "MAE", "MLP", "MSE", "NLL", "RMSE", "RNN", "SGD")
NAMED = ("Adagrad", "Adam", "AdamW", "GELU", "LeakyReLU", "Muon", "ReLU", "RMSprop", "Sigmoid", "SiLU", "Tanh")
SAID = ("heading", "text", "row", "caption")


def terms(post: Post, glossary: Glossary) -> Iterator[Remark]:
    """Each of them once, at its first use."""
    seen = set[str]()
    for line, name in unexplained(post, glossary):
        if name.lower() not in seen:
            seen.add(name.lower())
            said = f"{name!r} has no entry in glossary.md: add ## {name} with a paragraph, or set it in no italics."
            yield Remark(line, "term", said)


def unexplained(post: Post, glossary: Glossary, also: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """Every term without an entry, as it is written there, with its line; `also` are further words that need one."""
    wanted = _wanted(tuple(also))
    for piece in pieces(post):
        if piece.kind not in SAID:
            continue
        for line, name in _names(piece):
            if not glossary.find(name) and not set(re.findall(r"[\w'’-]+", name.lower())) <= STRESSED:
                yield line, name
        said = _prose(piece)
        explained = [range(use.start, use.end) for use in glossary.uses(said)]
        for found in wanted.finditer(said):
            if not glossary.find(found.group()) and not any(found.start() in each for each in explained):
                yield piece.line + said.count("\n", 0, found.start()), found.group()


def _names(piece: Piece) -> Iterator[tuple[int, str]]:
    """What is set off in italics or bold, of a name's length."""
    said: list[str] | None = None
    for part in piece.parts:
        if part.type in ("em_open", "strong_open"):
            said = []
        elif part.type in ("em_close", "strong_close"):
            name = "".join(said or []).strip()
            if name and len(name.split()) <= NAME_WORDS:
                yield piece.line_of(part), name
            said = None
        elif said is not None and part.type in ("text", "softbreak"):
            said.append(part.content or " ")


def _prose(piece: Piece) -> str:
    """Running text; a line of the file for each of its lines, and something else for code and formulas."""
    unseen = ("em_open", "em_close", "strong_open", "strong_close")
    return "".join(
        part.content if part.type == "text" else "\n" if part.type == "softbreak" else "\v"
        for part in piece.parts
        if part.type not in unseen
    )


@cache
def _wanted(also: tuple[str, ...]) -> re.Pattern[str]:
    forms = (*map(_written, FIELD), *ABBREVIATIONS, *map(re.escape, (*NAMED, *also)))
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?![\w-])")


def _written(term: str) -> str:
    """A term as a pattern: in any case of its first letter, singular or plural."""
    first, rest = term[0], re.escape(term[1:]).replace(r"\ ", r"\s+")
    return f"[{first.lower()}{first.upper()}]{rest}(?:s|es)?"
