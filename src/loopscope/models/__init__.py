"""What learns: architectures that put out logits. Knows nothing of data sets, loops or figures."""

from .ports import Ports
from .registry import Kind, build, code, kind, kinds, register

__all__ = ["Kind", "Ports", "build", "code", "kind", "kinds", "register"]
