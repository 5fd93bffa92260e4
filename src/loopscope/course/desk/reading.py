"""Read a post as an editor would: every rule, every remark with its line. Prints nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..executing import Executed
from ..post import Post, read_post
from ..series import Series, series_around
from . import cells, links, structure
from .prose import pieces
from .remark import Remark
from .symbols import symbols
from .terms import terms

AT_LINE = re.compile(r"^.*?post\.md, cell \d+(?: \(|, )line (\d+)\)?:? ?")


def read_as_editor(path: Path) -> tuple[Post, Series | None, list[Remark]]:
    """The post, the series it belongs to, and all that can be said of it without running it.

    Raises `UserMistake` where it cannot be read as a post, or its series not as one.
    """
    post = read_post(path)
    series = series_around(post.path)
    return post, series, remarks(post, series)


def remarks(post: Post, series: Series | None) -> list[Remark]:
    """What there is to mend on paper, by line."""
    text = post.path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    said = pieces(post)
    found: list[Iterable[Remark]] = [
        structure.front_matter(post, text),
        structure.sections(post, said),
        cells.claims(post),
        cells.figures(post),
        cells.code(post),
        symbols(said),
        links.links(post, said, series),
        links.exercises(post, said),
    ]
    if series:
        found += [
            structure.place(post, text, series),
            structure.headings(post, said, series.structure),
            structure.length(post, series.words),
            terms(post, series.glossary),
        ]
    return sorted(remark for each in found for remark in each)


def remarks_of_run(executed: Executed) -> list[Remark]:
    """What running it has shown."""
    return [_with_line(says) for says in executed.shortcomings() if "no cell is tagged figure" not in says]


def _with_line(says: str) -> Remark:
    found = AT_LINE.match(says)
    if not found:
        return Remark(1, "run", says.partition("post.md: ")[2] or says)
    return Remark(int(found[1]), "run", says[found.end() :])
