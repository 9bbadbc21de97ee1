"""What can be said of an answer without comparing a number: is it a function, of the right arguments, the learner's own?"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from course_lib.practice.borrowing import unwrapped, watch
from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.running import Deadline, call
from course_lib.practice.verdict import Reason, Verdict

__all__ = ["body_of", "borrowed", "handed_over", "screen"]


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
    inner = unwrapped(answer)
    home = (getattr(inner, "__module__", None) or type(inner).__module__ or "").partition(".")[0]
    typed = getattr(getattr(inner, "__code__", None), "co_filename", "").startswith("<")  # a doctest, a prompt
    if exercise.reference in (answer, inner) or (home in ("course_lib", "numpy", "torch", "scipy") and not typed):
        return handed_over(f"{getattr(inner, '__module__', None) or home}.{getattr(inner, '__name__', '')}".rstrip("."))
    return None


def handed_over(name: str) -> Verdict:
    """The verdict on an answer that hands its work to a function of a library."""
    return Verdict(
        Reason.BORROWED,
        f"This hands the work to {name}, which is what you are asked to write. Use it to compare with, and write the "
        "steps yourself.",
        "the library's own function",
    )


def body_of(answer: Callable) -> ast.FunctionDef | None:
    """The syntax tree of an answer that was written with ``def``, or None where its source is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(unwrapped(answer))))
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
    own, reference = getattr(unwrapped(answer), "__code__", None), getattr(exercise.reference, "__code__", None)
    function = body_of(answer) if "@" in exercise.library else None
    if function is not None and any(isinstance(node, ast.MatMult) for node in ast.walk(function)):
        return handed_over("the operator @")

    def same_job(code: CodeType) -> str | None:
        if reference is not None and (
            code is reference or (code.co_name == exercise.name and f"course_lib{_SEP}" in code.co_filename)
        ):
            return f"course_lib's own {exercise.name}"
        return None

    def run(report: Callable) -> None:
        for case in cases:
            call(answer, case, deadline, convert or report)

    found = watch(run, exercise.library, own, same_job)
    return handed_over(found) if found else None


_SEP = "/" if "/" in __file__ else "\\"
