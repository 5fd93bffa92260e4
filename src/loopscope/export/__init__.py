"""Ways out of the house: a plain script, a notebook, a table, TensorBoard, pictures. Knows no command line."""

from .script import Section, script, sections

__all__ = ["Section", "script", "sections"]
