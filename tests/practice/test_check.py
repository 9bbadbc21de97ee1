"""`check`: not attempted, errors with the learner's line, loops that are stopped, and what is never raised."""

import signal
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from course_lib.practice import check, hint
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.check import CheckNotPassed
from course_lib.practice.judging import judge
from course_lib.practice.verdict import Reason

RIGHT = """
e = np.exp(scores - scores.max(axis=-1, keepdims=True))
return e / e.sum(axis=-1, keepdims=True)
"""
STUBS = {
    "as it stands in the notebook": 'raise NotImplementedError("write your answer here, in place of this line")',
    "pass": "pass",
    "three dots": "...",
    "a docstring alone": '"""Weights of each row."""',
    "a docstring and pass": '"""Weights of each row."""\npass',
}
ENDLESS = {
    "an empty loop": "while True:\n    pass",
    "everything caught inside the loop": """
        while True:
            try:
                scores = scores + 1
            except:
                pass
        """,
}
STUBBORN = {  # what they catch is caught again and again
    "a loop inside a try inside a loop": """
        while True:
            try:
                while True:
                    pass
            except:
                pass
        """,
    "two nested tries": """
        while True:
            try:
                try:
                    while True:
                        pass
                except:
                    pass
            except BaseException:
                continue
        """,
    "a long step inside a try": """
        import time
        while True:
            try:
                time.sleep(0.01)
            except:
                pass
        """,
    "one long step": "import time\ntime.sleep(60)",
}


#: What is handed in -> the reason that code may rely on.
REASONS = {
    RIGHT: Reason.PASSED,
    "...": Reason.NOT_WRITTEN,
    "return np.exp(scores - scores.max(axis=-1, keepdims=True))": Reason.NAMED_MISTAKE,
    "return scores + 1.7": Reason.WRONG_VALUE,
    "return 0.5": Reason.CONSTANT,
    "scores.sum()": Reason.RETURNED_NOTHING,
    "scores *= 3\nreturn scores * 1.7": Reason.CHANGED_ARGUMENTS,
    "raise ValueError('x')": Reason.RAISED,
    "return torch.softmax(torch.as_tensor(scores), -1)": Reason.BORROWED,
    "while True: pass": Reason.TOO_SLOW,
    "raise KeyboardInterrupt": Reason.INTERRUPTED,
    "def other():\n    raise NotImplementedError\nreturn other()": Reason.CALLS_A_STUB,
}


@pytest.mark.parametrize(("body", "reason"), REASONS.items(), ids=REASONS.values())
def test_a_verdict_says_its_reason(verdict_on, body, reason):
    verdict = verdict_on(body, time_limit=0.3 if reason is Reason.TOO_SLOW else 10.0, torch=torch)
    assert verdict.reason is reason, verdict


def test_the_reasons_that_need_no_answer_or_no_exercise(typed):
    assert check("attention.softmax", 3).reason is Reason.NOT_A_FUNCTION
    assert check("attention.softmax", lambda: 3).reason is Reason.WRONG_SIGNATURE
    assert check("attention.sofmax", typed(RIGHT)).reason is Reason.UNKNOWN_EXERCISE
    signature = property(lambda self: sys.exit())
    shy = type("Answer", (), {"__call__": lambda self, scores: scores, "__signature__": signature})()
    assert check("attention.softmax", shy).reason is Reason.UNREADABLE


def test_a_right_answer_passes_with_all_its_points(typed):
    report = check("attention.softmax", typed(RIGHT))
    assert (report.state, report.score, report.points, report.misconception) == ("passed", 2.0, 2.0, None)
    assert (report.message, report.example, report.note) == ("", "", "")


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS)
def test_a_stub_is_not_attempted_and_says_what_to_do(typed, body):
    report = check("attention.softmax", typed(body))
    assert (report.state, report.score, report.misconception) == ("not attempted", 0.0, None)
    assert report.message == "Write softmax in the cell above, run it, then run this check again."


def test_an_exception_is_shown_with_the_learners_own_line(verdict_on):
    verdict = verdict_on("wide = scores.sum(axis=-1, keepdims=True)\nreturn scores @ wide.nonsense")
    assert verdict.state == "error"
    assert "AttributeError" in verdict.message
    assert "at line 4: return scores @ wide.nonsense" in verdict.message


def test_an_exception_deep_in_numpy_points_at_the_learners_line(verdict_on):
    verdict = verdict_on("return np.linalg.inv(np.concatenate([scores, scores], axis=9))")
    assert "at line 3: return np.linalg.inv(np.concatenate([scores, scores], axis=9))" in verdict.message


def test_an_exception_in_some_cases_says_in_which(verdict_on):
    verdict = verdict_on("if scores.ndim == 1:\n    raise ValueError('one row')" + RIGHT)
    assert verdict.state == "error"
    assert "It is right in 15 of 17 cases and fails for a single row of scores." in verdict.message


@pytest.mark.parametrize("body", (ENDLESS | STUBBORN).values(), ids=ENDLESS | STUBBORN)
def test_an_endless_loop_is_stopped(verdict_on, body):
    verdict = verdict_on(body, time_limit=0.3)
    assert (verdict.state, verdict.misconception) == ("error", "does not end")
    assert "after 0.3 seconds" in verdict.message


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_is_stopped_on_another_thread_too(verdict_on, body):
    found = []
    thread = threading.Thread(target=lambda: found.append(verdict_on(body, time_limit=0.3)))
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert found[0].misconception == "does not end"


@pytest.mark.parametrize("elsewhere", [False, True], ids=["main thread", "another thread"])
def test_after_a_stopped_loop_everything_works_as_before(verdict_on, elsewhere):
    def checks():
        for _ in range(3):
            verdict_on(ENDLESS["everything caught inside the loop"], time_limit=0.05)
            found.append((verdict_on(RIGHT).state, sys.gettrace(), sys.getprofile()))

    found, trace = [], sys.gettrace()
    thread = threading.Thread(target=checks)
    if elsewhere:
        thread.start()
        thread.join(timeout=30)
    else:
        thread.run()
    assert found == [("passed", None if elsewhere else trace, None)] * 3
    assert callable(signal.getsignal(signal.SIGALRM)) or signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_the_time_limit_counts_all_cases_together(verdict_on):
    verdict = verdict_on("import time\ntime.sleep(0.1)" + RIGHT, time_limit=0.35)
    assert verdict.misconception == "does not end"


def test_an_interrupt_ends_the_check_and_not_the_notebook(verdict_on):
    verdict = verdict_on("raise KeyboardInterrupt")
    assert (verdict.state, verdict.misconception) == ("error", "interrupted")


def test_sys_exit_does_not_end_the_notebook(verdict_on):
    verdict = verdict_on("raise SystemExit(3)")
    assert verdict.state == "error"
    assert "SystemExit: 3 at line 3: raise SystemExit(3)." in verdict.message


@pytest.mark.parametrize(
    ("signature", "calls"),
    [("()", "softmax()"), ("(scores, axis)", "softmax(scores, axis)"), ("(*, scores)", "softmax(*, scores)")],
)
def test_a_wrong_number_of_arguments_is_named_with_both_first_lines(run_cell, signature, calls):
    answer = run_cell(f"def softmax{signature}:\n    return 0")["softmax"]
    report = check("attention.softmax", answer)
    assert (report.state, report.misconception) == ("failed", "wrong number of arguments")
    assert f"Your function is {calls} and cannot be called with 1 argument." in report.message
    assert "The exercise calls softmax(scores)" in report.message


def test_an_optional_argument_that_was_taken_out_is_named(run_cell):
    answer = run_cell("def attention(Q, K, V):\n    return V")["attention"]
    report = check("attention.attention", answer)
    assert report.misconception == "wrong number of arguments"
    assert "attention(Q, K, V) and cannot be called with 4 arguments" in report.message


def test_further_optional_arguments_and_stars_are_welcome(run_cell):
    for first_line in ("softmax(scores, axis=-1)", "softmax(*args)"):
        first = "scores = args[0]\n" if "*" in first_line else ""
        lines = "\n".join(f"    {line}" for line in (first + RIGHT.strip()).splitlines())
        assert check("attention.softmax", run_cell(f"def {first_line}:\n{lines}")["softmax"]).state == "passed"


@pytest.mark.parametrize("value", [np.ones(3), None, "softmax", 3])
def test_a_called_function_instead_of_the_function_is_explained(value):
    report = check("attention.softmax", value)
    assert report.state == "error"
    assert f"a value of type {type(value).__name__}" in report.message
    assert 'write check("attention.softmax", softmax), without brackets' in report.message


@pytest.mark.parametrize("exercise_id", ["attention.sofmax", "nothing", "", None, 3, print])
def test_an_unknown_exercise_is_a_report_and_not_an_exception(typed, exercise_id):
    report = check(exercise_id, typed(RIGHT))
    assert (report.state, report.score, report.points) == ("error", 0.0, 0.0)
    assert report.message.startswith("there is no exercise")
    assert hint(exercise_id).note == report.message


def test_strict_runs_raise_unless_the_check_passes(typed, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    assert check("attention.softmax", typed(RIGHT)).state == "passed"
    for wrong in (typed("pass"), typed("return scores"), typed("raise ValueError('x')"), 3):
        with pytest.raises(CheckNotPassed, match=r"attention\.softmax"):
            check("attention.softmax", wrong)
    with pytest.raises(CheckNotPassed, match="Did you mean"):
        check("attention.sofmax", typed(RIGHT))


def test_without_strict_nothing_is_raised(typed, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "0")
    assert check("attention.softmax", typed("return scores")).state == "failed"


def test_a_seed_makes_the_same_report_again(typed):
    wrong = typed("return scores + 1")
    assert repr(check("attention.softmax", wrong, seed=3)) == repr(check("attention.softmax", wrong, seed=3))
    assert repr(check("attention.softmax", wrong, seed=3)) != repr(check("attention.softmax", wrong, seed=5))


def test_the_learners_own_arguments_and_random_state_are_left_alone(typed):
    np.random.seed(7)  # noqa: NPY002  (the global state is what is looked at)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    check("attention.softmax", typed(RIGHT))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_hints_come_one_by_one_and_all_of_them_stay():
    seen = [hint("attention.softmax").shown for _ in range(5)]
    assert seen == [1, 2, 3, 3, 3]
    assert hint("attention.softmax").texts == find_exercise("attention.softmax").hints


def test_the_judge_itself_reports_a_broken_reference():
    """A mistake of the course's own is not put down to the learner."""
    exercise = find_exercise("start_here.mean_of_rows")
    broken = replace(exercise, asked=replace(exercise.asked, reference=lambda x: x.nonsense))
    with pytest.raises(AttributeError):
        judge(broken, lambda x: x, np.random.default_rng(0))


def test_of_an_answer_with_several_parts_it_is_said_which_are_right_and_shown_which_are_not():
    exercise = find_exercise("your_gpt.loss_and_gradients")

    def odd(ids, targets, params):
        loss, found = exercise.reference(ids, targets, params)
        return loss, found | {"gain": found["gain"] ** 2, "positions": found["positions"] + 0.1}

    verdict = judge(exercise, odd, np.random.default_rng(0))
    assert (verdict.state, verdict.misconception) == ("failed", None)
    assert "Right are `[0]`, `[1]['bias']`, `[1]['blocks']`, `[1]['table']`." in verdict.message
    shown = [line.partition(" = ")[0].strip() for line in verdict.example.splitlines() if " = " in line]
    assert [name for name in shown if name.startswith(("yours", "expected"))] == [
        *("yours[1]['gain']", "expected[1]['gain']", "yours[1]['positions']", "expected[1]['positions']")
    ]
    nothing_right = judge(exercise, lambda *_: (0.0, {}), np.random.default_rng(0))
    assert "Right are" not in nothing_right.message
