"""Refuses to build a package without its page. Builds no page: that needs loopscope itself, for the types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = Path(__file__).resolve().parent / "src" / "loopscope" / "server" / "page" / "index.html"


class Page(BuildHookInterface[Any]):
    """Looks for the page; an editable install may do without until `make lab` builds it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises `FileNotFoundError` where the page is missing."""
        if version != "editable" and not PAGE.exists():
            raise FileNotFoundError("src/loopscope/server/page is not built. Run make dist, which builds it first.")
