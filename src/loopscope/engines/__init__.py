"""How experiments are executed: parts prepared, the loop driven, events out. Knows no terminal or browser."""

from .call import Call
from .choice import Choice
from .job import Job
from .preparing import criterion_for, ports, prepare
from .serial import run
from .train import train

__all__ = ["Call", "Choice", "Job", "criterion_for", "ports", "prepare", "run", "train"]
