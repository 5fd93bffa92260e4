"""Data to learn from: generated, bundled or a person's own, split and scaled into tensors. Knows no model.

`load` answers what an experiment's `[data]` asks; `code` writes the same as plain Python; `describe` and
`catalogue` tell what there is before anything is loaded.
"""

from .code import code
from .dataset import Dataset, Split
from .loading import load
from .registry import Description, catalogue, describe
from .scaling import Scaling

__all__ = ["Dataset", "Description", "Scaling", "Split", "catalogue", "code", "describe", "load"]
