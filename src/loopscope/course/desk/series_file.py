"""A post added to the text of a `series.toml`, all else in it left as it stands. Writes no file."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ...errors import mistake

MODULE = re.compile(r"^[ \t]*\[\[[ \t]*modules[ \t]*\]\]", re.MULTILINE)
POSTS = re.compile(r"^[ \t]*posts[ \t]*=[ \t]*\[", re.MULTILINE)
TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
TOKEN = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\]""")
"""What an array of texts is made of: comments, texts, its end."""


def with_post(text: str, number: str, folder: str, module_title: str = "") -> str:
    """The text with that post in its module, where its number belongs; a module that is not there is begun.

    Comments, order and spacing stay. Raises `UserMistake` with what to write by hand where the text is written in a way
    that cannot be added to safely.
    """
    plain = tomllib.loads(text)
    wanted = _expected(plain, number, folder, module_title)
    modules = [str(each.get("number", "")) for each in plain.get("modules", [])]
    module = number.partition(".")[0]
    made = _in_module(text, modules.index(module), number, folder) if module in modules else None
    if module not in modules:
        made = _with_module(text, modules, number, folder, module_title)
    try:
        fits = made is not None and tomllib.loads(made) == wanted
    except tomllib.TOMLDecodeError:
        fits = False
    if made is None or not fits:
        by_hand = f"Add {json.dumps(folder)} to the posts of module {module} by hand, then type the command again."
        raise mistake("series.toml", "an unusual form", "[[modules]] with posts = [names of folders]", by_hand)
    return made


def new_series(title: str, structure: tuple[str, ...], words: tuple[int, int]) -> str:
    """The text of a series that has no post yet."""
    headings = "".join(f"  {json.dumps(each, ensure_ascii=False)},\n" for each in structure)
    return (
        f"title = {json.dumps(title, ensure_ascii=False)}\n"
        f"# The headings that each post has, in this order; change them to yours.\nstructure = [\n{headings}]\n"
        f"# How many words a post may have, from and to.\nwords = [{words[0]}, {words[1]}]\n"
    )


def in_order(number: str) -> tuple[int, ...]:
    """By which numbers are sorted: 2.10 comes after 2.9."""
    return tuple(int(part) for part in re.findall(r"\d+", number))


def _expected(plain: Mapping[str, Any], number: str, folder: str, title: str) -> dict[str, Any]:
    """What the new text must say."""
    made = copy.deepcopy(dict(plain))
    module = number.partition(".")[0]
    modules = made.setdefault("modules", [])
    mine = next((each for each in modules if str(each.get("number", "")) == module), None)
    if mine is None:
        mine = {"number": module, "title": title or f"Module {module}", "posts": []}
        modules.insert(sum(in_order(str(each.get("number", ""))) < in_order(module) for each in modules), mine)
    posts = mine.setdefault("posts", [])
    posts.insert(_place(posts, number), folder)
    return made


def _place(posts: list[str], number: str) -> int:
    """After the last one with a lower number."""
    lower = [i for i, name in enumerate(posts, 1) if in_order(name.partition("-")[0]) < in_order(number)]
    return lower[-1] if lower else 0


def _in_module(text: str, which: int, number: str, folder: str) -> str | None:
    starts = [found.end() for found in MODULE.finditer(text)]
    if which >= len(starts):
        return None
    end = starts[which + 1] if which + 1 < len(starts) else len(text)
    posts = POSTS.search(text, starts[which], end)
    table = TABLE.search(text, starts[which], end)
    if posts is None or (table is not None and table.start() < posts.start()):
        return None
    return _in_array(text, posts.end(), number, json.dumps(folder, ensure_ascii=False))


def _in_array(text: str, start: int, number: str, said: str) -> str:
    """With one more text in the array that begins at `start`, in the way in which the others stand there."""
    tokens = list(TOKEN.finditer(text, start))
    close = next(found for found in tokens if found[0] == "]")
    there = [found for found in tokens if found.start() < close.start() and found[0][0] != "#"]
    names = [str(tomllib.loads(f"name = {found[0]}")["name"]) for found in there]
    at = _place(names, number)
    if not there:
        return f"{text[:start]}{said}{text[start:]}"
    if at == 0:
        return f"{text[: there[0].start()]}{said},{_gap(text, start, there[0].start())}{text[there[0].start() :]}"
    before = there[at - 1].end()
    comma = re.compile(r"[ \t\n]*,").match(text, before)
    indent = _gap(text, start, there[0].start())
    if comma is None:  # the last one, without a comma of its own
        return f"{text[:before]},{indent}{said}{text[before:]}"
    rest_of_line = re.compile(r"[ \t]*#[^\n]*").match(text, comma.end())  # a comment belongs to what it stands behind
    after = rest_of_line.end() if rest_of_line else comma.end()
    return f"{text[:after]}{indent}{said},{text[after:]}"


def _gap(text: str, start: int, first: int) -> str:
    """What stands between two texts: a new line and its indent, or a space."""
    between = re.sub(r"#[^\n]*", "", text[start:first])
    return f"\n{between.rpartition(chr(10))[2]}" if "\n" in between else " "


def _with_module(text: str, modules: list[str], number: str, folder: str, title: str) -> str | None:
    module = number.partition(".")[0]
    said = "\n".join(
        (
            "[[modules]]",
            f"number = {json.dumps(module)}",
            f"title = {json.dumps(title or f'Module {module}', ensure_ascii=False)}",
            f"posts = [\n  {json.dumps(folder, ensure_ascii=False)},\n]",
        )
    )
    starts = [found.start() for found in MODULE.finditer(text)]
    if len(starts) != len(modules):
        return None
    at = sum(in_order(each) < in_order(module) for each in modules)
    if at == len(starts):
        return f"{text.rstrip()}\n\n{said}\n"
    above = re.compile(r"(?:^[ \t]*#[^\n]*\n)*\Z", re.MULTILINE).search(text[: starts[at]])  # comments of the next one
    where = above.start() if above else starts[at]
    return f"{text[:where]}{said}\n\n{text[where:]}"
