"""The course of a folder, as the server asks for it: read anew where a file has changed. Renders no Markdown itself."""

from __future__ import annotations

import asyncio
import html
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..course import page as pages
from ..course.executing import Executed, PostFailed, executed_before
from ..course.exercises import find
from ..course.findable import index_of
from ..course.glossary_page import glossary_body
from ..course.keeping import cache_of
from ..course.post import Post
from ..course.search import Index
from ..course.series import FILE, Place, Series, open_series
from ..errors import UserMistake
from .executions import Executions
from .post_export import download
from .preceding import preceding
from .shelf import Download, ModuleFacts, News, Page, PostFacts

EMPTY = Series(Path(), "The course", (), (0, 0), ())
READ = (FILE, "glossary.md", "*/post.md", "*/exercises/*/task.py")


class Library:
    """A `Shelf` of the series in a folder."""

    def __init__(self, folder: Path, home: Path, built: Path, executions: Executions | None = None) -> None:
        self._folder, self._home, self._built = folder, home, built
        self._executions = executions or Executions(home)
        self._index: Index | None = None
        self._reading = threading.Lock()
        self._stamp: object = None
        self._series = EMPTY
        self._modules: list[ModuleFacts] = []

    @property
    def title(self) -> str:
        return self._read().title

    def modules(self) -> Sequence[ModuleFacts]:
        self._read()
        return self._modules

    def page(self, number: str) -> Page | None:
        try:
            place = next((each for each in self._read().written if each.number == number), None)
            if place is None:
                return None
            post = place.post
            page = pages.Page(post, self._read())
        except UserMistake as mistake:
            return _not_shown(number, mistake)
        return Page(page.title, page.body(self._executed(post)), page.head)

    def glossary(self) -> Page | None:
        series = self._read()
        return Page("Glossary", glossary_body(series)) if series.glossary.terms else None

    def begin(self, number: str) -> None:
        try:
            post = self._post(number)
        except UserMistake:  # of the series: its page says so
            return
        if post is not None and executed_before(post, cache_of(self._home)) is None:
            self._executions.begin(post)

    def news(self, number: str) -> AsyncGenerator[News] | None:
        post = self._post(number)
        return None if post is None else self._news(post)

    def before(self, post: str, cell: int, code: str) -> Sequence[tuple[int, str]] | None:
        known = self._post(post)
        return None if known is None else preceding(known.code, cell, code)

    def search(self, query: str) -> Sequence[Mapping[str, Any]]:
        self._read()
        with self._reading:
            self._index = self._index or index_of(self._series)
            return [asdict(each) for each in self._index.search(query)]

    async def export(self, number: str, to: str) -> Download | None:
        post = await asyncio.to_thread(self._post, number)
        if post is None:
            return None
        execution = self._executions.begin(post)
        async for _ in execution.follow():
            pass
        if execution.problem:
            raise PostFailed(execution.problem)
        return await asyncio.to_thread(download, execution.executed, self._read(), to, self._built)

    async def close(self) -> None:
        await self._executions.close()

    async def _news(self, post: Post) -> AsyncGenerator[News]:
        page = pages.Page(post, self._read())
        execution = self._executions.begin(post)
        async for result in execution.follow():
            yield News("cell", {"cell": result.cell, "html": page.cell(result)})
            if result.problem:
                yield News("failed", {"cell": result.cell, "problem": result.problem})
                return
        yield News("failed", {"cell": 0, "problem": execution.problem}) if execution.problem else News("done", {})

    def _executed(self, post: Post) -> Executed | None:
        """As far as it has run: now, or when it was kept."""
        execution = self._executions.known(post)
        return execution.executed if execution is not None else executed_before(post, cache_of(self._home))

    def _post(self, number: str) -> Post | None:
        """None where there is none, or it cannot be read: the tree says so."""
        for place in self._read().written:
            if place.number == number:
                try:
                    return place.post
                except UserMistake:
                    return None
        return None

    def _read(self) -> Series:
        """The series as it stands in its folder now; an empty one where there is none."""
        with self._reading:
            stamp = self._now()
            if stamp != self._stamp:
                self._series = open_series(self._folder) if stamp else EMPTY
                self._modules = _facts(self._series, self._folder)
                self._stamp, self._index = stamp, None
            return self._series

    def _now(self) -> Sequence[tuple[str, int]]:
        if not (self._folder / FILE).is_file():
            return []
        files = [path for pattern in READ for path in self._folder.glob(pattern)]
        return sorted((str(path), path.stat().st_mtime_ns) for path in files)


def _facts(series: Series, folder: Path) -> list[ModuleFacts]:
    exercises: dict[str, list[tuple[str, str]]] = {}
    for each in find(folder) if series is not EMPTY else ():
        exercises.setdefault(each.post, []).append((each.name, each.title))
    found: list[ModuleFacts] = []
    for module in series.modules:
        posts = [_post_facts(place, exercises.get(place.number, [])) for place in module.places]
        found.append(ModuleFacts(module.number, module.title, posts))
    return found


def _post_facts(place: Place, exercises: Sequence[tuple[str, str]]) -> PostFacts:
    if place.planned:
        return PostFacts(place.number, place.title, planned=True)
    try:
        post = place.post
    except UserMistake as mistake:
        return PostFacts(
            place.number, place.planned_title or place.number, str(mistake).partition("\n")[0], planned=True
        )
    return PostFacts(place.number, post.title, post.summary, False, post.minutes, exercises)


def _not_shown(number: str, mistake: UserMistake) -> Page:
    """A post with a mistake in its text: its author reads this."""
    said = "".join(f"<p>{html.escape(line)}</p>" for line in str(mistake).splitlines())
    return Page(number, f'<article class="post"><h1>{html.escape(number)} cannot be shown</h1>{said}</article>')
