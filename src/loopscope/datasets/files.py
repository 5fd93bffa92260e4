"""A person's file as bytes and as text, or one sentence on why not. Knows no tables and no formats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserMistake, mistake, nearest

FIELD = "data.path"

FOREIGN = {
    b"PK\x03\x04": ("a zip archive or an Excel workbook", "Unpack it, or save the sheet as CSV UTF-8."),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "Save the sheet as CSV UTF-8."),
    b"\x1f\x8b": ("compressed by gzip", "Unpack it first."),
    b"\xff\xfe": ("UTF-16", "Save it again as UTF-8."),
    b"\xfe\xff": ("UTF-16", "Save it again as UTF-8."),
    b"SQLite format 3": ("a SQLite database", "Export the table as CSV."),
    b"\x89PNG": ("a picture", ""),
    b"%PDF": ("a PDF", ""),
}
"""First bytes → what such a file is, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, and what identifies it."""

    path: str
    raw: bytes

    @property
    def facts(self) -> dict[str, str | int]:
        return {"bytes": len(self.raw), "sha256": hashlib.sha256(self.raw).hexdigest()}


def read(path: str, most: int, advice: str) -> Content:
    """The bytes of a regular file of 1 to `most` bytes; `advice` is the next step where it is larger."""
    try:
        file = Path(path)
        if file.is_dir():
            raise mistake(FIELD, path, "a file", "This is a directory.")
        if not file.exists():
            raise mistake(FIELD, path, "a file that exists", _neighbours(file))
        if not file.is_file():
            raise mistake(FIELD, path, "a file", "This is a device.")
        size = file.stat().st_size
        if size > most:
            what = f"It has {size / 1e6:,.0f} MB. {advice}"
            raise mistake(FIELD, path, f"a file of at most {most // 10**6:,} MB", what)
        content = file.read_bytes()
    except (OSError, ValueError) as error:  # no permission; a name too long or with a NUL in it
        raise mistake(FIELD, path, "a file that can be read", f"The system says: {_said_by(error)}.") from None
    if not content:
        raise mistake(FIELD, path, "a file with something in it", "This one is empty (0 bytes).")
    return Content(path, content)


def decode(content: Content) -> str:
    """The file's text, which must be UTF-8 (a byte order mark is left out) without NUL bytes."""
    for start, (what, advice) in FOREIGN.items():
        if content.raw.startswith(start):
            raise mistake(FIELD, content.path, "a text file in UTF-8", f"This is {what}. {advice}")
    if (at := content.raw.find(b"\0")) >= 0:
        raise _wrong_byte(content, at, "A NUL byte", "Such a file is no text, or is in UTF-16; save it again as UTF-8.")
    try:
        return content.raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (3 if content.raw.startswith(b"\xef\xbb\xbf") else 0)
        what = f"Byte 0x{content.raw[at]:02x}"
        raise _wrong_byte(content, at, what, 'Save it again as UTF-8 (a spreadsheet calls it "CSV UTF-8").') from None


def _wrong_byte(content: Content, at: int, what: str, advice: str) -> UserMistake:
    line = content.raw.count(b"\n", 0, at) + 1
    return mistake(FIELD, content.path, "text in UTF-8", f"{what} at offset {at:,} (line {line:,}) is not. {advice}")


def _neighbours(file: Path) -> str:
    """The files beside a missing one that it might have been."""
    if file.is_symlink():
        return "This is a link that leads nowhere."
    if not file.parent.is_dir():
        return f"There is no directory {file.parent}."
    names = {each.stem: each.name for each in file.parent.iterdir() if each.suffix == file.suffix and each.is_file()}
    near = nearest(file.stem, names)
    return f'Did you mean "{file.parent / names[near]}"?' if near else ""


def _said_by(error: OSError | ValueError) -> str:
    """Its words without the path, which stands in the sentence already and may be long."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
