"""How a run is told on a terminal: title, ending, curve, figures, what to type next. Trains nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import measured, screen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from ..experiment import Experiment
    from ..runs import Run

READ = ("table", "text", "formula")
"""Datasets that come from the person; what was found in them is told."""
PLOT_ROWS = 7  # so that title, plot, figures and the next command fit into 24 lines
WIDEST_PLOT = 80
COLOURS = {"finished": "green", "stopped": "yellow", "diverged": "red", "failed": "red", "interrupted": "yellow"}


def title(out: Console, name: str, experiment: Experiment, facts: Mapping[str, Any]) -> None:
    """What is trained, on what and how; and, of a person's own data, what was found in it."""
    from rich.padding import Padding
    from rich.text import Text

    screen.flowing(out, name, _parts(name, experiment, facts))
    if experiment.data.name in READ:
        for sentence in facts.get("report") or ():
            out.print(Padding(Text(sentence, style="dim"), (0, 0, 0, 2)))


def _parts(name: str, experiment: Experiment, facts: Mapping[str, Any]) -> Iterator[str]:
    data, model, training = experiment.data, experiment.model, experiment.training
    if data.name not in ("table", name):
        yield data.name
    yield f"{facts['train_rows']:,} train + {facts['test_rows']:,} test rows"
    yield screen.count(len(facts["inputs"]), "feature")
    widths = "-".join(map(str, model.hidden)) if model.kind == "mlp" else ""
    yield f"{model.kind} {widths}".strip()
    yield screen.count(facts["parameters"], "parameter")
    yield f"{training.optimizer} lr {training.lr:g}"
    yield screen.count(facts["steps"], "step")
    yield f"{facts['device']} ({facts['device_because']})"


def own_loop(out: Console, run: Run) -> None:
    """The title of a loop that was watched: model and optimizer as they were found."""
    model, optimizer = run.facts.get("model") or {}, run.facts.get("optimizer") or {}
    parts = [str(model.get("class", "")), str(optimizer.get("class", "")), str(model.get("device", ""))]
    if "parameters" in model:
        parts.insert(1, screen.count(int(model["parameters"]), "parameter"))
    screen.flowing(out, run.name, ["watched", *filter(None, parts), screen.count(run.steps, "step")])


def ended(out: Console, run: Run) -> None:
    """How it ended; where it left the finite numbers, what to try."""
    from rich.text import Text

    rate = f", {run.steps / run.seconds:,.0f} steps/s" if run.seconds > 0 and run.steps else ""
    line = Text(run.status, style=COLOURS.get(run.status, "")).append(f": {run.reason}" if run.reason else "")
    out.print(line.append(f" ({screen.seconds(run.seconds)}{rate})", style="dim"))
    if run.status == "diverged":
        out.print(after_divergence(run))


def after_divergence(run: Run) -> str:
    """What to try, as settings where loopscope knows them."""
    if run.experiment is None:
        return "Try a smaller learning rate, or clip the gradient with torch.nn.utils.clip_grad_norm_."
    training = run.experiment.training
    clip = "" if training.clip_norm else " or --set training.clip_norm=1"
    return f"Try --set training.lr={training.lr / 10:g}{clip}"


def curve(out: Console, curves: measured.Curves) -> None:
    """Losses in block characters; nothing where fewer than two points were recorded."""
    if any(len(steps) > 1 for steps, _ in curves.values()):
        out.print()
        out.print(plotted(out, curves), soft_wrap=True)


def plotted(out: Console, curves: measured.Curves) -> Text:
    """Curves as text for this console, dots in the colour of losses."""
    from rich.text import Text

    from ..plots import loss_plot

    characters = "braille" if screen.speaks_unicode(out.file) else "ascii"
    text = Text(loss_plot(curves, width=min(out.width, WIDEST_PLOT), height=PLOT_ROWS, characters=characters))
    text.highlight_regex("[\u2801-\u28ff]+", style="yellow")
    return text


def figures(out: Console, run: Run) -> None:
    """The last figures, train beside test."""
    rows = measured.rows(run.summary())
    if not rows:
        return
    out.print()
    both = any(test is not None for _, _, test in rows)
    shown = [(name, screen.number(train), *([screen.number(test)] if both else [])) for name, train, test in rows]
    out.print(screen.table(("", "train", "test") if both else ("", "train"), shown))


def findings(out: Console, run: Run) -> None:
    """What diagnoses said of it."""
    from rich.text import Text

    for finding in run.findings:
        out.print()
        out.print(Text(finding.cause, style="red").append(f" (step {finding.step:,}): {finding.explanation}"))
        if finding.fix:
            out.print(Text(f"  {finding.fix}"))


def record(out: Console, run: Run) -> None:
    """Its id and the file that holds it, whole, so that both can be copied."""
    from rich.text import Text

    out.print()
    place = Text("  in ", style="dim").append(str(run.store.path))
    out.print(Text("run   ", style="dim").append(run.id).append(place), soft_wrap=True)


def what_next(out: Console, run: Run, home: Path | None, show: bool = True) -> None:
    """What is worth typing after this run."""
    handle = screen.handle(run.id)
    first = [("train", "--resume", handle)] if run.resumable else []
    first += [("show", handle)] if show else []
    to = "script" if run.experiment is not None else "csv"
    rest = [] if show else [("export", handle, "--to", "png")]
    screen.next_commands(out, *first, ("export", handle, "--to", to), *rest, home=home)


def afterwards(out: Console, run: Run, home: Path | None) -> None:
    """Everything that is shown once a run is over."""
    ended(out, run)
    curve(out, measured.curves(run))
    figures(out, run)
    record(out, run)
    what_next(out, run, home)
