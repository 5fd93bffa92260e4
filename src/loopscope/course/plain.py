"""A post for other houses: Markdown with its pictures, and a notebook, neither with any MyST left. Runs nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .executing import Executed
from .markup import ANOTHER_POST, directive, plain_words, tokens
from .outputs import BUNDLE, PICTURES, plain
from .page import exercise_of, template
from .post import Cell, Post
from .series import Series

if TYPE_CHECKING:
    from bs4 import Tag

LINK = re.compile(r"(?<!!)\[((?:[^\[\]`]|`[^`]*`)+)\]\(([^()\s]+)\)")
FENCED = re.compile(r"(^(`{3,}|~{3,})[^\n]*\n.*?^\2[^\n]*$|``[^`].*?``|`[^`\n]+`(?!\]\())", re.MULTILINE | re.DOTALL)


def markdown_files(executed: Executed, series: Series | None = None) -> dict[str, bytes]:
    """`2.1.md`, and each picture in `2.1/`. Raises `PostFailed` where it must not be published."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    post = executed.insist().post
    pictures: dict[str, bytes] = {}
    cells: list[Any] = []
    figure = 0
    for cell in post.cells:
        if not cell.runs:
            text = plain_text(cell.source, post, _links(post, series, ".md"))
            cells.append(new_markdown_cell(cell.source, metadata={"text": text}))
            continue
        figure += cell.kind == "figure"
        shown = _outputs(cell, executed.results[cell.number].outputs, post.number, pictures)
        words = {"kind": cell.kind, "figure": figure, "says": cell.says, "caption": cell.caption}
        metadata = {**words, "code": fenced(cell.source, "python"), "outputs": shown}
        cells.append(new_code_cell(cell.source, metadata=metadata))
    about = {"number": post.number, "title": literal(post.title)}
    text, _ = template("plain", ".md.j2").from_notebook_node(new_notebook(cells=cells, metadata=about))
    return {f"{post.number}.md": _tidy(text).encode(), **pictures}


def notebook_text(executed: Executed, series: Series | None = None) -> str:
    """The post as an `.ipynb` that runs from its first cell to its last. Raises `PostFailed` likewise."""
    from nbformat import from_dict, validate, writes
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    post = executed.insist().post
    cells: list[Any] = [new_markdown_cell(f"# {post.number} {literal(post.title)}")]
    figure = 0
    for cell in post.cells:
        if not cell.runs:
            cells.append(new_markdown_cell(plain_text(cell.source, post, _links(post, series, ".ipynb"))))
            continue
        figure += cell.kind == "figure"
        outputs = [from_dict(_without_bundle(output)) for output in executed.results[cell.number].outputs]
        hidden = cell.kind in ("figure", "table", "claim")
        metadata = {"tags": [cell.kind], **({"jupyter": {"source_hidden": True}} if hidden else {})}
        before, after = _around(cell, figure)
        cells += [new_markdown_cell(before)] if before else []
        cells.append(new_code_cell(cell.source, execution_count=cell.number, outputs=outputs, metadata=metadata))
        cells += [new_markdown_cell(after)] if after else []
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same post gives the same file
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(cells=cells, metadata={"kernelspec": spec, "language_info": {"name": "python"}})
    validate(made)
    return writes(made) + "\n"


def plain_text(source: str, post: Post, link: Callable[[str, str], str]) -> str:
    """A piece of a post in CommonMark with tables and `$…$`; `link(words, address)` writes a link."""
    lines = source.split("\n")
    made: list[str] = []
    end = 0
    for token in tokens(source):
        if token.map is None or token.level or token.type not in _PLAIN:
            continue
        start, stop = token.map
        made += [*lines[end:start], *_PLAIN[token.type](token, post, link)]
        end = stop
    return _linked("\n".join([*made, *lines[end:]]), link)


def fenced(code: str, language: str = "") -> str:
    """Code between fences longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip(chr(10))}\n{fence}"


def _directive(token: Any, post: Post, link: Callable[[str, str], str]) -> list[str]:
    name, argument = directive(token.info)
    inside = plain_text(token.content.strip("\n"), post, link)
    if name == "margin":
        return ["", *_quoted(inside), ""]
    exercise = exercise_of(post, argument)
    check = f"Check it with `loopscope exercises run {exercise.key}`."
    return ["", f"**Exercise: {exercise.title}**", "", inside, "", fenced(exercise.task, "python"), "", check, ""]


def _nothing(token: Any, post: Post, link: Callable[[str, str], str]) -> list[str]:
    return []


_PLAIN: dict[str, Callable[..., list[str]]] = {
    "colon_fence": _directive,
    "myst_target": _nothing,
    "myst_line_comment": _nothing,
    "myst_block_break": _nothing,
}


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in text.split("\n")]


def _linked(text: str, link: Callable[[str, str], str]) -> str:
    """Links rewritten, but for what stands in code."""
    pieces: list[str] = []
    end = 0
    for code in FENCED.finditer(text):
        pieces += [LINK.sub(lambda f: link(f[1], f[2]), text[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*pieces, LINK.sub(lambda f: link(f[1], f[2]), text[end:])])


def _links(post: Post, series: Series | None, suffix: str) -> Callable[[str, str], str]:
    """How links are written: posts as files beside this one, planned ones by name, anchors as viewers make them."""
    anchors = _anchors(post)
    there = {place.number for place in series.written} if series else set[str]()

    def link(words: str, address: str) -> str:
        other = ANOTHER_POST.match(address)
        if other and other.group(1) != post.number:
            return f"[{words}]({other.group(1)}{suffix})" if other.group(1) in there else words
        if other or address.startswith("#"):
            anchor = address.partition("#")[2]
            return f"[{words}](#{anchors.get(anchor, anchor)})" if anchor else words
        return f"[{words}]({address})"

    return link


def _anchors(post: Post) -> dict[str, str]:
    """Targets, and the anchors that viewers of Markdown give the headings after them."""
    found: dict[str, str] = {}
    for cell in post.cells:
        waiting = ""
        for token in () if cell.runs else tokens(cell.source):
            if token.type == "myst_target":
                waiting = token.content
            elif token.type == "inline" and waiting:
                found[waiting] = re.sub(r"[^\w\- ]", "", plain_words(token.content).lower()).replace(" ", "-")
                waiting = ""
    return found


def _outputs(cell: Cell, outputs: Sequence[Any], number: str, pictures: dict[str, bytes]) -> str:
    return "\n\n".join(filter(None, (_output(cell, output, number, pictures) for output in outputs)))


def _output(cell: Cell, output: Any, number: str, pictures: dict[str, bytes]) -> str:
    if output["output_type"] == "stream":
        return fenced(plain(_text(output["text"])), "text")
    data = output.get("data", {})
    for kind in PICTURES:
        if kind in data:
            again = sum(name.startswith(f"{number}/cell-{cell.number}") for name in pictures)
            name = f"{number}/cell-{cell.number}{f'-{again + 1}' if again else ''}.{kind.partition('/')[2]}"
            pictures[name] = base64.b64decode(_text(data[kind]))
            return f"![{_alt(cell, data)}]({name})"
    if "text/markdown" in data:
        return _text(data["text/markdown"])
    if "text/html" in data and (table := _table(_text(data["text/html"]))):
        return table
    return fenced(plain(_text(data.get("text/plain", ""))), "text")


def _alt(cell: Cell, data: Any) -> str:
    said = data.get(BUNDLE, {}).get("data", {}).get("alt", "") if isinstance(data.get(BUNDLE), dict) else ""
    return re.sub(r"([\[\]\\])", r"\\\1", plain_words(said or cell.caption or "figure"))


def _table(markup: str) -> str:
    """An HTML table as one of Markdown; nothing where it is none, or has cells that span others."""
    from bs4 import BeautifulSoup

    tables = BeautifulSoup(markup, "html.parser").find_all("table")
    if len(tables) != 1 or tables[0].select("[colspan], [rowspan]"):
        return ""
    rows = [[_words(cell) for cell in row.find_all(["td", "th"])] for row in tables[0].find_all("tr")]
    if not rows or len({len(row) for row in rows}) != 1:
        return ""
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *body])


def _words(cell: Tag) -> str:
    """A cell's text, code as code."""
    for code in cell.find_all("code"):
        code.replace_with(f"`{code.get_text()}`")
    return " ".join(cell.get_text().split()).replace("|", "\\|") or " "


def _around(cell: Cell, figure: int) -> tuple[str, str]:
    """What a notebook says before and after a cell."""
    before = f"**Checked:** {cell.says}" if cell.kind == "claim" and cell.says else ""
    number = f"**Figure {figure}.** " if cell.kind == "figure" else ""
    change = f" *Change:* {cell.change}" if cell.change else ""
    return before, f"{number}{cell.caption}{change}" if cell.caption else ""


def _without_bundle(output: Any) -> dict[str, Any]:
    """Of a figure its picture: the widget comes when the cell is run."""
    if "data" not in output:
        return dict(output)
    return {**output, "data": {kind: said for kind, said in output["data"].items() if kind != BUNDLE}}


def literal(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", text)


def _text(said: Any) -> str:
    return "".join(map(str, said)) if isinstance(said, list) else str(said)


def _tidy(text: str) -> str:
    """One empty line between blocks, none within fences touched."""
    made: list[str] = []
    fence = ""
    for line in text.strip("\n").split("\n"):
        mark = re.match(r"`{3,}", line)
        if mark and (not fence or line.rstrip() == fence):
            fence = "" if fence else mark.group()
        if fence or line.strip() or (made and made[-1].strip()):
            made.append(line)
    return "\n".join(made) + "\n"
