"""Which cells of a post have to run again after a change, by the names that they use and make. Runs nothing.

A cell *makes* the names that it binds, and *touches* those whose objects it changes: it writes into them, calls a
method that is known to change its object (`append`, `zero_`), hands them to a function of the post that trains, or
trains with them itself. What reaches further than names is not followed: the global random generator, files, settings
of a library, an object under its second name. A post that is run whole (`loopscope post check`) does not rest on this.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

SURE = (ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.With)
"""Statements after which a name that they bind is bound; one in a branch may not be."""
TRAINS = frozenset({"step", "backward", "fit", "partial_fit"})
"""Where one of these is called, whatever is called or handed over beside it may have learned."""
CHANGES = frozenset(
    {
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "add",
        "discard",
        "setdefault",
        "train",
        "eval",
        "double",
        "half",
        "load_state_dict",
        "zero_grad",
        "add_module",
        "register_buffer",
        "register_parameter",
    }
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Names:
    """What a cell does with names that others see."""

    used: frozenset[str] = frozenset()
    """Read from what cells above have made."""
    made: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()

    @property
    def changed(self) -> frozenset[str]:
        """What stands for something else after it, or is something else."""
        return self.made | self.touched


def names_of(cells: Sequence[str], beside: Sequence[str] = ()) -> list[Names]:
    """Of each cell; `beside` are further ones, of whose functions may be spoken."""
    trees = [_tree(code) for code in (*cells, *beside)]
    trains, defined = _that_train(trees), frozenset(name for tree in trees for name in _defined(tree))
    return [
        Names(*_used_and_made(code), frozenset(_touched(tree, trains)) - defined)
        for code, tree in zip(cells, trees, strict=False)
    ]


def affected(now: Sequence[str], before: Sequence[str]) -> set[int]:
    """Of the cells `now`, by place: those that are new or changed, and those after them that depend on them.

    `before` are the cells as they were run last. One that stands there still, in the same order, is the same.
    """
    same = matched(now, before)
    names, former = names_of(now, before), names_of(before, now)
    gone = [place for place in range(len(before)) if place not in same.values()]
    again, dirty = set[int](), set[str]()
    for place, each in enumerate(names):
        if place in same:  # what stood above this one and is no longer there has left its mark
            dirty |= {name for old in gone if old < same[place] for name in former[old].changed}
        if place not in same or each.used & dirty:
            again.add(place)
            dirty |= each.changed
        else:
            dirty -= each.made - each.used
    return again


def with_what_they_need(
    again: Collection[int], now: Sequence[str], alive: Collection[int], left: Collection[str] = ()
) -> set[int]:
    """Those cells, and the cells above whose work must be done again for them.

    That is where a cell above has not run in this kernel (`alive` have), or where what it made has been changed since,
    by the cell that is to run again or by one below it, or by one that is no longer there (`left`: its names).
    """
    names, wanted = names_of(now), set(again)
    while True:
        more = {
            place
            for place in range(len(now))
            if place not in wanted
            and any(_needs(later, place, names, alive, left) for later in wanted if later > place)
        }
        if not more:
            return wanted
        wanted |= more


def matched(now: Sequence[str], before: Sequence[str]) -> dict[int, int]:
    """Which place each cell that is the same had before."""
    blocks = SequenceMatcher(None, list(before), list(now), autojunk=False).get_matching_blocks()
    return {block.b + i: block.a + i for block in blocks for i in range(block.size)}


def _needs(later: int, place: int, names: Sequence[Names], alive: Collection[int], left: Collection[str]) -> bool:
    wanted = names[place].changed & names[later].used
    since = {name for each in range(later, len(names)) if each in alive for name in names[each].changed}
    return bool(wanted if place not in alive else wanted & (since | set(left)))


@cache
def _tree(code: str) -> ast.Module:
    """Empty where it cannot be read: a line of IPython's own, or what is half written."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


@cache
def _used_and_made(code: str) -> tuple[frozenset[str], frozenset[str]]:
    used, made, sure = set[str](), set[str](), set[str]()
    for statement in _tree(code).body:
        reads, binds = _of_table(symtable.symtable(ast.unparse(statement), "cell", "exec"))
        own = _loop_names(statement)
        used |= reads - sure - own
        made |= binds
        sure |= binds if isinstance(statement, SURE) else own
    return frozenset(used), frozenset(made)


def _loop_names(statement: ast.stmt) -> set[str]:
    """What a loop binds before its body reads it."""
    if not isinstance(statement, ast.For):
        return set()
    bound = {node.id for node in ast.walk(statement.target) if isinstance(node, ast.Name)}
    return bound - {node.id for node in ast.walk(statement.iter) if isinstance(node, ast.Name)}


def _of_table(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """Names of the notebook that a statement reads, in functions too, and those that it binds."""
    symbols = table.get_symbols()
    reads = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
    binds = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    return reads | {name for inner in table.get_children() for name in _globals(inner)}, binds


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals(inner)


def _that_train(trees: Sequence[ast.Module]) -> set[str]:
    """Functions that train, by themselves or by others that they call."""
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    found = set[str]()
    while True:
        more = {
            each.name
            for each in functions
            if each.name not in found and any(_name(call) in TRAINS | found for call in _calls(ast.walk(each)))
        }
        if not more:
            return found
        found |= more


def _defined(tree: ast.Module) -> Iterator[str]:
    """What is imported or defined: training changes none of it."""
    for node in ast.walk(tree):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]


def _touched(tree: ast.Module, trains: Collection[str]) -> Iterator[str]:
    """Names whose objects it changes as it runs; what its functions do is theirs."""
    there = list(_outside_functions(tree))
    training = any(_name(call) in TRAINS for call in _calls(there))
    for call in _calls(there):
        name = _name(call)
        if training or name in trains:
            yield from (root for each in (*call.args, *(word.value for word in call.keywords)) for root in _roots(each))
        if isinstance(call.func, ast.Attribute) and (training or name in CHANGES or name.endswith("_")):
            yield from _roots(call.func.value)
        elif training:
            yield from _roots(call.func)
    for node in there:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            yield from _roots(node.value)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*FUNCTIONS, ast.ClassDef)):
            yield child
            yield from _outside_functions(child)


def _calls(nodes: Iterator[ast.AST] | Sequence[ast.AST]) -> list[ast.Call]:
    return [node for node in nodes if isinstance(node, ast.Call)]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _roots(node: ast.AST) -> Iterator[str]:
    """`model` of `model.fc1.weight[0]`, and of `*models`, `[a, b]`."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        yield from _roots(node.value)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for each in node.elts:
            yield from _roots(each)
