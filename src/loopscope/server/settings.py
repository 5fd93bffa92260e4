"""What a server is told when it starts: home, token, hosts, limits, how a worker is started. Decides nothing."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).with_name("page")
SERIES = Path(__file__).parents[1] / "course" / "series"
WORKER = (sys.executable, "-Pm", "loopscope.worker")
ERRANDS = (sys.executable, "-Pm", "loopscope.worker.errands")
TILING = (sys.executable, "-Pm", "loopscope.worker.tiling")
"""-P: no file of the folder one stands in, such as a random.py, takes the place of a module of theirs."""
MB = 2**20
MOST_CODE = 100_000
"""Characters of one cell or exercise."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed. Seconds end in _s, sizes in _mb or _bytes."""

    sessions: int = 8
    sweeps: int = 4
    """pages that have a sweep of tiles at the same time"""
    memory_mb: int = 2048
    """of one worker, PyTorch's own 300 included"""
    start_s: float = 120.0
    """until a worker has imported torch; eight at once on two slow cores need a minute"""
    silence_s: float = 30.0
    """how long one step may take: what takes longer cannot be watched live"""
    linger_s: float = 180.0
    """a session goes on so long without a page: a reload, a lost connection, a closed lid"""
    yields_after_s: float = 30.0
    """from then on a session without a page gives its place to a newcomer"""
    warm_after_s: float = 3.0
    """until the next spare is made, so that its import does not slow the first frames of the session that took one"""
    watch_every_s: float = 2.0
    farewell_s: float = 5.0
    """for a worker to close its records before it is killed"""
    ring_messages: int = 2000
    ring_bytes: int = 16 * MB
    body_bytes: int = 5_000_000
    """four of the largest experiments"""
    head_s: float = 10.0
    """for the first line and the headers of a request to have come"""
    body_s: float = 60.0
    """for its body: 20 MB in a minute"""
    table_bytes: int = 20_000_000
    tables: int = 1000
    tables_bytes: int = 1_000_000_000
    """of all tables that are kept: fifty of the largest"""
    tables_at_once: int = 4
    """being uploaded"""
    commands_per_second: float = 500.0
    """twice what a mouse sends (250 a second), and `drawn` 60 times a second; more waits its turn"""
    errand_s: float = 60.0
    delete_after_s: float = 30.0
    kernels: int = 2
    """Python processes for the cells of posts, one a page"""
    kernel_memory_mb: int = 3000
    kernel_start_s: float = 60.0
    kernel_cell_s: float = 120.0
    """how long one cell may run: as long as one of a post"""
    kernel_output_bytes: int = 4 * MB
    """of one run of a cell: twenty pictures; the rest is left out"""


@dataclass(frozen=True, slots=True)
class Settings:
    """One server's own."""

    home: Path
    token: str
    hosts: frozenset[str] = frozenset()
    """names beyond loopback's under which it may be asked for; "*" is any address written in numbers"""
    limits: Limits = field(default_factory=Limits)
    worker: tuple[str, ...] = WORKER
    errands: tuple[str, ...] = ERRANDS
    tiling: tuple[str, ...] = TILING
    page: Path = PAGE
    series: Path = SERIES
    """the course: a folder with a series.toml"""
    written: Path | None = None
    """a post of it that is being written: its changed cells run at each save, and pages load anew"""
