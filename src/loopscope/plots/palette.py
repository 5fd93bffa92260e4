"""The colours, each with one meaning, for light and dark paper. Knows no figure and no Matplotlib."""

from __future__ import annotations

from dataclasses import dataclass

# Okabe and Ito, "Color Universal Design" (2008). Green and sky blue come first: with class 0 and class 1 they differ
# by ΔE > 20 for eyes without red or green cones too, green and purple would not (18). Their black is the ink. Orange,
# blue and vermillion are left out, since they would be taken for class 0 and class 1 (ΔE of 15 to 20).
_OKABE_ITO = ("#009E73", "#56B4E9", "#CC79A7", "#F0E442")
# Indigo, olive and wine instead: darker than all but the ink, and ΔE > 30 from every other class.
_DARKER = ("#3B1E8A", "#6B5A00", "#882255")
_LIFT = 0.25  # towards white, on dark paper
READABLE = 4.5
"""Contrast ratio that text needs with its ground (WCAG 2.1, success criterion 1.4.3)."""
FAINT = 1.5
"""Contrast ratio below which a point needs an edge to be seen: yellow on light paper has 1.3."""
MARKERS = ("o", "s", "^", "D", "v", "P", "<", "*", ">", "p")
"""One marker a class, so that classes are told apart without colour; crosses are kept for errors."""


@dataclass(frozen=True, slots=True)
class Palette:
    """What each colour means. `classes` holds class 0, class 1, then those of further classes."""

    classes: tuple[str, ...]
    forward: str
    loss: str
    backward: str
    step: str
    trouble: str
    ink: str
    rule: str
    paper: str

    @property
    def muted(self) -> str:
        """Ink for what is read last: axis labels, notes."""
        return mix(self.ink, self.paper, 0.35)

    @property
    def faint(self) -> str:
        """Ink for what is only just seen: leader lines, edges of cells."""
        return mix(self.ink, self.paper, 0.7)

    def of_class(self, number: int) -> str:
        """The colour of a class; after the tenth they repeat (markers and labels still differ)."""
        return self.classes[number % len(self.classes)]

    def outline(self, colour: str) -> str:
        """The colour itself, or what draws its edge where it would be lost on paper, as yellow is on light paper."""
        return colour if contrast(colour, self.paper) >= FAINT else mix(colour, self.ink, 0.28)

    def on(self, ground: str, wanted: str) -> str:
        """A colour in which text on `ground` can be read: the one wanted, or ink, or paper, or what does in between.

        Of black and white one always has the contrast, as sqrt(21) is above 4.5.
        """
        candidates = (wanted, self.ink, self.paper, "#000000", "#FFFFFF")
        return next(colour for colour in candidates if contrast(colour, ground) >= READABLE)

    def ramp(self, colour: str, count: int) -> list[str]:
        """`count` shades of a colour, first pale and last full: an order that also shows in grey."""
        if count == 1:
            return [colour]
        return [mix(self.paper, colour, 0.45 + 0.55 * index / (count - 1)) for index in range(count)]


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from one hex colour to another, channel by channel."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def palette(dark: bool = False) -> Palette:
    """The palette of light paper, or of dark."""
    return DARK if dark else LIGHT


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1, from IEC 61966-2-1)."""
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


LIGHT = Palette(
    classes=("#E07B28", "#2C6FBB", *_OKABE_ITO, "#1C1F24", *_DARKER),
    forward="#1B998B",
    loss="#B8860B",
    backward="#A23B72",
    step="#3A7D44",
    trouble="#C0392B",
    ink="#1C1F24",
    rule="#D9DCE1",
    paper="#FBFBFA",
)
DARK = Palette(
    classes=(
        "#F2994A",
        "#5AA2F0",
        *(mix(c, "#FFFFFF", _LIFT) for c in _OKABE_ITO),
        "#E8EAED",
        *(mix(c, "#FFFFFF", _LIFT) for c in _DARKER),
    ),
    forward="#3FC1B0",
    loss="#E0B040",
    backward="#D66BA0",
    step="#6CBF77",
    trouble="#FF6B5E",
    ink="#E8EAED",
    rule="#333941",
    paper="#14171B",
)
