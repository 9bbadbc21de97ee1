"""Objects that fight being looked at, and what an answer leaves behind: the check still ends in a report."""

import signal
import threading
import warnings

import numpy as np
import pytest
import torch

from course_lib.practice import check

STEPS = "e = np.exp(scores - scores.max(axis=-1, keepdims=True))\nw = e / e.sum(axis=-1, keepdims=True)\n"
REFUSALS = {
    "printing": "__repr__(self)",
    "becoming an array": "__array__(self, *a, **k)",
    "being compared": "__eq__(self, other)",
    "having a length": "__len__(self)",
    "having attributes": "__getattr__(self, name)",
}


def checked(answer):
    """The report on an answer, with the same inputs every time."""
    return check("attention.softmax", answer, seed=0)


@pytest.mark.parametrize("error", ["OSError", "SystemExit", "KeyboardInterrupt"])
@pytest.mark.parametrize("method", REFUSALS.values(), ids=REFUSALS)
def test_an_object_that_raises_whatever_is_done_with_it_gets_a_report(typed, method, error):
    body = f"class No:\n    def {method}:\n        raise {error}\nreturn No()"
    report = checked(typed(body))
    assert report.state in ("failed", "error")
    assert repr(report)
    assert checked(typed(body.replace("No()", "[No()]"))).state in ("failed", "error")


def test_an_exception_whose_text_ends_programs_gets_a_report(typed):
    body = "class E(Exception):\n    def __str__(self):\n        raise SystemExit\nraise E"
    report = checked(typed(body))
    assert report.state == "error"
    assert "SystemExit" in report.message


def test_an_answer_that_will_not_say_its_signature_gets_a_report(run_cell):
    source = """
        class Answer:
            __call__ = lambda self, scores: scores
            @property
            def __signature__(self):
                raise SystemExit
        answer = Answer()
        """
    assert checked(run_cell(source)["answer"]).state == "error"


@pytest.mark.parametrize("body", ["return scores", "raise ValueError", "yield scores"])
def test_an_async_function_is_told_apart_from_its_result_without_a_complaint(run_cell, body):
    answer = run_cell(f"async def softmax(scores):\n    {body}")["softmax"]
    with warnings.catch_warnings(action="error"):
        report = checked(answer)
    assert report.state == "failed"
    kind = "an async_generator" if "yield" in body else "a coroutine"
    assert f"Your answer is {kind} where an array of shape (3, 5) is expected." in report.message


def test_a_long_text_of_an_exception_is_cut(typed):
    report = checked(typed("raise ValueError('x' * 10**6)"))
    assert "ValueError: xxx" in report.message
    assert "… at line 3: raise ValueError" in report.message
    assert len(repr(report)) < 2000


def test_a_large_value_is_described_and_not_printed(typed):
    report = checked(typed("return scores.sum() + np.zeros((211, 223))"))
    assert "float64 array of shape (211, 223): " in report.example
    assert len(report.example) < 1200


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def softmax(self, scores):\n        {}\nsoftmax = A().softmax",
        "class A:\n    @staticmethod\n    def softmax(scores):\n        {}\nsoftmax = A.softmax",
        "class A:\n    def __call__(self, scores):\n        {}\nsoftmax = A()",
        "def twice(f):\n    @functools.wraps(f)\n    def g(*a):\n        f(*a)\n        return f(*a)\n    return g\n"
        "@twice\ndef softmax(scores):\n        {}",
        "@torch.no_grad()\ndef softmax(scores):\n        {}",
    ],
    ids=["method", "static method", "object", "decorated", "decorated by torch"],
)
def test_a_right_answer_passes_in_whatever_form_it_comes(run_cell, source):
    import functools

    body = "\n        ".join((STEPS + "return w").splitlines())
    answer = run_cell(source.format(body), functools=functools, torch=torch)["softmax"]
    assert checked(answer).state == "passed"


def test_a_decorated_stub_is_still_a_stub(run_cell):
    answer = run_cell("def same(f):\n    return f\n\n@same\ndef softmax(scores):\n    ...")["softmax"]
    assert checked(answer).state == "not attempted"


@pytest.mark.parametrize("last", ["return list(w)", "return [torch.as_tensor(row) for row in w]", "return tuple(w)"])
def test_rows_in_a_list_pass(typed, last):
    assert checked(typed(STEPS + last, torch=torch)).state == "passed"


def test_an_answer_that_remembers_earlier_calls_does_not_pass(run_cell):
    source = f"calls = []\ndef softmax(scores):\n    calls.append(1)\n    {STEPS.replace(chr(10), '; ')}return w * len(calls)"
    report = checked(run_cell(source)["softmax"])
    assert report.state == "failed"
    assert "It is right in 1 of 17 cases" in report.message


def test_settings_that_an_answer_changes_are_put_back(typed):
    before = np.geterr(), warnings.filters[:], signal.getsignal(signal.SIGALRM), threading.active_count()
    body = "import warnings\nnp.seterr(over='raise')\nwarnings.simplefilter('ignore')\n" + STEPS + "return w"
    assert checked(typed(body)).state == "passed"
    assert before == (np.geterr(), warnings.filters[:], signal.getsignal(signal.SIGALRM), threading.active_count())
