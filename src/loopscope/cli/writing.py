"""Put files where a person asked for them: whole or not at all, and over nothing unless told to. Knows no format."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..errors import UserMistake, mistake

FORCE = "Give --force to overwrite it, or another path with -o."


def write_text(path: Path, text: str, force: bool) -> list[Path]:
    """Write a text file. Raises `UserMistake` where one is there already, or none can be."""
    return write_bytes(path, text.encode("utf-8"), force)


def write_bytes(path: Path, content: bytes, force: bool) -> list[Path]:
    """Write any file, likewise."""
    refuse_existing(path, force)
    with _explained(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            aside.chmod(0o666 & ~_umask())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    return [path]


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, by their paths in it."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def write_folder(path: Path, fill: Callable[[Path], object], force: bool) -> list[Path]:
    """Have `fill` write files into an empty folder, then move them to `path`, where others may stand already."""
    if path.exists() and not path.is_dir():
        raise mistake("-o", str(path), "a folder", "Give another path with -o.")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}-"))
        try:
            fill(aside)
            files = sorted(file.relative_to(aside) for file in aside.rglob("*") if file.is_file())
            for file in files:
                refuse_existing(path / file, force)
            for file in files:
                (path / file).parent.mkdir(parents=True, exist_ok=True)
                (aside / file).replace(path / file)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return [path / file for file in files]


def refuse_existing(path: Path, force: bool) -> None:
    """Raise `UserMistake` where something is in the way; worth asking before what is to be written is made."""
    if path.is_dir():
        raise mistake("-o", str(path), "a file", "This is a folder; name a file in it.")
    if path.exists() and not force:
        raise mistake("-o", str(path), "a path where nothing is yet", FORCE)


def refuse_unwritable(path: Path, force: bool) -> None:
    """Likewise, and where the folder that it should be in is not there."""
    if not path.parent.is_dir():
        first = f"Try mkdir -p {shlex.quote(str(path.parent))}"
        raise mistake("-o", str(path), "a path in a folder that exists", first)
    refuse_existing(path, force)


@contextmanager
def _explained(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except UserMistake:
        raise
    except OSError as error:
        raise mistake("-o", str(path), "a path that can be written", f"The system says: {error.strerror}.") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
