"""Tables leave as text, Markdown and HTML, with nothing in them that is read as markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import torch
from torch import nn

from loopscope.explain import calls, shapes
from loopscope.explain.bundle import html_table


class Cells(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_texts_are_escaped() -> None:
    page = html_table(["a", "b"], [["<script>", "x & y"], ["", ""]], frozenset({0}))
    assert "<script>" not in page and Cells(page).rows == [["a", "b"], ["<script>", "x & y"], ["", ""]]


def test_a_table_of_shapes(net: nn.Module) -> None:
    found = shapes(net, torch.randn(4, 2))
    shown = found._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/markdown", "text/html"}
    page = Cells(shown["text/html"])
    assert page.rows[0] == ["Symbol", "Shape", "What it means"] and page.open == []
    assert ["W₁", "[8, 2]"] in [row[:2] for row in page.rows]
    assert "| W₁ | `[8, 2]` |" in shown["text/markdown"] and "Why W₁ is stored" in shown["text/html"]


def test_calls(net: nn.Module) -> None:
    shown = calls(net, torch.randn(4, 2))._repr_mimebundle_()
    assert "| `fc1` | submodule |" in shown["text/markdown"]
    rows = Cells(shown["text/html"]).rows
    assert ["fc1", "submodule", "Linear, 24 parameters"] in rows and any("self.fc1(x)" in row[-1] for row in rows)
