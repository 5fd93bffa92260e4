"""The colours, each with one meaning, for light and dark paper. Knows no figure and no Matplotlib."""

from __future__ import annotations

from dataclasses import dataclass

# Okabe and Ito, "Color Universal Design" (2008). Green and sky blue come first: with class 0 and class 1 they differ
# by ΔE > 20 for eyes without red or green cones too, green and purple would not (18). Orange, blue and vermillion,
# which could be taken for class 0 and class 1, come last. Their black is the ink.
_OKABE_ITO = ("#009E73", "#56B4E9", "#CC79A7", "#F0E442", "#E69F00", "#0072B2", "#D55E00")
MARKERS = ("o", "s", "^", "D", "v", "P", "<", "h", ">", "p")
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

    def ramp(self, colour: str, count: int) -> list[str]:
        """`count` shades of a colour, first pale and last full: an order that also shows in grey."""
        if count == 1:
            return [colour]
        return [mix(self.paper, colour, 0.45 + 0.55 * index / (count - 1)) for index in range(count)]


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from one hex colour to another, channel by channel."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def palette(dark: bool = False) -> Palette:
    """The palette of light paper, or of dark."""
    return DARK if dark else LIGHT


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


LIGHT = Palette(
    classes=("#E07B28", "#2C6FBB", *_OKABE_ITO[:4], "#1C1F24", *_OKABE_ITO[4:]),
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
        *(mix(c, "#FFFFFF", 0.25) for c in _OKABE_ITO[:4]),
        "#E8EAED",
        *(mix(c, "#FFFFFF", 0.25) for c in _OKABE_ITO[4:]),
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
