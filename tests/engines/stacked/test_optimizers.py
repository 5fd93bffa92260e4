"""Stacked optimizers against `torch.optim`, one model at a time."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loopscope.engines.stacked.layout import Layout
from loopscope.engines.stacked.optimizers import STACKED, setting

OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adam": "Adam", "adamw": "AdamW"}
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "sgd": [{"lr": 0.1}, {"lr": 0.2, "momentum": 0.9}, {"lr": 0.1, "weight_decay": 0.1}],
    "rmsprop": [{"lr": 0.01}, {"lr": 0.02, "momentum": 0.9, "eps": 1e-3}, {"lr": 0.01, "weight_decay": 0.1}],
    "adagrad": [{"lr": 0.1, "eps": 1e-8}, {"lr": 0.2, "eps": 1e-3}, {"lr": 0.1, "eps": 1e-8, "weight_decay": 0.1}],
    "adam": [{"lr": 0.01}, {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-3}, {"lr": 0.01, "weight_decay": 0.1}],
    "adamw": [{"lr": 0.01}, {"lr": 0.02, "betas": (0.0, 0.99)}, {"lr": 0.01, "weight_decay": 0.5}],
}


def a_model(number: int) -> nn.Module:
    torch.manual_seed(number)
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2, bias=False))


def both(name: str, settings: list[dict[str, Any]], steps: int) -> tuple[list[Tensor], list[Tensor]]:
    """Weights of each model after so many steps: by PyTorch, and in a stack."""
    models = [a_model(number) for number in range(len(settings))]
    optimizers = [
        getattr(torch.optim, OPTIMIZERS[name])(m.parameters(), **s) for m, s in zip(models, settings, strict=True)
    ]
    layout = Layout.of(models[0], len(models))
    flat = layout.gathered(models)
    stacked = STACKED[name](layout, [optimizer.param_groups[0] for optimizer in optimizers], flat)
    lr = setting([s["lr"] for s in settings], flat.device)
    generator = torch.Generator().manual_seed(0)
    for number in range(1, steps + 1):
        gradient = torch.randn(flat.shape, generator=generator)
        for position, (model, optimizer) in enumerate(zip(models, optimizers, strict=True)):
            own = layout.of_model(gradient, position)
            for name_, parameter in model.named_parameters():
                parameter.grad = own[name_].clone()
            optimizer.step()
        stacked.step(number, gradient, lr)
    alone = [torch.cat([p.detach().flatten() for p in model.parameters()]) for model in models]
    together = [torch.cat([t.flatten() for t in layout.of_model(flat, n).values()]) for n in range(len(models))]
    return alone, together


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("chosen", [slice(None), slice(0, 1), slice(1, 2), slice(2, 3)])
def test_every_optimizer_is_pytorch_s(name: str, chosen: slice) -> None:
    alone, together = both(name, SETTINGS[name][chosen], steps=30)
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-5, atol=1e-6)


def test_nesterov_is_pytorch_s() -> None:
    settings = [{"lr": 0.1, "momentum": m, "nesterov": True} for m in (0.5, 0.9)]
    alone, together = both("sgd", settings, steps=20)
    torch.testing.assert_close(torch.stack(together), torch.stack(alone), rtol=1e-5, atol=1e-6)


def test_what_is_left_of_a_beta_keeps_its_digits() -> None:
    """1 - 0.999 in 32 bits is off by a hundred-thousandth; the others' betas must not spoil the usual one."""
    alone, together = both("adam", [{"lr": 0.01}, {"lr": 0.01, "betas": (0.5, 0.9)}], steps=1)
    torch.testing.assert_close(together[0], alone[0], rtol=1e-7, atol=1e-8)


def test_a_setting_is_one_number_where_all_agree() -> None:
    device = torch.device("cpu")
    assert setting([0.1, 0.1], device) == 0.1
    several = setting([0.1, 0.2], device)
    assert isinstance(several, Tensor) and several.dtype == torch.float64
