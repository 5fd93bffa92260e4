"""Where code of a post runs: in a reader's notebook, or for a page that draws its own figures. Starts nothing."""

from __future__ import annotations

import os
import sys

FOR_PAGE = "LOOPSCOPE_PAGE"
"""Set in kernels whose output becomes a page, where a widget would only be carried along."""


def shows_widgets() -> bool:
    """Whether this is a kernel of a notebook that somebody reads."""
    if os.environ.get(FOR_PAGE):
        return False
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
