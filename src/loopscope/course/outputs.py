"""What a cell has shown, as pieces of a page: text, or HTML from which everything that acts is taken. Runs nothing."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

BUNDLE = "application/vnd.loopscope+json"
ELEMENT = re.compile(r"ls-[a-z][a-z-]{0,40}")
WIDGET = "application/vnd.jupyter.widget-view+json"
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
TAGS = frozenset(
    """a abbr b blockquote br caption code dd div dl dt em figcaption figure h4 h5 h6 hr i li ol p pre s small
    span strong sub sup table tbody td tfoot th thead tr u ul""".split()  # noqa: SIM905
)
ATTRIBUTES = {
    "*": ["class", "title"],
    "a": ["href"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
}
ACTS = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
PICTURES = ("image/png", "image/jpeg")


def outputs_html(outputs: Sequence[Mapping[str, Any]], alt: str = "") -> str:
    """All that a cell has shown. `alt` is what its pictures show, in words, where they do not say it themselves."""
    return "".join(output_html(output, alt) for output in outputs)


def output_html(output: Mapping[str, Any], alt: str = "") -> str:
    """One output, as nbformat has them."""
    kind = output["output_type"]
    if kind == "stream":
        return f'<pre class="stream {_name(output.get("name"))}">{html.escape(plain(_text(output["text"])))}</pre>'
    if kind == "error":
        said = "\n".join(output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"])
        return f'<pre class="error">{html.escape(plain(said).strip())}</pre>'
    return bundle_html(output.get("data", {}), alt)


def bundle_html(data: Mapping[str, Any], alt: str = "") -> str:
    """The best that a page can show of a MIME bundle."""
    if BUNDLE in data and (element := _element(data, alt)):
        return element
    for kind, shown in _SHOWN.items():
        if kind in data:
            return shown(_text(data[kind]), alt or _said(data))
    return f"<pre>{html.escape(plain(_text(data.get('text/plain', ''))))}</pre>"


def bare(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output as plain data, without what only a notebook's own widgets could show."""
    plain_one = json.loads(json.dumps(output))
    plain_one.get("data", {}).pop(WIDGET, None)
    return plain_one


def plain(text: str) -> str:
    """Without the colours of a terminal."""
    from nbconvert.filters import strip_ansi

    return strip_ansi(text)


def cleaned(markup: str) -> str:
    """HTML that only says something: no script, no style, no handler, no address but http and fragments."""
    import bleach  # nbconvert's own

    bare_markup = ACTS.sub("", markup)
    return bleach.clean(bare_markup, tags=TAGS, attributes=ATTRIBUTES, protocols={"http", "https"}, strip=True)


def _element(data: Mapping[str, Any], alt: str) -> str:
    """A figure of ours, its picture inside it until it is alive."""
    bundle = data[BUNDLE] if isinstance(data[BUNDLE], dict) else {}
    name = str(bundle.get("element", ""))
    if not ELEMENT.fullmatch(name):
        return ""
    about = {key: value for key, value in bundle.items() if key != "element"}
    inside = json.dumps(about).replace("<", "\\u003c")
    words = str((about.get("data") or {}).get("alt", "")) if isinstance(about.get("data"), dict) else ""
    picture = _picture("image/png", _text(data["image/png"]), words or alt) if "image/png" in data else ""
    return f'<{name}><script type="application/json">{inside}</script>{picture}</{name}>'


def _picture(kind: str, said: str, alt: str) -> str:
    if not BASE64.fullmatch(said):
        return ""
    return f'<img src="data:{kind};base64,{"".join(said.split())}" alt="{html.escape(alt or "figure", quote=True)}">'


def _vector(said: str, alt: str) -> str:
    """As a picture, in which no script can run."""
    return _picture("image/svg+xml", base64.b64encode(said.encode()).decode(), alt)


def _marked_down(said: str, alt: str) -> str:
    from .markup import untrusted

    return f'<div class="shown">{cleaned(untrusted(said))}</div>'


def _formula(said: str, alt: str) -> str:
    return f'<div class="math">\\[{html.escape(said.strip().strip("$"))}\\]</div>'


_SHOWN: dict[str, Any] = {
    "image/svg+xml": _vector,
    **{kind: lambda said, alt, kind=kind: _picture(kind, said, alt) for kind in PICTURES},
    "text/html": lambda said, alt: f'<div class="shown">{cleaned(said)}</div>',
    "text/markdown": _marked_down,
    "text/latex": _formula,
}


def _said(data: Mapping[str, Any]) -> str:
    words = _text(data.get("text/plain", ""))
    return "" if words.startswith("<") else words


def _name(stream: Any) -> str:
    return "stderr" if stream == "stderr" else "stdout"


def _text(said: Any) -> str:
    """Jupyter writes long ones as lists of lines."""
    return "".join(map(str, said)) if isinstance(said, list) else str(said)
