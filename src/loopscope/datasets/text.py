"""Text for a character model: windows of characters, each to predict the next one. Knows no words or tokens."""

from __future__ import annotations

import hashlib
import io
from typing import final

import numpy as np

from ..errors import mistake
from ..experiment import Data
from . import files
from .dataset import Dataset
from .registry import Source, register
from .rows import Rows
from .table_code import quoted

OWN_TEXT_CHARACTERS = 200_000
"""How much of Python's help texts is taken: enough to learn spelling from, little enough to train on in a minute."""
LARGEST = 10_000_000
"""Bytes of a person's file: each character becomes three 64-bit numbers, so this is 240 MB of memory."""
FEWEST_WINDOWS = 4


@final
@register("text")
class Text(Source):
    """Windows of `data.context` characters that do not overlap; targets are the same windows, one character on."""

    def read(self, data: Data, seed: int) -> Rows:
        text, facts = _own_text() if data.path is None else _file(data.path)
        vocabulary = sorted(set(text))
        if len(vocabulary) < 2:
            raise mistake("data.path", data.path, "a text of at least two different characters")
        windows = _count(data, len(text))
        code_of = {character: code for code, character in enumerate(vocabulary)}
        codes = np.array([code_of[character] for character in text[: windows * data.context + 1]], dtype=np.int64)
        raw = codes[:-1].reshape(windows, data.context).astype(np.float64)
        report = f"{len(text):,} characters, {len(vocabulary)} different ones; {windows:,} windows of {data.context}."
        return Rows(
            raw,
            codes[1:].reshape(windows, data.context),
            "next-character",
            tuple(f"character {at + 1}" for at in range(data.context)),
            "next character",
            vocabulary=tuple(vocabulary),
            report=(report,),
            facts=facts,
        )

    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        windows = len(dataset.train) + len(dataset.test)
        return "\n".join(
            [
                *_text_code(data.path, str(dataset.facts["sha256"])),
                "",
                "# A character's code is its place among all characters of the text.",
                "vocabulary = sorted(set(text))",
                "code_of = {character: code for code, character in enumerate(vocabulary)}",
                f"windows, context = {windows}, {data.context}",
                "codes = np.array([code_of[character] for character in text[: windows * context + 1]])",
                "",
                "# At each place of a window the target is the character that comes next.",
                "raw = codes[:-1].reshape(windows, context)",
                "targets = codes[1:].reshape(windows, context)",
                "",
            ]
        )


def _own_text() -> tuple[str, dict[str, str | int]]:
    """Python's help texts in alphabetic order; another version of Python may bring another text."""
    from pydoc_data.topics import topics

    text = "\n".join(topics[topic] for topic in sorted(topics))[:OWN_TEXT_CHARACTERS]
    raw = text.encode()
    return text, {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}


def _file(path: str) -> tuple[str, dict[str, str | int]]:
    content = files.read(path, LARGEST, "Keep a part of it.")
    # As a file opened for reading gives it: every line ends in \n.
    return io.StringIO(files.decode(content), newline=None).read(), content.facts


def _count(data: Data, characters: int) -> int:
    """How many windows to take; the last one needs a character after it."""
    most = (characters - 1) // data.context
    if most < FEWEST_WINDOWS:
        needed = FEWEST_WINDOWS * data.context + 1
        advice = f"The text has {characters:,} characters, not {needed:,}; take a longer one, or a shorter context."
        raise mistake("data.context", data.context, f"1 to {max(1, (characters - 1) // FEWEST_WINDOWS)}", advice)
    if data.samples is not None and data.samples > most:
        allowed = f"4 to {most:,} windows of {data.context} characters in this text"
        raise mistake("data.samples", data.samples, allowed, "Leave it out to take all.")
    return data.samples or most


def _text_code(path: str | None, sha256: str) -> list[str]:
    if path is None:
        return [
            "from pydoc_data.topics import topics  # Python's own help texts; another version of Python has others",
            "",
            f'text = "\\n".join(topics[topic] for topic in sorted(topics))[:{OWN_TEXT_CHARACTERS}]',
        ]
    return [
        f"# SHA-256 of the file when this was written: {sha256}",
        f'with open({quoted(path)}, encoding="utf-8-sig") as file:',
        "    text = file.read()",
    ]
