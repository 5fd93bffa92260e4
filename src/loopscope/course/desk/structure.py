"""Front matter, headings and length of a post, beside what its series asks for. Reads no sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...errors import listed, nearest
from ..findable import QUESTIONS
from ..post import FIELDS, Post
from ..series import Series
from .prose import Piece
from .remark import Remark


def front_matter(post: Post, text: str) -> Iterator[Remark]:
    """What stands between the dashes, and the folder's name."""
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    for i, line in enumerate(lines[1:end], 2):
        name = line.partition(":")[0]
        if ":" in line and name and name == name.strip() and name not in FIELDS:
            near = nearest(name, FIELDS)
            hint = f"did you mean {near!r}?" if near else f"known are {listed(FIELDS)}."
            yield Remark(i, "front matter", f"nobody reads {name!r}: {hint}")
    if not post.summary:
        yield Remark(1, "front matter", "has no summary: one sentence that says what the reader can do afterwards.")
    if post.folder.resolve().name.partition("-")[0] != post.number:
        said = f"number is {post.number}, and the folder is {post.folder.resolve().name}: let it begin with the number."
        yield Remark(_line(lines, "number:"), "front matter", said)


def place(post: Post, text: str, series: Series) -> Iterator[Remark]:
    """Whether the series knows of it."""
    folders = [each.folder.resolve() for each in series.places]
    if post.folder.resolve() not in folders:
        said = f"{series.title!r} does not have it: add {post.folder.resolve().name!r} to the posts of its series.toml."
        yield Remark(_line(text.split("\n"), "number:"), "front matter", said)


def headings(post: Post, pieces: Sequence[Piece], structure: Sequence[str]) -> Iterator[Remark]:
    """Those of the structure, each once, in order."""
    seconds = [piece for piece in pieces if piece.kind == "heading" and piece.level == 2]
    there = [piece.text for piece in seconds]
    end = pieces[-1].line if pieces else 1
    for wanted in structure:
        if wanted not in there:
            yield Remark(_where_missing(wanted, structure, seconds, end), "structure", f"lacks its heading “{wanted}”.")
    for piece in pieces:
        if piece.kind == "heading" and piece.level == 1:
            said = f"“{piece.text}” is a first-level heading: the title is the front matter's, parts have two signs."
            yield Remark(piece.line, "structure", said)
    for i, piece in enumerate(seconds):
        if structure and piece.text not in structure:
            near = nearest(piece.text, structure)
            hint = f"did you mean “{near}”?" if near else "a post's own headings are third-level (###)."
            yield Remark(piece.line, "structure", f"“{piece.text}” is none of the series' headings: {hint}")
        elif piece.text in there[:i]:
            yield Remark(piece.line, "structure", f"“{piece.text}” stands here for the second time.")
    known = [piece for piece in seconds if piece.text in structure]
    for before, after in pairwise(known):
        if structure.index(after.text) < structure.index(before.text):
            said = f"“{after.text}” stands after “{before.text}”, and belongs before it."
            yield Remark(after.line, "structure", said)


def sections(post: Post, pieces: Sequence[Piece]) -> Iterator[Remark]:
    """Something under each heading, and a target before each question."""
    part = ""
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        if piece.kind != "heading":
            continue
        part = piece.text if piece.level == 2 else part
        if after is None or (after.kind == "heading" and after.level <= piece.level):
            yield Remark(piece.line, "structure", f"nothing stands under “{piece.text}” yet.")
        if part == QUESTIONS and piece.level == 3 and (before is None or before.kind != "target"):
            said = f"“{piece.text}” has no target to link to: write one above it, as (what-is-it)=."
            yield Remark(piece.line, "structure", said)


def length(post: Post, words: tuple[int, int]) -> Iterator[Remark]:
    """As many words as the series allows."""
    low, high = words
    if not low <= post.words <= high:
        missing = f"{low - post.words:,} are missing" if post.words < low else f"{post.words - high:,} too many"
        yield Remark(1, "length", f"has {post.words:,} words; its series allows {low:,} to {high:,}: {missing}.")


def _where_missing(wanted: str, structure: Sequence[str], seconds: Sequence[Piece], end: int) -> int:
    """Where the next heading stands that is there; the end where none is."""
    following = structure[list(structure).index(wanted) + 1 :]
    return next((piece.line for piece in seconds if piece.text in following), end)


def _line(lines: Sequence[str], begins: str) -> int:
    return next((i for i, line in enumerate(lines, 1) if line.startswith(begins)), 1)
