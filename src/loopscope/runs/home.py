"""Where records are kept. Makes and opens nothing."""

from __future__ import annotations

import os
from pathlib import Path

from ..store.files import DEFAULT_HOME


def home_folder() -> Path:
    """`LOOPSCOPE_HOME`, or `./.loopscope` where it is not set."""
    return Path(os.environ.get("LOOPSCOPE_HOME") or DEFAULT_HOME)
