"""What is heard of a learner's loop, and what the ready-made judgements make of it."""

from __future__ import annotations

import pytest

from .conftest import Judging

HEAD = """import torch
from torch import nn
x = torch.linspace(-1, 1, 8).reshape(-1, 1)
y = 2 * x + 1
model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
"""
LOOP = """for _ in range(12):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
"""
GOOD = HEAD + LOOP


def told(checking: Judging, code: str, expression: str) -> str:
    """What an expression about the trace is worth."""
    verdict = checking(code, f"raise Wrong(repr(({expression})))")
    return verdict.sentence


def test_calls_in_order_with_their_lines(checking: Judging) -> None:
    assert told(checking, GOOD, "work.trace.order[:5]") == "['zero_grad', 'forward', 'loss', 'backward', 'step']"
    assert told(checking, GOOD, "[c.line for c in work.trace][:5]") == "[9, 10, 10, 11, 12]"
    assert told(checking, GOOD, "work.trace.backwards[0].text") == "'loss.backward()'"
    assert told(checking, GOOD, "len(work.trace.steps), work.trace.cut") == "(12, False)"


def test_what_each_changed(checking: Judging) -> None:
    names = "('0.weight', '0.bias', '2.weight', '2.bias')"
    assert told(checking, GOOD, "work.trace.steps[0].changed") == names
    assert told(checking, GOOD, "work.trace.backwards[0].changed") == names
    assert (
        told(checking, GOOD, "work.trace.zero_grads[0].changed, work.trace.zero_grads[1].changed") == f"((), {names})"
    )
    assert (
        told(checking, GOOD, "work.trace.backwards[1].held, sorted(work.trace.steps[0].gradients)[0]")
        == "({}, '0.bias')"
    )


def test_shapes_values_and_rates(checking: Judging) -> None:
    assert told(checking, GOOD, "work.trace.forwards[0].shapes") == "((8, 1), (8, 1))"
    assert told(checking, GOOD, "work.trace.losses[0].value == work.trace.backwards[0].value > 0") == "True"
    assert told(checking, GOOD, "work.trace.steps[0].rate, work.trace.steps[0].called") == "(0.1, 'SGD')"
    assert told(checking, GOOD, "[len(r) for r in work.trace.rounds()]") == str([5] * 11 + [4])


def test_a_functional_loss_and_a_schedule(checking: Judging) -> None:
    code = HEAD + "schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)\n"
    code += LOOP.replace("criterion(", "nn.functional.mse_loss(") + "    schedule.step()\n"
    assert told(checking, code, "work.trace.order[:6]") == (
        "['zero_grad', 'forward', 'loss', 'backward', 'step', 'schedule']"
    )
    assert told(checking, code, "work.trace.schedules[0].rate, work.trace.losses[0].called") == "(0.05, 'mse_loss')"


def test_a_loop_by_hand(checking: Judging) -> None:
    code = "import torch\nw = torch.zeros(1, requires_grad=True)\nfor _ in range(3):\n"
    code += "    loss = (w - 1).square().sum()\n    loss.backward()\n    w.data -= 0.1 * w.grad\n    w.grad = None\n"
    assert told(checking, code, "work.trace.order") == str(["backward", "step", "zero_grad"] * 2 + ["backward", "step"])
    assert told(checking, code, "work.trace.steps[0].by_hand, work.trace.steps[0].changed") == "(True, ('weight 1',))"


def test_what_the_check_does_is_not_the_learners(checking: Judging) -> None:
    lines = ("model = work.module.model", "model(torch.ones(1, 1)).sum().backward()", "assert not len(work.trace)")
    assert checking(HEAD, *lines).passed


def test_a_call_is_traced_as_well(checking: Judging) -> None:
    code = HEAD + "def go():\n    model(x).sum().backward()"
    assert checking(code, "work.call('go')", "assert work.trace.order == ['forward', 'backward']").passed


def test_an_error_in_forward_does_not_deafen(checking: Judging) -> None:
    code = HEAD + "try:\n    model(torch.ones(3))\nexcept RuntimeError:\n    pass\n" + LOOP
    assert "'step'" in told(checking, code, "work.trace.order[-5:]")
    assert told(checking, code, "work.trace.order[-5:]").startswith("['zero_grad', 'forward', 'loss'")


def test_a_long_loop_is_cut(checking: Judging) -> None:
    assert told(checking, GOOD.replace("(12)", "(1100)"), "len(work.trace), work.trace.cut") == "(5000, True)"


JUDGED = {
    "nothing": ("x = 1", "loop_runs(work.trace)", "`backward()` was never called"),
    "too few": (GOOD, "loop_runs(work.trace, 13)", "took 12 steps; at least 13 are asked for. Is `step()` inside the"),
    "step first": (
        GOOD.replace("    loss.backward()\n", "") + "    loss.backward()",
        "weights_change(work.trace)",
        "The weights did not change after step 1: was `step()` called before `backward()`?",
    ),
    "rate 0": (GOOD.replace("lr=0.1", "lr=0.0"), "weights_change(work.trace)", "after step 1: the learning rate is 0."),
    "another model's": (
        GOOD.replace("SGD(model", "SGD(nn.Linear(1, 1)"),
        "weights_change(work.trace)",
        "was the optimizer given the parameters of the model that made the loss?",
    ),
    "wiped": (
        GOOD.replace("    optimizer.step", "    optimizer.zero_grad()\n    optimizer.step"),
        "weights_change(work.trace)",
        "`zero_grad()` cleared the gradients before `step()` could use them",
    ),
    "detached": (
        GOOD.replace("loss.backward()", "model(x * 0).sum().mul(0).backward()"),
        "weights_change(work.trace)",
        "all gradients are 0 or missing",
    ),
    "no zero_grad": (
        GOOD.replace("    optimizer.zero_grad()\n", ""),
        "fresh_gradients(work.trace)",
        "The gradients of batch 2 still hold those of batch 1: is `zero_grad()` missing?",
    ),
    "half cleared": (
        GOOD.replace("optimizer.zero_grad", "model[0].zero_grad"),
        "fresh_gradients(work.trace)",
        "`zero_grad()` (line 9) leaves some of them",
    ),
    "order": (
        GOOD.replace("    loss.backward()\n", "") + "    loss.backward()",
        "in_order(work.trace, 'forward', 'backward', 'step')",
        "In round 1, `step()` comes before `backward()`",
    ),
    "missing": (GOOD, "in_order(work.trace, 'forward', 'schedule')", "The schedule's `step()` is missing in the loop."),
    "frozen": (
        GOOD.replace("model.parameters()", "model[2].parameters()"),
        "every_weight_learns(work.trace)",
        "`0.weight`, `0.bias` never changed",
    ),
    "evaluation": (GOOD + "model.eval()\nmodel(x)", "no_gradients_in_evaluation(work.trace)", "put `torch.no_grad()`"),
    "schedule first": (
        HEAD + "s = torch.optim.lr_scheduler.StepLR(optimizer, 1)\ns.step()\n" + LOOP,
        "schedule_after_step(work.trace)",
        "comes before the first `optimizer.step()`",
    ),
    "does not fall": (GOOD.replace("lr=0.1", "lr=0.1, maximize=True"), "loss_falls(work.trace)", "does not fall"),
    "no loss": ("x = 1", "loss_falls(work.trace)", "No loss was seen"),
    "type": (GOOD, "a(nn.Linear, work.module.model, 'model')", "`model` should be `Linear`, and is `Sequential`."),
    "shape": (GOOD, "shape(work.module.x, (8,), 'x')", "`x` has the shape (8, 1); it should be (8,)."),
    "numbers": (GOOD, "close(work.module.x, torch.ones(8, 1), 'x')", "`x` at [0, 0] is -1; it should be 1."),
    "no layer": (GOOD, "has_layer(work.module.model, nn.ReLU)", "`model` has no `ReLU`; it has `Linear`, `Tanh`."),
    "layers": (GOOD, "has_layer(work.module.model, nn.Linear, count=1)", "has 2 `Linear`s; it should have 1."),
    "a layer": (GOOD, "lacks_layer(work.module.model, nn.Tanh)", "`model` still has a `Tanh`."),
    "function": (GOOD, "same_function(work.module.model, torch.ones_like, work.module.x, 'f')", "`f(x)` at [0, 0] is"),
}


@pytest.mark.parametrize("case", JUDGED)
def test_each_judgement_raises(case: str, checking: Judging) -> None:
    code, judgement, words = JUDGED[case]
    verdict = checking(code, f"expect.{judgement}")
    assert not verdict.passed and words in verdict.sentence, verdict


def test_all_are_content_with_a_good_loop(checking: Judging) -> None:
    names = (
        "loop_runs weights_change fresh_gradients every_weight_learns no_gradients_in_evaluation schedule_after_step"
    )
    lines = [f"expect.{name}(work.trace)" for name in (*names.split(), "loss_falls")]
    lines += ["expect.in_order(work.trace, 'forward', 'loss', 'backward', 'step')"]
    lines += ["expect.has_layer(work.module.model, nn.Tanh, count=1)", "expect.a(nn.Module, work.module.model, 'm')"]
    assert checking(GOOD, *lines).passed
    assert checking(GOOD.replace("    optimizer.zero_grad()\n", "") + "    optimizer.zero_grad()\n", *lines).passed


def test_gradients_left_over_by_another_model_are_not_held(checking: Judging) -> None:
    """A comparison trains one model after another, and the first one's last gradients stay where they are."""
    again = "model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))\n"
    again += "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
    assert told(checking, GOOD + again + LOOP, "any(call.held for call in work.trace.backwards)") == "False"
