"""`python -m loopscope.worker.errands`: short questions of the server that need torch or pandas. Trains nothing.

Frames on stdin and stdout as in docs/lab.md; one question, one answer, in turn.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgpack
import numpy as np

from ..errors import UserMistake, mistake
from ..experiment.vocabulary import DATASETS

LENGTH = struct.Struct(">I")
POINTS = 200
NICE = 10  # thumbnails can wait; the first frames of a session cannot
OWN = ("points", "table", "text")
FORMULA = "sin(3*x)"


def main() -> None:
    """Answer until stdin ends."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not stand among the answers
    if hasattr(os, "nice"):
        os.nice(NICE)
    from .. import datasets  # noqa: F401 - ready means that torch is here

    _put(answers, {"kind": "ready"})
    while (question := _next(questions)) is not None:
        _put(answers, {"kind": "pong"} if question["do"] == "ping" else answer(question))


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to a question, or its problems."""
    ask = ANSWERS[question.pop("do")]
    try:
        return {"kind": "answer", **ask(**question)}
    except UserMistake as mistake:
        problems = [
            {"field": p.field, "value": repr(p.value)[:300], "allowed": p.allowed, "try_next": p.try_next}
            for p in mistake.problems
        ]
        return {"kind": "problems", "problems": problems}


def instruments() -> dict[str, Any]:
    """Every instrument with what it reads."""
    from ..instruments import DEFAULT
    from ..instruments import instruments as known

    about = [
        {
            "name": name,
            "summary": (kind.__doc__ or "").strip().partition("\n")[0],
            "describes": dict(kind.describes),
            "cadence": str(kind.usual),
            "example": kind.example,
            "default": name in DEFAULT,
        }
        for name, kind in known().items()
    ]
    return {"instruments": about}


def thumbnail(name: str) -> dict[str, Any]:
    """Points of a dataset for its picture: places in the plane, and a class or value each."""
    from .. import datasets
    from ..experiment import Data

    known = DATASETS[name]
    about = {"name": name, "summary": known.summary, "task": known.task, "inputs": known.inputs}
    if name in OWN:
        return {**about, "axes": [], "points": [], "values": [], "classes": []}
    rows = POINTS if known.rows is None else min(POINTS, known.rows)
    formula = FORMULA if name == "formula" else None
    found = datasets.load(Data(name=name, samples=rows, formula=formula, test_fraction=0.0), 0)  # type: ignore[arg-type]
    places, axes = plane(found.train.raw, found.raw_names, found.train.raw_targets, found.target_name)
    return {
        **about,
        "task": found.task,
        "axes": axes,
        "points": np.round(places, 4).tolist(),
        "values": np.round(np.asarray(found.train.raw_targets, dtype=float), 4).tolist(),
        "classes": list(found.class_names),
    }


def plane(raw: np.ndarray, names: tuple[str, ...], targets: np.ndarray, target: str) -> tuple[np.ndarray, list[str]]:
    """Rows (n, columns) in two dimensions (n, 2), and what the axes are: more columns than two by principal components.

    Columns are standardized before, so that none decides by its unit alone.
    """
    if raw.shape[1] == 1:
        return np.column_stack([raw[:, 0], targets]), [names[0], target]
    if raw.shape[1] == 2:
        return raw, list(names)
    deviation = raw.std(axis=0)
    standard = (raw - raw.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    u, s, _ = np.linalg.svd(standard, full_matrices=False)
    return u[:, :2] * s[:2], ["first principal component", "second principal component"]


def table(path: str, name: str) -> dict[str, Any]:
    """What a person's CSV holds, as it would be understood: columns, rows, and sentences for its reader."""
    from ..datasets import csv_file
    from ..datasets.column_types import infer

    try:
        cells = csv_file.read(path)
    except UserMistake as mistake:
        raise UserMistake(*(_said_of(problem, path, name) for problem in mistake.problems)) from None
    columns = [infer(cells, at) for at in range(len(cells.header))]
    about = [
        {"name": each.name, "type": each.kind, "note": each.note, "missing": each.missing_rows} for each in columns
    ]
    return {"columns": about, "rows": len(cells), "report": list(sentences(name, cells, columns))}


def export(run: str, to: str, home: str, file: str) -> dict[str, Any]:
    """Write a recorded run as script, notebook or CSV."""
    from ..export import csv_table, notebook, script
    from ..runs import open_run

    found = open_run(run, home)
    if to == "csv":
        text = csv_table(found)
    elif found.experiment is None:
        raise mistake(
            "run", found.id, "a run of an experiment", "This one was recorded from a script: that is the script."
        )
    else:
        text = {"script": script, "notebook": notebook}[to](found.experiment)
    Path(file).write_text(text, encoding="utf-8", newline="\n")
    return {}


def sweeps(home: str, limit: int) -> dict[str, Any]:
    """Recorded sweeps, the newest first."""
    from .sweep_records import listed

    return {"sweeps": listed(Path(home), limit)}


def sweep(home: str, name: str) -> dict[str, Any]:
    """One recorded sweep with all its runs."""
    from .sweep_records import whole

    return {"sweep": whole(Path(home), name)}


def sentences(name: str, cells: Any, columns: list[Any]) -> list[str]:
    """The file, and each column that is left out or odd, for a reader."""
    how = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(cells.delimiter, "commas")
    said = [f"{name}: {len(cells):,} rows, {len(cells.header):,} columns, separated by {how}."]
    said += [f"{c.name} is left out as an input: it {c.note}." for c in columns if not c.inputs and c.note]
    said += [
        f"{c.name} is missing on {c.missing_rows:,} {'row' if c.missing_rows == 1 else 'rows'}."
        for c in columns
        if c.missing_rows
    ]
    return [" ".join(sentence.split()) for sentence in said]


def _said_of(problem: Any, path: str, name: str) -> Any:
    """The person knows the file by its own name, not by the one it is kept under."""
    value = name if problem.value == path else problem.value
    return type(problem)("table", value, problem.allowed, problem.try_next)


ANSWERS: dict[str, Callable[..., dict[str, Any]]] = {
    "export": export,
    "instruments": instruments,
    "sweep": sweep,
    "sweeps": sweeps,
    "thumbnail": thumbnail,
    "table": table,
}


def _next(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return msgpack.unpackb(stream.read(LENGTH.unpack(head)[0]))


def _put(stream: BinaryIO, message: dict[str, Any]) -> None:
    data = msgpack.packb(message)
    assert data is not None
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


if __name__ == "__main__":
    main()
