"""Successive halving: many settings for a few steps, the best of them for more. Trains nothing by itself.

Jamieson and Talwalkar, Non-stochastic Best Arm Identification (2016); a third stays from rung to rung, as in Hyperband
(Li et al. 2018). Each rung begins anew at step 0, which costs half as much again as going on would.
"""

from __future__ import annotations

from ..errors import mistake
from ..experiment import Experiment

KEEP_ONE_IN = 3
FEWEST_STEPS = 5
NEEDS_THE_WHOLE = ("linear", "cosine", "one-cycle")


def rungs(points: int) -> list[tuple[int, float]]:
    """How many points train, and for which share of their steps, rung by rung; the last is the whole."""
    counts = [points]
    while counts[-1] > KEEP_ONE_IN:
        counts.append(-(-counts[-1] // KEEP_ONE_IN))
    return [(count, KEEP_ONE_IN ** -(len(counts) - 1.0 - rung)) for rung, count in enumerate(counts)]


def shortened(experiment: Experiment, share: float) -> Experiment:
    """The same for that share of its steps. Raises `UserMistake` where the schedule is laid out over all of them."""
    if share == 1:
        return experiment
    training = experiment.training
    if training.schedule.name in NEEDS_THE_WHOLE:
        allowed = "a schedule that does not depend on the last step, for --search halving"
        raise mistake("training.schedule.name", training.schedule.name, allowed, "Try --set training.schedule=constant")
    if training.steps is not None:
        update = {"steps": max(FEWEST_STEPS, round(training.steps * share))}
    else:
        update = {"epochs": max(1, round((training.epochs or 1) * share))}
    return experiment.model_copy(update={"training": training.model_copy(update=update)})
