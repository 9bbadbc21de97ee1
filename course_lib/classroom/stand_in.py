"""A function that stands for a learner's in the judge's process: its words, its arguments, its syntax tree, and never run.

What the judge says of an answer depends on how it is written (which arguments, is there a return, what does it call), and all of
that can be read. The code object is compiled from the cell and taken out of it; nothing executes it.
"""

import ast
import linecache
import types
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["StandIn", "definition_in", "file_of", "show_to_linecache", "stand_in"]


def file_of(place: int) -> str:
    """The file name under which a cell's code runs, in the judge's messages and in the worker's."""
    return f"<cell {place + 1}>"


def show_to_linecache(sources: list[str]) -> None:
    """Put the cells where tracebacks and inspect look for lines, in place of those of the notebook before."""
    for name in [name for name in linecache.cache if name.startswith("<cell ")]:
        del linecache.cache[name]
    for place, source in enumerate(sources):
        linecache.cache[file_of(place)] = (len(source), None, source.splitlines(keepends=True), file_of(place))


@dataclass(frozen=True)
class StandIn:
    """A function that stands for a learner's, and whether its words are known.

    Attributes:
        function: the function; calling it would be a mistake.
        known: whether it was made from a ``def`` of the cell. If not, nothing but its name is right.
    """

    function: types.FunctionType
    known: bool


def definition_in(source: str, name: str) -> ast.FunctionDef | None:
    """The last ``def`` of this name that a cell runs when it is run, or None; also of a cell that cannot be parsed.

    >>> definition_in("def f(x):\\n    return x", "f").lineno
    1
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = [node for node in _statements(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements at the top of a cell, and those in its branches and loops."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _statements(child)


def stand_in(source: str, name: str, place: int) -> StandIn:
    """What stands for the function of this name that a cell defines.

    >>> import inspect
    >>> str(inspect.signature(stand_in("def f(x, y=print('run!')):\\n    return x", "f", 0).function))
    '(x, y=None)'
    """
    node = definition_in(source, name)
    if node is not None and not node.decorator_list:
        try:
            code = _code_of(compile(source, file_of(place), "exec"), name, node.lineno)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            code = None
        if code is not None and not code.co_freevars:
            function = types.FunctionType(code, {"__name__": "<cells>"}, name, (None,) * len(node.args.defaults))
            function.__kwdefaults__ = {
                argument.arg: None
                for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
                if default is not None
            } or None
            return StandIn(function, True)
    code = _code_of(compile(f"def {name}(*args, **kwargs):\n    return args", "<unknown>", "exec"), name, 1)
    return StandIn(types.FunctionType(code, {"__name__": "<cells>"}, name), False)


def _code_of(code: types.CodeType, name: str, line: int) -> types.CodeType | None:
    """The code of a function that stands at the top of a cell."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and constant.co_name == name and constant.co_firstlineno == line:
            return constant
    return None
