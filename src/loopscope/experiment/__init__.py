"""What is asked: experiments, validated and portable. Never sees torch."""

from .spec import Data, Edit, Experiment, Faults, Model, Schedule, Seed, Start, Training

__all__ = ["Data", "Edit", "Experiment", "Faults", "Model", "Schedule", "Seed", "Start", "Training"]
