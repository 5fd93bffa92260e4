"""A post uses no term of the field that the glossary does not explain.

A term is what a post sets in italics or bold as a name, what the field calls something (`FIELD`, from the course's
outline), and what PyTorch's own activations and optimizers are called where prose says it as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import torch.nn.modules.activation
import torch.optim

from loopscope.course.glossary import Glossary, parse_glossary
from loopscope.course.markup import tokens
from loopscope.course.post import Post, parse_post
from loopscope.course.series import OURS, Place, open_series

SERIES = open_series()
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
TORCH = tuple(
    name
    for name in (*torch.nn.modules.activation.__all__, *torch.optim.__all__)
    if name not in ("Threshold", "Optimizer", "lr_scheduler", "swa_utils")  # words of other meanings, and no methods
)


@pytest.mark.parametrize("place", SERIES.written, ids=lambda place: place.number)
def test_every_term_of_a_post_has_an_entry(place: Place) -> None:
    assert sorted(set(unexplained(place.post, SERIES.glossary))) == []


GLOSSARY = parse_glossary("## layer\n\nA piece.\n\n## multilayer perceptron (MLP)\n\nLayers.\n")


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("This is called a *hidden vector*.", ["hidden vector"]),
        ("**Leaf** is what it is called.", ["Leaf"]),
        ("It needs weight decay, and two Mini-batches.", ["Mini-batches", "weight decay"]),
        ("Take AdamW, or a Tanh; `nn.GELU` is code.", ["AdamW", "Tanh"]),
        ("### What does SGD mean?", ["SGD"]),
        ("Here *some* layers are *all* there is.", []),
        ("An MLP has *layers*, and *this whole sentence is said louder*.", []),
        ("$momentum$ in a formula, ```momentum``` in code.", []),
    ],
)
def test_what_is_not_explained_is_found(said: str, missing: list[str]) -> None:
    text = f'---\nnumber: "1.1"\ntitle: "T"\n---\n{said}\n'
    assert sorted(unexplained(parse_post(text, OURS / "post.md"), GLOSSARY)) == missing


def unexplained(post: Post, glossary: Glossary) -> Iterator[str]:
    """Every term of it without an entry, as it is written there."""
    for name in names(post):
        if not glossary.find(name) and not set(re.findall(r"[\w'’-]+", name.lower())) <= STRESSED:
            yield name
    said = prose(post)
    explained = [range(use.start, use.end) for use in glossary.uses(said)]
    for found in WANTED.finditer(said):
        if not glossary.find(found.group()) and not any(found.start() in each for each in explained):
            yield found.group()


def names(post: Post) -> Iterator[str]:
    """What is set off in italics or bold, of a name's length."""
    for inline in inlines(post):
        said: list[str] | None = None
        for child in inline:
            if child.type in ("em_open", "strong_open"):
                said = []
            elif child.type in ("em_close", "strong_close"):
                name = "".join(said or []).strip()
                if name and len(name.split()) <= NAME_WORDS:
                    yield name
                said = None
            elif said is not None and child.type in ("text", "softbreak"):
                said.append(child.content or " ")


def prose(post: Post) -> str:
    """All that is running text, headings and captions too; no code, no formula."""
    words = (
        (child.content if child.type == "text" else " " if child.type == "softbreak" else "\n")
        for inline in inlines(post)
        for child in inline
        if child.type not in ("em_open", "em_close", "strong_open", "strong_close")
    )
    return "".join(words)


def inlines(post: Post) -> Iterator[list]:
    for cell in post.cells:
        for said in (cell.caption, cell.change, cell.says) if cell.runs else (cell.source,):
            for token in tokens(said):
                if token.type == "inline":
                    yield [*(token.children or []), ENDS]
                elif token.type == "colon_fence":
                    yield from (
                        [*(inner.children or []), ENDS] for inner in tokens(token.content) if inner.type == "inline"
                    )


class _Ends:
    """Between two paragraphs."""

    type, content = "paragraph", ""


ENDS = _Ends()


def written(term: str) -> str:
    """A term as a pattern: in any case of its first letter, singular or plural."""
    first, rest = term[0], re.escape(term[1:]).replace(r"\ ", r"\s+")
    return f"[{first.lower()}{first.upper()}]{rest}(?:s|es)?"


ANY = "|".join(sorted((*map(written, FIELD), *ABBREVIATIONS, *TORCH), key=len, reverse=True))
WANTED = re.compile(rf"(?<![\w.-])(?:{ANY})(?![\w-])")
