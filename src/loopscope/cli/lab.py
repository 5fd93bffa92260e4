"""`loopscope lab [WHAT]`: serve the page, print the link that opens it, open it. Knows no route and no worker."""

from __future__ import annotations

import os
import re
import secrets
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import mistake
from ..experiment.said import Said
from . import document
from .options import Home, Json, examples, presets_like

if TYPE_CHECKING:
    from ..server.opening import Place

EPILOG = examples("loopscope lab", "loopscope lab circles --no-browser", "loopscope lab --port 0 --json")
PORT = 8765
TOKEN = re.compile(r"[A-Za-z0-9_.~-]{8,200}")
TOKEN_FROM = "LOOPSCOPE_TOKEN"
TOKEN_WORDS = "8 to 200 letters, digits, or - _ . ~"
REACHABLE = (
    "--host {host} lets everyone who can reach this computer and has the token use this lab as you do: train here, "
    "read and delete recorded runs, read tables and texts in {folder} and below. The connection is not encrypted, so "
    "others in the network can read the token on its way: do this only in a network that you trust."
)


def lab(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[WHAT]",
            help="A preset, a .toml or .json file, or a lab link to begin with.",
            autocompletion=presets_like,
        ),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", metavar="NAME", help="Where to listen; beyond 127.0.0.1 it needs a token of yours.")
    ] = "127.0.0.1",
    port: Annotated[
        str, typer.Option("--port", metavar="N", help=f"The port ({PORT}), or the next free one; 0 is any.")
    ] = str(PORT),
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="TEXT", help=f"The token of the link (else {TOKEN_FROM}, else a new one)."),
    ] = None,
    home: Home = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link, open nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Open the lab, a page in which a loop is watched and changed.

    Ctrl-C ends it. With --json the document comes once pages are answered: url, port, token, pid.
    """
    from ..experiment import load, to_link
    from ..runs import home_folder
    from ..server.browser import opened
    from ..server.opening import hosts_of, is_loopback, listen
    from ..server.serving import serve
    from ..server.settings import Settings

    fragment = to_link(load(what)) if what is not None else ""
    token = _token(token, host, is_loopback(host))
    place = listen(host, wanted := port_of(port))
    url = place.link(token, fragment)
    settings = Settings(home=(home or home_folder()).absolute(), token=token, hosts=hosts_of(host))
    warn(host, wanted, place, is_loopback(host))
    # a person is told at once, since a browser may come at once; a program once it is answered
    say = {"ready": partial(say_document, url, place, token)} if as_json else {"begun": partial(say_link, url)}
    with nullcontext() if no_browser or as_json else opened(url, settings.home, place.port):
        serve(place, settings, **say)


def say_link(url: str, then: str = "Ctrl-C ends the lab.") -> None:
    """For a person."""
    typer.echo(f"{url}\n{then}")
    sys.stdout.flush()


def say_document(url: str, place: Place, token: str) -> None:
    """For a program."""
    document.put({"url": url, "port": place.port, "token": token, "pid": os.getpid()})
    sys.stdout.flush()


def warn(host: str, wanted: int, place: Place, loopback: bool) -> None:
    """Of what a person might not expect."""
    from ..server.page import MISSING, is_built
    from ..server.settings import PAGE

    if wanted and place.port != wanted:
        typer.echo(f"Port {wanted} is taken; this is {place.port}.", err=True)
    if not loopback:
        typer.echo(REACHABLE.format(host=host, folder=Path.cwd()), err=True)
    if not is_built(PAGE):
        typer.echo(MISSING, err=True)


def port_of(text: str) -> int:
    """The option's number. Raises `UserMistake`."""
    if not (text.isascii() and text.isdecimal() and int(text[:6]) < 65536):
        raise mistake("--port", text, "a whole number from 0 to 65535", "Leave it out, or try --port 0 for any.")
    return int(text)


def _token(given: str | None, host: str, loopback: bool) -> str:
    """The token of the option, of the environment, or a new one."""
    field, text = ("--token", given) if given is not None else (TOKEN_FROM, os.environ.get(TOKEN_FROM) or None)
    if text is None and not loopback:
        why = f"a token of your own, since {host} can be reached from other machines"
        try_next = f"Set {TOKEN_FROM}={secrets.token_urlsafe(16)}, which others cannot see as they can a command line."
        raise mistake("--token", Said("missing"), why, try_next)
    if text is not None and not TOKEN.fullmatch(text):
        raise mistake(field, text, TOKEN_WORDS, "Leave it out on 127.0.0.1, where a new one is made each time.")
    return text or secrets.token_urlsafe(24)
