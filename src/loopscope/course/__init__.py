"""Teach: posts that execute, figures in them, exercises that are checked. Knows no HTTP, and no torch in this process."""

from __future__ import annotations
