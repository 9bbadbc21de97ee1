"""Which cells of a notebook its answers need: those that define what the answers use, found in the syntax tree.

A name that an answer uses when it is called may be defined anywhere above the place where it is called; a name that a cell uses
while it runs must have been defined above that cell. Of several cells that define a name the last one counts, and with it those
that may change the object afterwards (``words.append(...)``, ``table[0] = ...``). Where a cell does something that cannot be
followed (a star import, ``exec``, ``%run``) it counts as needed. What is missed all the same shows as a NameError, and whoever
runs the cells then runs all of them.
"""

import ast
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Names", "names_of", "needed_cells"]

#: Bodies that run at once, although Python keeps a table of their own for their names.
AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}
#: Whoever calls these may define anything.
OPAQUE_CALLS = {"exec", "eval", "globals", "locals", "vars", "setattr"}
OPAQUE_MAGICS = {"run", "load", "loadpy", "reset", "store", "macro"}


@dataclass
class Names:
    """What one cell does with names of the notebook.

    Attributes:
        sets: bound whenever the cell runs to its end.
        may_set: bound in a branch or a loop, or deleted, or declared global in a function.
        changes: names whose object the cell may change.
        imports: names of modules and of what came from them, which calls do not change.
        uses: read while the cell runs.
        uses_later: read in the bodies of its functions, when they are called.
        opaque: whether it may define what no one can see.
    """

    sets: set[str] = field(default_factory=set)
    may_set: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    uses_later: set[str] = field(default_factory=set)
    opaque: bool = False


def needed_cells(cells: Sequence[str], answers: Sequence[int]) -> list[int]:
    """The places of the cells that must run so that the answers can be judged, in order, the answers among them.

    Args:
        cells: the sources of all code cells, in order.
        answers: the places of those that hold an answer.

    >>> needed_cells(["import numpy as np", "slow()", "k = 2", "def f(x):\\n    return np.exp(k * x)"], [3])
    [0, 2, 3]
    """
    names = [names_of(cell) for cell in cells]
    imported = set().union(*(found.imports for found in names)) if names else set()
    needed = {place for place, found in enumerate(names) if found.opaque and place < max(answers, default=-1)}
    waiting = [(place, place) for place in {*answers, *needed}]  # a cell, and the place of the answer it is needed for
    seen = set()
    while waiting:
        place, until = waiting.pop()
        if (place, until) in seen:
            continue
        seen.add((place, until))
        needed.add(place)
        wanted = [(name, place) for name in names[place].uses] + [(name, until) for name in names[place].uses_later]
        for name, before in wanted:
            waiting += [(found, until) for found in _definers(names, name, before, name in imported)]
    return sorted(needed)


def _definers(names: Sequence[Names], name: str, before: int, imported: bool) -> Iterator[int]:
    """The cells above `before` that give a name its value: the last that surely sets it, and what came after that."""
    for place in range(before - 1, -1, -1):
        found = names[place]
        if name in found.sets or name in found.may_set or (name in found.changes and not imported):
            yield place
        if name in found.sets:
            return


def names_of(source: str) -> Names:
    """What a cell does with names. A cell that cannot be parsed defines nothing, as it does when it is run.

    >>> found = names_of("import numpy as np\\nfor i in range(3):\\n    words.append(i)")
    >>> sorted(found.sets), sorted(found.may_set), sorted(found.changes)
    (['np'], ['i'], ['words'])
    """
    try:
        code = _without_magics(source)
        tree, table = ast.parse(code), symtable.symtable(code, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return Names()
    found = Names()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            found.may_set.add(symbol.get_name())
        if symbol.is_imported():
            found.imports.add(symbol.get_name())
        if symbol.is_referenced():
            found.uses.add(symbol.get_name())
    for child in table.get_children():
        _read_body(child, found, at_once=child.get_type() == "class" or child.get_name() in AT_ONCE)
    found.sets = {name for line in tree.body for name in _surely_bound(line)}
    found.may_set -= found.sets
    for node, in_function in _walk(tree):
        _read_node(node, found, in_function)
    return found


def _without_magics(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _read_body(table: symtable.SymbolTable, found: Names, at_once: bool) -> None:
    """The names of the notebook that a function, a class or a comprehension uses."""
    for symbol in table.get_symbols():
        if symbol.is_global():
            if symbol.is_referenced():
                (found.uses if at_once else found.uses_later).add(symbol.get_name())
            if symbol.is_assigned():
                found.may_set.add(symbol.get_name())
    for child in table.get_children():
        _read_body(child, found, at_once and (child.get_type() == "class" or child.get_name() in AT_ONCE))


def _surely_bound(line: ast.stmt) -> Iterator[str]:
    """The names that a line at the top of a cell binds whenever it runs."""
    match line:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in aliases)
        case ast.Assign(targets=targets):
            for target in targets:
                yield from (node.id for node in ast.walk(target) if _is_stored(node))
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            yield name


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _walk(node: ast.AST, in_function: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether it stands in the body of a function, where names may be the function's own."""
    yield node, in_function
    inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, inside)


def _read_node(node: ast.AST, found: Names, in_function: bool) -> None:
    """What may change an object, and what may define names unseen."""
    known = found.uses_later if in_function else None  # in a function, those names that are not its own
    match node:
        case ast.Call(func=ast.Attribute(value=inner)):
            found.changes |= _root(inner, known)
        case ast.Call(func=ast.Name(id=name)) if name in OPAQUE_CALLS:
            found.opaque = True
        case ast.Attribute(value=inner, ctx=ast.Store()) | ast.Subscript(value=inner, ctx=ast.Store()):
            found.changes |= _root(inner, known)
        case ast.AugAssign(target=ast.Name(id=name)) if not in_function:
            found.changes.add(name)
            found.uses.add(name)
            found.sets.discard(name)
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            found.opaque = True
    match node:
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic" | "run_cell_magic"), args=[ast.Constant(str(magic)), *_]
        ):
            found.opaque |= magic in OPAQUE_MAGICS


def _root(node: ast.expr, known: set[str] | None) -> set[str]:
    """The name at the beginning of ``a.b[c].d``, if it is one of those known."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) and (known is None or node.id in known) else set()
