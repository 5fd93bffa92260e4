"""Which names a piece of code uses and makes. Reads code, and runs none."""

from __future__ import annotations

import ast


def names_used(code: str) -> set[str]:
    """Names that are read anywhere in it; none where it cannot be read."""
    return {node.id for node in nodes(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def names_bound(code: str) -> set[str]:
    """Names that stand for something after it has run; those within functions too, which does no harm."""
    bound: set[str] = set()
    for node in nodes(code):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name.partition(".")[0])
    return bound


def nodes(code: str) -> list[ast.AST]:
    """Its syntax tree, all of it; nothing where it cannot be read."""
    try:
        return list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):  # a line of IPython's own, or what the reader has half written
        return []
