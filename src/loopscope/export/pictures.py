"""A run's figures as PNG files. Draws nothing itself."""

from __future__ import annotations

import os
from pathlib import Path

from ..runs import Run


def png(run: Run, folder: str | os.PathLike[str]) -> list[Path]:
    """Every figure that the run has the measurements for, as `FIGURE.png` in `folder` (made if missing)."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return run.plot.all(place)
