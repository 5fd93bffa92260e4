"""Look inside a batch: what the page says of a gradient is what torch says, to the printed precision."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Locator, expect

from browser.lab_page import LabPage
from browser.network import agrees, figure, point_at, value
from loopscope.engines import Job, prepare
from loopscope.experiment import Experiment

TO_BACKWARD = ("batch", "zero_grad", "forward", "loss", "backward")


def test_a_gradient_is_that_of_torch(page: LabPage) -> None:
    inside = page.tab("Inside a batch")
    page.advance("batch", to=1)
    for phase in TO_BACKWARD:
        inside.get_by_role("button", name="phase").click()
        expect(inside.get_by_role("heading", name=f"Step 2, after {phase}")).to_be_visible()
    job = stopped_at(page.experiment, step=2, phase="backward")
    for name, parameter in job.model.named_parameters():
        assert parameter.grad is not None
        table = inside.get_by_role("table", name=f"gradient of {name}", exact=True)
        shown_alike(table, parameter.grad.reshape(len(parameter), -1))
    expect(inside.get_by_text(re.compile(r"^loss 0\.\d{6}$"))).to_be_visible()


def test_a_weights_card_says_value_gradient_update_and_buffers_of_torch(page: LabPage) -> None:
    page.advance("epoch", to=3)
    before = stopped_at(page.experiment, step=2, phase="schedule").model.state_dict()
    before = {name: tensor.clone() for name, tensor in before.items()}
    job = stopped_at(page.experiment, step=3, phase="schedule")
    for what, name, index in (("weight", "0.weight", (0, 0)), ("bias", "0.bias", (0,))):
        card = point_at(page, what)
        expect(card).to_contain_text(f"{name}[{', '.join(map(str, index))}] · step 3")
        parameter = job.model.get_parameter(name)
        assert parameter.grad is not None
        now = parameter[index].item()
        assert float(value(card).input_value()) == pytest.approx(now, rel=1e-7)
        assert agrees(figure(card, "∂L/∂θ").inner_text(), parameter.grad[index].item())
        assert agrees(figure(card, "Δθ").inner_text(), now - before[name][index].item())
        kept = job.optimizer.state[parameter]
        assert agrees(figure(card, "exp_avg").inner_text(), kept["exp_avg"][index].item())


def test_what_agrees_is_checked_to_the_last_place() -> None:
    assert agrees("−0.0312", -0.03124)
    assert agrees("2.10e−7", 2.104e-7)
    assert not agrees("−0.0312", 0.0312)
    assert not agrees("0.0312", 0.03126)
    assert not agrees("2.10e−7", 2.11e-7)


def stopped_at(experiment: Experiment, step: int, phase: str) -> Job:
    """The same experiment's parts, driven by the loop to there."""
    job = prepare(experiment)
    for state in job.loop():
        if state.step == step and state.phase == phase:
            break
    return job


def shown_alike(table: Locator, exact: torch.Tensor) -> None:
    """Each cell's text agrees with `exact` (rows, columns), and what is said on pointing at it is all of it."""
    rows = table.get_by_role("row")
    expect(rows).to_have_count(len(exact))
    for r, numbers in enumerate(exact.tolist()):
        cells = rows.nth(r).get_by_role("cell")
        expect(cells).to_have_count(len(numbers))
        for c, number in enumerate(numbers):
            assert float(cells.nth(c).get_attribute("title") or "nan") == pytest.approx(number, abs=0), (r, c)
            assert agrees(cells.nth(c).inner_text(), number)
