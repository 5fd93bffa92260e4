"""`loopscope sweep WHAT --over …`: many settings and seeds, what is best, and what is noise. Trains nothing itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import mistake
from . import document
from .options import WHAT_HELP, Home, Json, Quiet, Settings, Target, examples, presets_like

if TYPE_CHECKING:
    from rich.console import Console

    from ..sweeps import Book, Plan, Progress, Sweep, Where

EPILOG = examples(
    "loopscope sweep moons-mlp --over training.lr=0.001:1:log:20",
    "loopscope sweep moons-mlp --over model.hidden=[8],[16,8] --seeds 32",
    "loopscope sweep iris --over training.lr=0.01:1:log --search sobol --tries 64",
    "loopscope sweep --resume last",
)
SHOWN = 10
"""Settings in the table; the others are in the file that --csv writes."""

TABLES = (".csv", ".parquet")


LAID_OUT = ("what", "over", "seeds", "search", "tries", "vary", "settings", "target")
"""Parameters that say what a sweep is; one that is taken up has them already."""


def sweep(
    context: typer.Context,
    what: Annotated[str | None, typer.Argument(metavar="[WHAT]", help=WHAT_HELP, autocompletion=presets_like)] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="FIELD=LEVELS",
            help="a,b,c or LOW:HIGH:log:COUNT (COUNT for a grid only); may be given often.",
        ),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Repetitions of each setting.")] = 8,
    search: Annotated[
        str, typer.Option("--search", metavar="HOW", help="grid, random, sobol, or halving (a third goes on).")
    ] = "grid",
    tries: Annotated[
        int | None, typer.Option("--tries", metavar="N", help="Settings to try where --search is not grid.")
    ] = None,
    vary: Annotated[
        str, typer.Option("--vary", metavar="SEEDS", help="What differs between repetitions: init, order, data.")
    ] = "init,order",
    by: Annotated[
        str | None, typer.Option("--by", metavar="FIGURE", help="test_loss (usual), train_loss, test_accuracy, …")
    ] = None,
    on: Annotated[
        str, typer.Option("--on", metavar="PLACE", help="local, ray (started for it), or ray://HOST:PORT.")
    ] = "local",
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes to train in (local: 1; ray: all cores).")
    ] = None,
    resume: Annotated[
        str | None, typer.Option("--resume", metavar="SWEEP", help="Go on with a sweep that was interrupted.")
    ] = None,
    settings: Settings = None,
    target: Target = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Every run as .csv or .parquet; or a .png.")
    ] = None,
    home: Home = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Train many settings over many seeds, and say what is noise.

    Settings meet the same seeds, so they are compared in pairs. Ctrl-C keeps what is finished; --resume goes on.
    """
    from .. import sweeps
    from . import screen

    _refuse_odd(out, workers)
    where = sweeps.place(on, workers)
    if resume is not None:
        _refuse_to_lay_out_anew(context, resume)
        book = sweeps.found(resume, home)
        asked = book.plan()
    else:
        asked = _laid_out(what, target, settings, over, seeds, search, tries, vary)
        book = sweeps.begun(asked, home)
    shown = screen.console() if not (quiet or as_json) else None
    try:
        done = _carried_out(asked, book, by, where, shown)
    except KeyboardInterrupt:
        if shown:
            shown.print(f"stopped: {len(book.rows()):,} of {asked.runs:,} runs are finished")
            screen.next_commands(shown, ("sweep", "--resume", screen.handle(book.id)), home=home)
        raise typer.Exit(130) from None
    if out is not None:
        _write(done, out)
    if as_json:
        rows = done.table.to_dict("records")
        document.put({"sweep": done.id, "runs": len(done.runs), "by": done.by, "best": done.best, "rows": rows})
    elif shown:
        _tell(shown, done, book, home)


def _laid_out(
    what: str | None,
    target: str | None,
    settings: list[str] | None,
    over: list[str] | None,
    seeds: int,
    search: str,
    tries: int | None,
    vary: str,
) -> Plan:
    from .. import sweeps
    from .asked import experiment_of

    if what is None:
        raise mistake(
            "WHAT", None, "a preset, a file or a link", "Try loopscope sweep moons-mlp --over training.lr=0.01,0.1"
        )
    experiment = experiment_of(what, target, settings)
    names = tuple(name.strip() for name in vary.split(","))
    return sweeps.plan(experiment, over or [], seeds=seeds, search=search, tries=tries, vary=names)  # type: ignore[arg-type]


def _refuse_to_lay_out_anew(context: typer.Context, resume: str) -> None:
    given = [each for each in context.command.params if each.name in LAID_OUT and _was_typed(context, each.name)]
    if given:
        name = given[0].opts[0] if given[0].param_type_name == "option" else "WHAT"
        value = context.params[str(given[0].name)]
        raise mistake(name, value, "nothing beside --resume", "A sweep goes on as it was laid out; leave it out.")


def _was_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _refuse_odd(out: Path | None, workers: int | None) -> None:
    from .writing import refuse_unwritable

    if out is not None and out.suffix.lower() not in (*TABLES, ".png"):
        raise mistake("--out", str(out), "a name that ends in .csv, .parquet or .png", "Try -o sweep.csv")
    if out is not None:
        refuse_unwritable(out, force=True)
    if workers is not None and workers < 1:
        raise mistake("--workers", workers, "1 or more", "Try --workers 2")


def _announce(out: Console, asked: Plan, book: Book, progress: Progress) -> None:
    from ..sweeps import rounds
    from . import screen

    known = progress.begun_with
    each = " → ".join(f"{count:,}" for count, _ in rounds(asked))
    settings = f"{each} settings" if asked.search == "halving" else screen.count(len(asked.points), "setting")
    parts = [asked.search, settings, screen.count(asked.seeds, "seed"), screen.count(progress.runs, "run")]
    if progress.stacks:
        parts.append(f"{screen.count(progress.stacks, 'stack')} of {max(1, progress.bytes / 1e6):,.0f} MB at most")
    screen.flowing(out, book.id, [*parts, f"{known:,} of them finished already"] if known else parts)
    out.file.flush()


def _carried_out(asked: Plan, book: Book, by: str | None, where: Where, shown: Console | None) -> Sweep:
    from .. import sweeps
    from .sweeping import Bar

    bar = Bar(sys.stderr, not shown, lambda progress: _announce(shown, asked, book, progress) if shown else None)
    try:
        return sweeps.carried_out(asked, book, by=by, where=where, on_progress=bar.hear)
    finally:
        bar.close()


def _write(done: Sweep, path: Path) -> None:
    """Every run as a table, or the figure."""
    try:
        if path.suffix.lower() == ".png":
            path.write_bytes(done.plot().png())
        elif path.suffix.lower() == ".csv":
            done.runs.to_csv(path, index=False)
        else:
            done.runs.to_parquet(path, index=False)
    except OSError as error:
        raise mistake(
            "--out", str(path), "a file that can be written", f"{error.strerror}; try another folder."
        ) from error


def _tell(out: Console, done: Sweep, book: Book, home: Path | None) -> None:
    from . import screen

    fields = [factor.field for factor in done.plan.factors]
    out.print()
    rows = [
        (*(_level(row[name]) for name in fields), screen.number(row["median"]), _interval(row), _diverged(row))
        for _, row in done.table.head(SHOWN).iterrows()
    ]
    head = (*fields, done.by.replace("_", " "), _heading(done), "")
    out.print(screen.table(head, rows, left=len(fields)))
    if len(done.table) > SHOWN:
        out.print(f"… and {len(done.table) - SHOWN:,} more settings", style="dim")
    out.print()
    for sentence in done.verdict:
        out.print(sentence)
    out.print()
    out.print(f"sweep {done.id}  in {book.folder}", style="dim", soft_wrap=True)
    handle = screen.handle(done.id)
    screen.next_commands(
        out,
        ("sweep", "--resume", handle, "-o", "sweep.png"),
        ("sweep", "--resume", handle, "-o", "sweep.csv"),
        home=home,
    )


def _heading(done: Sweep) -> str:
    if done.plan.seeds == 1:
        return ""
    full = bool((done.table["coverage"] >= 0.95).all())
    return "median's 95 %" if full else "smallest to largest"


def _interval(row: object) -> str:
    from . import screen

    if row["runs"] == 1:  # type: ignore[index]
        return ""
    return f"{screen.number(row['low'])} to {screen.number(row['high'])}"  # type: ignore[index]


def _diverged(row: object) -> str:
    count = int(row["diverged"])  # type: ignore[index]
    return f"{count} diverged" if count else ""


def _level(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
