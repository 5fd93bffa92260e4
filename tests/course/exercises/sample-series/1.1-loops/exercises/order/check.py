"""Judge the loop by what it did."""

from loopscope.course.exercises import Work, expect


def check(work: Work) -> None:
    expect.loop_runs(work.trace, at_least=10)
    expect.weights_change(work.trace)
    expect.fresh_gradients(work.trace)
    expect.in_order(work.trace, "forward", "backward", "step")
    expect.loss_falls(work.trace)
