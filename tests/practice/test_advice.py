"""Exceptions come with what they usually mean, and a fault in a function that the answer calls is not put down to the answer."""

import numpy as np
import pytest

from course_lib.attention import by_hand
from course_lib.practice.advice import advice, calls_of
from course_lib.practice.check import check


def learner(source: str, name: str, **known: object):
    """A function as typed into a cell, together with other functions of the learner's."""
    namespace = {"np": np, "__name__": "__main__", **known}
    exec(compile(source, "<cell>", "exec"), namespace)  # the way a notebook defines it
    return namespace[name]


def not_written(*args):
    raise NotImplementedError("write your answer here")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("np.exp(scores - scores.max(axis=-1))", "keepdims=True"),
        ("np.exp(scores) / np.exp(scores).sum(axis=3, keepdims=True)", "axis=-1"),
        ("scores if scores else scores", "is not None"),
        ("expp(scores)", "Has the cell that defines it been run"),
    ],
)
def test_an_exception_comes_with_what_it_usually_means(body, says):
    report = check("attention.softmax", learner(f"def softmax(scores):\n    return {body}", "softmax"), seed=0)
    assert report.state == "error"
    assert says in report.message


def test_shapes_that_do_not_meet_are_named():
    report = check(
        "attention.scaled_scores", learner("def scaled_scores(Q, K):\n    return Q @ K", "scaled_scores"), seed=0
    )
    assert report.state == "error"
    assert "as many columns on the left as rows on the right" in report.message
    assert "(3, 7), (5, 7)" in report.message


def test_an_unusual_exception_gets_no_advice():
    assert advice(ValueError("the moon is full")) == ""


HEAD = "def single_head(x, W_Q, W_K, W_V, mask=None):\n    return attention(x @ W_Q, x @ W_K, x @ W_V, mask)"


def test_a_function_that_is_not_written_yet_is_named_and_not_the_one_that_calls_it():
    report = check("attention.single_head", learner(HEAD, "single_head", attention=not_written), seed=0)
    assert report.state == "error"
    assert report.misconception == "calls a function that is not written yet"
    assert "`not_written`" in report.message


def test_a_fault_in_a_called_function_is_looked_for_there():
    deaf = lambda Q, K, V, mask=None: by_hand.attention(Q, K, V)  # noqa: E731
    report = check("attention.single_head", learner(HEAD, "single_head", attention=deaf), seed=0)
    assert report.misconception == "mask ignored"
    assert "It calls your `attention`" in report.message
    assert (
        check("attention.single_head", learner(HEAD, "single_head", attention=by_hand.attention), seed=0).state
        == "passed"
    )


def test_a_method_of_the_same_name_is_not_the_learner_s_function():
    assert calls_of(learner("def train(text):\n    return merge(text.encode())", "train"), {"encode", "merge"}) == [
        "merge"
    ]
