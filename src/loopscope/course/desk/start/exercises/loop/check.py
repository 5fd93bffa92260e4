"""Judge the loop by what it did, and the model by its weight."""

from __future__ import annotations

from loopscope.course.exercises import Work, Wrong, expect


def check(work: Work) -> None:
    expect.loop_runs(work.trace, at_least=50)
    expect.fresh_gradients(work.trace)
    weight = work.module.model.weight.item()
    if not abs(weight - 3) < 0.1:
        expect.weights_change(work.trace)  # if they did not, that is why
        raise Wrong(f"The weight is {weight:.2f} after the loop; the points lie on a slope of 3. Is `y` the target?")
