"""Judge one step from two half batches by its trace and by the gradient that it used."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong, expect

ROWS = 64
RATE = 0.1


def check(work: Work) -> None:
    generator = torch.Generator().manual_seed(0)
    X, y = torch.randn(ROWS, 3, generator=generator), torch.randn(ROWS, 1, generator=generator)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    wanted = _step_of_the_whole(copy.deepcopy(model), X, y)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    nn.functional.mse_loss(model(X[:8]), 1 + y[:8]).backward()  # what another batch has left over
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    work.call("step_in_halves", model, optimizer, X, y)
    _goes_in_halves(work)
    after = [parameter.detach() for parameter in model.parameters()]
    _made_the_step([new - old for new, old in zip(after, before, strict=True)], wanted)


def _step_of_the_whole(model: nn.Module, X: Tensor, y: Tensor) -> list[Tensor]:
    """By how much each parameter is to move."""
    nn.functional.mse_loss(model(X), y).backward()
    return [-RATE * parameter.grad for parameter in model.parameters() if parameter.grad is not None]


def _goes_in_halves(work: Work) -> None:
    trace = work.trace
    rows = [call.shapes[0][0] for call in trace.forwards if call.shapes and call.shapes[0]]
    if any(count > ROWS // 2 for count in rows):
        raise Wrong(f"{max(rows)} rows go through the model at once: send one half of {ROWS // 2}, then the other.")
    if sum(rows) < ROWS:
        raise Wrong(f"Only {sum(rows)} of {ROWS} rows go through the model: the other half has a say as well.")
    expect.loop_runs(trace)
    if len(trace.steps) > 1:
        raise Wrong(f"`step()` is called {len(trace.steps)} times: go back twice, and step once, after both.")
    backwards = trace.backwards
    if not trace.zero_grads and backwards[0].held:
        raise Wrong("The gradients of an earlier batch are still in it: clear them once, before the first half.")
    late = [call for call in trace.zero_grads if any(call in trace.between(one, trace.steps[0]) for one in backwards)]
    if late:
        raise Wrong(
            f"`zero_grad()` in line {late[0].line} comes after a backward pass and clears the first half's gradients: "
            "clear once, before both."
        )


def _made_the_step(moved: list[Tensor], wanted: list[Tensor]) -> None:
    yours, right = torch.cat([each.flatten() for each in moved]), torch.cat([each.flatten() for each in wanted])
    if torch.allclose(yours, right, atol=1e-6):
        return
    if torch.allclose(yours, 2 * right, atol=1e-6):
        raise Wrong("The step is twice too large: each half's mean counts for half of the whole, so divide by 2.")
    share = (yours @ right / (right @ right)).item()
    if torch.allclose(yours, share * right, atol=1e-6):
        raise Wrong(f"The step has the right direction and {share:.3g} times the right length: by what do you divide?")
    raise Wrong("The step is not that of the whole batch: does each row go in once, with its own target?")
