"""Mistakes are named by the cases in which they show: alone, together with others, and not at all where it is not sure."""

import numpy as np
import pytest

from course_lib.practice import check
from course_lib.practice.naming import Named, name_mistakes, ordinary


def table(*rows):
    """Rows of a table as one writes them: x where it is so."""
    return np.array([[sign == "x" for sign in row] for row in rows])


PLAIN = table("xxx..")[0]  # three ordinary cases, then two special ones


@pytest.mark.parametrize(
    ("failing", "errs", "alike", "expected"),
    [
        # the very mistake, and the same one beside another that errs less
        ("xxx..", ["xxx..", "...x."], ["xxxxx", "...xx"], Named(0)),
        # two mistakes, each whole in cases of its own
        ("xxxx.", ["xxx..", "...x."], ["xxx.x", "...xx"], Named(0, 1)),
        # one whole mistake, and something unknown in a special case
        ("xxxx.", ["xxx..", "....x"], ["xxx.x", "...x."], Named(0, None, (3,))),
        # right where the mistake would show in a special case: the answer handles it
        ("xxx..", ["xxxx.", "....x"], ["xxx.x", "...x."], Named(0, certain=False)),
        # explains the special case alone, while ordinary ones fail: not its name
        ("xxxx.", ["...x.", "xxx.."], ["...xx", "....x"], None),
        # two known mistakes explain it equally well
        ("xx...", ["xx.x.", "xx..x"], ["xx..x", "xx.x."], None),
        # it would show in an ordinary case, and the answer is right there
        ("xx...", ["xxx..", "....x"], ["xx.xx", "...x."], None),
        # a mistake that is whole goes before one that only fits where the answer fails
        ("xxx..", ["xxxxx", "xxx.."], ["xxx..", "xxx.."], Named(1)),
        # nothing fits
        ("xxxxx", ["xxxxx", "xx..."], [".....", "....."], None),
    ],
)
def test_the_name_is_that_of_the_cases(failing, errs, alike, expected):
    assert name_mistakes(table(failing)[0], table(*errs), table(*alike), PLAIN) == expected


def test_where_every_case_has_a_note_the_first_ones_are_the_ordinary_ones():
    assert ordinary(["a", "b", "c", "d"]).tolist() == [True, True, True, False]
    assert ordinary(["", "b", ""]).tolist() == [True, False, True]


ATTENTION = """
def attention(Q, K, V, mask=None):
    scores = Q @ K.T{scale}
    if mask is not None:
        scores = np.where(mask, scores, {hidden})
    with np.errstate(all="ignore"):
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = weights / weights.sum(axis=-1, keepdims=True)
    {more}
    return weights @ V
"""


def attention(run_cell, scale=" / np.sqrt(Q.shape[-1])", hidden="-np.inf", more="pass"):
    return run_cell(ATTENTION.format(scale=scale, hidden=hidden, more=more))["attention"]


def test_a_mistake_is_named_although_a_second_one_hides_it_in_some_cases(run_cell):
    """Without a mask only the forgotten scale shows; with one, both do."""
    report = check("attention.attention", attention(run_cell, scale="", hidden="0.0"), seed=3)
    assert report.misconception == "no scale"
    assert "Something else is wrong too" in report.message


def test_two_mistakes_that_show_in_cases_of_their_own_are_both_named(run_cell):
    body = """
def softmax(scores):
    e = np.exp(scores)
    return e / e.sum(axis={axis}, keepdims=True)
"""
    report = check("attention.softmax", run_cell(body.format(axis=1))["softmax"], seed=3)
    assert report.state == "failed"
    names = {report.misconception, *report.verdict.also}
    assert names == {"no shift, so exp overflows", "axis=1 instead of the last axis"}
    assert "there is a second mistake" in report.message


def test_an_answer_that_is_right_but_for_the_special_case_has_its_own_name(run_cell):
    report = check("attention.attention", attention(run_cell), seed=3)
    assert report.misconception == "NaN where a row may attend to nothing"


@pytest.mark.parametrize("seed", range(5))
def test_what_is_no_known_mistake_gets_no_name(run_cell, seed):
    odd = "weights = np.cos(weights)"
    report = check("attention.attention", attention(run_cell, more=odd), seed=seed)
    assert report.state in ("failed", "error")
    assert report.misconception is None


def test_a_changed_argument_is_told_first_and_what_else_is_wrong_after_it(run_cell):
    source = "def softmax(scores):\n    scores -= scores.max()\n    e = np.exp(scores)\n    return e"
    report = check("attention.softmax", run_cell(source)["softmax"], seed=3)
    assert report.misconception == "changes its arguments"
    assert report.message.startswith("Your function changes its argument scores in place")
    assert "Its result is not right either" in report.message


@pytest.mark.parametrize(
    ("exercise", "source", "says", "never"),
    [
        (
            "loss.perplexity",
            "def perplexity(mean_loss):\n    return float(np.exp(mean_loss)) * (1 + 5e-6)",
            "is there an epsilon in it",
            "is expected.",
        ),
        (
            "attention.softmax",
            "def softmax(scores):\n    e = np.exp(scores - scores.max(-1, keepdims=True))\n    return e / (e.sum(-1, keepdims=True) + 1e-6)",
            "is there an epsilon in it",
            "wrong sign",
        ),
        (
            "gpu.roofline",
            "def roofline(intensity, peak_flops, bandwidth):\n    return min(peak_flops, intensity * bandwidth) // 10**30",
            "",
            "same result whatever",
        ),
    ],
)
def test_messages_say_what_is_to_be_seen(run_cell, exercise, source, says, never):
    report = check(exercise, run_cell(source)[exercise.partition(".")[2]], seed=1)
    assert report.state == "failed"
    assert says in report.message
    assert never not in report.message


def test_judging_is_deaf_to_what_a_notebook_told_numpy(run_cell, recwarn):
    right = "def softmax(scores):\n    e = np.exp(scores - scores.max(-1, keepdims=True))\n    return e / e.sum(-1, keepdims=True)"
    overflowing = "def softmax(scores):\n    e = np.exp(scores)\n    return e / e.sum(-1, keepdims=True)"
    with np.errstate(all="raise"):
        assert check("attention.softmax", run_cell(right)["softmax"]).state == "passed"
        assert (
            check("attention.softmax", run_cell(overflowing)["softmax"]).misconception == "no shift, so exp overflows"
        )
