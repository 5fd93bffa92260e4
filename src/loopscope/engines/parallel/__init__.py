"""One run on several processes, each with its share of every batch. Knows no loop of its own, and no terminal."""

from .launching import launch
from .lost import WorkerLost
from .refusing import check
from .training import resume, train
from .world import World, world_here

__all__ = ["WorkerLost", "World", "check", "launch", "resume", "train", "world_here"]
