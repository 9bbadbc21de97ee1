"""backprop.backward: the engine, which finds an order and adds up what arrives."""

from collections import deque

import numpy as np

from course_lib.backprop import engine
from course_lib.backprop.engine import given, plus, times
from course_lib.backprop.exercises import graphs
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`node` is the last node of a graph, a single number. Every node has a `name` (no two have the same), a `value`, its `inputs` (a "
    "tuple of nodes, empty where the value was given; one node may stand in it twice) and `back`: `one.back(d)` takes the gradient `d` of "
    "that node and returns a tuple, what it sends to each of its inputs in their order. Return a dictionary from the name of every node "
    "that `node` was made from, `node` itself included, to its gradient; that of `node` is 1. Values may be arrays, and one operation may "
    "send the same array to several inputs.",
    reference=engine.backward,
    points=4,
    minutes=20,
    difficulty=3,
    library=AUTOGRAD,
)


def cases(rng: np.random.Generator) -> list[Case]:
    x, y = given("x", 3.0), given("y", -2.0)
    square = given("x", 3.0)
    return [
        Case((graphs.neuron(2.0, 1.5, -1.0, 1.0),), "the neuron of the figure"),
        Case((graphs.neuron(*rng.normal(size=4)),)),
        Case((times("z", x, y),), "two numbers and a product"),
        Case((times("y", square, square),), "one node that stands twice among the inputs"),
        Case((graphs.short_cut(True),), "a node that is used at once and, by a longer way, once more"),
        Case((graphs.short_cut(False),), "the same with the longer way first"),
        Case((graphs.two_floors(),), "two short cuts, one on top of the other"),
        Case((graphs.doubled(9),), "a value added to itself nine times over"),
        Case((graphs.long_chain(30),), "thirty operations in a row"),
        Case((given("only", 5.0),), "a node that was made from nothing"),
        Case((graphs.residual(*(rng.normal(size=shape) for shape in ((3, 5), (5, 7), (7, 5)))),), "arrays"),
        Case((graphs.residual(np.array([[1.0, -2.0]]), np.eye(2), np.full((2, 2), 3.0)),), "arrays in a residual path"),
        Case(
            (graphs.residual(np.array([[1.0, -2.0]]), np.eye(2), np.full((2, 2), 3.0), relu_first=True),),
            "arrays in a residual path, the other way first",
        ),
        Case((graphs.shared_weights(rng.normal(size=(3, 5)), rng.normal(size=(5, 5))),), "a matrix that is used twice"),
        Case((graphs.shared_weights(np.ones((2, 2)), np.array([[1.0, 2.0], [-0.5, 1.0]])),), "a matrix used twice"),
        Case((plus("s", given("a", 1.0), given("b", 2.0)),), "a sum"),
    ]


@right
def by_counting_uses(node):
    """Kahn's order: a node sends when all that use it have sent."""
    uses, seen, waiting = {}, {node.name}, [node]
    while waiting:
        for made_from in waiting.pop().inputs:
            uses[made_from.name] = uses.get(made_from.name, 0) + 1
            if made_from.name not in seen:
                seen.add(made_from.name)
                waiting.append(made_from)
    gradients, ready = {node.name: 1.0}, [node]
    while ready:
        one = ready.pop()
        for made_from, sent in zip(one.inputs, one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients[made_from.name] + sent if made_from.name in gradients else sent
            uses[made_from.name] -= 1
            if uses[made_from.name] == 0:
                ready.append(made_from)
    return gradients


@right
def way_by_way(node):
    """Every way from the end to a node on its own, and their sum: right, and slow where there are many ways."""
    gradients = {}

    def send(one, d):
        gradients[one.name] = gradients.get(one.name, 0.0) + d
        for made_from, sent in zip(one.inputs, one.back(d), strict=True):
            send(made_from, sent)

    send(node, 1.0)
    return gradients


def _order(node):
    """The nodes, each after all that it was made from."""
    order = []

    def visit(one):
        if one not in order:
            for made_from in one.inputs:
                visit(made_from)
            order.append(one)

    visit(node)
    return order


def _walk(node, order=None, arrive=lambda old, sent: sent if old is None else old + sent, send=None):
    """The engine with one of its parts exchanged."""
    gradients = {node.name: 1.0}
    for one in reversed(_order(node)) if order is None else order(node):
        d = gradients.get(one.name, np.zeros(np.shape(one.value)) if np.shape(one.value) else 0.0)
        for made_from, sent in zip(one.inputs, send(one, d) if send else one.back(d), strict=True):
            gradients[made_from.name] = arrive(gradients.get(made_from.name), sent)
    return gradients


@wrong(
    1,
    "depth first without an order",
    "Each node sends as soon as your walk reaches it for the first time. By then some that use it may not have sent yet, and what they "
    "send later goes no further. Find the order first.",
)
def depth_first(node):
    gradients, seen = {node.name: 1.0}, set()

    def visit(one):
        if one.name in seen:
            return
        seen.add(one.name)
        for made_from, sent in zip(one.inputs, one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients.get(made_from.name, 0.0) + sent
        for made_from in one.inputs:
            visit(made_from)

    visit(node)
    return gradients


@wrong(
    2,
    "the last use overwrites",
    "What arrives replaces what was there. A value that is used twice moves the result in both ways at once: add.",
)
def the_last_use_overwrites(node):
    return _walk(node, arrive=lambda old, sent: sent)


@wrong(
    3,
    "parents before children",
    "You go through the nodes in the order of the way forward, from the given values to the result. When their turn comes nothing has "
    "arrived yet. The way back begins at the result.",
)
def parents_before_children(node):
    return _walk(node, order=_order)


@wrong(
    4,
    "level by level",
    "You go through the graph by the number of steps from the result, each node once. A node with a short way and a long way to the result "
    "sends before the long way has arrived.",
)
def level_by_level(node):
    def order(node):
        found, waiting, seen = [], deque([node]), {node.name}
        while waiting:
            one = waiting.popleft()
            found.append(one)
            for made_from in one.inputs:
                if made_from.name not in seen:
                    seen.add(made_from.name)
                    waiting.append(made_from)
        return found

    return _walk(node, order=order)


@wrong(
    5,
    "the sum so far sent again",
    "Whenever something arrives at a node, you send on all that it has collected so far, so that what came first goes out twice. Let each "
    "node send once, when everything is there.",
)
def the_sum_so_far_sent_again(node):
    gradients = {node.name: 1.0}

    def send(one):
        for made_from, sent in zip(one.inputs, one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients.get(made_from.name, 0.0) + sent
            send(made_from)

    send(node)
    return gradients


@wrong(
    6,
    "the first use alone",
    "Once a node has a gradient you leave it as it is. Whatever else uses the node has something to add.",
)
def the_first_use_alone(node):
    return _walk(node, arrive=lambda old, sent: sent if old is None else old)


@wrong(
    7,
    "begins at zero",
    "All your gradients are zero: the result's own gradient has to be 1, or there is nothing to send.",
)
def begins_at_zero(node):
    return {name: gradient * 0.0 for name, gradient in engine.backward(node).items()}


@wrong(
    8,
    "the result left out",
    "Right, but the result itself is not in your dictionary. Its gradient is 1.",
)
def the_result_left_out(node):
    return {name: gradient for name, gradient in engine.backward(node).items() if name != node.name}


@wrong(
    9,
    "only what was given",
    "You return the gradients of the given values alone. Those of all nodes in between are asked for too.",
)
def only_what_was_given(node):
    leaves = {one.name for one in _order(node) if not one.inputs}
    return {name: gradient for name, gradient in engine.backward(node).items() if name in leaves}


@wrong(
    10,
    "added into an array that is shared",
    "Right for numbers. With arrays, `+=` writes into the array that is there, and a sum sends one and the same array to both of its inputs: "
    "adding to one changes the other. Make a new array: `a = a + b`.",
)
def added_in_place(node):
    def arrive(old, sent):
        if old is None:
            return sent
        if isinstance(old, np.ndarray):
            old += sent
            return old
        return old + sent

    return _walk(node, arrive=arrive)


@wrong(
    11,
    "an input that stands twice counted once",
    "Right unless one node stands twice among the inputs of another, as x does in x · x. Each of its places gets something.",
)
def twice_counted_once(node):
    def arrivals(one, d):
        last = {made_from.name: sent for made_from, sent in zip(one.inputs, one.back(d), strict=True)}
        first = set()
        for made_from in one.inputs:
            yield 0.0 if made_from.name in first else last[made_from.name]
            first.add(made_from.name)

    return _walk(node, send=lambda one, d: tuple(arrivals(one, d)))


@wrong(
    12,
    "one step only",
    "Each node sends as if its own gradient were 1, so yours are slopes of single operations. What a node sends is its gradient times the slope: "
    "give `back` the gradient that has arrived.",
)
def one_step_only(node):
    return _walk(node, send=lambda one, d: one.back(np.ones(np.shape(d)) if np.shape(d) else 1.0))


@wrong(
    13,
    "the mean over the uses",
    "What arrives from several uses you average. Each use counts in full: add.",
)
def the_mean_over_the_uses(node):
    return _walk(node, arrive=lambda old, sent: sent if old is None else (old + sent) / 2)


@wrong(
    14,
    "the first input alone",
    "You go on along the first input of each node and never come to the others. Every input gets its part of the tuple.",
)
def the_first_input_alone(node):
    gradients, one = {node.name: 1.0}, node
    while one.inputs:
        sent = one.back(gradients[one.name])[0]
        one = one.inputs[0]
        gradients[one.name] = sent
    return gradients


@wrong(
    15,
    "values instead of gradients",
    "Your dictionary holds the values of the nodes. Asked for is how much the result moves with each of them.",
)
def values_instead_of_gradients(node):
    return {one.name: one.value for one in _order(node)}


@wrong(
    16,
    "inputs in the opposite order",
    "What a node sends to its first input arrives at its last one. `back` answers in the order of `inputs`.",
)
def inputs_in_the_opposite_order(node):
    gradients = {node.name: 1.0}
    for one in reversed(_order(node)):
        for made_from, sent in zip(reversed(one.inputs), one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients.get(made_from.name, 0.0) + sent
    return gradients


@wrong(
    17,
    "sent again at every arrival",
    "A node stands in your queue once for each value that uses it, and sends all it has collected each time: what came first goes out more than "
    "once. Let each node send once, when everything that uses it has sent.",
)
def sent_again_at_every_arrival(node):
    gradients, waiting = {node.name: 1.0}, deque([node])
    while waiting:
        one = waiting.popleft()
        for made_from, sent in zip(one.inputs, one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients.get(made_from.name, 0.0) + sent
            waiting.append(made_from)
    return gradients


HINTS = (
    "Two tasks. First a list in which each node stands after all that it was made from; then go through that list from its end. When a "
    "node's turn comes, all that use it have sent.",
    "The list: a function `visit(one)` that returns at once if it has been there, otherwise visits each of `one.inputs` and only then appends "
    "`one`. Begin the dictionary with `{node.name: 1.0}`.",
    "`for made_from, sent in zip(one.inputs, one.back(gradients[one.name])): gradients[made_from.name] = "
    "gradients.get(made_from.name, 0.0) + sent`, for each `one` of the reversed list.",
)
