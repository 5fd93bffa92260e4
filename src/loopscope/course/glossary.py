"""The terms of a series, and where in a text they are used. Knows no page and no post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import mistake

HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*$", re.MULTILINE)
SHORT_FORM = re.compile(r"^(.*?)\s*\(([^()]+)\)$")


@dataclass(frozen=True)
class Term:
    """A term, all forms it is written in, and what it means: one paragraph of Markdown. `line` is its heading's."""

    name: str
    forms: tuple[str, ...]
    definition: str
    line: int

    @property
    def slug(self) -> str:
        """Its anchor on the glossary's page."""
        return slug(self.name)


@dataclass(frozen=True)
class Use:
    """Where a text uses a term: from which character to which."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True)
class Glossary:
    """Terms in the order of their names."""

    terms: tuple[Term, ...]

    @cached_property
    def _by_form(self) -> dict[str, Term]:
        return {form: term for term in self.terms for form in term.forms}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        forms = sorted(self._by_form, key=len, reverse=True)  # "hidden layer" before "layer"
        written = "|".join(_written(form) for form in forms)
        return re.compile(rf"(?<![\w-])(?:{written})(?![\w-])") if forms else None

    @cached_property
    def _folded(self) -> dict[str, Term]:
        return {form.lower(): term for form, term in self._by_form.items()}

    def uses(self, text: str) -> Iterator[Use]:
        """Every use in running text, from left to right; of forms within one another the longest."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(text):
            yield Use(self._meant(found.group()), found.start(), found.end())

    def _meant(self, written: str) -> Term:
        said = " ".join(written.lower().split())
        for form in (said, *_singulars(said)):
            if form in self._folded:
                return self._folded[form]
        raise AssertionError(f"{written} matched, and is no form of any term")

    def find(self, text: str) -> Term | None:
        """The term that is written so, in whatever case or number."""
        said = " ".join(text.lower().split())
        return next((self._folded[form] for form in (said, *_singulars(said)) if form in self._folded), None)


def read_glossary(path: Path) -> Glossary:
    """Read `glossary.md`; an empty glossary where there is none. Raises `UserMistake` for two entries of one form."""
    return parse_glossary(path.read_text(encoding="utf-8")) if path.is_file() else Glossary(())


def parse_glossary(text: str) -> Glossary:
    """A second-level heading a term, perhaps a short form in brackets and more forms after bars; then a paragraph."""
    terms: list[Term] = []
    headings = list(HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        definition = text[heading.end() : following.start() if following else len(text)].strip()
        terms.append(_term(heading.group(1), definition, text.count("\n", 0, heading.start()) + 1))
    _refuse_twice(terms)
    return Glossary(tuple(sorted(terms, key=lambda term: term.name.lower())))


def slug(text: str) -> str:
    """What an address can hold of a heading: `what-are-fc1-and-fc2`."""
    return re.sub(r"[^\w]+", "-", re.sub(r"[`'’$\\]", "", text.lower())).strip("-")


def _term(heading: str, definition: str, line: int) -> Term:
    name, *others = (part.strip() for part in heading.split("|"))
    short = SHORT_FORM.match(name)
    forms = [*(short.groups() if short else (name,)), *others]
    if not definition:
        raise mistake("glossary.md", heading, "a heading with a definition beneath", f"Line {line} has none.")
    return Term(short.group(1) if short else name, tuple(dict.fromkeys(forms)), definition, line)


def _refuse_twice(terms: Sequence[Term]) -> None:
    known: dict[str, Term] = {}
    for term in terms:
        for form in term.forms:
            first = known.setdefault(form.lower(), term)
            if first is not term:
                raise mistake("glossary.md", form, "each form once", f"See lines {first.line} and {term.line}.")


def _written(form: str) -> str:
    """A form as a pattern: in any case of its first letter, singular or plural; capitals within it must stand."""
    spaced = r"\s+".join(re.escape(word) for word in form.split())
    if form == form.lower():
        first = form[0]
        spaced = f"[{first}{first.upper()}]{spaced[len(re.escape(first)) :]}" if first.isalpha() else spaced
    if spaced.endswith("y"):
        return f"{spaced[:-1]}(?:y|ies)"
    return f"{spaced}(?:s|es)?"


def _singulars(said: str) -> list[str]:
    return [
        *([f"{said[:-3]}y"] if said.endswith("ies") else []),
        *([said[:-2]] if said.endswith("es") else []),
        *([said[:-1]] if said.endswith("s") else []),
    ]
