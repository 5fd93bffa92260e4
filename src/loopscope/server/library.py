"""The course of a folder, as the server asks for it. Renders and executes nothing itself: the course does."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .shelf import Download, ModuleFacts, News, Page, PostFacts


class Library:
    """A `Shelf` of the series in a folder."""

    def __init__(self, series: Path, home: Path) -> None:
        self._series, self._home = series, home

    @property
    def title(self) -> str:
        return str(self._plan().get("title", "Learn the training loop"))

    def modules(self) -> Sequence[ModuleFacts]:
        found: list[ModuleFacts] = []
        for module in self._plan().get("modules", []):
            planned = [PostFacts(number, title, planned=True) for number, title in module.get("planned", {}).items()]
            found.append(ModuleFacts(str(module["number"]), str(module["title"]), planned))
        return found

    def page(self, number: str) -> Page | None:
        return None

    def glossary(self) -> Page | None:
        return None

    def begin(self, number: str) -> None: ...

    def news(self, number: str) -> AsyncIterator[News] | None:
        return None

    def before(self, post: str, cell: int) -> Sequence[tuple[int, str]] | None:
        return None

    def search(self, query: str) -> Sequence[Mapping[str, Any]]:
        return []

    async def export(self, number: str, to: str) -> Download | None:
        return None

    async def close(self) -> None: ...

    def _plan(self) -> dict[str, Any]:
        try:
            return tomllib.loads((self._series / "series.toml").read_text(encoding="utf-8"))
        except OSError:
            return {}
