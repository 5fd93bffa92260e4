"""An experiment as TOML and as JSON, there and back. Never opens a file; see `link` for the third way."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

import tomli_w

from ..errors import UserMistake, mistake
from . import bounds
from .said import Said
from .spec import Experiment
from .validation import validate

ROW = re.compile(r"\[\n((?:\s+[\d.e+-]+,\n)+)\s*\]")
"""A list of numbers as the writer sets it, one a line. No text can look so: in texts a line's end is escaped."""
HEADER = "# An experiment of loopscope. What is not given here has its default.\n"


def to_toml(experiment: Experiment) -> str:
    """TOML with only what differs from the defaults."""
    return HEADER + ROW.sub(_one_line, tomli_w.dumps(experiment.given()))


def _one_line(numbers: re.Match[str]) -> str:
    return f"[{', '.join(numbers[1].replace(',', ' ').split())}]"


def from_toml(text: str, *, source: str = "") -> Experiment:
    """The experiment of a TOML text. Raises `UserMistake`, with `source` (such as a file's name) before each field."""
    return validate(read_toml(text, source=source), name_of_source=source)


def to_json(experiment: Experiment, *, indent: int | None = 2) -> str:
    """JSON with every field, defaults too."""
    return json.dumps(experiment.plain(), indent=indent, ensure_ascii=False, allow_nan=False)


def from_json(text: str, *, source: str = "") -> Experiment:
    """The experiment of a JSON text. Raises `UserMistake`, with `source` (such as a file's name) before each field."""
    return validate(read_json(text, source=source), name_of_source=source)


def read_toml(text: str, *, source: str = "") -> dict[str, Any]:
    """TOML as plain data, not validated yet. Raises `UserMistake` for text that is none, or is made to choke us."""
    source = source or "TOML"
    bounds.check_size(text, source)
    bounds.check_dots(text, source)
    return _read(tomllib.loads, text, source, "valid TOML")


def read_json(text: str, *, source: str = "") -> Any:
    """JSON as plain data, not validated yet. Raises `UserMistake` for text that is none, or names a key twice."""
    source = source or "JSON"
    bounds.check_size(text, source)
    return _read(lambda text: json.loads(text, object_pairs_hook=_each_key_once), text, source, "valid JSON")


def _read(parse: Callable[[str], Any], text: str, source: str, allowed: str) -> Any:
    try:
        data = parse(text)
    except RecursionError:
        raise bounds.too_deep(source) from None
    except UserMistake:
        raise
    except ValueError as error:
        if "int_max_str_digits" in str(error):  # Python's limit, in words for programmers
            raise mistake(source, Said("a file of very long numbers"), "numbers of at most 4,300 digits") from None
        raise mistake(source, _beginning(text), allowed, f"{_sentence(str(error))}") from None
    bounds.check_depth(data, source)
    return data


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise ValueError(f"the key {key!r:.80} stands twice")
        data[key] = value
    return data


def _beginning(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:60]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:200]}".rstrip(".") + "."
