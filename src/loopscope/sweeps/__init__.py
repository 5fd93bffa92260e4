"""One experiment over many settings and seeds: laid out, trained in stacks, judged. Knows no terminal and no loop."""

from .approximating import Widths, depth_against_parameters, depth_figure, smallest_width
from .book import Book
from .designs import SEARCHES, Search
from .factors import Factor, factors_of
from .plans import SEEDS, USUAL_SEEDS, Plan, plan
from .running import Progress, rounds
from .sweeping import Sweep, begun, carried_out, found, judged, place, sweep
from .training import Task, Where, trained

__all__ = [
    "SEARCHES",
    "SEEDS",
    "USUAL_SEEDS",
    "Book",
    "Factor",
    "Plan",
    "Progress",
    "Search",
    "Sweep",
    "Task",
    "Where",
    "Widths",
    "begun",
    "carried_out",
    "depth_against_parameters",
    "depth_figure",
    "factors_of",
    "found",
    "judged",
    "place",
    "plan",
    "rounds",
    "smallest_width",
    "sweep",
    "trained",
]
