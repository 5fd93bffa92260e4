"""Learning rates of a stack against PyTorch's schedulers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from loopscope.engines.preparing import laid_out
from loopscope.engines.stacked.rates import Rates
from loopscope.experiment import Training

TOTAL = 60
SCHEDULES: list[dict[str, Any]] = [
    {"name": "constant"}, {"name": "constant", "warmup": 7}, {"name": "step", "every": 9, "factor": 0.3},
    {"name": "exponential", "every": 10}, {"name": "linear", "final": 0.2}, {"name": "cosine", "warmup": 5},
    {"name": "one-cycle", "peak_at": 0.4}, {"name": "plateau", "patience": 2}, {"name": "plateau", "factor": 0.1},
]  # fmt: skip


def losses(count: int) -> torch.Tensor:
    """(steps, models): falling for a while, then by next to nothing."""
    generator = torch.Generator().manual_seed(1)
    falling = torch.rand(TOTAL, count, generator=generator) + torch.linspace(2, 0, TOTAL)[:, None]
    falling[TOTAL // 2 :] = 0.01 * (1 - 2e-5) ** torch.arange(TOTAL - TOTAL // 2)[:, None]
    return falling


def alone(training: Training, heard: list[float]) -> list[float]:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(()))], lr=training.lr)
    scheduler = laid_out(training, optimizer, TOTAL)
    found: list[float] = []
    for loss in heard:
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if scheduler is not None:
            scheduler.step(*([loss] if isinstance(scheduler, ReduceLROnPlateau) else []))
    return found


def trainings(schedules: list[dict[str, Any]]) -> list[Training]:
    return [
        Training.model_validate({"lr": 0.01 * (1 + n), "steps": TOTAL, "schedule": schedule})
        for n, schedule in enumerate(schedules)
    ]


@pytest.mark.parametrize("schedules", [[s] for s in SCHEDULES] + [SCHEDULES, SCHEDULES[:1] * 3, SCHEDULES[-2:]])
def test_every_schedule_is_pytorch_s(schedules: list[dict[str, Any]]) -> None:
    asked = trainings(schedules)
    heard = losses(len(asked))
    rates = Rates(asked, TOTAL, torch.device("cpu"))
    found: list[torch.Tensor] = []
    for row in heard:
        found.append(torch.as_tensor(rates.now, dtype=torch.float64).expand(len(asked)))
        rates.advance(row)
    wanted = torch.tensor([alone(t, heard[:, n].tolist()) for n, t in enumerate(asked)], dtype=torch.float64)
    torch.testing.assert_close(torch.stack(found).T, wanted, rtol=1e-12, atol=0.0)


def test_fewer_models_go_on_where_they_are() -> None:
    asked = trainings(SCHEDULES)
    heard = losses(len(asked))
    whole, some = (Rates(asked, TOTAL, torch.device("cpu")) for _ in range(2))
    keep = [1, 2, 7]
    for step, row in enumerate(heard):
        if step == 20:
            some = some.selected(keep)
        whole.advance(row)
        some.advance(row if step < 20 else row[keep])
    assert isinstance(whole.now, torch.Tensor) and isinstance(some.now, torch.Tensor)
    assert torch.equal(whole.now[keep], some.now)
