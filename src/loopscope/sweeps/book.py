"""A sweep on disk: its plan, and a line for each run that is over. Knows what a line holds, never what it means.

`home/sweeps/ID/plan.json` is written once; to `runs.jsonl` lines are added, and a line that was cut off by a kill is
taken for none. So what is finished stays finished.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import StoreError, mistake, unknown
from ..store import make_home, new_run_id
from .plans import Plan, plan_of

Row = dict[str, Any]
VERSION = 1


@dataclass(frozen=True, slots=True)
class Book:
    """One sweep's folder."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def _lines(self) -> Path:
        return self.folder / "runs.jsonl"

    def plan(self) -> Plan:
        """What was asked for. Raises `StoreError` where the file is damaged."""
        path = self.folder / "plan.json"
        try:
            plain = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} cannot be read ({error}). Begin the sweep anew.") from error
        if plain.get("version") != VERSION:
            raise StoreError(f"{path} has version {plain.get('version')}; this loopscope reads {VERSION}. Upgrade it.")
        return plan_of(plain)

    def rows(self) -> list[Row]:
        """A row for each run that is over, in the order they ended; each run once."""
        if not self._lines.exists():
            return []
        found: dict[tuple[int, int], Row] = {}
        for line in self._lines.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:  # cut off by a kill
                continue
            found.setdefault((row["run"], row["rung"]), row)
        return list(found.values())

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows; they are on the disk when this returns. Raises `StoreError` where there is no room."""
        text = "".join(json.dumps(row) + "\n" for row in rows)
        try:
            with self._lines.open("ab") as file:
                if self._torn():
                    file.write(b"\n")
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"{self._lines} cannot be written: {error.strerror}. Make room, and resume it.") from error

    def _torn(self) -> bool:
        """Whether the last line has no end."""
        if not self._lines.exists() or not self._lines.stat().st_size:
            return False
        with self._lines.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"


def begin(home: Path, plan: Plan, now: float) -> Book:
    """A new sweep. Raises `StoreError` where nothing can be written."""
    folder = home / "sweeps" / new_run_id(plan.experiment.title, now, os.urandom(3))
    try:
        make_home(home)
        folder.mkdir(parents=True)
        new = folder / "plan.new"
        new.write_text(json.dumps({"version": VERSION, **plan.plain()}), "utf-8")
        new.replace(folder / "plan.json")
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}. Try another --home.") from error
    return Book(folder)


def find(home: Path, text: str) -> Book:
    """The sweep meant by an id, the beginning or end of one, or "last". Raises `UserMistake`."""
    books = sorted(home.glob("sweeps/*/plan.json"))
    ids = [path.parent.name for path in books]
    fitting = [name for name in ids if name.startswith(text) or name.endswith(f"-{text}")]
    if text == "last" and ids:
        fitting = ids[-1:]
    if len(fitting) == 1:
        return Book(home / "sweeps" / fitting[0])
    if fitting:
        raise mistake("sweep", text, "what fits one sweep", f"It fits {len(fitting)}; type more of the id.")
    raise unknown("sweep", text, ids, "Begin one: loopscope sweep moons-mlp --over training.lr=0.001:1:log:20")
