"""Ways out of the house: a plain script, a notebook, a table, TensorBoard, pictures. Knows no command line."""

from .notebook import notebook
from .pictures import png
from .script import Section, script, sections
from .table import csv_table
from .tensorboard import MissingPackage, tensorboard

__all__ = ["MissingPackage", "Section", "csv_table", "notebook", "png", "script", "sections", "tensorboard"]
