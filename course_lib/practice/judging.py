"""From an answer to a verdict: screened, run on every case, compared, and where it is wrong, diagnosed."""

import contextlib
import copy
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_lib.practice.diagnosing import Trial, diagnose, gap
from course_lib.practice.exercise import Exercise
from course_lib.practice.running import Deadline, Outcome, TimeIsUp, as_tensors, call
from course_lib.practice.screening import borrowed, screen
from course_lib.practice.verdict import Reason, Verdict

__all__ = ["judge", "judge_on", "stopped", "trial"]

TIME_LIMIT = 10.0  # seconds for all cases of one check together


def judge(exercise: Exercise, answer: Any, rng: np.random.Generator, time_limit: float = TIME_LIMIT) -> Verdict:
    """Try an answer on every case of an exercise and say what came of it. Never raises on account of the answer.

    Args:
        exercise: what was asked for.
        answer: what the learner handed in, whatever it is.
        rng: makes the cases.
        time_limit: seconds for all cases together.
    """
    return judge_on(trial(exercise, rng), answer, time_limit)


def trial(exercise: Exercise, rng: np.random.Generator) -> Trial:
    """The cases of one check with their right results; several answers may be judged on the same ones."""
    with _in_peace():
        cases = tuple(exercise.cases(rng))
        expected = [exercise.reference(*copy.deepcopy(case.args), **copy.deepcopy(case.kwargs)) for case in cases]
    return Trial(exercise, cases, tuple(expected))


def judge_on(tried: Trial, answer: Any, time_limit: float = TIME_LIMIT) -> Verdict:
    """`judge`, on cases that are there already."""
    try:
        with _in_peace():
            return _judge(tried, answer, time_limit)
    except BaseException as problem:  # an object that refuses to be looked at, be it with SystemExit
        return Verdict(
            Reason.UNREADABLE,
            f"Your function could not be judged: looking at what it is, or at what it returned, raised "
            f"{type(problem).__name__}. Return plain arrays, numbers or texts.",
        )


@contextlib.contextmanager
def _in_peace() -> Iterator[None]:
    """A notebook may have told NumPy to raise, or Python to turn warnings into errors: that is not the answer's fault."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _judge(tried: Trial, answer: Any, time_limit: float) -> Verdict:
    exercise, cases, expected = tried.exercise, tried.cases, tried.expected
    early = screen(exercise, answer)
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
        early = stopped(exercise, answer, outcome, time_limit)
        if early:
            return early
    gaps = [gap(outcome, right, exercise) for outcome, right in zip(outcomes, expected, strict=True)]
    if any(gaps) or any(outcome.changed for outcome in outcomes):
        return diagnose(tried, answer, outcomes, gaps)
    return borrowed(exercise, answer, cases, deadline, convert) or Verdict(Reason.PASSED)


def stopped(exercise: Exercise, answer: Callable, outcome: Outcome, time_limit: float) -> Verdict | None:
    """Reasons not to try the other cases."""
    if type(outcome.error).__name__ == "StdinNotImplementedError":  # what a kernel raises that nobody can type into
        return Verdict(
            Reason.RAISED,
            "Your function calls input() and waits for somebody to type. It gets all it needs as arguments: leave input() out.",
            "waits for input",
        )
    if isinstance(outcome.error, NotImplementedError):
        trace = outcome.error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        raised_in = trace.tb_frame.f_code if trace else None
        if raised_in is None or raised_in is getattr(answer, "__code__", None):
            return Verdict(Reason.NOT_WRITTEN)
        return Verdict(
            Reason.CALLS_A_STUB,
            f"Your {exercise.name} calls `{raised_in.co_name}`, which is not written yet. Write that one first, and run "
            "its cell.",
            "calls a function that is not written yet",
        )
    if isinstance(outcome.error, TimeIsUp):
        return Verdict(
            Reason.TOO_SLOW,
            f"Your function was still running after {time_limit:g} seconds and was stopped. Look for a loop whose "
            "condition never becomes false, or one far longer than the input.",
            "does not end",
            printed=outcome.printed,
        )
    if isinstance(outcome.error, KeyboardInterrupt):
        return Verdict(Reason.INTERRUPTED, "You interrupted the check. Nothing was recorded as passed.", "interrupted")
    return None
