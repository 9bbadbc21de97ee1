"""The bounds of numbers: which side of them a value lies on, and how they are said."""

import argparse
import math

import pytest

from course_lib.commands.limits import TRAIN, WRITE, Limit, check_limits


@pytest.mark.parametrize(
    ("limit", "inside", "outside"),
    [
        (Limit("n", 1, 64), [1, 2, 64], [0, -1, 65, math.nan, math.inf]),
        (Limit("p", 0, 1, low_open=True), [1e-300, 0.5, 1], [0, -0.0, 1.0000001, math.nan]),
        (Limit("d", 0, 1, high_open=True), [0, 0.999], [1, -1e-9, math.nan]),
        (Limit("t", 0, math.inf, high_open=True), [0, 1e308], [math.inf, -math.inf, math.nan, -1]),
    ],
)
def test_a_value_lies_inside_or_outside(limit, inside, outside):
    assert [value for value in (*inside, *outside) if limit.holds(value)] == inside


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("a size", 1, 10**6), "a size, at least 1 and at most 1,000,000"),
        (Limit("a share", 0, 1, high_open=True), "a share, at least 0 and below 1"),
        (Limit("a probability", 0, 1, low_open=True), "a probability, above 0 and at most 1"),
        (Limit("a temperature", 0, math.inf, high_open=True), "a temperature, at least 0 and finite"),
    ],
)
def test_limits_are_said_as_they_are(limit, words):
    assert str(limit) == words


def test_what_is_left_out_is_not_looked_at_and_the_first_that_is_wrong_is_named():
    inside = {name: limit.high if limit.holds(limit.high) else limit.low for name, limit in TRAIN.items()}
    check_limits(argparse.Namespace(**inside), TRAIN)
    check_limits(argparse.Namespace(**dict.fromkeys(TRAIN)), TRAIN)
    with pytest.raises(ValueError, match=r"^--save-every is a number of steps, .*; got 0$"):
        check_limits(argparse.Namespace(**{**inside, "save_every": 0}), TRAIN)


def test_both_commands_draw_within_the_same_limits():
    shared = TRAIN.keys() & WRITE.keys() - {"tokens"}
    assert shared == {"temperature", "top_k", "top_p", "seed"}
    assert all(TRAIN[name] == WRITE[name] for name in shared)
