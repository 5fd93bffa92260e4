"""The visible training loop: phases, batches, penalties, and when to stop. Knows nothing of experiments or files."""

from .batches import Batches
from .divergence import Culprit, Diverged
from .freed_memory import keep_what_is_freed
from .penalties import weight_penalty
from .state import PHASES, LoopState, Phase
from .training_loop import training_loop

__all__ = [
    "PHASES",
    "Batches",
    "Culprit",
    "Diverged",
    "LoopState",
    "Phase",
    "keep_what_is_freed",
    "training_loop",
    "weight_penalty",
]
