"""From what an answer did to a verdict that names the mistake.

The order of the questions: is it a function of the right arguments, is it the learner's own, does it run, is it right,
and if it is not: which mistake is it? An answer that is wrong is compared, output by output, with the known wrong
answers on the same inputs.
"""

import ast
import copy
import inspect
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_lib.practice.comparing import Difference, difference, plain, same
from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.running import Deadline, Outcome, TimeIsUp, as_tensors, call, where_it_failed

__all__ = ["Verdict", "judge"]

TIME_LIMIT = 10.0  # seconds for all cases of one check together
TEXT_LIMIT = 600  # characters shown of an exception's text


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes:
        state: "passed", "failed", "not attempted" or "error".
        message: what happened, in sentences.
        misconception: the name of the mistake, or None where it is not a known one.
        example: the inputs and outputs of the case that shows it, ready to print.
        printed: what the answer printed in that case.
    """

    state: str
    message: str
    misconception: str | None = None
    example: str = ""
    printed: str = ""


def judge(exercise: Exercise, answer: Any, rng: np.random.Generator, time_limit: float = TIME_LIMIT) -> Verdict:
    """Try an answer on every case of an exercise and say what came of it. Never raises on account of the answer.

    Args:
        exercise: what was asked for.
        answer: what the learner handed in, whatever it is.
        rng: makes the cases.
        time_limit: seconds for all cases together.
    """
    cases = list(exercise.cases(rng))
    expected = [exercise.reference(*copy.deepcopy(case.args), **copy.deepcopy(case.kwargs)) for case in cases]
    try:
        return _judge(exercise, answer, cases, expected, time_limit)
    except BaseException as problem:  # an object that refuses to be looked at, be it with SystemExit
        return Verdict(
            "error",
            f"Your function could not be judged: looking at what it is, or at what it returned, raised "
            f"{type(problem).__name__}. Return plain arrays, numbers or texts.",
        )


def _judge(
    exercise: Exercise, answer: Any, cases: Sequence[Case], expected: Sequence[Any], time_limit: float
) -> Verdict:
    early = _not_a_function(exercise, answer) or _empty(answer) or _wrong_signature(exercise, answer)
    if early:
        return early
    deadline = Deadline(time_limit)
    outcomes, convert = [], None
    for index, case in enumerate(cases):
        outcome = call(answer, case, deadline, convert)
        if index == 0 and isinstance(outcome.error, TypeError | AttributeError) and "torch" in sys.modules:
            retry = call(answer, case, deadline, as_tensors)  # the answer may have been written for tensors
            if retry.error is None:
                outcome, convert = retry, as_tensors
        outcomes.append(outcome)
        stopped = _stopped(exercise, outcome, time_limit)
        if stopped:
            return stopped
    gaps = [_gap(outcome, right, exercise) for outcome, right in zip(outcomes, expected, strict=True)]
    if any(gaps):
        return _diagnose(exercise, answer, cases, expected, outcomes, gaps)
    for case, outcome in zip(cases, outcomes, strict=True):
        if outcome.changed:
            return _changed(outcome, _example(exercise, case, outcome, None))
    return _borrowed(exercise, answer, cases, deadline, convert) or Verdict("passed", "")


# --- before anything is run ---------------------------------------------------------------------------------------


def _not_a_function(exercise: Exercise, answer: Any) -> Verdict | None:
    if not callable(answer):
        return Verdict(
            "error",
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
        "failed",
        f"This hands the work to {name}, which is what you are asked to write. Use it to compare with, and write the "
        "steps yourself.",
        "the library's own function",
    )


def _body(answer: Callable) -> ast.FunctionDef | None:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    return tree.body[0] if tree.body and isinstance(tree.body[0], ast.FunctionDef) else None


def _empty(answer: Callable) -> Verdict | None:
    """A body of nothing but a docstring, ``pass`` or ``...`` has not been attempted yet."""
    function = _body(answer)
    if function is None:
        return None
    for statement in function.body:
        constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not constant and not isinstance(statement, ast.Pass):
            return None
    return Verdict("not attempted", "")


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
                "failed",
                f"Your function is {exercise.name}{_bare(theirs)} and cannot be called with {count}. "
                f"The exercise calls {calls}: keep the first line as it was given.",
                "wrong number of arguments",
            )
    return None


def _bare(signature: inspect.Signature) -> str:
    empty = inspect.Parameter.empty
    bare = [parameter.replace(annotation=empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=empty))


# --- while it runs ------------------------------------------------------------------------------------------------


def _stopped(exercise: Exercise, outcome: Outcome, time_limit: float) -> Verdict | None:
    """Reasons not to try the other cases."""
    if isinstance(outcome.error, NotImplementedError):
        return Verdict("not attempted", "")
    if isinstance(outcome.error, TimeIsUp):
        return Verdict(
            "error",
            f"Your function was still running after {time_limit:g} seconds and was stopped. Look for a loop whose "
            "condition never becomes false, or one far longer than the input.",
            "does not end",
            printed=outcome.printed,
        )
    if isinstance(outcome.error, KeyboardInterrupt):
        return Verdict("error", "You interrupted the check. Nothing was recorded as passed.", "interrupted")
    return None


def _borrowed(
    exercise: Exercise, answer: Callable, cases: Sequence[Case], deadline: Deadline, convert: Callable | None
) -> Verdict | None:
    """Whether the answer calls the library's own function for the whole job, found by watching it once more."""
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


_SEP = "/" if "/" in __file__ else "\\"


def _home(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    return (getattr(function, "__module__", None) or type(owner).__module__ or "").partition(".")[0]


# --- after it ran -------------------------------------------------------------------------------------------------


def _gap(outcome: Outcome, right: Any, exercise: Exercise) -> Difference | None:
    if outcome.error is not None:
        return Difference("error", _text(outcome.error))
    if outcome.value is None:
        return Difference("none", "your function returned None.")
    return difference(outcome.value, right, exercise.rtol, exercise.atol)


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # an exception of the learner's own, whose __str__ fails
        return ""
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}…"


def _diagnose(
    exercise: Exercise,
    answer: Callable,
    cases: Sequence[Case],
    expected: Sequence[Any],
    outcomes: Sequence[Outcome],
    gaps: Sequence[Difference | None],
) -> Verdict:
    """Which mistake is it? The first explanation that fits, from the most certain to the least."""
    first = next(i for i, gap in enumerate(gaps) if gap)
    # An ordinary case before a special one: where there is a single key, say, many different mistakes look the same.
    smallest = min((i for i, gap in enumerate(gaps) if gap), key=lambda i: (bool(cases[i].note), _size(cases[i])))
    example = _example(exercise, cases[smallest], outcomes[smallest], expected[smallest])
    where = _scope(cases, gaps)
    known = _known_mistake(exercise, cases, outcomes, gaps)
    if known is not None:
        return Verdict("failed", known.explanation, known.name, example, outcomes[smallest].printed)
    if all(gap and gap.kind == "none" for gap in gaps):
        return _returned_none(answer, outcomes[first].printed)
    error = outcomes[first].error
    if error is not None:
        place = where_it_failed(error, answer)
        text = _text(error)
        raised = f"{type(error).__name__}: {text}" if text else type(error).__name__
        at = f" at {place}" if place else ""
        return Verdict(
            "error",
            f"Your function raised {raised}{at}{'' if raised.endswith('.') else '.'} {where}".rstrip(),
            None,
            _example(exercise, cases[first], outcomes[first], expected[first]),
            outcomes[first].printed,
        )
    if outcomes[smallest].changed:
        return _changed(outcomes[smallest], example)
    if gaps[first].kind != "type" and _constant(outcomes, expected):
        return Verdict(
            "failed",
            "Your function gives the same result whatever it is given. It has to be computed from the arguments.",
            "a constant answer",
            example,
        )
    message = gaps[smallest].message
    return Verdict(
        "failed", f"{message[0].upper()}{message[1:]} {where}".rstrip(), None, example, outcomes[smallest].printed
    )


def _size(case: Case) -> int:
    return sum(np.size(arg) for arg in case.args if isinstance(arg, np.ndarray | list))


def _scope(cases: Sequence[Case], gaps: Sequence[Difference | None]) -> str:
    """Where the answer fails, if it is right elsewhere: often that is the whole explanation."""
    wrong = [case for case, gap in zip(cases, gaps, strict=True) if gap]
    if len(wrong) == len(cases):
        return ""
    notes = list(dict.fromkeys(case.note or "an ordinary case" for case in wrong))
    return f"It is right in {len(cases) - len(wrong)} of {len(cases)} cases and fails for {'; '.join(notes[:3])}."


def _known_mistake(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], gaps: Sequence[Difference | None]
) -> Any:
    """The known wrong answer that did the same on every case; failing that, the only one that errs in the same way."""
    partly = []
    for wrong in exercise.wrong:
        theirs = [call(wrong.function, case) for case in cases]
        alike = [_alike(mine, other, exercise) for mine, other in zip(outcomes, theirs, strict=True)]
        if all(alike):
            return wrong
        failing = [fits for fits, gap in zip(alike, gaps, strict=True) if gap]
        if len(failing) > 1 and all(failing):
            partly.append(wrong)
    if len(partly) == 1:
        return replace(partly[0], explanation=f"This looks like a known mistake. {partly[0].explanation}")
    return None


def _alike(mine: Outcome, other: Outcome, exercise: Exercise) -> bool:
    if mine.error is not None or other.error is not None:
        return type(mine.error) is type(other.error)
    return same(mine.value, other.value, exercise.rtol, exercise.atol) and bool(mine.changed) == bool(other.changed)


def _returned_none(answer: Callable, printed: str) -> Verdict:
    function = _body(answer)
    returns = function is None or any(isinstance(node, ast.Return) and node.value for node in ast.walk(function))
    if returns:
        message = "Your function returned None: some way through it ends without a return."
    else:
        message = (
            "Your function computes something and returns nothing: it has no return line, so the caller gets None."
        )
        if printed:
            message += " Printing a value is not the same as returning it."
    return Verdict("failed", message, "return forgotten", printed=printed)


def _changed(outcome: Outcome, example: str) -> Verdict:
    names = " and ".join(outcome.changed)
    return Verdict(
        "failed",
        f"Your function changes its argument {names} in place, so whoever called it finds their own data altered. Work "
        "on a copy, or build a new result. Mind += and *= and assignments to x[...]: they write into the array itself.",
        "changes its arguments",
        example,
        outcome.printed,
    )


def _constant(outcomes: Sequence[Outcome], expected: Sequence[Any]) -> bool:
    """One and the same result for at least three cases that have different right results."""
    if len(outcomes) < 3 or any(outcome.error is not None for outcome in outcomes):
        return False
    different = any(not same(expected[0], other) for other in expected[1:])
    return different and all(same(outcomes[0].value, other.value) for other in outcomes[1:])


def _example(exercise: Exercise, case: Case, outcome: Outcome, right: Any) -> str:
    """The case as the learner would type it, with what came back and what was expected."""
    names = list(inspect.signature(exercise.reference).parameters)
    given = [*zip(names, case.args, strict=False), *case.kwargs.items()]
    lines = [f"{name} = {_short(value)}" for name, value in given]
    if case.note:
        lines.insert(0, f"# {case.note}")
    if outcome.error is None:
        lines.append(f"yours    = {_short(plain(outcome.value))}")
    if right is not None:
        lines.append(f"expected = {_short(right)}")
    return "\n".join(lines)


def _short(value: Any, limit: int = 420) -> str:
    """A value in few enough characters to be read; arrays that are too long by their shape and first numbers."""
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=4, suppress_small=True, separator=", ", threshold=60, max_line_width=90)
        text = text.replace("\n", "\n           ")
        if len(text) > limit:
            numbers = ", ".join(f"{x:.4g}" for x in value.ravel()[:4])
            return f"{value.dtype} array of shape {value.shape}: {numbers}, …"
        return text
    try:
        text = repr(value)
    except Exception:  # a whole number of thousands of digits, or an object of the learner's own
        text = f"a value of type {type(value).__name__} that cannot be printed"
    return text if len(text) <= limit else f"{text[:limit]}…"
