"""An engine for the way back: values that remember what they were made from, and one function that walks them.

Adds to ``graph``: any shape of graph, arrays in its nodes, and no list in which their order is given. `backward` finds an
order itself. PyTorch's autograd is this with more operations (Baydin et al. 2015, arXiv:1502.05767, section 3.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Node", "backward", "given", "minus", "plus", "product", "relu", "square", "times", "total"]

Value = float | np.ndarray


def _nothing(d: Value) -> tuple[Value, ...]:
    return ()


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """A value, what it was made from, and how a gradient goes back through the operation that made it.

    Attributes:
        name: no two nodes of a graph have the same.
        value: a number or an array.
        inputs: the nodes it was made from, in order; one may stand there twice. Empty where the value was given.
        back: takes the gradient of this node and returns a tuple, what is sent to each of the inputs in their order.

    >>> x = given("x", 3.0)
    >>> times("y", x, x)
    y = times(x, x)
    """

    name: str
    value: Value
    inputs: tuple["Node", ...] = ()
    back: Callable[[Any], tuple] = _nothing
    operation: str = "given"

    def __repr__(self) -> str:
        made = f"{self.operation}({', '.join(node.name for node in self.inputs)})" if self.inputs else f"{self.value}"
        return f"{self.name} = {made}"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.value, dtype=dtype)

    def __float__(self) -> float:
        return float(self.value)


def given(name: str, value: Value) -> Node:
    """A value from outside: an input or a weight.

    >>> given("w", 1.5).inputs
    ()
    """
    return Node(name, value)


def plus(name: str, a: Node, b: Node) -> Node:
    """a + b, of one shape: each gets what arrives.

    >>> plus("s", given("a", 1.0), given("b", 2.0)).back(5.0)
    (5.0, 5.0)
    """
    return Node(name, a.value + b.value, (a, b), lambda d: (d, d), "plus")


def minus(name: str, a: Node, b: Node) -> Node:
    """a - b, of one shape.

    >>> minus("s", given("a", 1.0), given("b", 2.0)).back(5.0)
    (5.0, -5.0)
    """
    return Node(name, a.value - b.value, (a, b), lambda d: (d, -d), "minus")


def times(name: str, a: Node, b: Node) -> Node:
    """a * b, entry by entry: each gets what arrives times the other.

    >>> times("m", given("a", 3.0), given("b", 2.0)).back(5.0)
    (10.0, 15.0)
    """
    left, right = a.value, b.value
    return Node(name, left * right, (a, b), lambda d: (d * right, d * left), "times")


def product(name: str, x: Node, W: Node) -> Node:
    """x @ W, a matrix product.

    >>> one = given("x", np.ones((1, 2)))
    >>> [sent.shape for sent in product("y", one, given("W", np.ones((2, 3)))).back(np.ones((1, 3)))]
    [(1, 2), (2, 3)]
    """
    left, right = x.value, W.value
    return Node(name, left @ right, (x, W), lambda d: (d @ right.T, left.T @ d), "product")


def relu(name: str, a: Node) -> Node:
    """max(a, 0), entry by entry.

    >>> relu("r", given("a", -2.0)).back(5.0)
    (0.0,)
    """
    value = a.value
    return Node(name, np.maximum(value, 0.0), (a,), lambda d: (d * (value > 0),), "relu")


def square(name: str, a: Node) -> Node:
    """a², entry by entry.

    >>> square("s", given("a", 3.0)).back(1.0)
    (6.0,)
    """
    value = a.value
    return Node(name, value**2, (a,), lambda d: (2.0 * d * value,), "square")


def total(name: str, a: Node) -> Node:
    """The sum of all entries, one number: a graph of arrays has to end in one.

    >>> total("L", given("a", np.ones((2, 1)))).back(3.0)[0].tolist()
    [[3.0], [3.0]]
    """
    shape = np.shape(a.value)
    return Node(name, float(np.sum(a.value)), (a,), lambda d: (np.full(shape, d),), "total")


def backward(node: Node) -> dict[str, Value]:
    """The gradient of one number with respect to every value that it was made from, itself included.

    First an order in which each node stands after all that it was made from (a depth-first walk writes a node down when it
    leaves it); then that order from its end, so that all that use a node have sent before it sends. What arrives is added
    up in a new array, since an operation may send one and the same array to several inputs.

    Args:
        node: the result; its value is a single number.
    Returns:
        By the name of each node, the gradient: of the shape of its value. That of the result itself is 1.

    >>> x = given("x", 3.0)
    >>> backward(plus("y", times("s", x, x), x))  # x² + x
    {'y': 1.0, 's': 1.0, 'x': 7.0}
    """
    order: list[Node] = []
    seen: set[str] = set()

    def visit(one: Node) -> None:
        if one.name in seen:
            return
        seen.add(one.name)
        for made_from in one.inputs:
            visit(made_from)
        order.append(one)

    visit(node)
    gradients: dict[str, Value] = {node.name: 1.0}
    for one in reversed(order):
        for made_from, sent in zip(one.inputs, one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients.get(made_from.name, 0.0) + sent
    return gradients
