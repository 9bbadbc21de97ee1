"""A small graph of single numbers, and the way back through it: reverse mode, one node at a time.

Every step is kept, so that a figure can show it: which node sends, along which edges, how much, and what everybody has
collected by then. Automatic differentiation does the same with arrays (Linnainmaa 1970; Griewank 2012 tells the history).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["NEURON", "OPERATIONS", "Box", "Message", "Step", "backward", "evaluate", "slopes"]


@dataclass(frozen=True)
class Box:
    """One number of the graph: given from outside, or made from others.

    Attributes:
        name: a letter or two.
        operation: a key of OPERATIONS; empty where the number is given.
        inputs: the names of what it is made from, in order; one may stand there twice.
    """

    name: str
    operation: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What stands in its box.

        >>> Box("r", "plus", ("x", "a")).label
        'r = x + a'
        """
        return (
            f"{self.name} = {OPERATIONS[self.operation].written.format(*self.inputs)}" if self.operation else self.name
        )


@dataclass(frozen=True)
class Operation:
    """How an operation is written, what it makes of its inputs, and its slope with respect to each of them."""

    written: str
    value: Callable[..., float]
    slopes: Callable[..., tuple[float, ...]]


OPERATIONS = {
    "plus": Operation("{} + {}", lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "minus": Operation("{} − {}", lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "times": Operation("{} · {}", lambda a, b: a * b, lambda a, b: (b, a)),
    "relu": Operation("relu({})", lambda a: max(a, 0.0), lambda a: (float(a > 0.0),)),
    "square": Operation("{}²", lambda a: a * a, lambda a: (2.0 * a,)),
}

#: A neuron with a residual path and a squared error: L = (x + relu(w x + b) - t)². The value x is used twice.
NEURON = (
    Box("x"),
    Box("w"),
    Box("b"),
    Box("t"),
    Box("m", "times", ("w", "x")),
    Box("s", "plus", ("m", "b")),
    Box("a", "relu", ("s",)),
    Box("r", "plus", ("x", "a")),
    Box("e", "minus", ("r", "t")),
    Box("L", "square", ("e",)),
)


@dataclass(frozen=True)
class Message:
    """What one node sends back to one of its inputs: its own gradient times the slope."""

    sender: str
    receiver: str
    slope: float
    amount: float


@dataclass(frozen=True)
class Step:
    """One node has sent: its messages, and the gradient that every node has collected so far (none yet: not in it)."""

    node: str
    messages: tuple[Message, ...]
    gradients: dict[str, float]


def evaluate(nodes: Sequence[Box], given: Mapping[str, float]) -> dict[str, float]:
    """The way forward: the value of every node, in the order in which they stand.

    Raises:
        ValueError: a number that should be given is not, or a node stands before one that it needs.

    >>> evaluate(NEURON, {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0})["L"]
    9.0
    """
    values: dict[str, float] = {}
    for node in nodes:
        missing = [name for name in node.inputs if name not in values]
        if missing or (not node.operation and node.name not in given):
            needs = f"needs {', '.join(missing)}, which must stand before it" if missing else "has to be given a number"
            raise ValueError(f"node {node.name!r} {needs}; known so far: {', '.join(values) or 'nothing'}")
        inputs = [values[name] for name in node.inputs]
        values[node.name] = OPERATIONS[node.operation].value(*inputs) if node.operation else float(given[node.name])
    return values


def slopes(node: Box, values: Mapping[str, float]) -> tuple[float, ...]:
    """How much a node moves for each unit that each of its inputs moves.

    >>> slopes(Box("m", "times", ("w", "x")), {"w": 1.5, "x": 2.0})
    (2.0, 1.5)
    """
    return OPERATIONS[node.operation].slopes(*(values[name] for name in node.inputs)) if node.operation else ()


def backward(nodes: Sequence[Box], values: Mapping[str, float], overwrite: bool = False) -> list[Step]:
    """The way back, from the last node: dL/dL = 1, then every node in turn sends gradient times slope to its inputs.

    The order is that of the way forward, reversed: when a node's turn comes, everybody who uses it has sent. What arrives
    at a node is added up; that is the whole chain rule.

    Args:
        nodes: in an order in which they can be computed; the last is what is differentiated.
        values: what `evaluate` returned.
        overwrite: a mistake to look at: what arrives last replaces what was there.

    >>> values = evaluate(NEURON, {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0})
    >>> backward(NEURON, values)[-1].gradients["x"]  # 6 directly and 9 through the neuron
    15.0
    """
    gradients = {nodes[-1].name: 1.0}
    steps = [Step(nodes[-1].name, (), dict(gradients))]
    for node in reversed(nodes):
        if not node.operation or node.name not in gradients:
            continue
        mine = gradients[node.name]
        messages = tuple(
            Message(node.name, name, slope, mine * slope + 0.0)  # + 0.0: no minus before a zero
            for name, slope in zip(node.inputs, slopes(node, values), strict=True)
        )
        for message in messages:
            before = 0.0 if overwrite else gradients.get(message.receiver, 0.0)
            gradients[message.receiver] = before + message.amount
        steps.append(Step(node.name, messages, dict(gradients)))
    return steps
