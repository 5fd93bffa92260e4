"""What the server asks of a course: its tree, its posts as HTML, their outputs as they come. Has no post itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Page:
    """What fills a post's shell: HTML, but for the title, which is text."""

    title: str
    body: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post as the tree has it; `exercises` are names and titles."""

    number: str
    title: str
    summary: str = ""
    planned: bool = False
    minutes: int = 0
    exercises: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A module and its posts."""

    number: str
    title: str
    posts: Sequence[PostFacts]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to take away."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is told while a post is executed: `cell`, `done` or `failed`."""

    event: str
    data: Mapping[str, Any]


class Shelf(Protocol):
    """A course. What is not there is None; nothing here waits for a post to be executed but `news` and `export`."""

    @property
    def title(self) -> str: ...
    def modules(self) -> Sequence[ModuleFacts]: ...
    def page(self, number: str) -> Page | None:
        """The post as far as it has run."""
        ...

    def glossary(self) -> Page | None: ...
    def begin(self, number: str) -> None:
        """Execute it where it has not run."""
        ...

    def news(self, number: str) -> AsyncIterator[News] | None:
        """What its cells show, from the first one on, as each ends."""
        ...

    def before(self, post: str, cell: int, code: str) -> Sequence[tuple[int, str]] | None:
        """Number and code of the cells that have to run before a cell that has this code now."""
        ...

    def search(self, query: str) -> Sequence[Mapping[str, Any]]: ...
    async def export(self, number: str, to: str) -> Download | None: ...
    async def close(self) -> None: ...
