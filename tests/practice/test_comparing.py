"""Is this value the expected one: arrays, numbers, truth values, texts, and containers of them."""

import numpy as np
import pytest
import torch

from course_lib.practice.comparing import difference, plain, same

RNG = np.random.default_rng(0)
TALL = np.arange(24.0).reshape(8, 3) ** 2
ROWS_OFF = lambda *rows: np.isin(np.arange(8), rows)[:, None] * np.array([0.5, -0.25, 3.0])  # noqa: E731
MATRIX = RNG.normal(size=(3, 5))


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (MATRIX.copy(), MATRIX),
        (MATRIX.tolist(), MATRIX),
        (tuple(map(tuple, MATRIX)), MATRIX),
        (torch.from_numpy(MATRIX), MATRIX),
        (MATRIX.astype(np.float32), MATRIX),
        (np.asfortranarray(MATRIX), MATRIX),
        (MATRIX + 1e-10, MATRIX),
        (np.ones((2, 3), int), np.ones((2, 3))),
        (np.zeros((0, 5)), np.zeros((0, 5))),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        (np.array([3, 5], np.int32), np.array([3, 5])),
        (2, 2.0),
        (np.float32(0.1), 0.1),
        (np.array(0.5), 0.5),
        (torch.tensor(0.5), 0.5),
        (np.int64(7), 7),
        (np.True_, True),
        ("so", "so"),
        ([3, 5, 7], [3, 5, 7]),
        (np.array([3, 5, 7]), [3, 5, 7]),
        ((MATRIX, 3), (MATRIX, 3)),
        ({"w": MATRIX, "b": [1.0]}, {"w": MATRIX, "b": [1.0]}),
    ],
)
def test_harmless_differences_are_none(got, expected):
    assert difference(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "kind", "message"),
    [
        (MATRIX.T, MATRIX, "shape", "has shape (5, 3) where (3, 5) is expected"),
        (MATRIX[:, :0], MATRIX, "shape", "has shape (3, 0)"),
        (3.0, MATRIX, "shape", "has shape ()"),
        ({1: 2}, MATRIX, "type", "is a dict where an array of shape (3, 5) is expected"),
        (len, 3.0, "type", "Call it, rather than returning it."),
        (MATRIX.astype(np.float16), MATRIX, "dtype", "has dtype float16"),
        (np.array([1.5]), np.array([1]), "dtype", "where whole numbers are expected"),
        (np.array([1, 0]), np.array([True, False]), "dtype", "where booleans are expected"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "nan", "holds nan at [1] (1 of 2 numbers are not finite)"),
        (np.array([1.0, 5.0, 3.0]), np.array([1.0, 2.0, 3.0]), "value", "off by 3 at [1]: 5 where 2 is expected"),
        (np.array([True, True]), np.array([True, False]), "value", "first at [1]: True where False is expected"),
        (np.ma.masked_array(np.zeros((3, 5)), mask=True), MATRIX, "value", "is off by"),
        (MATRIX + np.array([[0.0], [1.0], [0.0]]), MATRIX, "value", "Only row 1 differs."),
        (TALL + ROWS_OFF(1, 4), TALL, "value", "Only rows 1 and 4 differ."),
        (TALL + ROWS_OFF(0, 2, 3, 4, 6, 7), TALL, "value", "Only rows 0, 2, 3, 4 and 2 more differ."),
        (3.5, 3.0, "value", "is 3.5 where 3 is expected"),
        (3.5, 3, "value", "is 3.5 where 3, a whole number, is expected"),
        (True, 1, "type", "is a bool where a whole number is expected"),
        (1, True, "type", "is an int where True or False is expected"),
        (float("nan"), 3.0, "nan", "is not a finite number"),
        (1j, 3.0, "type", "is a complex where a number is expected"),
        (MATRIX, 3.0, "shape", "an array of shape (3, 5) where a number is expected"),
        ("no", "so", "value", "is 'no' where 'so' is expected"),
        (3, "3", "type", "is an int where a text is expected"),
        ([3, 5], [3, 5, 7], "shape", "has 2 entries where 3 are expected"),
        ([3, 5, 8], [3, 5, 7], "value", "your answer[2] is 8 where 7 is expected"),
        ({"a": 1}, {"a": 1, "b": 2}, "value", "lacks 'b'"),
        ({"a": 1, "c": 2}, {"a": 1}, "value", "has 'c' besides"),
        ({"a": {"b": 4}}, {"a": {"b": 3}}, "value", "your answer['a']['b'] is 4 where 3 is expected"),
    ],
)
def test_real_differences_are_named_with_kind_and_place(got, expected, kind, message):
    found = difference(got, expected)
    assert (found.kind, message in found.message) == (kind, True), found.message


def test_single_precision_is_expected_to_come_close_and_no_closer():
    assert difference((MATRIX * (1 + 3e-6)).astype(np.float32), MATRIX) is None
    assert difference((MATRIX * (1 + 3e-4)).astype(np.float32), MATRIX).kind == "value"
    assert difference(MATRIX * (1 + 3e-6), MATRIX).kind == "value"  # a float64 result has no such excuse


def test_an_exercise_may_not_expect_what_cannot_be_compared():
    with pytest.raises(TypeError, match="may not expect a set"):
        difference({1}, {1})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan])),
        ([[1], [1, 2]], [[1], [1, 2]]),
        ([[1], [1, 2]], ([1], [1, 2])),
        ({"a": MATRIX}, {"a": MATRIX}),
        ([{"a": MATRIX}, {"b": 1}], [{"a": MATRIX}, {"b": 1}]),
        ("so", "so"),
        (None, None),
        (torch.ones(3), np.ones(3)),
    ],
)
def test_the_same_outputs_are_the_same_in_both_directions(first, second):
    assert same(first, second)
    assert same(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.zeros((3, 5)), np.zeros((5, 3))),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        ([[1], [1, 2]], [[1], [1, 3]]),
        ([[1], [1, 2]], MATRIX),
        ({"a": 1}, {"a": 2}),
        ([{"a": MATRIX}], [{"a": 2 * MATRIX}]),
        ([{"a": MATRIX}], [{"b": MATRIX}]),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, 1),
        ("so", 1),
        (None, 0),
        ((1, 2), (1, 2, 3)),
        (np.zeros(3, [("a", float)]), np.zeros(3)),
    ],
)
def test_different_outputs_are_different_in_both_directions(first, second):
    assert not same(first, second)
    assert not same(second, first)


def test_plain_takes_pytorch_out_of_containers():
    found = plain([torch.ones(2, requires_grad=True), ({"b": torch.ones(3, dtype=torch.bfloat16)},)])
    assert type(found[0]) is np.ndarray
    assert found[1][0]["b"].dtype == np.float32
    assert type(plain(np.ma.masked_array([1.0]))) is type(plain(np.ones((1, 1)).view(np.matrix))) is np.ndarray


def test_whole_numbers_differ_in_places_not_by_amounts():
    found = difference(np.array([2, 7, 5]), np.array([2, 5, 7]))
    assert found.message.startswith("your answer differs at 2 of 3 places, first at [1]: 7 where 5 is expected.")


def test_two_rows_of_one_array_are_as_good_as_two_arrays():
    expected = (np.array([1, 2]), np.array([2, 3]))
    assert difference(np.array([[1, 2], [2, 3]]), expected) is None
    assert difference(np.array([[1, 2], [2, 4]]), expected) is not None
    assert difference(np.array([[1, 2], [2, 3], [3, 4]]), expected).message.endswith("3 entries where 2 are expected.")


def test_arrays_that_are_right_and_stand_in_another_order_are_named():
    right = tuple(np.arange(6.0).reshape(2, 3) + i for i in range(3))
    turned = difference((right[2], right[0], right[1]), right)
    assert (
        turned.message == "your answer holds the right arrays in another order: what is expected first stands at [1]."
    )
    assert difference(right, right) is None
    assert difference((right[0], right[2], right[2]), right).message.startswith("your answer[1] is off by 1")
    assert difference((right[0], right[0]), right[:2]).message.startswith("your answer[1] is off by 1")
