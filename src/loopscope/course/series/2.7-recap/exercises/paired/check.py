"""Judge a paired comparison by what it says of errors that it has not seen before."""

from __future__ import annotations

from math import sqrt
from typing import Any

import torch
from scipy import stats

from loopscope.course.exercises import Work, Wrong

Four = tuple[float, float, float, float]


def check(work: Work) -> None:
    generator = torch.Generator().manual_seed(27)
    for splits, test_share, gain in ((20, 1 / 3, -0.4), (6, 1.0, 0.9)):
        wind = 5 * torch.randn(splits, generator=generator)  # what a split does to both models alike
        line = 50 + wind
        network = line + gain + torch.randn(splits, generator=generator)
        said = _four(work.call("paired", line.clone(), network.clone(), test_share))
        _judge(said, line, network, test_share)


def _four(said: Any) -> Four:
    try:
        middle, low, high, won = (float(number) for number in said)
    except (TypeError, ValueError):
        raise Wrong("`paired` should return four numbers: middle, low, high, won.") from None
    return middle, low, high, won


def _judge(said: Four, line: torch.Tensor, network: torch.Tensor, test_share: float) -> None:
    middle, low, high, won = said
    if not any(said):
        raise Wrong("`paired` still returns four zeros: begin with the differences, one for each split.")
    d = network - line
    wanted = d.mean().item()
    if not _near(middle, wanted):
        if _near(middle, -wanted):
            raise Wrong(f"`middle` is {middle:.3f}, the wrong way round: network minus line would be {wanted:.3f}.")
        raise Wrong(f"`middle` is {middle:.3f}; the mean of the {len(d)} differences is {wanted:.3f}.")
    if not _near(middle - low, high - middle):
        raise Wrong(f"`low` {low:.3f} and `high` {high:.3f} do not lie equally far from `middle` {middle:.3f}.")
    _judge_reach(high - middle, line, network, test_share)
    share = (d < 0).float().mean().item()
    if _near(won, share):
        return
    if won > 1:
        raise Wrong(f"`won` is {won:g}, which is no share: it should lie between 0 and 1, and be {share:.3f} here.")
    why = " The lower error wins." if _near(won, 1 - share) else ""
    raise Wrong(f"`won` is {won:.3f}, but the network's error is the lower one on {share:.3f} of the splits.{why}")


def _judge_reach(reach: float, line: torch.Tensor, network: torch.Tensor, test_share: float) -> None:
    d = network - line
    S = len(d)
    t = float(stats.t.ppf(0.975, S - 1))
    root = sqrt(1 / S + test_share)
    q = d.std().item()
    if _near(reach, t * q * root):
        return
    head = f"`high` lies {reach:.3f} from `middle`, and should lie {t * q * root:.3f}"
    whys = {
        "`low` and `high` are the wrong way round.": -t * q * root,
        "that is the interval without `test_share`, as if the splits were independent.": t * q * sqrt(1 / S),
        "that is the spread of single splits: the square root is missing its place.": t * q,
        "its standard deviation divides by S instead of S − 1.": t * d.std(correction=0).item() * root,
        "its t is 1.96, which is meant for very many splits.": 1.96 * q * root,
        "the spread is that of two separate columns, so the splits' wind is still in it: take the standard deviation "
        "of the differences.": t * sqrt(line.var().item() + network.var().item()) * root,
        "the square root over `1/S + test_share` is missing.": t * q * root**2,
        "it has the variance where the standard deviation belongs.": t * q**2 * root,
    }
    for why, would_be in whys.items():
        if _near(reach, would_be):
            raise Wrong(f"{head}: {why}")
    raise Wrong(f"{head}, for {S} splits and a `test_share` of {test_share:.2f}.")


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-3 * max(1.0, abs(other))
