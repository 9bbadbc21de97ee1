"""An answer is wrong: which mistake is it? Its outputs are compared with those of the known wrong answers."""

import ast
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_lib.practice.advice import advice, calls_of
from course_lib.practice.catalogue import exercise_ids
from course_lib.practice.comparing import Difference, difference, plain, same
from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.running import Outcome, call, where_it_failed
from course_lib.practice.screening import body_of
from course_lib.practice.verdict import Reason, Verdict

__all__ = ["changed_arguments", "diagnose", "gap", "show_case"]

TEXT_LIMIT = 600  # characters shown of an exception's text


def gap(outcome: Outcome, right: Any, exercise: Exercise) -> Difference | None:
    """How what a call did differs from the right result, or None where it does not."""
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


def diagnose(
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
    example = show_case(exercise, cases[smallest], outcomes[smallest], expected[smallest])
    where = _scope(cases, gaps)
    known = _known_mistake(exercise, cases, outcomes, gaps)
    leans = _leans_on(exercise, answer)
    if known is not None:
        explanation = f"{known.explanation} {leans}".rstrip()
        return Verdict(Reason.NAMED_MISTAKE, explanation, known.name, example, outcomes[smallest].printed)
    if all(gap and gap.kind == "none" for gap in gaps):
        return _returned_none(answer, outcomes[first].printed)
    first = smallest if outcomes[smallest].error is not None else first
    error = outcomes[first].error
    if error is not None:
        place = where_it_failed(error, answer)
        text = _text(error)
        raised = f"{type(error).__name__}: {text}" if text else type(error).__name__
        at = f" at {place}" if place else ""
        if not _passed_through(error, calls_of(answer, _other_answers(exercise))):
            leans = ""
        return Verdict(
            Reason.RAISED,
            " ".join(
                filter(
                    None,
                    [
                        f"Your function raised {raised}{at}{'' if raised.endswith('.') else '.'}",
                        advice(error, cases[first].args),
                        where,
                        leans,
                    ],
                )
            ),
            None,
            show_case(exercise, cases[first], outcomes[first], expected[first]),
            outcomes[first].printed,
        )
    if outcomes[smallest].changed:
        return changed_arguments(outcomes[smallest], example)
    if gaps[first].kind != "type" and _constant(outcomes, expected):
        return Verdict(
            Reason.CONSTANT,
            "Your function gives the same result whatever it is given. It has to be computed from the arguments.",
            "a constant answer",
            example,
        )
    message = gaps[smallest].message
    return Verdict(
        Reason.WRONG_VALUE,
        " ".join(filter(None, [f"{message[0].upper()}{message[1:]}", where, leans])),
        None,
        example,
        outcomes[smallest].printed,
    )


def _other_answers(exercise: Exercise) -> set[str]:
    return {other.partition(".")[2] for other in exercise_ids(exercise.lesson)} - {exercise.name}


def _passed_through(error: BaseException, names: list[str]) -> bool:
    """Whether an exception came up through one of these functions."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name in names:
            return True
        trace = trace.tb_next
    return False


def _leans_on(exercise: Exercise, answer: Callable) -> str:
    """A reminder that the fault may lie in another of the learner's functions that this one calls."""
    called = calls_of(answer, _other_answers(exercise))
    if not called:
        return ""
    names = " and ".join(f"`{name}`" for name in called)
    return f"It calls your {names}: if that has not passed its own check, look there first."


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
    function = body_of(answer)
    returns = function is None or any(isinstance(node, ast.Return) and node.value for node in ast.walk(function))
    if returns:
        message = "Your function returned None: some way through it ends without a return."
    else:
        message = (
            "Your function computes something and returns nothing: it has no return line, so the caller gets None."
        )
        if printed:
            message += " Printing a value is not the same as returning it."
    return Verdict(Reason.RETURNED_NOTHING, message, "return forgotten", printed=printed)


def changed_arguments(outcome: Outcome, example: str) -> Verdict:
    """The verdict on an answer that alters what it was given, whether or not its result is right."""
    names = " and ".join(outcome.changed)
    return Verdict(
        Reason.CHANGED_ARGUMENTS,
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


def show_case(exercise: Exercise, case: Case, outcome: Outcome, right: Any) -> str:
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
