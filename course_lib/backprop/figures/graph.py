"""Back through a small graph, step by step, with a value and a gradient on every node."""

import numpy as np

from course_lib.backprop.graph import NEURON, backward, evaluate
from course_lib.explorer import Explorer, Graph, Note, Slider, Steps, Switch

__all__ = ["NAMES", "STEPS", "graph_explorer", "graph_frame"]

NAMES = [node.name for node in NEURON]
EDGES = [(NAMES.index(name), i) for i, node in enumerate(NEURON) for name in node.inputs]
# Columns and rows: x on the straight way to L, the neuron below it.
PLACES = {"x": (0, 0), "w": (0, 1), "b": (1, 2), "m": (1, 1), "s": (2, 1), "a": (3, 1)} | {
    "r": (4, 0), "t": (4, 1), "e": (5, 0), "L": (6, 0)}  # fmt: skip
STEPS = ["forward", "dL/dL", "L sends", "e sends", "r sends", "a sends", "s sends", "m sends"]
B, T = -1.0, 1.0
QUESTIONS = [
    "How much does L move for each unit that L moves? Guess, then go one step on.",
    "L = e². What is its slope at this e, and what will e receive?",
    "e = r − t. What will r receive, and what t?",
    "r = x + a. A sum: what will its two inputs receive?",
    "a = relu(s). The slope is 1 where s is above 0 and 0 elsewhere. What will s receive?",
    "s = m + b. A sum again: what will m and b receive?",
    "m = w · x. Each factor receives the other one times the gradient. What will w receive? And x has something already: what will it have then?",
]


def graph_frame(x: float = 2.0, w: float = 1.5, step: int = 0, overwrite: bool = False) -> dict[str, object]:
    """The graph of L = (x + relu(w x - 1) - 1)² after some steps of the way back.

    Args:
        x, w: the two numbers that can be moved.
        step: 0 shows the way forward alone, 1 begins at L, each further step lets one node send.
        overwrite: the mistake that what arrives last replaces what was there.
    Returns:
        boxes, at, edges; values, gradients (NaN where none has arrived), lit (node,); messages (edge,); note; and
        final (node,), the gradients at the end.

    >>> graph_frame(step=7)["gradients"].tolist()
    [15.0, 12.0, 6.0, -6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 1.0]
    """
    values = evaluate(NEURON, {"x": x, "w": w, "b": B, "t": T})
    steps = backward(NEURON, values, overwrite)
    if not 0 <= step <= len(steps):
        raise ValueError(f"there are the steps 0 to {len(steps)}; got {step}")
    now = steps[step - 1] if step else None
    gradients = {} if now is None else now.gradients
    sent = {} if now is None else {(message.receiver, message.sender): message for message in now.messages}
    lit = set() if now is None else {now.node, *(message.receiver for message in now.messages)}
    return {
        "boxes": [node.label for node in NEURON],
        "at": np.array([PLACES[name] for name in NAMES], dtype=float),
        "edges": np.array(EDGES, dtype=float),
        "values": np.array([values[name] for name in NAMES]),
        "gradients": np.array([gradients.get(name, np.nan) for name in NAMES]),
        "messages": np.array([sent[NAMES[a], NAMES[b]].amount if (NAMES[a], NAMES[b]) in sent else np.nan for a, b in EDGES]),
        "lit": np.array([float(name in lit) for name in NAMES]),
        "final": np.array([steps[-1].gradients[name] for name in NAMES]),
        "note": _note(step, now, steps, values, overwrite),
    }  # fmt: skip


def _note(step: int, now, steps, values: dict[str, float], overwrite: bool) -> str:
    """What happened, and what to guess next."""
    if now is None:
        said = "The way forward is done: every box has its value."
    elif not now.messages:
        said = "The way back begins at the end: dL/dL = 1."
    else:
        mine = now.gradients[now.node]
        parts = [
            f"{message.receiver}: {mine:g} × slope {message.slope:g} = {message.amount:g}" for message in now.messages
        ]
        said = f"{now.node} has the gradient {mine:g} and sends on to {'; to '.join(parts)}."
        if now.node == "m":
            before = steps[-2].gradients["x"]
            came = now.messages[-1].amount
            kept = (
                f"{before:g} is overwritten by {came:g}" if overwrite else f"{before:g} + {came:g} = {before + came:g}"
            )
            said += f" At x two messages have arrived: {kept}. Done."
            if overwrite:
                said += f" The right gradient is {before + came:g}."
    return said if step >= len(QUESTIONS) else f"{said}\nNext: {QUESTIONS[step]}"


def _alt(values: dict, arrays: dict) -> str:
    known = [
        f"{name} {gradient:g}"
        for name, gradient in zip(NAMES, arrays["gradients"], strict=True)
        if np.isfinite(gradient)
    ]
    return (
        f"The graph of L = (x + relu(w·x − 1) − 1)² at x {values['x']:g} and w {values['w']:g}, step {STEPS[values['step']]}: "
        f"L is {arrays['values'][-1]:g}; gradients known so far: {', '.join(known) or 'none'}."
    )


def graph_explorer() -> Explorer:
    """Go back through the graph of one neuron with a residual path; guess each message before it is shown."""
    return Explorer(
        graph_frame,
        controls=[
            Slider("x", [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0], value=2.0),
            Slider("w", [-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0], value=1.5),
            Switch("overwrite", value=False, label="mistake: the last message overwrites"),
            Steps("step", STEPS, label="step"),
        ],
        panels=[
            [
                Graph(
                    "boxes", at="at", edges="edges", values="values", below="gradients", messages="messages", lit="lit"
                )
            ],
            [Note("note")],
        ],
        title="One neuron with a residual path: L = (x + relu(w·x + b) − t)²",
        alt=_alt,
        name="backprop.graph",
    )
