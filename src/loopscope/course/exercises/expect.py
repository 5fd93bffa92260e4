"""Ready-made judgements for checks: each raises `Wrong` with a sentence for a beginner. Knows no single exercise.

def check(work: Work) -> None:
    expect.steps_taken(work.trace, at_least=3)
    expect.fresh_gradients(work.trace)
    expect.weights_change(work.trace)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from .trace import Call, Trace
from .wrong import Wrong

if TYPE_CHECKING:
    from torch import Tensor, nn

WRITTEN = {
    "forward": "`model(x)`",
    "loss": "the loss",
    "zero_grad": "`zero_grad()`",
    "backward": "`backward()`",
    "step": "`step()`",
    "schedule": "the schedule's `step()`",
}


# --- the loop


def loop_runs(trace: Trace, at_least: int = 1) -> None:
    """All parts of a loop are there, and at least so many steps were taken."""
    for kind in ("backward", "step"):
        if not trace.of(kind):
            raise Wrong(f"{_capital(WRITTEN[kind])} was never called: it belongs into the loop.")
    steps_taken(trace, at_least)


def steps_taken(trace: Trace, at_least: int) -> None:
    """At least so many steps."""
    if (taken := len(trace.steps)) < at_least:
        where = " Is `step()` inside the loop?" if taken else " Is `optimizer.step()` called?"
        raise Wrong(f"The loop took {_times(taken, 'step')}; at least {at_least} are asked for.{where}")


def weights_change(trace: Trace) -> None:
    """Every step changes some weight; else why not, as far as the trace shows it."""
    for number, step in enumerate(trace.steps, 1):
        if not step.changed:
            _say_why_nothing_changed(trace, step, number)


def fresh_gradients(trace: Trace) -> None:
    """Each backward begins without gradients of another batch, and each step finds those of its own."""
    for number, (before, backward) in enumerate(pairwise(trace.backwards), 2):
        if backward.held:
            cleared = [call for call in trace.between(before, backward) if call.kind == "zero_grad"]
            why = (
                f"`zero_grad()` (line {cleared[0].line}) leaves some of them: does the optimizer have all parameters?"
                if cleared
                else "is `zero_grad()` missing?"
            )
            raise Wrong(f"The gradients of batch {number} still hold those of batch {number - 1}: {why}", _at(backward))


def in_order(trace: Trace, *kinds: str) -> None:
    """In each round (from one forward pass to the next) the calls of these kinds come, and in this order.

    `zero_grad` may come anywhere between a step and the next backward, so leave it to `fresh_gradients`.
    """
    for number, calls in enumerate(trace.rounds(), 1):
        found = [call for call in calls if call.kind in kinds]
        for kind in kinds:
            if kind not in {call.kind for call in found} and number == 1:
                raise Wrong(f"{_capital(WRITTEN[kind])} is missing in the loop.")
        for earlier, later in pairwise(found):
            if kinds.index(earlier.kind) > kinds.index(later.kind):
                raise Wrong(
                    f"In round {number}, {WRITTEN[earlier.kind]} comes before {WRITTEN[later.kind]}; "
                    "it must be the other way round.",
                    _at(earlier),
                    _at(later),
                )


def every_weight_learns(trace: Trace, names: Sequence[str] | None = None) -> None:
    """Each parameter that the loop met (or each of `names`) was changed by some step."""
    still = [name for name in (names or trace.parameters) if name not in trace.changed]
    if trace.steps and still:
        raise Wrong(
            f"{_listed(still)} never changed: did the optimizer get all of the model's parameters, and does the loss "
            "depend on them?"
        )


def no_gradients_in_evaluation(trace: Trace) -> None:
    """A pass in evaluation mode keeps nothing for backward."""
    for call in trace.forwards:
        if not call.training and call.with_gradients:
            raise Wrong("The model is evaluated with gradients: put `torch.no_grad()` around it.", _at(call))


def schedule_after_step(trace: Trace) -> None:
    """Each schedule's step comes after an optimizer's."""
    for call in trace.schedules:
        if call.steps == 0:
            raise Wrong("The schedule's `step()` comes before the first `optimizer.step()`: put it behind.", _at(call))


def loss_falls(trace: Trace, to: float = 0.9) -> None:
    """The last tenth of the losses lies under `to` times the first tenth, as means; a negative one as far below."""
    values = [call.value for call in trace.backwards if call.value is not None]
    if not values:
        raise Wrong("No loss was seen: is `loss.backward()` called?")
    tenth = max(len(values) // 10, 1)
    first, last = sum(values[:tenth]) / tenth, sum(values[-tenth:]) / tenth
    if not last <= first - (1 - to) * abs(first):
        raise Wrong(f"The loss does not fall: {first:.3g} at the beginning, {last:.3g} at the end.")


# --- what was made


def a(kind: type | tuple[type, ...], value: Any, name: str) -> None:
    """`value` is one of those types."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, kinds):
        names = " or ".join(f"`{each.__name__}`" for each in kinds)
        raise Wrong(f"`{name}` should be {names}, and is `{type(value).__name__}`.")


def shape(tensor: Any, wanted: tuple[int, ...], name: str) -> None:
    """A tensor of that shape."""
    import torch

    a(torch.Tensor, tensor, name)
    if tuple(tensor.shape) != tuple(wanted):
        raise Wrong(f"`{name}` has the shape {tuple(tensor.shape)}; it should be {tuple(wanted)}.")


def close(yours: Any, wanted: Any, name: str, atol: float = 1e-5, rtol: float = 1e-4) -> None:
    """The same numbers, but for rounding."""
    import torch

    one, other = torch.as_tensor(yours).detach(), torch.as_tensor(wanted).detach()
    shape(one, tuple(other.shape), name)
    if not torch.allclose(one.double(), other.double(), rtol=rtol, atol=atol):
        apart = (one.double() - other.double()).abs()
        at = tuple(int(i) for i in torch.unravel_index(apart.argmax(), apart.shape))
        place = f" at {list(at)}" if at else ""
        raise Wrong(f"`{name}`{place} is {float(one[at]):.5g}; it should be {float(other[at]):.5g}.")


def has_layer(model: nn.Module, kind: type[nn.Module], name: str = "model", count: int | None = None) -> None:
    """The model has a layer of that class; exactly `count` of them where that is given."""
    found = sum(isinstance(each, kind) for each in model.modules())
    if count is not None and found != count:
        raise Wrong(f"`{name}` has {_times(found, f'`{kind.__name__}`')}; it should have {count}.")
    if not found:
        there = dict.fromkeys(f"`{type(each).__name__}`" for each in model.modules() if not list(each.children()))
        raise Wrong(f"`{name}` has no `{kind.__name__}`; it has {', '.join(there) or 'no layers'}.")


def lacks_layer(model: nn.Module, kind: type[nn.Module], name: str = "model") -> None:
    """The model has none of that class."""
    if any(isinstance(each, kind) for each in model.modules()):
        raise Wrong(f"`{name}` still has a `{kind.__name__}`.")


def same_function(yours: Callable[[Tensor], Tensor], wanted: Callable[[Tensor], Tensor], x: Tensor, name: str) -> None:
    """Both give the same for each row of `x`."""
    import torch

    with torch.no_grad():
        close(yours(x), wanted(x), f"{name}(x)")


# --- wording


def _say_why_nothing_changed(trace: Trace, step: Call, number: int) -> NoReturn:
    head = f"The weights did not change after step {number}"
    steps = trace.steps
    start = trace.calls.index(steps[number - 2]) + 1 if number > 1 else 0
    before = trace.calls[start : trace.calls.index(step)]
    backward = next((call for call in reversed(before) if call.kind == "backward"), None)
    if backward is None:
        later = any(call.kind == "backward" for call in trace.calls)
        why = "was `step()` called before `backward()`?" if later else "`backward()` was never called."
        raise Wrong(f"{head}: {why}", _at(step))
    wiped = [call for call in before[before.index(backward) :] if call.kind == "zero_grad" and call.changed]
    if wiped:
        raise Wrong(
            f"{head}: `zero_grad()` cleared the gradients before `step()` could use them.", _at(wiped[-1]), _at(step)
        )
    if step.rate == 0:
        raise Wrong(f"{head}: the learning rate is 0.", _at(step))
    if any(step.gradients.values()):
        raise Wrong(f"{head}: was the optimizer given the parameters of the model that made the loss?", _at(step))
    raise Wrong(f"{head}: all gradients are 0 or missing: does the loss depend on the weights?", _at(backward))


def _at(call: Call) -> str:
    return f"    {call.line}: {call.text}" if call.line else f"    ({WRITTEN[call.kind]} by hand)"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:4])
    return shown + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _times(count: int, one: str) -> str:
    return f"{count or 'no'} {one}" + ("" if count == 1 else "s")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
