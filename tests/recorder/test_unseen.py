"""The hook that only the call sees."""

from __future__ import annotations

import copy
import io
from typing import Any

import pytest
import torch
from torch import nn

from loopscope.recorder.unseen import Unseen


@pytest.fixture
def calls() -> list[int]:
    return []


@pytest.fixture
def hooked(calls: list[int]) -> tuple[nn.Module, Unseen]:
    model = nn.Linear(4, 1)
    return model, Unseen(model, lambda module, args, kwargs: calls.append(len(args[0])), keywords=True)


def test_it_is_called_and_taken_back(hooked: tuple[nn.Module, Unseen], calls: list[int]) -> None:
    model, unseen = hooked
    model(torch.ones(3, 4))
    unseen.remove()
    model(torch.ones(5, 4))
    assert calls == [3]
    assert type(model._forward_pre_hooks).__name__ == "OrderedDict" and not model._forward_pre_hooks


def test_copies_and_files_of_the_model_do_not_have_it(hooked: tuple[nn.Module, Unseen], calls: list[int]) -> None:
    model, _ = hooked
    bare = io.BytesIO()
    torch.save(nn.Linear(4, 1), bare)
    saved = io.BytesIO()
    torch.save(model, saved)
    saved.seek(0)
    with torch.serialization.safe_globals([nn.Linear]):
        loaded = torch.load(saved)
    for other in (copy.deepcopy(model), loaded):
        other(torch.ones(2, 4))
        assert not other._forward_pre_hooks
    assert calls == []
    assert len(saved.getvalue()) == len(bare.getvalue())


def test_torchscript_and_fast_paths_do_not_see_it(hooked: tuple[nn.Module, Unseen]) -> None:
    model, _ = hooked
    x = torch.ones(2, 4)
    assert torch.equal(torch.jit.script(model)(x), model(x))
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True).eval()
    rows: Any = torch.randn(3, 5, 16)
    with torch.no_grad():
        before = layer(rows)
        Unseen(layer, lambda *_: None, keywords=True)
        assert torch.equal(layer(rows), before)
