"""The graphs that backprop.backward is tried on."""

import numpy as np

from course_lib.backprop.engine import Node, given, minus, plus, product, relu, square, times, total


def neuron(x: float, w: float, b: float, t: float) -> Node:
    """The neuron of the lesson's first figure: (x + relu(w x + b) - t)²."""
    start = given("x", x)
    sum_ = plus("s", times("m", given("w", w), start), given("b", b))
    out = plus("r", start, relu("a", sum_))
    return square("L", minus("e", out, given("t", t)))


def short_cut(short_first: bool) -> Node:
    """h = x w is used at once and, by a longer way, once more: whoever lets h send too early loses one of the two."""
    h = times("h", given("x", 2.0), given("w", 3.0))
    longer = square("b", times("a", h, given("v", 0.5)))
    return plus("L", h, longer) if short_first else plus("L", longer, h)


def two_floors() -> Node:
    """Two short cuts on top of each other."""
    h = times("h", given("x", 1.5), given("w", -2.0))
    k = plus("k", times("p", h, h), h)
    return minus("L", times("q", k, k), times("r", k, h))


def doubled(times_over: int) -> Node:
    """A value added to itself again and again: 2^times_over ways lead back to x."""
    y = given("x", 1.25)
    for i in range(times_over):
        y = plus(f"y{i}", y, y)
    return y


def residual(x: np.ndarray, W: np.ndarray, V: np.ndarray, relu_first: bool = False) -> Node:
    """x + relu(x W) V and the sum of the squares of its entries: a plus that sends one array to two inputs."""
    start = given("x", x)
    part = product("f", relu("a", product("p", start, given("W", W))), given("V", V))
    out = plus("y", part, start) if relu_first else plus("y", start, part)
    return total("L", square("s", out))


def shared_weights(x: np.ndarray, W: np.ndarray) -> Node:
    """One matrix used twice, one after the other, as in a recurrence."""
    matrix = given("W", W)
    return total("L", square("s", product("two", relu("a", product("one", given("x", x), matrix)), matrix)))


def long_chain(length: int) -> Node:
    """One operation after the other."""
    y = given("x", 0.5)
    for i in range(length):
        y = times(f"y{i}", y, given(f"w{i}", 1.0 + 0.01 * i))
    return y
