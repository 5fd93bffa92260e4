"""`landscape`: what comes out is what the plain loop gives, of any model and loss, and nothing has moved."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector

import loopscope
from explain.conftest import Restless
from explain.landscape_models import CASES, Case, binary, mlp, normed, plain_loop
from loopscope import UserMistake
from loopscope.explain.landscape_plane import random_plane
from loopscope.explain.landscapes import barrier

every = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@every
def test_the_losses_are_those_of_the_plain_loop(case: Callable[[], Case]) -> None:
    model, loss = case()
    found = loopscope.landscape(model, loss, points=9, seed=3)
    directions = random_plane(model, 1.0, 3).directions
    x, y = (torch.from_numpy(axis) for axis in found.axes)
    places = torch.stack([torch.stack([a, b]) for b in y for a in x])  # x runs along a row
    np.testing.assert_allclose(found.losses.ravel(), plain_loop(model, loss, list(directions), places), rtol=1e-6)
    here = plain_loop(model, loss, list(directions), torch.zeros(1, 2))[0]
    assert found.loss == pytest.approx(here, rel=1e-6) and found.here == (0, 0)
    assert found.losses[4, 4] == pytest.approx(here, rel=1e-6)


@every
def test_to_look_changes_nothing(case: Callable[[], Case]) -> None:
    model, loss = case()
    model(loss[1]).sum().backward()
    before = _everything(model, loss)
    for options in ({}, {"entries": _two_entries(model)}, {"path": _path(model)}, {"between": _path(model)[:2]}):
        loopscope.landscape(model, loss, points=5, **options)
    assert _same(before, _everything(model, loss))


def test_a_model_that_changes_with_every_call_is_begun_afresh_and_left_alone() -> None:
    model, rows = Restless(), torch.randn(6, 3)
    before = _everything(model, (None, rows, rows))

    def loss(model: nn.Module) -> Tensor:
        return model(rows.clone()).square().mean() + model.calls + torch.rand(())

    found = loopscope.landscape(model, loss, points=3)
    assert _same(before, _everything(model, (None, rows, rows))) and model.calls == 0 and model.hidden is None
    assert "each begun afresh" in found.evaluation
    assert found.losses[1, 1] == found.loss, "the same numbers are drawn for each place"


def test_a_loss_that_draws_is_drawn_alike_everywhere() -> None:
    model, (criterion, inputs, targets) = binary()
    flat = loopscope.landscape(model, lambda _: torch.rand(()), points=3)
    assert len(set(flat.losses.ravel())) == 1
    dropped = loopscope.landscape(
        model, lambda model: criterion(nn.functional.dropout(model(inputs), 0.5), targets), points=3
    )
    assert dropped.losses[1, 1] == dropped.loss


def test_what_vmap_cannot_follow_is_evaluated_one_after_another() -> None:
    class Choosing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 1)

        def forward(self, x: Tensor) -> Tensor:
            out = self.linear(x)
            return out if bool(out.mean() > 0) else -2 * out

    model, loss = Choosing(), (nn.MSELoss(), torch.randn(9, 2), torch.randn(9, 1))
    found = loopscope.landscape(model, loss, points=5)
    assert found.evaluation.startswith("one after another: torch.func.vmap cannot follow this loss")
    x, y = (torch.from_numpy(axis) for axis in found.axes)
    places = torch.stack([torch.stack([a, b]) for b in y for a in x])
    expected = plain_loop(model, loss, list(random_plane(model, 1.0, 0).directions), places)
    np.testing.assert_allclose(found.losses.ravel(), expected, rtol=1e-6)


def test_a_loss_that_takes_gradients_itself() -> None:
    model, x = mlp(), torch.randn(7, 2)

    def residual(model: nn.Module) -> Tensor:
        points = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(model(points).sum(), points, create_graph=True)
        return (slope - 1).square().mean()

    found = loopscope.landscape(model, residual, points=3)
    assert found.loss == pytest.approx(float(residual(model).detach()), rel=1e-6)


NUMBERS: dict[str, Callable[[Tensor], Any]] = {"float": float, "()": lambda loss: loss, "(1,)": lambda loss: loss[None]}


@pytest.mark.parametrize("as_number", NUMBERS.values(), ids=NUMBERS.keys())
def test_a_single_number_of_any_kind(as_number: Callable[[Tensor], Any]) -> None:
    model, (criterion, inputs, targets) = binary()
    found = loopscope.landscape(model, lambda model: as_number(criterion(model(inputs), targets).detach()), points=3)
    assert found.loss == pytest.approx(float(criterion(model(inputs), targets)), rel=1e-6)


def test_inputs_as_several_arguments_or_a_map() -> None:
    model = nn.Bilinear(2, 3, 1)
    one, other, targets = torch.randn(5, 2), torch.randn(5, 3), torch.randn(5, 1)
    tuples = loopscope.landscape(model, (nn.MSELoss(), (one, other), targets), points=3)
    maps = loopscope.landscape(model, (nn.MSELoss(), {"input1": one, "input2": other}, targets), points=3)
    np.testing.assert_array_equal(tuples.losses, maps.losses)


def test_a_first_layer_that_works_in_place_leaves_the_rows_alone() -> None:
    inputs, targets = torch.randn(8, 3), torch.randn(8, 1)
    before = inputs.clone()
    loopscope.landscape(
        nn.Sequential(nn.ReLU(inplace=True), nn.Linear(3, 1)), (nn.MSELoss(), inputs, targets), points=3
    )
    assert torch.equal(inputs, before)


def test_frozen_parameters_stay_unless_all_are_frozen() -> None:
    model, loss = binary()
    model[0].requires_grad_(False)
    assert set(random_plane(model, 1.0, 0).layout.like) == {"2.weight", "2.bias"}
    model.requires_grad_(False)
    assert len(random_plane(model, 1.0, 0).layout.like) == 4
    assert np.isfinite(loopscope.landscape(model, loss, points=3).losses).all()


def test_the_same_seed_draws_the_same_plane() -> None:
    model, loss = binary()
    one, same, other = (loopscope.landscape(model, loss, points=3, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_allclose(one.losses, same.losses, rtol=1e-6)
    assert not np.allclose(one.losses, other.losses, rtol=1e-3)


def test_entries_are_read_off_the_axes() -> None:
    model, loss = binary()
    found = loopscope.landscape(model, loss, entries=("0.weight[3,0]", "2.bias[-1]"), points=5, span=2.0)
    assert found.names == ("0.weight[3, 0]", "2.bias[0]")
    assert found.here == pytest.approx((float(model[0].weight[3, 0]), float(model[2].bias[0])))
    moved = copy.deepcopy(model)
    with torch.no_grad():
        moved[0].weight[3, 0], moved[2].bias[0] = found.axes[0][1], found.axes[1][4]
    assert found.losses[4, 1] == pytest.approx(float(loss[0](moved(loss[1]), loss[2])), rel=1e-6)
    assert found.axes[0][-1] - found.axes[0][0] == pytest.approx(4.0)


def test_two_entries_of_one_tensor() -> None:
    model, loss = binary()
    found = loopscope.landscape(model, loss, entries=("0.weight[0,0]", "0.weight[0,1]"), points=5)
    moved = copy.deepcopy(model)
    with torch.no_grad():
        moved[0].weight[0] = torch.tensor([found.axes[0][0], found.axes[1][2]])
    assert found.losses[2, 0] == pytest.approx(float(loss[0](moved(loss[1]), loss[2])), rel=1e-6)


def test_a_path_ends_where_the_last_state_stands() -> None:
    model, loss = binary()
    path = _path(model, 8)
    found = loopscope.landscape(model, loss, path=path, points=5)
    last = copy.deepcopy(model)
    last.load_state_dict(path[-1])
    assert found.loss == pytest.approx(float(loss[0](last(loss[1]), loss[2])), rel=1e-6)
    assert found.path is not None and found.path_losses is not None and found.path.shape == (8, 2)
    assert found.path[-1] == pytest.approx((0, 0), abs=1e-6)
    assert found.path_losses[-1] == pytest.approx(found.loss, 1e-6)
    assert found.axes[0][0] < found.path[:, 0].min() and found.axes[0][-1] > found.path[:, 0].max()


@pytest.mark.parametrize("case", [binary, normed])
def test_a_line_begins_and_ends_with_the_losses_of_its_states(case: Callable[[], Case]) -> None:
    (one, loss), (other, _) = case(), case()
    found = loopscope.landscape(one, loss, between=(one, other.state_dict()), points=11)
    ends = [float(loss[0](model.eval()(loss[1]), loss[2])) for model in (one, other)]
    assert found.losses[[0, -1]] == pytest.approx(ends, rel=2e-6) and found.losses.shape == (11,)
    assert found.barrier is not None
    height = found.losses - np.linspace(found.losses[0], found.losses[-1], 11)
    assert found.barrier.height == pytest.approx(max(0.0, height.max()), rel=1e-4, abs=1e-6)


def test_a_barrier_is_measured_between_the_ends_alone() -> None:
    along = np.array([-0.5, 0.0, 0.5, 1.0, 1.5])
    peak = barrier(along, np.array([9.0, 1.0, 4.0, 3.0, 9.0]), np.array([1.0, 3.0]))
    assert (peak.height, peak.at) == (2.0, 0.5)
    assert barrier(along, np.array([9.0, 1.0, 0.5, 3.0, 9.0]), np.array([1.0, 3.0])).height == 0
    assert barrier(along, np.array([0.0, 1.0, np.nan, 3.0, 0.0]), np.array([1.0, 3.0])).height == np.inf


def test_told_in_sentences_and_as_json() -> None:
    model, loss = binary()
    found = loopscope.landscape(model, loss, path=_path(model), points=3)
    text, plain = str(found), json.loads(json.dumps(found.plain()))
    assert "variance" in text and "3 × 3 places" in text and "Evaluated" in text
    assert set(plain) == set(loopscope.Landscape.__slots__)
    assert plain["path"] is not None and len(plain["explained"]) == 2
    assert found.plot().png().startswith(b"\x89PNG")
    line = loopscope.landscape(model, loss, between=_path(model)[:2], points=3)
    assert "Barrier:" in str(line) and line.plain()["barrier"]["at"] >= 0 and line.plot().png()


MISTAKES: dict[str, tuple[Any, Any, dict[str, Any], str]] = {
    "no model": (3, None, {}, "model is 3; allowed an nn.Module."),
    "no weights": (nn.ReLU(), None, {}, "model is 'ReLU'; allowed a model with floating-point parameters"),
    "lazy": (nn.LazyLinear(2), None, {}, "model.weight is 'not yet given a shape'"),
    "criterion alone": (None, nn.MSELoss(), {}, "loss is 'MSELoss'; allowed a function of the model, or (criterion"),
    "two things": (None, (nn.MSELoss(), 1), {}, "loss is '2 things'"),
    "not single": (None, lambda m: m(torch.ones(2, 2)), {}, "loss(model) is 'a tensor [2, 1]'; allowed a single"),
    "no number": (None, lambda m: "low", {}, "loss(model) is 'str'; allowed a single number"),
    "fails": (None, lambda m: m.nope, {}, "loss(model) is \"AttributeError: "),
    "wrong shape": (None, (nn.MSELoss(), torch.ones(2, 3), 1), {}, "input of model.0 (Linear) is [2, 3]; allowed"),
    "too few points": (None, None, {"points": 1}, "points is 1; allowed a whole number from 2 to 1,001"),
    "half a point": (None, None, {"points": 2.5}, "points is 2.5"),
    "no span": (None, None, {"span": 0}, "span is 0; allowed a finite number above 0"),
    "endless span": (None, None, {"span": float("inf")}, "span is inf"),
    "two planes": (None, None, {"path": [], "entries": ()}, "path and entries is 'given together'"),
    "short path": (None, None, {"path": []}, "path is '0 states'; allowed at least 3 states"),
    "no path": (None, None, {"path": 7}, "path is 'int'; allowed a list of states"),
    "wrong vector": (None, None, {"path": [[1.0]] * 3}, "path[0] is '1 numbers'; allowed a module, a state_dict"),
    "no vector": (None, None, {"path": ["a"] * 3}, "path[0] is 'str'"),
    "path on a line": (None, None, {"path": np.outer([1, 2, 3], np.ones(33))}, "path is 'states on one line'"),
    "not finite": (None, None, {"path": np.full((3, 33), np.nan)}, "path[0]['0.weight'] is 'not finite'"),
    "one entry": (None, None, {"entries": ("0.bias[0]",)}, "allowed two entries"),
    "same entries": (None, None, {"entries": ("0.bias[0]", "0.bias[ -8 ]")}, "allowed two different entries"),
    "unknown entry": (None, None, {"entries": ("0.bios[0]", "0.bias[0]")}, 'Did you mean "0.bias"?'),
    "entry beyond": (None, None, {"entries": ("0.bias[8]", "0.bias[0]")}, "a position in 0.bias, whose shape is [8]"),
    "entry of two": (None, None, {"entries": ("0.weight[8]", "0.bias[0]")}, "Try 0.weight[0, 0]."),
    "one end": (None, None, {"between": 1}, "between is 'int'; allowed two states"),
    "other model": (None, None, {"between": (nn.Linear(2, 1), mlp())}, "between[0] is 'a state without 0.weight'"),
    "other shape": (None, None, {"between": (mlp((2, 9, 1)), mlp())}, "between[0]['0.weight'] is [9, 2]; allowed"),
    "same end": (None, None, {"between": (np.ones(33), np.ones(33))}, "between is 'the same state twice'"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "loss", "options", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_sentence(model: Any, loss: Any, options: dict[str, Any], said: str) -> None:
    usual, usual_loss = binary()
    with pytest.raises(UserMistake) as caught:
        loopscope.landscape(model or usual, loss or usual_loss, **options)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def _two_entries(model: nn.Module) -> list[str]:
    name, weight = next(iter(model.named_parameters()))
    return [f"{name}[{','.join([str(n)] * weight.dim())}]" for n in (0, -1)]


def _path(model: nn.Module, states: int = 4) -> list[dict[str, Tensor]]:
    """States near the model's own, in no order."""
    generator, found = torch.Generator().manual_seed(5), []
    for _ in range(states):
        state = {name: each.clone() for name, each in model.state_dict().items()}
        for each in state.values():
            if each.is_floating_point():
                each += 0.1 * torch.randn(each.shape, generator=generator).to(each)
        found.append(state)
    return found


def _everything(model: nn.Module, loss: Any) -> list[Any]:
    tensors = [*model.parameters(), *model.buffers(), *(p.grad for p in model.parameters()), *loss[1:]]
    modes = [module.training for module in model.modules()]
    ids = [id(tensor) for tensor in (*model.parameters(), *model.buffers())]
    generators = [torch.get_rng_state(), torch.from_numpy(np.random.get_state()[1].copy()), random.getstate()]  # type: ignore[index]
    return [[None if each is None else each.detach().clone() for each in tensors], modes, ids, generators]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor):
        return torch.equal(one, other)
    if isinstance(one, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return one == other


def test_the_check_sees_a_change() -> None:
    model, loss = binary()
    before = _everything(model, loss)
    with torch.no_grad():
        model[0].weight[0, 0] += 1e-6
    assert not _same(before, _everything(model, loss))
    assert parameters_to_vector(model.parameters()).numel() == 33
