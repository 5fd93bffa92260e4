"""A run's series as one CSV table. Knows nothing of files or figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ..runs import Run


def csv_table(run: Run) -> str:
    """All series of a run as CSV text, a row a step: `step`, then one column a series, empty where nothing was read.

    Numbers are written so that they read back bit for bit (`repr` of a Python float; nan, inf and -inf as such).
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = run.series_names()
    writer.writerow(["step", *names])
    writer.writerows(_rows(run, names))
    return text.getvalue()


def _rows(run: Run, names: list[str]) -> Iterator[list[object]]:
    columns = [dict(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in (run.series(n) for n in names)]
    steps = sorted(set().union(*columns))
    for step in steps:
        yield [step, *(repr(column[step]) if step in column else "" for column in columns)]
