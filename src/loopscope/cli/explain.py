"""`loopscope explain WHAT`: what is inside one model and one batch, and what the loss is like around its weights."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import mistake
from . import document
from .options import Home, Json, Settings, Target, examples, presets_like

if TYPE_CHECKING:
    from ..engines.surroundings import Passage, Surroundings
    from ..experiment import Experiment
    from ..plots import Picture
    from .live import LiveLine

EPILOG = examples(
    "loopscope explain moons-mlp --shapes",
    "loopscope explain my.csv --target price --calls --json",
    "loopscope explain moons-mlp --set model.hidden=3 --chain-rule",
    "loopscope explain last --landscape -o landscape.png",
    "loopscope explain last --landscape --between moons-mlp",
)

MOST_TRIED = 32
"""Examples that are tried for one that no dead unit hides from every weight."""


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="A preset, a .toml or .json file, a lab link, a .csv or .parquet file with --target, or a run.",
            autocompletion=presets_like,
        ),
    ],
    shapes: Annotated[bool, typer.Option("--shapes", help="Every tensor: symbol, shape and what it means.")] = False,
    calls: Annotated[bool, typer.Option("--calls", help="Which module called which, and what is registered.")] = False,
    chain_rule: Annotated[
        bool,
        typer.Option("--chain-rule", help="Every value and gradient of a small network, for one example, as products."),
    ] = False,
    gradcheck: Annotated[
        bool, typer.Option("--gradcheck", help="Each parameter's gradient against finite differences, in float64.")
    ] = False,
    activations: Annotated[
        bool, typer.Option("--activations", help="Value, slope, dead and saturated regions of the model's activations.")
    ] = False,
    architecture: Annotated[
        bool, typer.Option("--architecture", help="Width, depth, shapes and parameter counts, drawn.")
    ] = False,
    landscape: Annotated[
        bool,
        typer.Option("--landscape", help="The loss around the way that training takes; trains it first, 30 s at most."),
    ] = False,
    between: Annotated[
        str | None,
        typer.Option(
            "--between",
            metavar="RUN",
            help="With --landscape: the loss along the straight line to where this one ends.",
            autocompletion=presets_like,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="Where to draw it, as a PNG.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    settings: Settings = None,
    target: Target = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Explain a model by sending one batch through it.

    Tells both, shapes and calls, where nothing is asked for. Of a run, its experiment is explained.
    """
    from . import screen
    from .products import experiment_meant

    drawn = {
        "chain_rule": chain_rule,
        "gradcheck": gradcheck,
        "activations": activations,
        "architecture": architecture,
        "landscape": landscape,
    }
    _check_output(output, force, [name for name, asked in drawn.items() if asked])
    if between is not None and not landscape:
        raise mistake("--between", between, "only with --landscape", "Add --landscape.")
    experiment = experiment_meant(what, target, settings, home)
    other = experiment_meant(between, target, settings, home) if between is not None else None
    told: dict[str, Any] = {}
    if shapes or calls or not any(drawn.values()):
        told |= _of_one_batch(experiment, shapes or not calls, calls or not shapes)
    if chain_rule:
        told["chain_rule"] = _of_one_example(experiment)
    if gradcheck:
        told["gradcheck"] = _checked(experiment)
    if activations or architecture:
        told |= _of_the_model(experiment, activations, architecture)
    if landscape:
        told["landscape"] = _around(experiment) if other is None else _between(experiment, other)
    if as_json:
        document.put({name: each.plain() for name, each in told.items()})
    else:
        typer.echo("\n\n".join(each.to_text(width=screen.console().width) for each in told.values()))
    if output is not None:
        [found] = [each for name, each in told.items() if name in drawn]
        _draw(getattr(found, "landscape", found).plot(), output, force, as_json)


def _check_output(output: Path | None, force: bool, drawn: list[str]) -> None:
    """A picture is of one thing, and overwrites nothing."""
    from .writing import refuse_unwritable

    if output is None:
        return
    if len(drawn) != 1:
        allowed = "only with one of --chain-rule, --gradcheck, --activations, --architecture and --landscape"
        raise mistake("-o", str(output), allowed, "Leave it out.")
    refuse_unwritable(output, force)


def _of_one_batch(experiment: Experiment, shapes: bool, calls: bool) -> dict[str, Any]:
    from .. import engines
    from .. import explain as explaining

    job = engines.prepare(experiment)
    inputs, targets = next(iter(job.batches))  # (batch, features), (batch, …)
    told: dict[str, Any] = {}
    if shapes:
        told["shapes"] = explaining.shapes(job.model, inputs, targets, job.plain_criterion)
    if calls:
        told["calls"] = explaining.calls(job.model, inputs)
    return told


def _of_one_example(experiment: Experiment) -> Any:
    """The chain rule for one example at the weights that training starts from: the first that moves a weight."""
    from .. import engines
    from .. import explain as explaining

    job = engines.prepare(experiment)
    inputs, targets = next(iter(job.batches))  # (batch, features), (batch, …)
    traced = (
        explaining.chain_rule(job.model, inputs[k : k + 1], targets[k : k + 1], job.plain_criterion)
        for k in range(min(len(inputs), MOST_TRIED))
    )
    first = next(traced)
    return next((each for each in (first, *traced) if each.stages[0].gradient.any()), first)


def _checked(experiment: Experiment) -> Any:
    """Gradients of the first batch's loss, at the weights that training starts from."""
    from .. import engines
    from .. import explain as explaining

    job = engines.prepare(experiment)
    inputs, targets = next(iter(job.batches))  # (batch, features), (batch, …)
    return explaining.gradcheck(job.model, (job.plain_criterion, inputs, targets))


def _of_the_model(experiment: Experiment, activations: bool, architecture: bool) -> dict[str, Any]:
    from .. import explain as explaining

    built = explaining.architecture(experiment)
    told: dict[str, Any] = {}
    if activations:
        names = [layer.kind for layer in built.layers if not layer.shapes]
        told["activations"] = explaining.activations(names or None)  # a linear model has none: all are shown
    if architecture:
        told["architecture"] = built
    return told


def _around(experiment: Experiment) -> Surroundings:
    from ..engines.surroundings import look_around

    with _line() as line:
        return look_around(experiment, line.hear)


def _between(experiment: Experiment, other: Experiment) -> Passage:
    from ..engines.surroundings import look_between

    with _line() as line:
        return look_between(experiment, other, line.hear)


@contextmanager
def _line() -> Iterator[LiveLine]:
    """What is drawn over while something trains, and taken away then."""
    from .live import LiveLine

    line = LiveLine(sys.stderr)
    try:
        yield line
    finally:
        line.clear()


def _draw(picture: Picture, path: Path, force: bool, as_json: bool) -> None:
    from .writing import write_bytes

    write_bytes(path, picture.png(), force)
    if not as_json:
        typer.echo(f"\nDrawn to {path}.")
