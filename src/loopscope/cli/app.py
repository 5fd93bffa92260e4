"""The program itself: which commands there are, its version, what is done when nothing is asked. Runs no loop."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from ..errors import mistake, unknown
from . import compare, delete, exercises, explain, export, lab, learn, post, runs, show, site, sweep, train, watch
from .options import examples

COMMANDS = (lab, train, sweep, runs, show, compare, delete, export, watch, explain, learn)


class Command(TyperCommand):
    """A command whose help shows arguments by their names alone, as one types them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for argument in self._arguments():
            argument.display_type_rich = lambda ctx: None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True  # to be refused here, in the house's words
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            usage = " ".join([ctx.command_path, *self.collect_usage_pieces(ctx)])
            raise mistake("extra argument", ctx.args[0], usage, f"See {ctx.command_path} --help.")
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *(argument.metavar for argument in self._arguments())]

    def _arguments(self) -> list[Any]:
        return [each for each in self.params if each.param_type_name == "argument"]


class Commands(TyperGroup):
    """A group in which an unknown command is answered with the nearest known one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            raise unknown("command", args[0], self.commands)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"loopscope {version('loopscope')}")
        raise typer.Exit


app = typer.Typer(
    name="loopscope",
    cls=Commands,
    rich_markup_mode=None,  # plain help: no boxes, and Rich need not be loaded for it
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog=examples(
        "loopscope train moons-mlp",
        "loopscope train my.csv --target price",
        "loopscope watch train.py --epochs 3",
    ),
)


@app.callback(invoke_without_command=True)
def loopscope(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Make the PyTorch training loop visible: run it, record it, look inside, export it as a plain script."""
    if ctx.invoked_subcommand is None:
        lab.lab()


for module in COMMANDS:
    name = module.__name__.rpartition(".")[2]
    settings = {"allow_interspersed_args": module is not watch}  # what follows SCRIPT is the script's
    app.command(name, cls=Command, epilog=module.EPILOG, context_settings=settings)(getattr(module, name))


def _group(
    name: str, commands: dict[str, Any], about: str, epilogs: dict[str, str], epilog: str | None = None
) -> typer.Typer:
    """Commands under one name, each as those of the program."""
    group = typer.Typer(name=name, cls=Commands, epilog=epilog, rich_markup_mode=None)
    for each, function in commands.items():
        group.command(each, cls=Command, epilog=epilogs[each])(function)
    group.callback(invoke_without_command=True, help=about)(_help_alone)
    return group


def _help_alone(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


learners = _group("exercises", exercises.COMMANDS, exercises.HELP, exercises.EPILOGS, exercises.EPILOG)
learners.add_typer(_group("dev", exercises.DEV, exercises.DEV_HELP, exercises.EPILOGS, exercises.DEV_EPILOG))
app.add_typer(learners)
app.add_typer(_group("post", post.COMMANDS, post.HELP, post.EPILOGS, post.EPILOG))
app.add_typer(_group("site", site.COMMANDS, site.HELP, site.EPILOGS))
