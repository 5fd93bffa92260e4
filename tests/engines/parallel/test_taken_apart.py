"""What is taken apart and put together is what it was, empty things too."""

from __future__ import annotations

import torch
from torch import Tensor

from loopscope.engines.parallel.taken_apart import FRAME, apart, together


def test_it_comes_back_with_everything_that_is_empty() -> None:
    data = {
        "model": [torch.randn(2, 3), torch.zeros(())],
        "none": None,
        "empty": {},
        "list": [],
        "pair": (0.1, float("inf")),
        "groups": [{"betas": (0.9, 0.999), "deep": [{"step": torch.tensor(3.0)}, {}]}],
    }
    parts = apart(data)
    assert all(isinstance(part, Tensor) for part in parts.values()) and len(parts) == 4 and FRAME in parts
    back = together(parts, torch.device("cpu"))
    assert torch.equal(back["model"][0], data["model"][0]) and torch.equal(back["model"][1], data["model"][1])
    assert back["groups"][0]["deep"][0]["step"] == 3.0 and back["groups"][0]["deep"][1] == {}
    assert back["groups"][0]["betas"] == (0.9, 0.999)
    assert {key: back[key] for key in ("none", "empty", "list", "pair")} == {
        "none": None,
        "empty": {},
        "list": [],
        "pair": (0.1, float("inf")),
    }
