"""What an editor says of a post: where, by which rule, in one sentence. Finds nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

RULES = {
    "front matter": "number, title and summary are there, nothing else but answers; the folder begins with the number",
    "structure": "the series' headings, each once, in their order; something under each; a target before each question",
    "length": "as many words as the series allows",
    "symbol": "a symbol of a formula is introduced above it, in its own paragraph or in the one after it",
    "term": "what is written in italics as a name has an entry in the glossary",
    "claim": "a cell tagged claim says what it claims, and has an assertion that can fail",
    "figure": "a caption that says what to see; `change` where the figure has controls; one figure at least",
    "link": "anchors, posts, exercises and files that are named are there",
    "code": "no cell is longer than a page",
    "exercise": "a title, a task, three hints, a solution and two others, mutants that say their mistake",
    "run": "every cell runs, every claim holds, the code takes time, every figure shows one",
}


@dataclass(frozen=True, order=True)
class Remark:
    """One thing to mend. `line` is that of the post's file, from 1."""

    line: int
    rule: str
    says: str

    def __post_init__(self) -> None:
        assert self.rule in RULES, self.rule
