"""What the judge says of an answer: plain data that survives a process. Knows no exercise and no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

REPORT = "verdict.json"
YOURS, WANTED = "yours.png", "wanted.png"


class Fault(StrEnum):
    """Whose it is that an answer did not pass."""

    NONE = "none"
    ANSWER = "answer"
    CHECK = "check"  # check.py is broken: nothing the learner could mend


@dataclass(frozen=True)
class Verdict:
    """Passed or not, in one sentence; the pictures are PNG files' bytes."""

    passed: bool
    sentence: str
    details: tuple[str, ...] = ()
    yours: bytes | None = None
    wanted: bytes | None = None
    seconds: float = 0.0
    printed: str = ""
    fault: Fault = Fault.ANSWER

    def plain(self) -> dict[str, Any]:
        """All but the pictures, as JSON has it."""
        return {
            "passed": self.passed,
            "sentence": self.sentence,
            "details": list(self.details),
            "seconds": round(self.seconds, 3),
            "printed": self.printed,
            "fault": str(self.fault),
        }


PASSED = Verdict(True, "Passed.", fault=Fault.NONE)


def write(verdict: Verdict, folder: Path) -> None:
    """Leave it in a folder, pictures first, the report whole or not at all."""
    for name, picture in ((YOURS, verdict.yours), (WANTED, verdict.wanted)):
        if picture is not None:
            (folder / name).write_bytes(picture)
    unfinished = folder / f"{REPORT}.part"
    unfinished.write_text(json.dumps(verdict.plain()), encoding="utf-8")
    unfinished.replace(folder / REPORT)


def read(folder: Path) -> Verdict | None:
    """What was left there; None where the judged process ended before it said anything."""
    try:
        told = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        return Verdict(
            passed=bool(told["passed"]),
            sentence=str(told["sentence"]),
            details=tuple(map(str, told["details"])),
            yours=_bytes(folder / YOURS),
            wanted=_bytes(folder / WANTED),
            seconds=float(told["seconds"]),
            printed=str(told["printed"]),
            fault=Fault(told["fault"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
