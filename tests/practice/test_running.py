"""One call: fresh arguments, what was changed, what was printed, and a time limit that leaves nothing behind."""

import signal
import time

import numpy as np
import pytest

from course_lib.practice.exercise import Case
from course_lib.practice.running import Deadline, TimeIsUp, call, where_it_failed

ROWS = np.random.default_rng(0).normal(size=(3, 5))


def test_the_arguments_are_copies_and_the_case_stays_as_it_was():
    case = Case((ROWS.copy(),), kwargs={"more": [1, {"deep": np.ones(2)}]})
    outcome = call(lambda x, more: (x.fill(7), more[1]["deep"].fill(7)), case)
    np.testing.assert_array_equal(case.args[0], ROWS)
    np.testing.assert_array_equal(case.kwargs["more"][1]["deep"], np.ones(2))
    assert outcome.changed == ("x", "more")


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.fill(0),
        lambda x: x.__setitem__((2, 4), np.nan),
        lambda x: x.sort(axis=0),
        lambda x: setattr(x, "shape", (5, 3)),
        lambda x: np.negative(x, out=x),
    ],
)
def test_every_way_to_change_an_array_is_seen(change):
    assert call(change, Case((ROWS,))).changed == ("x",)


@pytest.mark.parametrize(
    ("value", "function"),
    [
        (ROWS, lambda x: x.sum()),
        (np.array([np.nan, 1.0]), lambda x: x + 1),
        (float("nan"), lambda x: x),
        ([1, 2], lambda x: [*x, 3]),
        (np.random.default_rng(0), lambda x: x.normal()),
    ],
)
def test_an_argument_that_is_only_read_is_not_said_to_be_changed(value, function):
    assert call(function, Case((value,))).changed == ()


def test_arguments_without_a_name_are_counted():
    def first_of(*args):
        args[1].fill(0)

    assert call(first_of, Case((ROWS, ROWS.copy()))).changed == ("argument 2",)


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt(), GeneratorExit(), TimeIsUp()])
def test_what_a_function_raises_is_kept_and_not_raised(error):
    def raises():
        raise error

    outcome = call(raises, Case(()))
    assert outcome.error is error
    assert where_it_failed(outcome.error, raises).endswith(": raise error")


def test_where_it_failed_is_empty_where_the_learners_code_took_no_part():
    outcome = call(len, Case((3,)))
    assert isinstance(outcome.error, TypeError)
    assert where_it_failed(outcome.error, len) == ""


def test_a_deadline_is_the_sum_of_all_calls():
    deadline, called = Deadline(0.5), []
    for _ in range(2):
        assert call(lambda: time.sleep(0.05), Case(()), deadline).error is None
    assert 0.3 < deadline.left < 0.41
    assert isinstance(call(lambda: time.sleep(5), Case(()), deadline).error, TimeIsUp)
    assert isinstance(call(lambda: called.append(1), Case(()), deadline).error, TimeIsUp)
    assert called == []  # nothing runs once the time is up


def test_a_function_that_is_compiled_is_stopped_too():
    assert isinstance(call(time.sleep, Case((5,)), Deadline(0.05)).error, TimeIsUp)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only Unix has interval timers")
def test_somebody_elses_alarm_goes_on_after_a_deadline():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *event: rung.append(time.perf_counter()))
    started = time.perf_counter()
    left, interval = signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        assert isinstance(call(lambda: time.sleep(5), Case(()), Deadline(0.05)).error, TimeIsUp)
        assert rung == []
        while not rung and time.perf_counter() - started < 20:  # on a busy machine it may come late, and must come
            time.sleep(0.05)
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.0), interval)
    assert len(rung) == 1
    assert rung[0] - started > 0.99
