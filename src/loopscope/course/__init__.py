"""Teach: posts that execute, figures in them, checked exercises. Knows no HTTP, sees torch in children only."""

from __future__ import annotations
