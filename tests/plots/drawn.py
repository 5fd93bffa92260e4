"""What a test must know of a drawn figure: its texts, whether they overlap, whether they are cut off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def drawn_texts(figure: Figure) -> Iterator[tuple[str, Bbox]]:
    """Every visible text of a figure with the pixels it covers."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    shown = figure.bbox
    beyond = set(_labels_beyond_limits(figure))
    for text in figure.findobj(Text):
        if text in beyond:
            continue
        box = text.get_window_extent(renderer)
        if text.get_visible() and text.get_text().strip() and box.overlaps(shown):
            yield text.get_text(), box


def _labels_beyond_limits(figure: Figure) -> Iterator[Text]:
    """Labels of ticks outside of an axis's limits, which exist and are not drawn."""
    for axis in figure.findobj(Axis):
        low, high = sorted(axis.get_view_interval())
        slack = (high - low) * 1e-6
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low - slack <= tick.get_loc() <= high + slack:
                yield from (tick.label1, tick.label2)


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other by more than a pixel."""
    texts = list(drawn_texts(figure))
    pairs = combinations(texts, 2)
    return [(a, b) for (a, one), (b, other) in pairs if one.padded(-1).overlaps(other.padded(-1)) and a != b]


def cut_off(figure: Figure) -> list[str]:
    """Texts that reach beyond the paper."""
    paper = figure.bbox.padded(1)
    corners = lambda box: [(box.x0, box.y0), (box.x1, box.y1)]  # noqa: E731
    return [text for text, box in drawn_texts(figure) if not all(paper.contains(*at) for at in corners(box))]


def axes_of(figure: Figure) -> Axes:
    return figure.axes[0]
