"""What a cell has shown, as pieces of a page: text, or HTML from which everything that acts is taken. Runs nothing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any, cast

BUNDLE = "application/vnd.loopscope+json"
ELEMENT = re.compile(r"ls-[a-z][a-z-]{0,40}")
ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
TEXT = (
    "a abbr b blockquote br caption code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup"
)
TABLES = "table tbody td tfoot th thead tr u ul"
TAGS = frozenset(f"{TEXT} {TABLES}".split())
ATTRIBUTES = {
    "*": ["class", "title"],
    "a": ["href"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
}
ACTS = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def html_of(data: Mapping[str, Any]) -> str:
    """The best that a page can show of a MIME bundle."""
    if BUNDLE in data and (element := _element(data)):
        return element
    for kind, shown in (("image/png", _picture), ("image/jpeg", _picture), ("text/html", _markup)):
        if kind in data:
            return shown(kind, data)
    return f"<pre>{html.escape(plain(_text(data.get('text/plain', ''))))}</pre>"


def problem_of(content: Mapping[str, Any]) -> str:
    """An exception, as Python tells of it."""
    lines = [str(line) for line in cast(list[Any], content.get("traceback") or [])]
    said = "\n".join(lines) or f"{content.get('ename', '')}: {content.get('evalue', '')}"
    return f'<pre class="error">{html.escape(plain(said).strip())}</pre>'


def plain(text: str) -> str:
    """Without the colours of a terminal."""
    return ANSI.sub("", text)


def cleaned(markup: str) -> str:
    """HTML that only says something: no script, no style, no handler, no address but http and fragments."""
    import bleach  # nbconvert's own; seconds of import are for who needs it

    bare = ACTS.sub("", markup)
    return bleach.clean(bare, tags=TAGS, attributes=ATTRIBUTES, protocols={"http", "https"}, strip=True)


def _element(data: Mapping[str, Any]) -> str:
    """A figure of ours, its picture inside it until it is alive."""
    bundle = cast(dict[str, Any], data[BUNDLE]) if isinstance(data[BUNDLE], dict) else {}
    name = str(bundle.get("element", ""))
    if not ELEMENT.fullmatch(name):
        return ""
    about = {key: value for key, value in bundle.items() if key != "element"}
    inside = json.dumps(about).replace("<", "\\u003c")
    picture = _picture("image/png", data) if "image/png" in data else ""
    return f'<{name}><script type="application/json">{inside}</script>{picture}</{name}>'


def _picture(kind: str, data: Mapping[str, Any]) -> str:
    said = _text(data[kind])
    if not BASE64.fullmatch(said):
        return ""
    words = _text(data.get("text/plain", ""))
    alt = "figure" if words.startswith("<") else words
    return f'<img src="data:{kind};base64,{"".join(said.split())}" alt="{html.escape(alt, quote=True)}">'


def _markup(kind: str, data: Mapping[str, Any]) -> str:
    return cleaned(_text(data[kind]))


def _text(said: Any) -> str:
    """Jupyter writes long ones as lists of lines."""
    return "".join(map(str, cast(list[Any], said))) if isinstance(said, list) else str(said)
