"""A run as a file to download, made by the program itself in a process of its own. Knows no format from inside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from ..errors import Problem, UserMistake
from ..runs import open_run
from .answers import NotThere
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file."""

    suffix: str
    media: str


FORMS = {
    "script": Form(".py", "text/x-python"),
    "notebook": Form(".ipynb", "application/x-ipynb+json"),
    "csv": Form(".csv", "text/csv"),
}


async def exported(run: str, to: str, settings: Settings) -> Response:
    """The file as a download. Raises `UserMistake` where the run cannot be exported so."""
    try:
        found = await asyncio.to_thread(open_run, run, settings.home)
    except UserMistake as error:
        raise NotThere(*error.problems) from None
    form = FORMS[to]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"export{form.suffix}"
        await _make(found.id, to, file, settings)
        content = await asyncio.to_thread(file.read_bytes)
    name = f"{found.id}{form.suffix}"
    download = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=form.media, headers=download)


async def _make(run: str, to: str, file: Path, settings: Settings) -> None:
    """`loopscope export`, as one would type it: the exporter needs torch, which is not loaded here."""
    words = ("export", run, "--to", to, "-o", str(file), "--home", str(settings.home), "--json")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "loopscope", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), settings.limits.errand_s)
    except TimeoutError:
        raise UserMistake(Problem("to", to, f"what is made within {settings.limits.errand_s:g} s")) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode != 0:
        raise UserMistake(*_problems(said, to))


def _problems(said: bytes, to: str) -> list[Problem]:
    try:
        error: Any = json.loads(said)["error"]
        found = [Problem(p["field"], p["value"], p["allowed"], p["try_next"]) for p in error["problems"]]
        return found or [Problem("to", to, "what this run can become", str(error["text"]))]
    except (ValueError, LookupError, TypeError):
        return [Problem("to", to, "what this run can become", "The exporter failed; try loopscope export.")]
