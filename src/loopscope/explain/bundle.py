"""What a page, a notebook and Markdown take of something that is shown: one bundle of forms. Knows no element."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from ..plots import Picture

LOOPSCOPE = "application/vnd.loopscope+json"


def of_picture(text: str, picture: Picture) -> dict[str, Any]:
    """A figure that no page draws anew: in words, and as a picture on light paper."""
    return {"text/plain": text, "image/png": base64.b64encode(picture.png()).decode("ascii")}


def of_figure(text: str, picture: Picture, element: str, data: dict[str, Any]) -> dict[str, Any]:
    """A figure: in words, as a picture on light paper, and for a page as the element's name and its data."""
    return {**of_picture(text, picture), LOOPSCOPE: {"element": element, "data": data}}


def of_table(text: str, markdown: str, html: str) -> dict[str, Any]:
    """A table: in words, as Markdown that any viewer sets, and as HTML."""
    return {"text/plain": text, "text/markdown": markdown, "text/html": html}


def html_table(head: list[str], rows: list[list[str]], code: frozenset[int] = frozenset()) -> str:
    """Rows of texts as an HTML table; the columns in `code` are set as code. Every text is escaped."""
    cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(_cell(cell, k in code) for k, cell in enumerate(row))}</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def html_list(items: list[tuple[str, str]]) -> str:
    """Names, each with something set as code; nothing where there are none."""
    body = "".join(f"<li>{escape(name)}: <code>{escape(code)}</code></li>" for name, code in items)
    return f"<ul>{body}</ul>" if items else ""


def html_paragraphs(texts: list[str]) -> list[str]:
    """Each text that says something as a paragraph."""
    return [f"<p>{escape(text)}</p>" for text in texts if text]


def _cell(text: str, code: bool) -> str:
    return f"<td><code>{escape(text)}</code></td>" if code and text else f"<td>{escape(text)}</td>"
