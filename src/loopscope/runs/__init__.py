"""Recorded runs in the hand: series, figures, comparison. Never sees torch."""

from .comparison import Comparison, compare
from .home import home_folder
from .run import Run, delete_run, list_runs, open_run, summaries

__all__ = ["Comparison", "Run", "compare", "delete_run", "home_folder", "list_runs", "open_run", "summaries"]
