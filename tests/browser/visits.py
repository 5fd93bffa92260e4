"""Contexts of a browser in which nothing may go wrong unseen: errors, and requests to elsewhere. Knows no page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request

from browser.pool import Pool

SEEN = "if (location.port) localStorage.setItem('loopscope.tour', 'seen')"


@dataclass
class Visits:
    """Browser contexts of one test. `expected` holds patterns of complaints that a test provokes itself."""

    browser: Browser
    pool: Pool
    patience_ms: int
    expected: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, tour: bool = False, width: int = 1280, height: int = 800, **more: Any) -> BrowserContext:
        """A new one, with a storage of its own; `tour` where it has not been here before."""
        size = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, reduced_motion="reduce", **more)  # pyright: ignore
        context.set_default_timeout(self.patience_ms)
        if not tour:
            context.add_init_script(SEEN)
        context.on("weberror", lambda fault: self._said.append(f"the page raised {fault.error.stack or fault.error}"))
        context.on("console", self._hear)
        context.on("request", self._follow)
        self._contexts.append(context)
        return context

    @property
    def complaints(self) -> list[str]:
        """What was said that no test expected."""
        return [said for said in self._said if not any(re.search(each, said) for each in self.expected)]

    def end(self) -> None:
        """Close all pages, then hand their sessions on: a page would begin another."""
        sessions = {name for context in self._contexts for page in context.pages for name in _session(page.url)}
        for context in self._contexts:
            context.close()
        for session in sessions:
            self.pool.give(session)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._said.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _follow(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((f"{self.pool.lab.origin}/", "data:", "blob:")):
            self._said.append(f"asked elsewhere: {request.url}")


def _session(address: str) -> list[str]:
    return re.findall(r"session=([\w-]+)", address)
