"""An executed post as a file to take away. Knows no format from inside: the course does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..course.executing import Executed
from ..course.plain import markdown_files, notebook_text
from ..course.series import Series
from ..course.site import alone_files
from .shelf import Download

THEN = (1980, 1, 1, 0, 0, 0)
"""In place of now, so that the same post gives the same file: the earliest that a zip can say."""


def download(executed: Executed, series: Series, to: str, built: Path) -> Download:
    """The file. Raises `PostFailed` where the post must not be published, `UserMistake` where no page is built."""
    number = executed.post.number
    if to == "notebook":
        return Download(f"{number}.ipynb", "application/x-ipynb+json", notebook_text(executed, series).encode())
    files = markdown_files(executed, series) if to == "markdown" else alone_files(executed, series, built)
    return Download(f"{number}-{to}.zip", "application/zip", _zipped(files))


def _zipped(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, THEN), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()
