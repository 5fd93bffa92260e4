"""A post's Markdown as HTML: formulas for KaTeX, asides, exercises, anchors, links of terms. Executes nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from ..errors import unknown
from .glossary import Glossary, slug

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DIRECTIVES = ("margin", "exercise")
DIRECTIVE = re.compile(r"^\{([\w-]+)\}\s*(.*)$")
ANOTHER_POST = re.compile(r"^(\d+\.\d+)(#[\w-]+)?$")
EMPTY = Glossary(())


@dataclass
class Links:
    """What the prose of one post is linked to; `used` grows from piece to piece: a term is linked at its first use."""

    glossary: Glossary = EMPTY
    posts: Callable[[str], str | None] = lambda number: f"{number}.html"
    """The address of another post; None where there is none to link to."""
    exercise: Callable[[str, str], str] = lambda name, task: ""
    """The box of an exercise, given its name and its one line as HTML."""
    used: set[str] = field(default_factory=set[str])
    anchors: set[str] = field(default_factory=set[str])
    page: str = "glossary.html"
    """Where terms are explained; empty where there is no such page: then in a title alone."""
    target: str = ""
    """An anchor that the next heading gets."""


def rendered(text: str, links: Links) -> str:
    """A piece of a post as HTML. Raises `UserMistake` for a directive that nobody knows."""
    return _parser().render(text, {"links": links})


def rendered_line(text: str, links: Links) -> str:
    """One line, such as a caption: no paragraph around it."""
    return _parser().renderInline(text, {"links": links})


def untrusted(text: str) -> str:
    """Markdown that a cell has put out, such as a table of symbols: HTML in it is shown, not taken."""
    return _for_outputs().render(text)


def tokens(text: str) -> Sequence[Token]:
    """The blocks of a piece of a post, with the lines that they stand in."""
    return _parser().parse(text, {"links": Links()})


def directive(info: str) -> tuple[str, str]:
    """`{exercise} collapse` as name and argument. Raises `UserMistake` for one that nobody knows."""
    found = DIRECTIVE.match(info.strip())
    name = found.group(1) if found else info.strip()
    if not found or name not in DIRECTIVES:
        raise unknown("directive", f":::{info.strip()}", [f":::{{{each}}}" for each in DIRECTIVES])
    return name, found.group(2).strip()


def code_html(code: str, language: str = "python") -> str:
    """Code as it is shown."""
    return f'<pre><code class="language-{language}">{html.escape(code, quote=False)}\n</code></pre>'


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.myst_blocks import myst_block_plugin

    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.use(dollarmath_plugin, double_inline=True, allow_digits=False).use(colon_fence_plugin).use(myst_block_plugin)
    made.core.ruler.push("terms", _link_terms)
    rules: dict[str, Callable[..., str]] = {
        "math_inline": _math,
        "math_inline_double": _display,
        "math_block": _display,
        "math_block_label": _display,
        "colon_fence": _directive,
        "fence": _fence,
        "heading_open": _heading,
        "link_open": _link,
        "link_close": _link_end,
        "myst_target": _target,
        "myst_line_comment": _nothing,
        "myst_block_break": _nothing,
    }
    for name, rule in rules.items():
        made.add_render_rule(name, rule)
    return made


@cache
def _for_outputs() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.use(dollarmath_plugin, double_inline=True, allow_digits=False)
    for name, rule in {"math_inline": _math, "math_inline_double": _display, "math_block": _display}.items():
        made.add_render_rule(name, rule)
    return made


def _math(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f'<span class="math">\\({html.escape(all_tokens[at].content.strip(), quote=False)}\\)</span>'


def _display(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    kind = "span" if all_tokens[at].type == "math_inline_double" else "div"  # no block within a paragraph
    return f'<{kind} class="math">\\[{html.escape(all_tokens[at].content.strip(), quote=False)}\\]</{kind}>\n'


def _directive(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token, links = all_tokens[at], env["links"]
    name, argument = directive(token.info)
    inside = _parser().render(token.content, env)
    return f'<aside class="margin">{inside}</aside>\n' if name == "margin" else links.exercise(argument, inside)


def _fence(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = all_tokens[at]
    language = re.sub(r"[^\w-]", "", token.info.strip().partition(" ")[0]) or "text"
    return code_html(token.content.rstrip("\n"), language) + "\n"


def _heading(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    links = env["links"]
    token, said = all_tokens[at], all_tokens[at + 1].content
    anchor, links.target = links.target or _free(slug(said) or "part", links.anchors), ""
    links.anchors.add(anchor)
    return f'<{token.tag} id="{anchor}">'


def _free(anchor: str, taken: set[str]) -> str:
    """An anchor that no other heading of the post has."""
    if anchor not in taken:
        return anchor
    return next(name for i in range(2, 1000) if (name := f"{anchor}-{i}") not in taken)


def _target(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    links, name = env["links"], all_tokens[at].content
    rest = all_tokens[at + 1] if at + 1 < len(all_tokens) else None
    if rest is None or rest.type == "heading_open":
        links.target = name
        return ""
    links.anchors.add(name)
    return f'<a id="{html.escape(name, quote=True)}"></a>\n'


def _nothing(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return ""


def _link(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token, links = all_tokens[at], env["links"]
    other = ANOTHER_POST.match(str(token.attrGet("href") or ""))
    if other:
        address = links.posts(other.group(1))
        if address is None:
            _end_of(all_tokens, at).meta = {"tag": "span"}
            return '<span class="planned" title="planned">'
        token.attrSet("href", address + (other.group(2) or ""))
    return renderer.renderToken(all_tokens, at, options, env)


def _link_end(renderer: Any, all_tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f"</{all_tokens[at].meta.get('tag', 'a')}>"


def _end_of(all_tokens: Sequence[Token], at: int) -> Token:
    return next(token for token in all_tokens[at:] if token.type == "link_close")


def _link_terms(state: Any) -> None:
    """Link the first use of each term in running text: not in headings, code, formulas, or other links."""
    links: Links = state.env["links"]
    heading = False
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type == "inline" and not heading and token.children:
            token.children = _with_terms(token.children, links)


def _with_terms(children: Sequence[Token], links: Links) -> list[Token]:
    made: list[Token] = []
    depth = 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        made += _pieces(child, links) if child.type == "text" and depth == 0 else [child]
    return made


def _pieces(token: Token, links: Links) -> list[Token]:
    made: list[Token] = []
    end = 0
    for use in links.glossary.uses(token.content):
        if use.term.name in links.used:
            continue
        links.used.add(use.term.name)
        says = html.escape(plain_words(use.term.definition), quote=True)
        written = html.escape(token.content[use.start : use.end])
        address = f'a class="term" href="{links.page}#{use.term.slug}"' if links.page else 'abbr class="term"'
        made += [
            _piece(token, "text", token.content[end : use.start]),
            _piece(token, "html_inline", f'<{address} title="{says}">{written}</{address.partition(" ")[0]}>'),
        ]
        end = use.end
    return [*made, _piece(token, "text", token.content[end:])] if made else [token]


def _piece(token: Token, kind: str, content: str) -> Token:
    made = token.copy()
    made.type, made.content = kind, content
    return made


def plain_words(text: str) -> str:
    """A definition without the marks of Markdown, in one line; formulas as they can be read."""
    from .formulas import readable

    said = re.sub(r"\$\$?([^$]+)\$\$?", lambda found: readable(found.group(1)), text)
    said = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", said)
    return " ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", said).split())
