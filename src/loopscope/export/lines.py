"""Lines of Python with their indentation. Knows nothing of what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Lines:
    """Collects code; `with lines.block("for …:")` indents what is added inside."""

    text: list[str] = field(default_factory=list[str])
    depth: int = 0

    def add(self, *lines: str) -> None:
        """Append lines at the present depth; an empty one stays empty."""
        self.text += [f"{'    ' * self.depth}{line}" if line else "" for line in lines]

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A line that opens a block, and everything added until the end of `with` inside it."""
        self.add(head)
        self.depth += 1
        yield
        self.depth -= 1

    def __str__(self) -> str:
        return "\n".join(self.text)
