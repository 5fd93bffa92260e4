"""Judge the loop, on which rows it learned and was tested, whether splits were shared, and the decision."""

from __future__ import annotations

from typing import Any

import torch

from loopscope.course.exercises import Work, Wrong, expect

SEEDS, STEPS, TRAINING, TEST = 4, 30, 332, 110


def check(work: Work) -> None:
    _judge_decisions(work)
    _judge_loop(work)
    found = work.module.found
    for name in ("A", "B"):
        if name not in found:
            raise Wrong(f'`found` has no "{name}": it should hold a pair of tensors for each of A and B.')
        _judge_errors(name, found[name], work)


def _judge_decisions(work: Work) -> None:
    line = torch.tensor([50.0, 54.0, 49.0, 52.0, 51.0, 55.0])
    jitter = torch.tensor([0.3, -0.2, 0.1, -0.4, 0.2, 0.0])
    drawn = torch.tensor([1.6, -1.2, -0.3, -2.2, 1.5, -0.6])
    cases = (
        ("is five lower on every split", line - 5 + jitter, "network"),
        ("is five higher on every split", line + 5 + jitter, "line"),
        ("is lower on four of six splits and on average, and the interval holds zero", line + drawn, "line"),
    )
    said = [work.call("decide", line.clone(), network.clone()) for _, network, _ in cases]
    if len(set(map(str, said))) == 1:
        raise Wrong(f'`decide` says "{said[0]}" whatever the errors are: look at the interval of the difference.')
    for (what, _, wanted), answer in zip(cases, said, strict=True):
        if answer != wanted:
            raise Wrong(f"`decide` says {answer!r} where the network's error {what}; the answer there is {wanted!r}.")


def _judge_loop(work: Work) -> None:
    trace = work.trace
    expect.loop_runs(trace, at_least=2 * SEEDS * STEPS)
    expect.fresh_gradients(trace)
    expect.weights_change(trace)
    learned = {call.shapes[0][0] for call in trace.forwards if call.with_gradients}
    if TEST in learned:
        raise Wrong(
            f"The network was shown the {TEST} test rows with gradients on: they are for one look after the loop, "
            "under `torch.no_grad()`."
        )
    tested = [call.shapes[0][0] for call in trace.forwards if not call.with_gradients]
    if tested.count(TEST) < 2 * SEEDS:
        why = "its error comes from the training rows." if TRAINING in tested or not tested else "where are the tests?"
        raise Wrong(f"The network was tested on {TEST} rows {tested.count(TEST)} times, not {2 * SEEDS}: {why}")


def _judge_errors(name: str, pair: Any, work: Work) -> None:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise Wrong(f'`found["{name}"]` should be a pair: the errors of the line, and those of the network.')
    line, network = pair
    expect.shape(line, (SEEDS,), f'found["{name}"][0]')
    expect.shape(network, (SEEDS,), f'found["{name}"][1]')
    data = work.module.DATA[name]
    wanted = torch.tensor([work.module.solve(*work.module.split(data, seed)) for seed in range(SEEDS)])
    if torch.allclose(line.float(), wanted, atol=1e-4):
        _judge_network(name, line.float(), network.float())
        return
    if torch.allclose(network.float(), wanted, atol=1e-4):
        raise Wrong(f'`found["{name}"]` is the wrong way round: the line\'s errors come first.')
    if line.max() - line.min() < 1e-4:
        raise Wrong(f'`found["{name}"]` holds the same split many times: does the seed reach `split`?')
    raise Wrong(f'The line\'s errors in `found["{name}"]` are not those of the splits of seeds 0 to {SEEDS - 1}.')


def _judge_network(name: str, line: torch.Tensor, network: torch.Tensor) -> None:
    if network.max() - network.min() < 1e-6:
        raise Wrong(f'The network\'s errors in `found["{name}"]` are all the same: does each split train its own?')
    if (network > 1.3 * line).any():
        worst = (network / line).max().item()
        raise Wrong(f"On {name} the network's error is up to {worst:.1f} times the line's: is it the root of a mean?")
