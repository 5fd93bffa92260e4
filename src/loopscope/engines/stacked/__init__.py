"""Many experiments at once, in stacked tensors with real autograd. Knows no sweep, store or machine but this one."""

from .grouping import Group, group, why_not_stacked
from .run import run_stacked

__all__ = ["Group", "group", "run_stacked", "why_not_stacked"]
