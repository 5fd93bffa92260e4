"""`loopscope export RUN|WHAT --to …`: a way out of the house. Knows no format and no file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import unknown
from . import document
from .options import Home, Json, Settings, Target, examples, runs_like

EPILOG = examples(
    "loopscope export last --to script -o train.py",
    "loopscope export moons-mlp --to notebook -o moons.ipynb",
    "loopscope export last --to png -o figures --force",
)
OF_EXPERIMENTS = ("script", "notebook")
TO_STDOUT = ("script", "csv")
FORMS = (*OF_EXPERIMENTS, "csv", "tensorboard", "png")


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN|WHAT",
            help="A run (see loopscope runs); for a script or notebook also a preset, file, link or table.",
            autocompletion=runs_like,
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORM",
            autocompletion=lambda incomplete: [form for form in FORMS if form.startswith(incomplete)],
            help="What to make of it: script, notebook, csv, tensorboard or png.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="Where to; a script or CSV goes to stdout without it."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    settings: Settings = None,
    target: Target = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Export as script, notebook, table, TensorBoard files or pictures.

    Without -o a notebook goes to NAME.ipynb, and TensorBoard's files or pictures to a folder named after the run.
    """
    from ..runs import open_run
    from .products import experiment_meant, of_experiment, of_run
    from .writing import write_folder, write_text

    if to not in FORMS:
        raise unknown("--to", to, FORMS)
    if to in OF_EXPERIMENTS:
        made = of_experiment(to, experiment_meant(name, target, settings, home))
    else:
        made = of_run(to, open_run(name, home=home))
    if output is None and to in TO_STDOUT:
        _put(to, made.text, as_json)
        return
    path = output or Path(made.name)
    written = write_folder(path, made.fill, force) if made.fill else write_text(path, made.text, force)
    if as_json:
        document.put({"to": to, "written": written})
    else:
        typer.echo("\n".join(f"wrote {file}" for file in written), err=True)


def _put(to: str, text: str, as_json: bool) -> None:
    if as_json:
        document.put({"to": to, "text": text})
    else:
        typer.echo(text, nl=False)
