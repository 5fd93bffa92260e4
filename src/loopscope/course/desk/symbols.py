r"""Symbols of a post's formulas, and where each is introduced. Reads formulas, and computes none.

A symbol is a letter, Latin or Greek, with its accent and its subscript: `w`, `\hat y`, `W_1`. Names in upright letters
(`\mathrm{relu}`), numbers, the sign of transposition and signs of operations are none; a subscript is no symbol of its
own. It is introduced

- in the first cell of a row of a table,
- where it stands alone in a formula and the sentence goes on with *is, are, means, stands for, …* or with *, the …*,
- or where a noun with its article stands right before it: *the matrix $W$*, *their weights $w_1$ and $w_2$*.

That is to be done above the formula, in its own paragraph, or in the one that follows: *where $b$ is the bias*. `W_1`
counts as introduced where `W` is, or `W_i`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..formulas import readable
from .prose import FORMULAS, Piece
from .remark import Remark

GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell"
)
LETTER = rf"(?:\\(?:{'|'.join(GREEK.split())})(?![A-Za-z])|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|[A-Za-z])"
ACCENT = r"\\(?:hat|bar|tilde|vec|dot|overline|widehat|widetilde|mathbf|boldsymbol|mathcal|mathbb)\s*"
BELOW = r"_(?:\{(?P<group>[^{}]*)\}|(?P<one>\\[A-Za-z]+|\w))"
SYMBOL = re.compile(rf"(?P<accent>{ACCENT})?(?P<open>\{{)?(?P<letter>{LETTER})(?(open)\}})(?:{BELOW})?")
UPRIGHT = re.compile(r"\\(?:mathrm|text|operatorname\*?|mathtt|textbf|textit|begin|end|tag|label)\s*\{[^{}]*\}")
TRANSPOSED = re.compile(r"\^\s*(?:\{\s*(?:\\top|T|\\prime)\s*\}|\\top|T(?![A-Za-z]))")
DIFFERENTIAL = re.compile(r"(?<![A-Za-z\\])d(?=\\?[A-Za-z])|\\mathrm\s*d\b")
SPACED = re.compile(r"\\\\\s*\[[^\]]*\]")
"""`\\\\[1ex]`: a distance between rows."""
IN_WORDS = re.compile(r"_\s*(?:\{\s*\\(?:mathrm|text)\s*\{[^{}]*\}\s*\}|\\(?:mathrm|text)\s*\{[^{}]*\})")
"""`L_{\\text{train}}`: its subscript says itself."""
RUNNING = re.compile(r"\\(?:sum|prod)\s*_(?:\{\s*([A-Za-z])|([A-Za-z]))")
"""A sum says itself what its index runs over."""
APPLIED = re.compile(r"\([^()]*\)$")
SETS = frozenset({r"\mathbb R", r"\mathbb N", r"\mathbb Z", r"\mathbb E", r"\mathbb P"})
VERBS = r"(?:is|are|be|was|were|means?|stands?\s+for|denotes?|holds?|has|have|gives?|says?|counts?|takes?|lists?)"
AFTER = re.compile(rf"^\s*(?:\([^)]*\)\s*)?(?:{VERBS}\b|,?\s*(?:the|a|an|one|its|their)\b|:\s)", re.IGNORECASE)
ARTICLE = (
    "(?:the|a|an|its|their|his|her|our|your|my|each|every|any|some|one|two|three|four|both|all|this|that|these"
    "|call(?:ed)?)"
)
BEFORE = re.compile(rf"\b{ARTICLE}\s+(?:[^\W\d]['\w-]*\s+){{1,5}}$", re.IGNORECASE)
CHAIN = re.compile(r"^\s*(?:,|and|or|to|,\s*and|…|,\s*…,)\s*$")


def symbols(pieces: Sequence[Piece]) -> Iterator[Remark]:
    """Those that no place introduces in time, each at its first use."""
    known, reported = set[str](), set[str]()
    prose = [piece for piece in pieces if piece.kind in ("text", "row", "formula", "caption", "heading")]
    for i, piece in enumerate(prose):
        known |= introduced(piece)
        # what is said of a formula stands in the paragraph after it, perhaps after further formulas
        following = next((each for each in prose[i + 1 :] if each.kind == "text"), None)
        soon = known | (introduced(following) if following else set[str]())
        for line, formula in _formulas(piece):
            for symbol in symbols_of(formula):
                if symbol not in reported and not _is_known(symbol, soon):
                    reported.add(symbol)
                    said = f"{readable(symbol)} is used in ${_short(formula)}$ before it is introduced."
                    yield Remark(line, "symbol", f"{said} Say “${symbol}$ is …” here or above.")


def symbols_of(formula: str) -> list[str]:
    """The symbols of a formula, in order, each once."""
    bare = TRANSPOSED.sub(" ", UPRIGHT.sub(" ", IN_WORDS.sub("", SPACED.sub(" ", formula))))
    running = {found[1] or found[2] for found in RUNNING.finditer(bare)}
    bare = DIFFERENTIAL.sub(" ", bare)
    found = (_symbol(each) for each in SYMBOL.finditer(_without_commands(bare)))
    return [symbol for symbol in dict.fromkeys(found) if symbol not in SETS and symbol not in running]


def introduced(piece: Piece) -> set[str]:
    """The symbols that a piece introduces."""
    parts = [part for part in piece.parts if part.type in ("text", *FORMULAS, "softbreak")]
    alone = {i: symbol for i, part in enumerate(parts) if (symbol := _alone(part)) is not None}
    if piece.kind == "row":
        return set(alone.values()) if len(parts) <= 2 * len(alone) else set()
    said, named = set[str](), False
    for i, part in enumerate(parts):
        if i not in alone:
            named = named and part.type == "text" and bool(CHAIN.match(part.content))
            continue
        before = "".join(" " if each.type == "softbreak" else each.content for each in parts[:i][-3:])
        named = named or bool(BEFORE.search(before))
        after = "".join(" " if each.type == "softbreak" else each.content for each in parts[i + 1 :][:3])
        if named or AFTER.match(after):
            said.add(alone[i])
    return said | _of_a_chain(parts, alone)


def _of_a_chain(parts: Sequence[object], alone: dict[int, str]) -> set[str]:
    """`$a$ and $b$ are`: what is said of the last is said of all before it."""
    said, chain = set[str](), list[str]()
    for i, part in enumerate(parts):
        content = str(getattr(part, "content", ""))
        if i in alone:
            chain.append(alone[i])
        elif AFTER.match(content):
            said |= set(chain)
            chain = []
        elif not CHAIN.match(content):
            chain = []
    return said


def _alone(part: object) -> str | None:
    """The symbol that is all of an inline formula; `w \\in R^2` and `f(x)` introduce w and f as well."""
    if getattr(part, "type", "") not in FORMULAS:
        return None
    content = str(getattr(part, "content", "")).strip()
    head = APPLIED.sub("", re.split(r"\\in(?![A-Za-z])|=|\\(?:colon|to)\b", content)[0].strip())
    found = symbols_of(head)
    plain = re.sub(r"\s", "", TRANSPOSED.sub("", head))
    return found[0] if len(found) == 1 and len(plain) <= len(re.sub(r"\s", "", found[0])) + 5 else None


def _formulas(piece: Piece) -> Iterator[tuple[int, str]]:
    if piece.kind == "formula":
        yield piece.line, piece.text
    for part in piece.parts:
        if part.type in FORMULAS:
            yield piece.line_of(part), part.content


def _without_commands(formula: str) -> str:
    r"""Without `\frac`, `\max` and their like; Greek letters and accents stay."""
    keep = {*GREEK.split(), "hat", "bar", "tilde", "vec", "dot", "overline", "widehat", "widetilde"}
    keep |= {"mathbf", "boldsymbol", "mathcal", "mathbb"}
    return re.sub(r"\\([A-Za-z]+|[^A-Za-z])", lambda found: found[0] if found[1] in keep else " ", formula)


def _symbol(found: re.Match[str]) -> str:
    accent = (found["accent"] or "").strip()
    below = found["group"] if found["group"] is not None else found["one"]
    letter = f"{accent} {found['letter']}" if accent else found["letter"]
    return f"{letter}_{{{below}}}" if below and len(below) > 1 else f"{letter}_{below}" if below else letter


def _is_known(symbol: str, known: set[str]) -> bool:
    base = symbol.partition("_")[0]
    return symbol in known or base in known or ("_" in symbol and any(_is_index(each, base) for each in known))


def _is_index(symbol: str, base: str) -> bool:
    """`W_i` and `w_{ij}`: any of them."""
    letter, _, below = symbol.partition("_")
    return letter == base and bool(re.fullmatch(r"\{?[a-z,\s]{1,4}\}?", below)) and below.strip("{}")[:1] in "ijkltn"


def _short(formula: str) -> str:
    said = " ".join(formula.split())
    return said if len(said) <= 40 else said[:39] + "…"
