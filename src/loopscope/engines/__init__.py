"""How experiments are executed: parts prepared, the loop driven, events out. Knows no terminal or browser."""

from .call import Call
from .choice import Choice
from .job import Job
from .preparing import criterion_for, ports, prepare
from .resuming import resume
from .serial import run
from .train import threads, train

__all__ = ["Call", "Choice", "Job", "criterion_for", "ports", "prepare", "resume", "run", "threads", "train"]
