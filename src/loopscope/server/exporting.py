"""A run as a file to download, made by the child that has torch. Knows no format from inside."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

from ..errors import UserMistake
from ..runs import open_run
from .answers import NotThere
from .errands import Errands


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


async def exported(text: str, to: str, home: Path, errands: Errands) -> Response:
    """The file as a download. Raises `UserMistake` where the run cannot be exported so."""
    try:
        run = (await asyncio.to_thread(open_run, text, home)).id
    except UserMistake as error:
        raise NotThere(*error.problems) from None
    form = FORMS[to]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"export{form.suffix}"  # a table of a long run is larger than a message may be
        await errands.ask("export", run=run, to=to, home=str(home), file=str(file))
        content = await asyncio.to_thread(file.read_bytes)
    download = {"content-disposition": f"attachment; filename*=UTF-8''{quote(run)}{form.suffix}"}
    return Response(content, media_type=form.media, headers=download)
