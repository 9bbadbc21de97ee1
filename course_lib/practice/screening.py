"""What can be said of an answer without comparing a number: is it a function, of the right arguments, the learner's own?"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.running import Deadline, call
from course_lib.practice.verdict import Reason, Verdict

__all__ = ["body_of", "borrowed", "screen"]


def screen(exercise: Exercise, answer: Any) -> Verdict | None:
    """What is wrong with an answer before it is run, or None."""
    return _not_a_function(exercise, answer) or _empty(answer) or _wrong_signature(exercise, answer)


def _not_a_function(exercise: Exercise, answer: Any) -> Verdict | None:
    if not callable(answer):
        return Verdict(
            Reason.NOT_A_FUNCTION,
            f"check needs the function itself and got a value of type {type(answer).__name__}: "
            f'write check("{exercise.id}", {exercise.name}), without brackets after {exercise.name}.',
        )
    home = (getattr(answer, "__module__", None) or type(answer).__module__ or "").partition(".")[0]
    typed = getattr(getattr(answer, "__code__", None), "co_filename", "").startswith("<")  # a doctest, a prompt
    if answer is exercise.reference or (home in ("course_lib", "numpy", "torch", "scipy") and not typed):
        return _library(f"{getattr(answer, '__module__', None) or home}.{getattr(answer, '__name__', '')}".rstrip("."))
    return None


def _library(name: str) -> Verdict:
    return Verdict(
        Reason.BORROWED,
        f"This hands the work to {name}, which is what you are asked to write. Use it to compare with, and write the "
        "steps yourself.",
        "the library's own function",
    )


def body_of(answer: Callable) -> ast.FunctionDef | None:
    """The syntax tree of an answer that was written with ``def``, or None where its source is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    return tree.body[0] if tree.body and isinstance(tree.body[0], ast.FunctionDef) else None


def _empty(answer: Callable) -> Verdict | None:
    """A body of nothing but a docstring, ``pass`` or ``...`` has not been attempted yet."""
    function = body_of(answer)
    if function is None:
        return None
    for statement in function.body:
        constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not constant and not isinstance(statement, ast.Pass):
            return None
    return Verdict(Reason.NOT_WRITTEN)


def _wrong_signature(exercise: Exercise, answer: Callable) -> Verdict | None:
    try:
        theirs = inspect.signature(answer)
    except (TypeError, ValueError):
        return None
    wanted = inspect.signature(exercise.reference)
    # An argument that the reference may be called without must be optional in the answer too.
    required = [p for p in wanted.parameters.values() if p.default is inspect.Parameter.empty]
    for names in (required, list(wanted.parameters.values())):
        try:
            theirs.bind(*[object()] * len(names))
        except TypeError:
            calls = f"{exercise.name}{_bare(wanted)}"
            count = f"{len(names)} argument{'s' if len(names) != 1 else ''}"
            return Verdict(
                Reason.WRONG_SIGNATURE,
                f"Your function is {exercise.name}{_bare(theirs)} and cannot be called with {count}. "
                f"The exercise calls {calls}: keep the first line as it was given.",
                "wrong number of arguments",
            )
    return None


def _bare(signature: inspect.Signature) -> str:
    empty = inspect.Parameter.empty
    bare = [parameter.replace(annotation=empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=empty))


def borrowed(
    exercise: Exercise, answer: Callable, cases: Sequence[Case], deadline: Deadline, convert: Callable | None
) -> Verdict | None:
    """Whether the answer calls the library's own function for the whole job, found by watching it once more."""
    if "@" in exercise.library and _by_operator_alone(body_of(answer)):
        return _library("the operator @")
    reference = getattr(exercise.reference, "__code__", None)
    wanted = {(name.partition(".")[0], name.rpartition(".")[2]): name for name in exercise.library}
    found = []

    def watch(frame: Any, event: str, arg: Any) -> None:
        if event == "call" and reference is not None:
            code = frame.f_code
            if code is reference or (code.co_name == exercise.name and f"course_lib{_SEP}" in code.co_filename):
                found.append(f"course_lib's own {exercise.name}")
        name = frame.f_code.co_name if event == "call" else getattr(arg, "__name__", "")
        for (home, function), full_name in wanted.items():
            compiled = event == "c_call" and _home(arg) == home
            python = event == "call" and f"{_SEP}{home}{_SEP}" in frame.f_code.co_filename
            its_own = event == "call" and frame.f_code is getattr(answer, "__code__", None)
            if name == function and (compiled or python) and not its_own:
                found.append(full_name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        for case in cases:
            call(answer, case, deadline, convert)
    finally:
        sys.setprofile(before)
    return _library(found[0]) if found else None


def _by_operator_alone(function: ast.FunctionDef | None) -> bool:
    """Whether an answer multiplies matrices with @ and has no loop in which that could be one step of several."""
    nodes = [] if function is None else list(ast.walk(function))
    loops = (ast.For, ast.While, ast.comprehension)
    return any(isinstance(node, ast.MatMult) for node in nodes) and not any(isinstance(node, loops) for node in nodes)


_SEP = "/" if "/" in __file__ else "\\"


def _home(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    return (getattr(function, "__module__", None) or type(owner).__module__ or "").partition(".")[0]
