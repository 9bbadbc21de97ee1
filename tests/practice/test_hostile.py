"""Whatever an answer is, returns or does to its surroundings: `check` gives a report, and the report can be shown."""

import functools
import sys

import numpy as np
import pytest
import torch

from course_lib.practice import check

BODIES = {
    "a ragged list": "return [[1.0], [1.0, 2.0]]",
    "a ragged list of arrays": "return [np.zeros(2), np.zeros(3)]",
    "an array of objects": "return np.array([object(), None, 'x'])",
    "a masked array": "return np.ma.masked_array(scores, mask=scores > 0)",
    "complex numbers": "return scores * 1j",
    "a NumPy scalar": "return np.float64(0.5)",
    "an enormous whole number": "return 10**5000",
    "dates": "return np.zeros(scores.shape, dtype='M8[s]')",
    "a structured array": "return np.zeros(scores.shape, dtype=[('a', float)])",
    "a list that holds itself": "nest = []\nnest.append(nest)\nreturn nest",
    "a tensor without data": "return torch.zeros(scores.shape, device='meta')",
    "a sparse tensor": "return torch.eye(3).to_sparse()",
    "a generator": "yield scores",
    "a recursion without end": "return softmax(scores)",
    "an exception beyond Exception": "class Odd(BaseException):\n    pass\nraise Odd('out')",
    "a generator's exit": "raise GeneratorExit",
    "an exception without a text": "class Mute(Exception):\n    def __str__(self):\n        raise ValueError\nraise Mute",
    "an object that cannot be printed": "class Mute:\n    def __repr__(self):\n        raise ValueError\nreturn Mute()",
    "an object that is no array": "class No:\n    def __array__(self, *a, **k):\n        raise OSError\nreturn No()",
    "a text that cannot be compared": "class No(str):\n    def __eq__(self, other):\n        raise OSError\nreturn No('x')",
    "closed output": "import sys\nsys.stdout.close()\nreturn scores",
    "no output at all": "import sys\nsys.stdout = None\nreturn scores",
    "a warning": "import warnings\nwarnings.warn('mind this')\nreturn scores",
    "a tracer left behind": "import sys\nsys.settrace(lambda *event: None)\nreturn scores",
    "a reshaped argument": "scores.shape = (-1,)\nreturn scores",
    "an undefined name": "return undefined_name",
    "numbers divided by zero": "return scores / 0",
}


class Unfriendly:
    """Callable, and nothing else works."""

    def __call__(self, scores):
        return scores

    def __getattr__(self, name):
        raise RuntimeError(name)


@pytest.fixture(autouse=True)
def surroundings_are_put_back():
    """What an answer breaks here is not to reach the next test."""
    stdout, trace = sys.stdout, sys.gettrace()
    yield
    sys.stdout = stdout
    sys.settrace(trace)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hostile_answer_gets_a_report_that_can_be_shown(typed, body):
    report = check("attention.softmax", typed(body, torch=torch))
    assert report.state in ("failed", "error")
    assert report.score == 0.0
    assert report.message
    assert report.title in repr(report)
    assert 'class="course-card"' in report._repr_html_()


def class_answer(run_cell):
    return run_cell("class softmax:\n    def __init__(self, scores):\n        self.scores = scores")["softmax"]


def coroutine_answer(run_cell):
    return run_cell("class C:\n    def __call__(self, scores, more):\n        return scores")["C"]()


@pytest.mark.parametrize(
    "answer",
    [lambda scores: scores, functools.partial(np.multiply, 3.0), max, np.sort, Unfriendly(), Exception, [].append],
    ids=["lambda", "partial", "builtin", "numpy", "unfriendly", "exception class", "bound method"],
)
def test_callables_of_every_kind_get_a_report(answer):
    report = check("attention.softmax", answer)
    assert report.state in ("failed", "error")
    assert repr(report)


@pytest.mark.parametrize("make", [class_answer, coroutine_answer])
def test_classes_and_objects_of_a_cell_get_a_report(run_cell, make):
    assert check("attention.softmax", make(run_cell)).state == "failed"


def test_a_right_answer_may_be_a_lambda_or_a_partial():
    def weights(axis, scores):
        e = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    assert check("attention.softmax", functools.partial(weights, -1)).state == "passed"
    assert check("attention.softmax", lambda scores: weights(-1, scores)).state == "passed"


def test_what_an_answer_prints_is_kept_up_to_a_limit(typed):
    report = check("attention.softmax", typed("for i in range(3000):\n    print('line', i)\nreturn scores"))
    assert report.printed.startswith("line 0\nline 1\n")
    assert len(report.printed) == 2000


def test_the_output_of_an_answer_stays_out_of_the_notebook(typed, capsys):
    check("attention.softmax", typed("print('chatter')\nreturn scores"))
    assert capsys.readouterr().out == ""


def test_warnings_of_an_answer_are_not_errors_of_the_check(typed):
    body = "import warnings\nwarnings.warn('x')\ne = np.exp(scores - scores.max(axis=-1, keepdims=True))\n"
    assert check("attention.softmax", typed(body + "return e / e.sum(axis=-1, keepdims=True)")).state == "passed"
