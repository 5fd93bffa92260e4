"""Whether what a post leads to is there: anchors, other posts, exercises, files. Asks no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from ...errors import nearest
from ..exercises.finding import Exercise
from ..markup import Links, rendered
from ..post import Post
from ..series import Series
from .prose import Piece
from .remark import Remark

POST = re.compile(r"^(\d+\.\d+)(?:\.html)?(?:#(.+))?$")


def links(post: Post, pieces: Sequence[Piece], series: Series | None) -> Iterator[Remark]:
    """Each link of the prose, captions too."""
    known = {post.number: anchors(post)}
    for piece in pieces:
        for part in piece.parts:
            address = (
                str(part.attrGet("href") or part.attrGet("src") or "") if part.type in ("link_open", "image") else ""
            )
            if address and (problem := _problem(address, post, series, known)):
                yield Remark(piece.line_of(part), "link", problem)


def exercises(post: Post, pieces: Sequence[Piece]) -> Iterator[Remark]:
    """Each that the text names is a folder, each folder is named once, and each is whole."""
    from ..exercises.dev_check import on_paper

    folder = post.folder / "exercises"
    there = sorted(path.parent.name for path in folder.glob("*/task.py"))
    named: dict[str, int] = {}
    for piece in pieces:
        if piece.kind == "exercise":
            if piece.text not in there:
                near = nearest(piece.text, there)
                hint = f"did you mean {near!r}?" if near else f"make exercises/{piece.text} with a task.py."
                yield Remark(piece.line, "link", f"there is no exercise {piece.text!r}: {hint}")
            elif piece.text in named:
                yield Remark(piece.line, "exercise", f"{piece.text} stands here for the second time.")
            named.setdefault(piece.text, piece.line)
    end = pieces[-1].line if pieces else 1
    for name in there:
        if name not in named:
            said = f"{name} lies in exercises/ and is not in the text: add :::{{exercise}} {name}."
            yield Remark(end, "exercise", said)
        for flaw in on_paper(Exercise(post.number, name, folder / name)):
            yield Remark(named.get(name, end), "exercise", f"{name}/{flaw.file} {flaw.says}.")


def anchors(post: Post) -> set[str]:
    """Those that its page has."""
    made = Links()
    text = "".join(rendered(cell.source, made) for cell in post.cells if not cell.runs)
    return made.anchors | set(re.findall(r'\bid="([^"]+)"', text))


def _problem(address: str, post: Post, series: Series | None, known: dict[str, set[str]]) -> str:
    """Why it leads nowhere; empty where it leads somewhere, or out of the house."""
    split = urlsplit(address)
    if split.scheme or split.netloc:
        return ""
    if address.startswith("#"):
        return _anchor(post.number, address[1:], known)
    if other := POST.match(address):
        return _post(other[1], other[2] or "", series, known)
    if split.path == "glossary.html":
        return _term(split.fragment, series)
    path = unquote(split.path)
    return "" if (post.folder / path).exists() else f"there is no file {path!r} beside the post."


def _post(number: str, anchor: str, series: Series | None, known: dict[str, set[str]]) -> str:
    if number in known:
        return _anchor(number, anchor, known) if anchor else ""
    places = {place.number: place for place in series.places} if series else {}
    if number not in places:
        near = nearest(number, list(places))
        return f"there is no post {number}{f': did you mean {near}?' if near else ' in this series.'}"
    if not anchor or places[number].planned:
        return ""
    known[number] = anchors(places[number].post)
    return _anchor(number, anchor, known)


def _anchor(number: str, anchor: str, known: dict[str, set[str]]) -> str:
    if anchor in known[number]:
        return ""
    near = nearest(anchor, sorted(known[number]))
    return f"{number} has no anchor #{anchor}{f': did you mean #{near}?' if near else '.'}"


def _term(anchor: str, series: Series | None) -> str:
    terms = [term.slug for term in series.glossary.terms] if series else []
    return "" if not anchor or anchor in terms else f"the glossary has no entry #{anchor}."
