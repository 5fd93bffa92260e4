"""Teach: posts that execute, figures in them, exercises that are checked. Knows no HTTP, sees torch in children only."""

from __future__ import annotations
