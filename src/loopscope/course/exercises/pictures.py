"""A check's figures as PNG. Knows no exercise."""

from __future__ import annotations

import io
from typing import Any

DOTS = 110


def png(figure: Any) -> bytes | None:
    """A Matplotlib figure, or the figure that axes stand in, drawn; None for None."""
    if figure is None:
        return None
    figure = getattr(figure, "figure", None) or figure
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DOTS, bbox_inches="tight", metadata={"Software": ""})
    return file.getvalue()
