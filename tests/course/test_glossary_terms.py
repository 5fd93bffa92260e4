"""A post uses no term of the field that the glossary does not explain, nor the name of an activation or optimizer."""

from __future__ import annotations

import pytest
import torch.nn.modules.activation
import torch.optim

from loopscope.course.desk.terms import unexplained
from loopscope.course.glossary import Glossary, parse_glossary
from loopscope.course.post import Post, parse_post
from loopscope.course.series import OURS, Place, open_series

SERIES = open_series()
TORCH = tuple(
    name
    for name in (*torch.nn.modules.activation.__all__, *torch.optim.__all__)
    if name not in ("Threshold", "Optimizer", "lr_scheduler", "swa_utils")  # words of other meanings, and no methods
)


@pytest.mark.parametrize("place", SERIES.written, ids=lambda place: place.number)
def test_every_term_of_a_post_has_an_entry(place: Place) -> None:
    assert sorted(set(missing_of(place.post, SERIES.glossary))) == []


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
    assert sorted(missing_of(parse_post(text, OURS / "post.md"), GLOSSARY)) == missing


def missing_of(post: Post, glossary: Glossary) -> list[str]:
    return [name for _, name in unexplained(post, glossary, TORCH)]
