"""The static picture of a figure: our Matplotlib figures side by side, one column an experiment. Trains nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from numpy.typing import NDArray
from PIL import Image

from ..errors import UserMistake, mistake, unknown
from ..events import Measured, StepEnded
from ..experiment import Experiment
from ..plots import Picture
from ..plots.palette import palette
from ..runs.plotting import Plots
from ..store import Frames, Series
from .scope_take import Take

DPI = {1: 150, 2: 110}
"""By the number of columns; more of them take that of two, and the picture grows wider."""
DRAWN: dict[str, tuple[str, ...]] = {
    "surface": ("surface", "fit", "agreement", "confusion"),
    "loss": ("loss",),
    "network": ("weights",),
    "weights": ("weights",),
    "gradients": ("gradients",),
    "activations": ("activations",),
    "data": ("data",),
}
"""Figures of a run that stand for a figure of the page, the first that can be drawn."""


class Told:
    """What `Plots` asks of a run, from the events of a take that nobody recorded."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._series: dict[str, tuple[list[int], list[float]]] = {}
        self._frames: dict[str, tuple[list[int], list[NDArray[Any]]]] = {}
        for event in take.events():
            if isinstance(event, StepEnded):
                self._add("loss", event.step, event.loss)
            elif isinstance(event, Measured):
                self._measured(event)

    @property
    def experiment(self) -> Experiment | None:
        return self._take.experiment

    @property
    def facts(self) -> Mapping[str, Any]:
        return self._take.facts

    def series_names(self) -> Sequence[str]:
        return list(self._series)

    def series(self, name: str, points: int | None = None) -> Series:
        if name not in self._series:
            raise unknown("series", name, self._series)
        steps, values = self._series[name]
        return Series(np.array(steps, dtype=np.int64), np.array(values, dtype=np.float64))

    def frames(self, instrument: str, key: str) -> Frames:
        name = f"{instrument}.{key}"
        if name not in self._frames:
            raise unknown("array", name, self._frames)
        steps, arrays = self._frames[name]
        return Frames(np.array(steps, dtype=np.int64), arrays)

    def _measured(self, event: Measured) -> None:
        for key, value in event.values.items():
            self._add(f"{event.instrument}.{key}", event.step, value)
        for key, array in event.arrays.items():
            steps, arrays = self._frames.setdefault(f"{event.instrument}.{key}", ([], []))
            steps.append(event.step)
            arrays.append(array)

    def _add(self, name: str, step: int, value: float) -> None:
        steps, values = self._series.setdefault(name, ([], []))
        steps.append(step)
        values.append(value)


def picture_of(takes: Sequence[Take], headings: Sequence[str], figures: Sequence[str]) -> bytes:
    """A PNG on light paper: a column an experiment, a row a figure; what an experiment has no figure of stays empty.

    Raises `UserMistake` where no experiment has any of the figures.
    """
    dpi = DPI.get(len(takes), DPI[2])
    several = len(takes) > 1
    rows: list[list[NDArray[Any] | None]] = []
    kinds = list(dict.fromkeys(DRAWN[figure] for figure in figures))  # two figures may share a picture
    for kind in kinds:
        row = [
            _panel(take, kind, heading if several and not rows else "", dpi)
            for take, heading in zip(takes, headings, strict=True)
        ]
        if any(panel is not None for panel in row):
            rows.append(row)
    if not rows:
        raise mistake("show", list(figures), "a figure that these experiments have", 'Try show=["loss"].')
    return _png(_sheet(rows))


def _panel(take: Take, kinds: Sequence[str], heading: str, dpi: int) -> NDArray[Any] | None:
    plots = Plots(Told(take))
    for kind in kinds:
        draw: Callable[[], Picture] = getattr(plots, kind)
        try:
            picture = draw()
        except UserMistake:
            continue  # not this kind of data
        if heading:
            picture.suptitle(heading, x=0.01, ha="left", fontsize="medium")
        page = io.BytesIO()
        picture.savefig(page, format="png", dpi=dpi)
        page.seek(0)
        return imread(page)[:, :, :3]  # (height, width, colours) 0 to 1
    return None


def _sheet(rows: Sequence[Sequence[NDArray[Any] | None]]) -> NDArray[Any]:
    """Panels on one sheet, each row as high as its highest, each column as wide as its widest."""
    columns = list(zip(*rows, strict=True))
    widths = [max((panel.shape[1] for panel in column if panel is not None), default=0) for column in columns]
    heights = [max(panel.shape[0] for panel in row if panel is not None) for row in rows]
    sheet = np.empty((sum(heights), sum(widths), 3), dtype=np.float32)
    sheet[:] = to_rgb(palette().paper)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for panel, width in zip(row, widths, strict=True):
            if panel is not None:
                sheet[top : top + panel.shape[0], left : left + panel.shape[1]] = panel
            left += width
        top += height
    return sheet


def _png(sheet: NDArray[Any]) -> bytes:
    """With 256 colours: our figures have few, and a page full of them is to load quickly."""
    page = io.BytesIO()
    picture = Image.fromarray((255 * sheet).round().astype(np.uint8))
    picture.quantize(256, dither=Image.Dither.NONE).save(page, format="png", optimize=True)
    return page.getvalue()
