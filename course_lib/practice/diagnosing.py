"""An answer is wrong: which mistake is it? Its outputs are compared with those of the known wrong answers."""

import ast
import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.practice.advice import advice, calls_of
from course_lib.practice.catalogue import exercise_ids
from course_lib.practice.comparing import Difference, difference, parts, plain, same
from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.naming import name_mistakes, ordinary
from course_lib.practice.running import Outcome, call, where_it_failed
from course_lib.practice.screening import body_of
from course_lib.practice.verdict import Reason, Verdict

__all__ = ["Trial", "changed_arguments", "diagnose", "gap", "show_case"]

LONG = 420  # characters of a value that is shown whole
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


@dataclass(frozen=True)
class Trial:
    """The cases of one check, and their right results."""

    exercise: Exercise
    cases: tuple[Case, ...]
    expected: tuple[Any, ...]

    @functools.cached_property
    def theirs(self) -> list[list[Outcome]]:
        """What each known mistake does on every case; only asked for where an answer is wrong."""
        return [[call(wrong.function, case) for case in self.cases] for wrong in self.exercise.wrong]

    @functools.cached_property
    def errs(self) -> np.ndarray:
        """Where each known mistake is wrong, (mistake, case)."""
        right = list(self.expected)
        return np.array(
            [
                [
                    bool(gap(outcome, result, self.exercise) or outcome.changed)
                    for outcome, result in zip(row, right, strict=True)
                ]
                for row in self.theirs
            ],
            dtype=bool,
        )


def diagnose(
    trial: Trial,
    answer: Callable,
    outcomes: Sequence[Outcome],
    gaps: Sequence[Difference | None],
) -> Verdict:
    """Which mistake is it? The first explanation that fits, from the most certain to the least.

    An argument that was changed is told first: whatever else is wrong may come from it.
    """
    exercise, cases, expected = trial.exercise, trial.cases, trial.expected
    wrong = [i for i, gap in enumerate(gaps) if gap]
    changed = [i for i, outcome in enumerate(outcomes) if outcome.changed]
    # An ordinary case before a special one: where there is a single key, say, many different mistakes look the same.
    shown = min(wrong or changed, key=lambda i: (bool(cases[i].note), _size(cases[i])))
    named, says = _known_mistakes(trial, outcomes, gaps) if wrong or changed else (None, "")
    if changed and not (named and named.first_changes):
        example = show_case(exercise, cases[changed[0]], outcomes[changed[0]], expected[changed[0]] if wrong else None)
        besides = says or (_as_sentence(gaps[shown].message) if wrong else "")
        return changed_arguments(outcomes[changed[0]], example, besides)
    example = show_case(exercise, cases[shown], outcomes[shown], expected[shown])
    leans = _leans_on(exercise, answer)
    if named is not None:
        return Verdict(
            Reason.NAMED_MISTAKE, f"{says} {leans}".rstrip(), named.name, example, outcomes[shown].printed, named.also
        )
    if all(gap and gap.kind == "none" for gap in gaps):
        return _returned_none(answer, outcomes[wrong[0]].printed)
    where = _scope(cases, gaps)
    first = shown if outcomes[shown].error is not None else wrong[0]
    if outcomes[first].error is not None:
        return _raised(exercise, answer, cases[first], outcomes[first], expected[first], where, leans)
    if gaps[first].kind != "type" and _constant(answer, outcomes, expected):
        return Verdict(
            Reason.CONSTANT,
            "Your function gives the same result whatever it is given. It has to be computed from the arguments.",
            "a constant answer",
            example,
        )
    besides = _what_is_right(outcomes[shown], expected[shown], exercise)
    message = " ".join(filter(None, [_as_sentence(gaps[shown].message), besides, where, leans]))
    return Verdict(Reason.WRONG_VALUE, message, None, example, outcomes[shown].printed)


def _as_sentence(message: str) -> str:
    return f"{message[0].upper()}{message[1:]}"


def _raised(
    exercise: Exercise, answer: Callable, case: Case, outcome: Outcome, right: Any, where: str, leans: str
) -> Verdict:
    """The verdict on an answer that raised: Python's own words, the learner's line, and what it usually means."""
    error = outcome.error
    place, text = where_it_failed(error, answer), _text(error)
    raised = f"{type(error).__name__}: {text}" if text else type(error).__name__
    at = f" at {place}" if place else ""
    if not _passed_through(error, calls_of(answer, _other_answers(exercise))):
        leans = ""
    told = f"Your function raised {raised}{at}{'' if raised.endswith('.') else '.'}"
    message = " ".join(filter(None, [told, advice(error, case.args), where, leans]))
    return Verdict(Reason.RAISED, message, None, show_case(exercise, case, outcome, right), outcome.printed)


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
    if len(called) > 1:
        return f"It calls your {names}: if one of them has not passed its own check, look there first."
    return f"It calls your {names}: if that has not passed its own check, look there first."


def _size(case: Case) -> int:
    return sum(_numbers_in(arg) for arg in case.args if isinstance(arg, np.ndarray | list))


def _numbers_in(value: Any) -> int:
    """How many numbers an argument holds; a list's arrays may differ in shape."""
    return sum(map(_numbers_in, value)) if isinstance(value, list | tuple) else np.size(value)


def _scope(cases: Sequence[Case], gaps: Sequence[Difference | None]) -> str:
    """Where the answer fails, if it is right elsewhere: often that is the whole explanation."""
    wrong = [case for case, gap in zip(cases, gaps, strict=True) if gap]
    if len(wrong) == len(cases):
        return ""
    return f"It is right in {len(cases) - len(wrong)} of {len(cases)} cases and fails for {_notes(wrong, range(len(wrong)))}."


@dataclass(frozen=True)
class _Mistakes:
    """The known mistakes that were found: the name of the first, whether it changes its arguments, the others' names."""

    name: str
    first_changes: bool
    also: tuple[str, ...]


def _known_mistakes(
    trial: Trial, outcomes: Sequence[Outcome], gaps: Sequence[Difference | None]
) -> tuple[_Mistakes | None, str]:
    """The known mistakes that explain where an answer fails, and what is to be said of them and of what they leave over."""
    exercise, cases, theirs, errs = trial.exercise, trial.cases, trial.theirs, trial.errs
    if not exercise.wrong:
        return None, ""
    alike = np.array([[_alike(*pair, exercise) for pair in zip(outcomes, row, strict=True)] for row in theirs])
    failing = np.array([bool(gap or outcome.changed) for gap, outcome in zip(gaps, outcomes, strict=True)])
    found = name_mistakes(failing, errs, alike, ordinary([case.note for case in cases]))
    if found is None:
        return None, ""
    first = exercise.wrong[found.first]
    says = [first.explanation if found.certain else f"This looks like a known mistake. {first.explanation}"]
    also: tuple[str, ...] = ()
    if found.second is not None:
        second = exercise.wrong[found.second]
        also = (second.name,)
        notes = _notes(cases, [i for i in range(len(cases)) if errs[found.second, i]])
        says.append(f"And there is a second mistake, which shows for {notes} ({second.name}): {second.explanation}")
    left = [i for i in found.rest if gaps[i]]
    if left:
        says.append(f"Something else is wrong too, for {_notes(cases, left)}: {gaps[left[0]].message}")
    changes = any(outcome.changed for outcome in theirs[found.first])
    return _Mistakes(first.name, changes, also), " ".join(says)


def _notes(cases: Sequence[Case], which: Sequence[int]) -> str:
    """What is special about these cases, in a few words."""
    return "; ".join(list(dict.fromkeys(cases[i].note or "an ordinary case" for i in which))[:3])


def _alike(mine: Outcome, other: Outcome, exercise: Exercise) -> bool:
    """Whether two answers did one and the same; exceptions are, where type and text are."""
    if mine.error is not None or other.error is not None:
        return type(mine.error) is type(other.error) and _text(mine.error) == _text(other.error)
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


def changed_arguments(outcome: Outcome, example: str, besides: str = "") -> Verdict:
    """The verdict on an answer that alters what it was given, whether or not its result is right."""
    names = " and ".join(outcome.changed)
    message = (
        f"Your function changes its argument {names} in place, so whoever called it finds their own data altered. Work "
        "on a copy, or build a new result. Mind += and *= and assignments to x[...]: they write into the array itself."
    )
    if besides:
        message += f" Its result is not right either, which may come from that. {besides}"
    return Verdict(Reason.CHANGED_ARGUMENTS, message, "changes its arguments", example, outcome.printed)


def _constant(answer: Callable, outcomes: Sequence[Outcome], expected: Sequence[Any]) -> bool:
    """One and the same result for at least three cases that have different right results, and no look at the arguments.

    An answer that uses its arguments and still gives one result (`//` of small numbers, a default that is shared) is no
    constant one.
    """
    if len(outcomes) < 3 or any(outcome.error is not None for outcome in outcomes):
        return False
    function = body_of(answer)
    if function is not None:
        parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        used = {node.id for line in function.body for node in ast.walk(line) if isinstance(node, ast.Name)}
        if parameters & used:
            return False
    different = any(not same(expected[0], other) for other in expected[1:])
    return different and all(same(outcomes[0].value, other.value) for other in outcomes[1:])


def _what_is_right(outcome: Outcome, right: Any, exercise: Exercise) -> str:
    """Of an answer with three parts and more, those that are right: where to look is among the others."""
    if outcome.error is not None:
        return ""
    found = parts(plain(outcome.value), right, exercise.rtol, exercise.atol)
    good = [part.path for part in found if part.right]
    if len(found) < 3:
        return ""
    if not good:
        return "None of its parts is right."
    more = f" and {len(good) - 8} more" if len(good) > 9 else ""
    return f"Right are {', '.join(f'`{path}`' for path in (good[:8] if more else good))}{more}."


def show_case(exercise: Exercise, case: Case, outcome: Outcome, right: Any) -> str:
    """The case as the learner would type it, with what came back and what was expected."""
    names = list(inspect.signature(exercise.reference).parameters)
    given = [*zip(names, case.args, strict=False), *case.kwargs.items()]
    lines = [f"{name} = {_short(value)}" for name, value in given]
    if case.note:
        lines.insert(0, f"# {case.note}")
    if outcome.error is None and isinstance(right, dict | tuple | list) and len(repr(right)) > LONG:
        found = parts(plain(outcome.value), right, exercise.rtol, exercise.atol)
        wrong = [part for part in found if not part.right and part.path][:2]
        if wrong:  # of many arrays those that differ
            for part in wrong:
                lines += [f"yours{part.path}    = {_short(part.got)}", f"expected{part.path} = {_short(part.expected)}"]
            return "\n".join(lines)
    if outcome.error is None:
        lines.append(f"yours    = {_short(plain(outcome.value))}")
    if right is not None:
        lines.append(f"expected = {_short(right)}")
    return "\n".join(lines)


def _short(value: Any, limit: int = LONG) -> str:
    """A value in few enough characters to be read; arrays that are too long by their shape and first numbers."""
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=4, suppress_small=True, separator=", ", threshold=60, max_line_width=90)
        text = text.replace("\n", "\n           ")
        if len(text) > limit:
            numbers = ", ".join(f"{x:.4g}" for x in value.ravel()[:4])
            return f"{value.dtype} array of shape {value.shape}: {numbers}, …"
        return text
    try:
        text = repr(value.item() if isinstance(value, np.generic) else value)
    except Exception:  # a whole number of thousands of digits, or an object of the learner's own
        text = f"a value of type {type(value).__name__} that cannot be printed"
    return text if len(text) <= limit else f"{text[:limit]}…"
