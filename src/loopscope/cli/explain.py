"""`loopscope explain WHAT`: what is inside one model and one batch. Trains nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from . import document
from .options import Json, Settings, Target, What, examples

EPILOG = examples("loopscope explain moons-mlp --shapes", "loopscope explain my.csv --target price --calls --json")


def explain(
    what: What,
    shapes: Annotated[bool, typer.Option("--shapes", help="Every tensor: symbol, shape and what it means.")] = False,
    calls: Annotated[bool, typer.Option("--calls", help="Which module called which, and what is registered.")] = False,
    settings: Settings = None,
    target: Target = None,
    as_json: Json = False,
) -> None:
    """Explain a model by sending one batch through it.

    Tells both, shapes and calls, where neither is asked for.
    """
    from .. import engines
    from .. import explain as explaining
    from . import screen
    from .asked import experiment_of

    job = engines.prepare(experiment_of(what, target, settings))
    inputs, targets = next(iter(job.batches))  # (batch, features), (batch, …)
    told = {}
    if shapes or not calls:
        told["shapes"] = explaining.shapes(job.model, inputs, targets, job.plain_criterion)
    if calls or not shapes:
        told["calls"] = explaining.calls(job.model, inputs)
    if as_json:
        document.put({name: each.plain() for name, each in told.items()})
    else:
        typer.echo("\n\n".join(each.to_text(width=screen.console().width) for each in told.values()))
