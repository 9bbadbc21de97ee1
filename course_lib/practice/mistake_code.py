"""A known mistake as code to be read: the function that makes it, and the helpers of its file that it calls."""

import ast
import inspect
import sys
import textwrap

from course_lib.practice.exercise import Exercise, WrongAnswer

__all__ = ["ELSE", "code_of"]

#: Stands above the part that is wrong, where a mistake is made of the right answer with a part exchanged.
ELSE = "# all else as it should be"


def code_of(exercise: Exercise, wrong: WrongAnswer) -> str:
    """The source of a mistake, without what marks it as one; a mistake made of a right answer does not show that one.

    >>> from course_lib.practice.catalogue import find_exercise
    >>> mean = find_exercise("start_here.mean_of_rows")
    >>> print(code_of(mean, mean.wrong[0]))
    def mean_over_the_other_axis(x):
        return x.mean(axis=1)
    """
    concept, _, name = exercise.id.partition(".")
    source = inspect.getsource(sys.modules[f"course_lib.{concept}.exercises.{name}"])  # the catalogue has imported it
    tree = ast.parse(source)
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    helpers = {name: node for name, node in known.items() if not node.decorator_list}
    made = _where_made(tree, wrong.number)
    if _is_exchange(made):
        named = [("", part) for part in made.args]
        named += [(f"{part.arg} = " if part.arg else "", part.value) for part in made.keywords]
        exchanged = [part for _, part in named]
        shown = [f"{name}{_text(source, part)}" for name, part in named]
        return "\n\n\n".join([*_helpers(source, helpers, exchanged), "\n".join([ELSE, *shown])])
    answer = _text(source, made) if isinstance(made, ast.FunctionDef) else f"answer = {_text(source, made)}"
    return "\n\n\n".join([*_helpers(source, helpers, [made]), answer])


def _is_exchange(made: ast.FunctionDef | ast.expr) -> bool:
    """Whether a mistake is the right answer with a part exchanged: the right parts are not shown."""
    return isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and bool(made.args or made.keywords)


def _helpers(source: str, helpers: dict[str, ast.FunctionDef], users: list[ast.AST]) -> list[str]:
    """The functions of the file that these call, and those that they call, in the order of the file."""
    found: list[ast.FunctionDef] = []
    waiting = list(users)
    while waiting:
        names = {part.id for part in ast.walk(waiting.pop()) if isinstance(part, ast.Name)}
        new = [
            helpers[name] for name in names & set(helpers) if helpers[name] not in found and helpers[name] not in users
        ]
        found += new
        waiting += new
    return [_text(source, node) for node in sorted(found, key=lambda node: node.lineno)]


def _where_made(tree: ast.Module, number: int) -> ast.FunctionDef | ast.expr:
    """The function below ``@wrong(number, ...)``, or the last argument of ``wrong(number, ..., function)``.

    Raises:
        LookupError: the file marks no mistake of this number in one of the two ways.
    """
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            if any(_is_mark(mark, number) for mark in node.decorator_list):
                return node
        elif isinstance(node, ast.Assign) and _is_mark(node.value, number) and len(node.value.args) == 4:
            return node.value.args[3]
    raise LookupError(f"mistake {number} stands neither below @wrong nor in wrong(...) at the top of its file")


def _is_mark(node: ast.expr, number: int) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "wrong"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == number
    )


def _text(source: str, node: ast.AST) -> str:
    """A node as it was typed; a function without its decorators."""
    if isinstance(node, ast.FunctionDef):
        return "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
    return textwrap.dedent(" " * node.col_offset + (ast.get_source_segment(source, node) or ""))
