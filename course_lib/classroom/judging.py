"""A verdict on a function that only the worker can call. The same words as `check` has, from values alone.

What a worker says of its own function (its name, its arguments) is not asked for; that is read from the cell by the judge. Whether
an answer hands its work to a library is the one thing that must be watched where it runs: whoever tampers with that has
written an answer that passes on its values, and stands in the list of what a human may look at only if the text shows it.
"""

import ast
import builtins
import contextlib
import sys
import time
import types
from dataclasses import dataclass
from typing import Any

from course_lib.classroom.sending import Sender, argument_copies
from course_lib.classroom.stand_in import StandIn
from course_lib.classroom.worker import Lost, Worker
from course_lib.practice.comparing import Difference
from course_lib.practice.diagnosing import Trial, diagnose, gap
from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.judging import stopped
from course_lib.practice.running import Outcome, TimeIsUp, unchanged, where_it_failed
from course_lib.practice.screening import body_of, handed_over, screen
from course_lib.practice.verdict import Reason, Verdict

__all__ = ["CALL_SECONDS", "EXERCISE_SECONDS", "Judged", "judge_remote"]

CALL_SECONDS = 10.0
EXERCISE_SECONDS = 30.0  # for all calls of one answer


_CALLS_A_STUB = "Your function calls another one that is not written yet. Write that one first."


@dataclass(frozen=True)
class Judged:
    """A verdict, and what a student may be told of it.

    Attributes:
        verdict: for the teacher; its message and its example may show a case.
        feedback: for the student: no case, no right value, nothing that their own code could have put into it.
        lost: how the worker was lost meanwhile, if it was.
    """

    verdict: Verdict
    feedback: str
    lost: Lost | None = None


@dataclass
class _Missing(Exception):
    """The notebook has no function of that name; a value of this type, if there is one."""

    kind: str


def judge_remote(
    tried: Trial, worker: Worker, answer: StandIn, seconds: float = EXERCISE_SECONDS, watched: bool = True
) -> Judged:
    """Try the worker's function on every case and say what came of it. Never raises on account of the answer.

    Args:
        tried: the cases, with their right results.
        worker: holds the function under the exercise's name.
        answer: what is known of it from the text.
        seconds: for all calls.
        watched: whether it may not hand its work to a library; the course's own may, and is watched all the same.
    """
    try:
        return _judge(tried, worker, answer, seconds, watched)
    except _Missing as missing:
        return _not_there(tried.exercise, missing.kind)
    except Lost as lost:
        return _lost(lost)
    except Exception as problem:  # a value that cannot even be compared
        verdict = Verdict(Reason.UNREADABLE, f"Comparing what came back raised {type(problem).__name__}.")
        return Judged(
            verdict, "What your function returns could not be compared. Return plain arrays, numbers or texts."
        )


def _judge(tried: Trial, worker: Worker, answer: StandIn, seconds: float, watched: bool) -> Judged:
    exercise = tried.exercise
    if answer.known:
        early = screen(exercise, answer.function)
        if early:
            return Judged(early, early.message)
    outcomes, tensors, left = [], False, seconds
    for index, case in enumerate(tried.cases):
        limit = min(CALL_SECONDS, left)
        if limit <= 0.05:
            return _too_slow(seconds)
        outcome, took = _call(exercise, worker, answer, case, tensors, limit)
        if index == 0 and isinstance(outcome.error, TypeError | AttributeError):
            again, _ = _call(exercise, worker, answer, case, True, limit)  # it may have been written for tensors
            if again.error is None:
                outcome, tensors = again, True
        left -= took
        outcomes.append(outcome)
        if isinstance(outcome.error, TimeIsUp):
            return _too_slow(limit)
        early = stopped(exercise, answer.function, outcome, limit)
        if early:
            return Judged(early, _CALLS_A_STUB if early.reason is Reason.CALLS_A_STUB else early.message)
    gaps = [gap(outcome, right, exercise) for outcome, right in zip(outcomes, tried.expected, strict=True)]
    if any(gaps) or any(outcome.changed for outcome in outcomes):
        verdict = diagnose(tried, answer.function, outcomes, gaps)
        return Judged(verdict, _feedback(exercise, verdict, tried.cases, outcomes, gaps, answer))
    found = _borrowed(exercise, worker, answer, tried.cases, tensors, left)
    if found and watched:
        verdict = handed_over(found)
        return Judged(verdict, verdict.message)
    return Judged(Verdict(Reason.PASSED), "")


def _call(
    exercise: Exercise, worker: Worker, answer: StandIn, case: Case, tensors: bool, seconds: float
) -> tuple[Outcome, float]:
    """One call, and how long it took."""
    args, kwargs = argument_copies(case)
    began = time.monotonic()
    said = worker.ask(
        "call", seconds, Sender(), name=exercise.name, args=args, kwargs=kwargs, tensors=tensors, seconds=seconds
    )
    took = time.monotonic() - began
    if "missing" in said:
        raise _Missing(str(said["missing"])[:60])
    if said.get("error") is not None:
        return Outcome(error=_error(said["error"], answer)), took
    after, named = said.get("after"), said.get("named")
    changed = _changed(case, after, named, answer)
    printed = said.get("printed")
    return Outcome(said.get("value"), None, changed, printed[:2000] if type(printed) is str else ""), took


def _changed(case: Case, after: Any, named: Any, answer: StandIn) -> tuple[str, ...]:
    """The names of arguments that came back as something else."""
    if type(after) is not list or len(after) != len(case.args) or type(named) is not dict:
        return ()
    code = answer.function.__code__
    names = list(code.co_varnames[: code.co_argcount]) if answer.known else []
    names = [*names, *(f"argument {i + 1}" for i in range(len(names), len(after)))]
    pairs = [
        *zip(names, case.args, after, strict=False),
        *((key, case.kwargs[key], named.get(key)) for key in case.kwargs),
    ]
    return tuple(name for name, old, new in pairs if not _same_still(old, new))


def _same_still(old: Any, new: Any) -> bool:
    try:
        return unchanged(old, new)
    except Exception:  # an array that has become no array
        return False


def _error(told: Any, answer: StandIn) -> BaseException:
    """The exception that a worker tells of, made anew, with a traceback that leads through the cells."""
    if type(told) is not dict or not all(type(told.get(key)) is str for key in ("type", "builtin", "text")):
        return Exception("something that cannot be told")
    if told["type"] == "TimeIsUp":
        return TimeIsUp()
    kind = getattr(builtins, told["builtin"], None)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)) or kind is KeyboardInterrupt:
        kind = Exception
    name = "".join(letter for letter in told["type"] if letter.isalnum() or letter == "_")[:60]
    text = told["text"][:600]
    if name != kind.__name__:
        kind = type(name or "Exception", (kind,), {})
    made = _made(kind, told.get("args"), text)
    frames = told.get("frames")
    frames = [frame for frame in frames[-30:] if _is_frame(frame)] if type(frames) is list else []
    if isinstance(made, NotImplementedError) and frames and frames[-1][1] == answer.function.__name__:
        frames = []  # it is the answer itself that is not written
    return made.with_traceback(_traceback(frames))


def _made(kind: type[BaseException], args: Any, text: str) -> BaseException:
    """An exception from what it was made with, or from its text where that says something else."""
    if type(args) is tuple and all(type(arg) in (int, str, bytes) for arg in args):
        with contextlib.suppress(Exception):
            made = kind(*args)
            if str(made)[:600] == text:
                return made
    try:
        return kind(text)
    except Exception:  # one that wants more than a text
        return type(kind.__name__, (Exception,), {})(text)


def _is_frame(frame: Any) -> bool:
    return (
        type(frame) is list
        and [type(part) for part in frame] == [str, str, int]
        and frame[0].startswith("<cell ")
        and (frame[1].isidentifier() or frame[1] in ("<module>", "<lambda>"))
        and len(frame[1]) <= 60
        and 0 < frame[2] < 20_000
    )


def _traceback(frames: list) -> types.TracebackType | None:
    """A traceback through these lines; its frames are of code of ours that bears their names."""
    trace = None
    for file, name, line in reversed(frames):
        code = compile("\n" * (line - 1) + "found.append(frame())", file, "exec").replace(co_name=name)
        found: list = []
        exec(code, {"found": found, "frame": lambda: sys._getframe(1)})
        trace = types.TracebackType(trace, found[0], 0, line)
    return trace


def _borrowed(
    exercise: Exercise, worker: Worker, answer: StandIn, cases: tuple[Case, ...], tensors: bool, left: float
) -> str | None:
    """What the answer hands its work to, or None."""
    function = body_of(answer.function) if answer.known and "@" in exercise.library else None
    if function is not None and any(isinstance(node, ast.MatMult) for node in ast.walk(function)):
        return "the operator @"
    seconds = max(CALL_SECONDS, left)
    said = worker.ask(
        "watch",
        seconds,
        Sender(),
        name=exercise.name,
        library=exercise.library,
        course=exercise.name,
        calls=[argument_copies(case) for case in cases],
        tensors=tensors,
        seconds=seconds,
    )
    found = said.get("found")
    return found[:100] if type(found) is str and found else None


def _too_slow(seconds: float) -> Judged:
    message = (
        f"Your function was still running after {seconds:g} seconds and was stopped. Look for a loop whose condition never "
        "becomes false, or one far longer than the input."
    )
    return Judged(Verdict(Reason.TOO_SLOW, message, "does not end"), message)


def _lost(lost: Lost) -> Judged:
    if lost.reason == "time":
        judged = _too_slow(CALL_SECONDS)
        return Judged(judged.verdict, judged.feedback, lost)
    said = {
        "died": "The process ended while your function ran: out of memory, a recursion without end, or a call that ends Python.",
        "memory": "Your function took more memory than there is, and was stopped.",
        "disk": "Your function wrote more to the disk than there is room for, and was stopped.",
        "malformed": "Your function wrote into the grader's own channel. It is given all it needs as arguments and returns its result.",
    }[lost.reason]
    return Judged(Verdict(Reason.UNREADABLE, f"{said} ({lost})", "ends the process"), said, lost)


def _not_there(exercise: Exercise, kind: str) -> Judged:
    if kind:
        said = f"`{exercise.name}` is no function but a value of type {kind} when its cell has run."
    else:
        said = f"The cell ran without defining {exercise.name}: look for an error in it, or for another name."
    return Judged(Verdict(Reason.NOT_A_FUNCTION, said), said)


def _feedback(
    exercise: Exercise,
    verdict: Verdict,
    cases: tuple[Case, ...],
    outcomes: list[Outcome],
    gaps: list[Difference | None],
    answer: StandIn,
) -> str:
    """What a student is told: explanations as they stand in the exercise, and kinds of cases, never their numbers."""
    if verdict.reason is Reason.NAMED_MISTAKE:
        names = (verdict.misconception, *verdict.also)
        return " ".join(wrong.explanation for name in names for wrong in exercise.wrong if wrong.name == name)
    failing = [i for i, (found, outcome) in enumerate(zip(gaps, outcomes, strict=True)) if found or outcome.changed]
    notes = "; ".join(list(dict.fromkeys(cases[i].note or "an ordinary case" for i in failing))[:3])
    where = f"It fails for {notes}." if len(failing) < len(cases) else "It fails in every case that was tried."
    if verdict.reason is Reason.RAISED:
        error = next(outcome.error for outcome in outcomes if outcome.error is not None)
        place = where_it_failed(error, answer.function)
        at = f" at {place}" if place else ""
        kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
        return (
            f"Your function raised {kind}{at}. {where} Run it in your notebook on small arrays of your own to see it."
        )
    if verdict.reason is Reason.CHANGED_ARGUMENTS:
        return "Your function changes an argument in place. Work on a copy, or build a new result; mind += and x[...] = ...."
    if verdict.reason in (Reason.RETURNED_NOTHING, Reason.CONSTANT):
        return verdict.message
    kinds = {found.kind for found in gaps if found}
    said = {
        "shape": "The result has another shape than asked for.",
        "type": "The result is of another type than asked for.",
        "dtype": "The result holds another kind of number than asked for.",
        "nan": "The result holds numbers that are not finite.",
        "none": "In some cases nothing is returned.",
        "error": "In some cases an exception is raised.",
        "value": "The values are not those asked for.",
    }
    return " ".join([*(said[kind] for kind in said if kind in kinds), where])
