"""How much memory a process has right now. Judges nothing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


async def resident_mb(pid: int) -> float | None:
    """Memory that a process occupies [MB]; None where it is gone, or this system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * PAGE_BYTES / 2**20
    except (OSError, IndexError, ValueError):
        return None if Path("/proc/self/statm").exists() else await _asked_of_ps(pid)


async def _asked_of_ps(pid: int) -> float | None:
    """macOS has no /proc."""
    try:
        ps = await asyncio.create_subprocess_exec(
            "ps", "-o", "rss=", "-p", str(pid), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        said, _ = await ps.communicate()
        return int(said) / 1024
    except (OSError, ValueError):
        return None
