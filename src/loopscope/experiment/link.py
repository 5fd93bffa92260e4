"""An experiment as one short line of text that fits into an address. Never knows which page opens it.

`loopscope:1:BODY`, where BODY is base64url (no padding) of a CRC-32 of the JSON and the JSON of what differs from the
defaults, zlib-compressed. The version is raised whenever a default or a field's meaning changes, since a link leaves
the defaults out; a test holds the defaults of a version fast.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from urllib.parse import unquote

from ..errors import UserMistake, mistake
from . import bounds
from .codec import read_json
from .said import Said
from .spec import Experiment
from .validation import validate

VERSION = 1
PREFIX = "loopscope:"
FRAGMENT = "#e="
IN_ADDRESS = re.compile(r"#(?:[^#]*?&)?e=([^&]*)")
"""Also behind a session's name, as the lab's own address has it."""
CHECKSUM_BYTES = 4
COPY_AGAIN = "Copy it again, from its first character to its last."


def to_link(experiment: Experiment) -> str:
    """The experiment as `loopscope:1:…`; put `#e=` and it after a lab's address to open it there."""
    text = json.dumps(experiment.given(), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    body = zlib.crc32(text).to_bytes(CHECKSUM_BYTES, "big") + zlib.compress(text, 9)
    return f"{PREFIX}{VERSION}:{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}"


def from_link(link: str) -> Experiment:
    """Everything that `to_link` was given, from its token or from any address with `#e=` and the token.

    Raises `UserMistake` for a link that is cut off, altered, too long, or of another version of links.
    """
    return validate(read_link(link), name_of_source="link")


def is_link(text: str) -> bool:
    return text.strip().startswith(PREFIX) or IN_ADDRESS.search(text) is not None


def read_link(link: str) -> object:
    """A link's plain data, not validated yet."""
    bounds.check_size(link, "link")
    body = _body(_token(link), link)
    checksum, text = body[:CHECKSUM_BYTES], _unpack(body[CHECKSUM_BYTES:], link)
    if zlib.crc32(text).to_bytes(CHECKSUM_BYTES, "big") != checksum:
        raise _damaged(link, "altered on its way")
    try:
        return read_json(text.decode(), source="link")
    except UnicodeDecodeError:
        raise _damaged(link, "no text inside") from None


def _token(link: str) -> str:
    """The token alone: blanks that a mail put into it are dropped, and %3A is a colon again."""
    token = "".join(link.split())
    if address := IN_ADDRESS.search(token):
        token = unquote(address[1])
    if not token.startswith(PREFIX):
        raise mistake(
            "link", link, f"{PREFIX}{VERSION}:…, or an address with {FRAGMENT}{PREFIX}{VERSION}:…", COPY_AGAIN
        )
    return token


def _body(token: str, link: str) -> bytes:
    version, colon, body = token.removeprefix(PREFIX).partition(":")
    if not colon or not body:
        raise _damaged(link, "cut off at its beginning")
    if version != str(VERSION):
        made = "Make the link again" if version.isdigit() else COPY_AGAIN.rstrip(".")
        raise mistake("link", link, f"version {VERSION} of links", f"This one is of version {version:.20}. {made}.")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", body):
        raise _damaged(link, "holding characters that no link has")
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        raise _damaged(link, "cut off") from None


def _unpack(packed: bytes, link: str) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, bounds.MOST_BYTES + 1)
    except zlib.error:
        raise _damaged(link, "altered on its way") from None
    if len(text) > bounds.MOST_BYTES:
        raise mistake("link", link, f"at most {bounds.MOST_BYTES:,} bytes once unpacked", "No experiment is as long.")
    if not unpacker.eof:
        raise _damaged(link, "cut off")
    if unpacker.unused_data:
        raise _damaged(link, "longer than it was")
    return text


def _damaged(link: str, how: str) -> UserMistake:
    shown = link.strip() if len(link) <= 40 else f"{link.strip()[:37]}…"
    return mistake("link", Said(f"{shown!r}, {how}"), "a whole link", COPY_AGAIN)
