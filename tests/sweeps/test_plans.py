"""Which runs a sweep has, and that all settings meet the same seeds."""

from __future__ import annotations

import json

import numpy as np
import pytest

from loopscope.errors import UserMistake
from loopscope.experiment import Experiment, load
from loopscope.sweeps import Plan, plan
from loopscope.sweeps.halving import rungs, shortened
from loopscope.sweeps.plans import plan_of

BASE = load("moons-mlp")
RATES = "training.lr=0.001:1:log"


def test_a_grid_has_every_combination_once_and_every_seed() -> None:
    asked = plan(BASE, ["training.lr=0.1,0.2", "model.activation=relu,tanh,gelu"], seeds=4)
    assert asked.runs == 24
    made = [asked.experiment_of(run) for run in range(asked.runs)]
    assert len({each.fingerprint for each in made}) == 24
    assert made[5].training.lr == 0.1 and "tanh" in str(made[5].model.activation)
    seeds = [(each.seed.data, each.seed.init, each.seed.order) for each in made]
    base = BASE.seed
    assert seeds[:4] == [(base.data, base.init + i, base.order + i) for i in range(4)] and seeds == seeds[:4] * 6


def test_the_data_are_drawn_anew_where_that_is_asked_for() -> None:
    made = plan(BASE, ["training.lr=0.1"], seeds=2, vary=["data"]).experiment_of(1)
    assert made.seed.data == BASE.seed.data + 1 and made.seed.init == BASE.seed.init
    with pytest.raises(UserMistake, match="init, order"):
        plan(BASE, ["training.lr=0.1"], vary=["weights"])
    with pytest.raises(UserMistake, match="--seeds does not vary"):
        plan(BASE, ["seed.init=1,2"], seeds=2)


def test_a_plan_comes_back_from_json() -> None:
    asked = plan(BASE, [RATES, "model.hidden=[8],[16,8]"], seeds=3, search="random", tries=5)
    again = plan_of(json.loads(json.dumps(asked.plain())))
    assert again == asked and again.experiment_of(7) == asked.experiment_of(7)


@pytest.mark.parametrize("search", ["random", "sobol", "halving"])
def test_a_search_stays_inside_its_ranges_and_is_the_same_again(search: str) -> None:
    def tried() -> Plan:
        return plan(BASE, [RATES, "training.batch_size=8:64"], search=search, tries=64)  # type: ignore[arg-type]

    found = tried()
    assert found == tried() and len(found.points) == 64
    rates = np.array([float(point["training.lr"]) for point in found.points])
    sizes = np.array([int(point["training.batch_size"]) for point in found.points])
    assert rates.min() >= 0.001 and rates.max() <= 1 and sizes.min() >= 8 and sizes.max() <= 64
    if search == "sobol":  # evenly: each eighth of the way, on a log scale, has an eighth of the points
        assert np.histogram(np.log10(rates), bins=8, range=(-3, 0))[0].tolist() == [8] * 8


@pytest.mark.parametrize(
    ("over", "more", "said"),
    [
        ([f"training.{name}=0:1:1000" for name in ("lr", "l1", "l2")], {}, "1,000,000,000 combinations"),
        (["training.lr=0.1,0.2"], {"seeds": 100_000}, "at most 100,000 runs"),
        ([RATES], {}, "a range with a count"),
        ([RATES], {"search": "sobol"}, "--tries"),
        (["training.lr=0.1"], {"tries": 3}, "which takes all"),
        ([RATES], {"search": "sobole", "tries": 3}, "grid, random, sobol"),
        (["training.lr=0.1"], {"seeds": 0}, "1 or more"),
        (["training.lr=0.1,abc,-1"], {}, "training.lr"),
        (["model.activation=relu,3"], {}, "model.activation"),
    ],
)
def test_what_cannot_be_tried_is_said_before_anything_trains(over: list[str], more: dict, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(UserMistake, match=said):
        plan(BASE, over, **more)


def test_halving_keeps_a_third_and_ends_with_whole_runs() -> None:
    assert rungs(27) == [(27, pytest.approx(1 / 9)), (9, pytest.approx(1 / 3)), (3, 1.0)]
    assert rungs(1) == [(1, 1.0)]
    assert rungs(10)[-1] == (2, 1.0)


def test_a_shortened_run_has_that_share_of_steps() -> None:
    asked = Experiment.model_validate({"training": {"steps": 900}})
    assert shortened(asked, 1 / 9).training.steps == 100
    with pytest.raises(UserMistake, match="cosine"):
        shortened(Experiment.model_validate({"training": {"steps": 900, "schedule": "cosine"}}), 1 / 3)
