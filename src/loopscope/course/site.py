"""A series as a folder of files that any web server can show, or none. Executes nothing, and writes no file."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..errors import mistake
from .executing import Executed, Result
from .exercises.finding import find
from .findable import documents_of
from .glossary_page import glossary_body
from .outputs import BUNDLE
from .page import Page
from .search import ASKED, ASKING, TEXT, TITLE, WEIGHT
from .series import Module, Place, Series
from .shell import files_of, filled, filled_home, read_shell

IN_PLACE = re.compile(r'<img src="data:image/(png|jpeg);base64,([A-Za-z0-9+/=]+)"')
CLASSIC = "assets/opened.js"
ONE = "assets/page.js"
FROM_FILE = f"""if (location.protocol === "file:")
  addEventListener("DOMContentLoaded", () => document.body.append(
    Object.assign(document.createElement("script"), {{ src: "{ONE}" }})));
"""
"""Browsers load no module scripts from files; this asks for the same in one classic script, there alone."""


def site_files(series: Series, executed: Sequence[Executed], built: Path) -> dict[str, bytes]:
    """Every file of a site, by its path: home page, these posts, glossary, search, replays, pictures, assets.

    `built` is the folder that the page's build fills. All links are relative. Raises `PostFailed` for a post that must
    not be published, `UserMistake` where the page was not built.
    """
    files: dict[str, bytes] = {}
    for each in executed:
        page = Page(each.post, series, still=True)
        body = _pictures_beside(page.body(_replays_beside(each.insist(), files)), files)
        files[f"{each.post.number}.html"] = _page(built, "site", page.title, page.head, body)
    if series.glossary.terms:
        files["glossary.html"] = _page(built, "site", f"Glossary · {series.title}", "", glossary_body(series))
    files["index.html"] = _home(series, built)
    files["search.js"] = _beside("search.js", _findable(series))
    return {**files, **_assets(built, ("index.html", "post.html"))}


def alone_files(executed: Executed, series: Series | None, built: Path) -> dict[str, bytes]:
    """One post as a page, its figures in it, and the assets that it needs. Raises likewise."""
    page = Page(executed.insist().post, series, alone=True)
    text = _page(built, "alone", page.title, page.head, page.body(executed))
    text = text.replace(b'<a href="index.html">loopscope</a>', b"<span>loopscope</span>")
    return {f"{executed.post.number}.html": text, **_assets(built, ("post.html",))}


def _page(built: Path, stands: str, title: str, head: str, body: str) -> bytes:
    return _for_files(filled(read_shell(built), title, _head(stands) + head, body))


def _head(stands: str) -> str:
    return f'<meta name="loopscope" content="{stands}"><script src="{CLASSIC}"></script>'


def _for_files(text: str) -> bytes:
    """Without what keeps a browser from loading styles from files: the question whether another host allows it."""
    return text.replace(" crossorigin", "").encode()


def _home(series: Series, built: Path) -> bytes:
    tree = {"title": series.title, "modules": [_facts(module, _exercises(series)) for module in series.modules]}
    known = json.dumps(tree, ensure_ascii=False).replace("<", "\\u003c")
    head = f'{_head("site")}<script type="application/json" id="course">{known}</script>'
    return _for_files(filled_home(built, series.title, head, _contents(series)))


def _contents(series: Series) -> str:
    """What the home page says where no script runs."""
    modules = "".join(
        f"<h2>{html.escape(f'{module.number}. {module.title}')}</h2><ul>{''.join(map(_line, module.places))}</ul>"
        for module in series.modules
    )
    glossary = '<p><a href="glossary.html">Glossary</a></p>' if series.glossary.terms else ""
    return f"<main><h1>{html.escape(series.title)}</h1>{modules}{glossary}</main>"


def _line(place: Place) -> str:
    title = html.escape(f"{place.number} {place.title}")
    if place.planned:
        return f"<li>{title} (planned)</li>"
    return f'<li><a href="{place.number}.html">{title}</a> {html.escape(place.post.summary)}</li>'


def _facts(module: Module, exercises: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """As `GET /api/course` has a module; of a reader nothing is known."""
    return {
        "number": module.number,
        "title": module.title,
        "posts": [
            {
                "number": place.number,
                "title": place.title,
                "summary": "" if place.planned else place.post.summary,
                "planned": place.planned,
                "minutes": 0 if place.planned else place.post.minutes,
                "opened": False,
                "read": False,
                "exercises": exercises.get(place.number, []),
            }
            for place in module.places
        ],
    }


def _exercises(series: Series) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in find(series.folder):
        found.setdefault(each.post, []).append({"name": each.name, "title": each.title, "done": False})
    return found


def _findable(series: Series) -> dict[str, Any]:
    """Documents and weights, as web/src/course/offline.ts takes them."""
    return {
        "fields": {"title": TITLE, "asked": ASKED, "text": TEXT},
        "kinds": WEIGHT,
        "asking": sorted(ASKING),
        "documents": [asdict(each) for each in documents_of(series)],
    }


def _beside(path: str, said: Any) -> bytes:
    """A file that a page can load from any folder (web/src/wire/beside.ts)."""
    known = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"(globalThis.loopscopeBeside ??= {{}})[{json.dumps(path)}] = {known};\n".encode()


def _replays_beside(executed: Executed, files: dict[str, bytes]) -> Executed:
    """Each replay as a file, loaded when its figure comes near the screen, and its address in its place."""
    results = {
        number: replace(result, outputs=[_replay_beside(output, files) for output in result.outputs])
        for number, result in executed.results.items()
    }
    return Executed(executed.post, dict[int, Result](results))


def _replay_beside(output: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    data = output.get("data", {})
    bundle = data.get(BUNDLE)
    if not isinstance(bundle, dict) or not bundle.get("replay"):
        return dict(output)
    path = f"replays/{_hash(bundle['replay'].encode())}.js"
    files[path] = _beside(path, bundle["replay"])
    kept = {key: value for key, value in bundle.items() if key != "replay"}
    return {**output, "data": {**data, BUNDLE: {**kept, "beside": path}}}


def _pictures_beside(body: str, files: dict[str, bytes]) -> str:
    """Each picture as a file with its size, so that nothing moves when it comes."""

    def moved(found: re.Match[str]) -> str:
        content = base64.b64decode(found[2])
        path = f"pictures/{_hash(content)}.{found[1]}"
        files[path] = content
        return f'<img src="{path}"{_size(content)} loading="lazy"'

    return IN_PLACE.sub(moved, body)


def _size(content: bytes) -> str:
    """Width and height of a PNG, as its first chunk has them (PNG specification, 11.2.1)."""
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        return ""
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    return f' width="{width}" height="{height}"'


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _assets(built: Path, shells: Sequence[str]) -> dict[str, bytes]:
    """What the pages need, and the one script for pages that are opened as files."""
    one = built / "opened" / "page.js"
    if not one.is_file():
        raise mistake("the page", str(one), "a page that has been built", "Run make page in loopscope's folder first.")
    text = "".join((built / shell).read_text(encoding="utf-8") for shell in shells)
    files = {f"assets/{path.name}": path.read_bytes() for path in files_of(built, text)}
    return {**files, CLASSIC: FROM_FILE.encode(), ONE: one.read_bytes()}
