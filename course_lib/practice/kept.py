"""An answer that has passed, kept as text: with what it needs to run again in another kernel, and the running again.

What a cell uses and does not define (``np``, a function of the lesson, a helper from another cell, a number) is written
down as import lines and definitions at the moment the answer passes. Later the cell needs neither its notebook nor the
lesson's present text.
"""

import ast
import builtins
import contextlib
import inspect
import io
import itertools
import linecache
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["NotRunnable", "free_names", "run_again", "setup_of"]

LITERAL_LIMIT = 2000  # characters of a constant that is written down
_numbers = itertools.count(1)


class NotRunnable(Exception):
    """A kept answer does not run any more; the message says why."""


def free_names(source: str) -> list[str]:
    """The names that a piece of code uses and neither defines nor finds among Python's own, in order of first use.

    >>> free_names("def f(x):\\n    y = helper(x)\\n    return np.exp(y) + len(x)")
    ['helper', 'np']
    """
    tree = ast.parse(source)
    defined = set(dir(builtins))
    used: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.alias):
            defined.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            defined.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            defined.add(node.id)
    # In the order of the text: ast.walk goes level by level.
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in sorted(names, key=lambda node: (node.lineno, node.col_offset)):
        if node.id not in defined:
            used.setdefault(node.id)
    return list(used)


def setup_of(source: str, names: Mapping[str, Any], known: frozenset[str] = frozenset()) -> str:
    """What a cell needs before it can run: import lines, helpers from other cells, plain constants.

    Args:
        source: the cell.
        names: what the names meant when it ran (the globals of the answer).
        known: names that somebody else provides (other exercises' answers); they are left out.
    """
    lines: list[str] = []
    done = set(known)

    def need(text: str) -> None:
        with contextlib.suppress(SyntaxError):
            for name in free_names(text):
                if name not in done and name in names:
                    done.add(name)
                    line = _how_to_get(name, names[name])
                    if line and line.startswith(("def ", "@", "class ")):
                        need(line)  # what a helper needs stands before it
                    if line:
                        lines.append(line)

    need(_plain_python(source))
    return "\n".join(lines)


def _how_to_get(name: str, value: Any) -> str:
    """A line of code, or several, after which `name` means this value; empty where there is none."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__} as {name}" if value.__name__ in sys.modules else ""
    home, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if home and home != "__main__" and own and getattr(sys.modules.get(home), own, None) is value:
        return f"from {home} import {own} as {name}"
    if inspect.isfunction(value) or inspect.isclass(value):
        with contextlib.suppress(OSError, TypeError):
            text = inspect.getsource(value)
            if value.__name__ == name and not text[0].isspace():
                return text.rstrip()
        return ""
    text = repr(value)
    with contextlib.suppress(Exception):
        if len(text) <= LITERAL_LIMIT and ast.literal_eval(text) == value:
            return f"{name} = {text}"
    return ""


def _plain_python(source: str) -> str:
    """A cell without what only a notebook understands (``%timeit``, ``!ls``, ``f?``)."""
    try:
        ast.parse(source)
        return source
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        return TransformerManager().transform_cell(source)


def run_again(source: str, setup: str, name: str, provided: Mapping[str, Any]) -> Callable:
    """Run a kept cell in a namespace of its own and return the function called `name`.

    Only what defines something is run: imports, functions, classes, assignments. What a cell prints or draws besides is
    left out, and an assignment that fails is passed over, unless the function turns out to need it.

    Args:
        source: the cell as it was when its answer passed.
        setup: what `setup_of` wrote down for it.
        name: the function to return.
        provided: more names that the cell may use.
    Raises:
        NotRunnable: the cell or its setup does not run, or defines no such function.
    """
    number = next(_numbers)
    namespace: dict[str, Any] = {"__name__": "mine", **provided}
    for what, text in (("what it was written with", setup), ("it", source)):
        try:
            plain = _plain_python(text)
            tree = ast.parse(plain)
        except SyntaxError as problem:
            raise NotRunnable(f"Python cannot read {what} ({problem.msg}, line {problem.lineno})") from None
        # A file name of its own, with its lines where tracebacks and inspect.getsource look for them.
        file = f"<mine {number} {name} {'setup' if what != 'it' else 'cell'}>"
        linecache.cache[file] = (len(plain), None, plain.splitlines(keepends=True), file)
        for statement in tree.body:
            if isinstance(statement, ast.Expr):
                continue
            code = compile(ast.Module([statement], []), file, "exec")
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(code, namespace)
            except Exception as problem:
                if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.If | ast.With):
                    continue
                raise NotRunnable(
                    f"running {what} again raised {type(problem).__name__}: {problem} (line {statement.lineno})"
                ) from None
    if not callable(namespace.get(name)):
        raise NotRunnable(f"it defines no function {name}")
    return namespace[name]
