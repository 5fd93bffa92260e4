"""The pages as Vite has built them, and a post's shell filled. Builds nothing and renders no post."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from ..course.shell import SHELL, filled, read_shell
from .reading import Reading
from .shelf import Page, Shelf

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
MISSING = "The lab's page has not been built yet: run `make lab` in loopscope's folder, then start it again."
WITHOUT_PAGE = f'<!doctype html><meta charset="utf-8"><title>loopscope</title><p>{MISSING}</p>\n'
SERVED = '<meta name="loopscope" content="served">'
"""By this a page knows that there is a server behind it, and not a folder of files."""
WRITTEN = '<meta name="loopscope-written" content="{}">'
"""And by this that its text is being written: it loads anew when it hears of another state."""


def is_built(folder: Path) -> bool:
    """Whether there is a page to serve."""
    return (folder / "index.html").is_file()


def pages(folder: Path, shelf: Shelf, reading: Reading, version: Callable[[], str] | None = None) -> APIRouter:
    """`/`, the posts by their numbers, the glossary, and whatever lies beside index.html.

    Where texts are being written, `version` is what a page tells apart an older state of them by.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @router.get("/index.html")
    def index() -> Response:
        if not is_built(folder):
            return HTMLResponse(WITHOUT_PAGE)
        shell = (folder / "index.html").read_text(encoding="utf-8").replace("<!--head-->", SERVED)
        return HTMLResponse(shell, headers={"cache-control": ASK_AGAIN})

    @router.get("/glossary.html")
    def glossary() -> Response:
        return _filled(folder, shelf.glossary())

    @router.get("/{number}.html")
    async def post(number: str) -> Response:
        state = await asyncio.to_thread(version) if version else ""  # before the text is read: none newer is missed
        page = await asyncio.to_thread(shelf.page, number) if _is_number(number) else None
        if page is None:
            return await asyncio.to_thread(asset, f"{number}.html")
        shelf.begin(number)
        await asyncio.to_thread(reading.mark, number, "opened")
        return await asyncio.to_thread(_filled, folder, page, WRITTEN.format(state) if state else "")

    @router.get("/{path:path}")
    def asset(path: str) -> Response:
        file = _inside(folder, path)
        if file is None:
            raise HTTPException(404)
        # Vite writes the hash of a file into its name and puts it into assets/: the same name is the same file
        return FileResponse(file, headers={"cache-control": FOR_EVER if path.startswith("assets/") else ASK_AGAIN})

    return router


def _filled(folder: Path, page: Page | None, written: str = "") -> Response:
    if page is None:
        raise HTTPException(404)
    if not (folder / SHELL).is_file():
        return HTMLResponse(WITHOUT_PAGE)
    text = filled(read_shell(folder), page.title, SERVED + written + page.head, page.body)
    return HTMLResponse(text, headers={"cache-control": ASK_AGAIN})


def _is_number(text: str) -> bool:
    return 0 < len(text) < 20 and all(part.isascii() and part.isalnum() for part in text.split("."))


def _inside(folder: Path, path: str) -> Path | None:
    """The file of that path, if it lies inside the folder, links followed."""
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        return None
