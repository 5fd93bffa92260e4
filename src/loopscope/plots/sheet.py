"""An empty sheet in the house style: paper, ink, type and size. Knows nothing of what will be drawn on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .palette import Palette, palette

WIDTH, HEIGHT = 6.4, 4.0  # inches
FONTS = ("Inter", "DejaVu Sans")  # DejaVu comes with Matplotlib and has every symbol we write


class Picture(Figure):
    """A Matplotlib figure that a notebook shows by itself, with no pyplot and no backend chosen."""

    def _repr_png_(self) -> bytes:
        return self.png()

    def png(self) -> bytes:
        """The figure as the bytes of a PNG file, 200 dots to the inch."""
        page = io.BytesIO()
        self.savefig(page, format="png", dpi=200)
        return page.getvalue()


@contextmanager
def paper(dark: bool = False) -> Iterator[Palette]:
    """The house style for what is made inside, and its palette. Matplotlib's settings are put back after it."""
    colours = palette(dark)
    with mpl.rc_context():
        mpl.rcParams.update({**_style(), **_inks(colours)})
        yield colours


def sheet(width: float = WIDTH, height: float = HEIGHT) -> tuple[Picture, Axes]:
    """A figure (inches) with one pair of axes. To be called inside `paper`."""
    picture = Picture(figsize=(width, height))
    return picture, picture.add_subplot()


def name_axes(axes: Axes, x: str, y: str, note: str = "") -> None:
    """Names of both axes, read horizontally: y above its axis with a muted note beside it, x at its far end."""
    axes.set_xlabel(x, loc="right")
    axes.set_ylabel(f"{y}   {note}".rstrip(), rotation=0, ha="left", va="bottom")
    axes.yaxis.set_label_coords(0, 1.02)
    axes.set_title(" ", pad=7)  # keeps room above: the layout engine takes no account of a y label's height


@cache
def _style() -> dict[Any, Any]:
    settings = mpl.rc_params_from_file(str(files("loopscope.plots") / "loopscope.mplstyle"), use_default_template=False)
    installed = {font.name for font in font_manager.fontManager.ttflist}
    # families are written into each text now: a generic one would be looked up later, outside of our style
    return {**settings, "font.family": [name for name in FONTS if name in installed] or ["sans-serif"]}


def _inks(colours: Palette) -> dict[Any, Any]:
    paper_keys = ("figure.facecolor", "axes.facecolor")
    ink_keys = ("text.color", "axes.titlecolor")
    muted_keys = ("axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor")
    rule_keys = ("axes.edgecolor", "grid.color", "xtick.color", "ytick.color", "patch.edgecolor")
    return {
        **dict.fromkeys(paper_keys, colours.paper),
        **dict.fromkeys(ink_keys, colours.ink),
        **dict.fromkeys(muted_keys, colours.muted),
        **dict.fromkeys(rule_keys, colours.rule),
    }
