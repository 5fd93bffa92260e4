"""The page as Vite has built it: index.html, and files whose names hold their hash. Builds nothing."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
MISSING = "The lab's page has not been built yet: run `make lab` in loopscope's folder, then start it again."
WITHOUT_PAGE = f'<!doctype html><meta charset="utf-8"><title>loopscope</title><p>{MISSING}</p>\n'


def is_built(folder: Path) -> bool:
    """Whether there is a page to serve."""
    return (folder / "index.html").is_file()


def pages(folder: Path) -> APIRouter:
    """`/` and whatever lies beside index.html."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def index() -> Response:
        if not is_built(folder):
            return HTMLResponse(WITHOUT_PAGE)
        return FileResponse(folder / "index.html", headers={"cache-control": ASK_AGAIN})

    @router.get("/{path:path}")
    def asset(path: str) -> Response:
        file = _inside(folder, path)
        if file is None:
            raise HTTPException(404)
        # Vite writes the hash of a file into its name and puts it into assets/: the same name is the same file
        return FileResponse(file, headers={"cache-control": FOR_EVER if path.startswith("assets/") else ASK_AGAIN})

    return router


def _inside(folder: Path, path: str) -> Path | None:
    """The file of that path, if it lies inside the folder, links followed."""
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        return None
