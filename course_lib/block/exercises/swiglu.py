"""block.swiglu: a feed-forward network with a gate."""

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.block import by_hand
from course_lib.block.by_hand import gelu, relu, silu
from course_lib.practice.exercise import Asked, Case, right, wrong


def _reference_swiglu(x, W_gate, W_up, W_down):
    z = x @ W_gate
    gate = z * (1.0 + np.tanh(z / 2.0)) / 2.0
    return (gate * (x @ W_up)) @ W_down


ASKED = Asked(
    "Given tokens `x` `(token, d_model)`, `W_gate` and `W_up` `(d_model, d_ff)` and `W_down` `(d_ff, d_model)`, return "
    "`(token, d_model)`. Two products lead into the middle, and they are multiplied there entry by entry: the one by `W_gate`, "
    "which goes through SiLU first, is the **gate**; the one by `W_up` is what passes it. `W_down` leads back. "
    "$\\operatorname{SiLU}(z) = z\\,\\sigma(z)$ with the sigmoid $\\sigma(z) = 1/(1 + e^{-z})$. There are no biases.",
    reference=_reference_swiglu,
    points=2,
    minutes=8,
    difficulty=2,
    library=("torch.silu", "course_lib.silu"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def weights(n: int, d_model: int, d_ff: int) -> tuple:
        shapes = [(n, d_model), (d_model, d_ff), (d_model, d_ff), (d_ff, d_model)]
        return tuple(rng.normal(size=shape) for shape in shapes)

    x, gate, up, down = weights(3, 5, 7)
    on_paper = (
        np.array([[1.0, 2.0], [-1.0, 0.5]]),
        np.array([[1.0, 0.0, -1.0], [0.5, 1.0, 2.0]]),
        np.array([[2.0, -1.0, 0.0], [0.0, 1.0, 1.0]]),
        np.array([[1.0, 0.0], [0.5, -1.0], [2.0, 1.0]]),
    )
    return [
        Case((x, gate, up, down)),
        Case(weights(5, 3, 11)),
        Case(weights(7, 5, 5), "as wide inside as outside"),
        Case(weights(2, 7, 3), "narrower inside than outside"),
        Case(weights(1, 3, 5), "a single token"),
        Case(weights(5, 1, 7), "tokens of a single number"),
        Case(on_paper),
        Case((2.0 * x, gate, up, down), "larger tokens"),
        Case((np.zeros((2, 5)), gate, up, down), "tokens of zeros"),
        Case((np.array([[1.0], [-1.0]]), np.array([[900.0]]), np.ones((1, 1)), np.ones((1, 1))), "gates of ±900"),
    ]


@right
def swiglu_by_unit(x, W_gate, W_up, W_down):
    out = np.zeros((len(x), W_down.shape[1]))
    for t, token in enumerate(x):
        for unit in range(W_gate.shape[1]):
            z = token @ W_gate[:, unit]
            gate = z / (1 + np.exp(-z)) if z >= 0 else z * np.exp(z) / (1 + np.exp(z))
            out[t] += gate * (token @ W_up[:, unit]) * W_down[unit]
    return out


@right
def swiglu_by_the_formula(x, W_gate, W_up, W_down):
    z = x @ W_gate
    with np.errstate(over="ignore"):  # exp(900) is infinite, and one over it is the right zero
        return (z / (1 + np.exp(-z)) * (x @ W_up)) @ W_down


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(z / 2)) / 2


the_other_branch_gated = wrong(
    1,
    "the other branch gated",
    "SiLU is on the product by W_up. It belongs on the one by W_gate.",
    lambda x, W_gate, W_up, W_down: ((x @ W_gate) * silu(x @ W_up)) @ W_down,
)

sigmoid_alone = wrong(
    2,
    "sigmoid instead of SiLU",
    "Your gate is the sigmoid alone, between 0 and 1. SiLU multiplies it by z itself. (With the sigmoid the network is called "
    "GLU, and came first.)",
    lambda x, W_gate, W_up, W_down: (_sigmoid(x @ W_gate) * (x @ W_up)) @ W_down,
)

no_gate = wrong(
    3,
    "no gate",
    "You never use W_gate: SiLU of the product by W_up is an ordinary feed-forward network.",
    lambda x, W_gate, W_up, W_down: silu(x @ W_up) @ W_down,
)

multiplied_after_the_way_down = wrong(
    4,
    "multiplied after W_down",
    "Both branches went through W_down, and were multiplied there. They meet in the middle, where each unit has its own gate.",
    lambda x, W_gate, W_up, W_down: (silu(x @ W_gate) @ W_down) * ((x @ W_up) @ W_down),
)

no_silu = wrong(
    5,
    "no SiLU",
    "The two products are multiplied as they are. SiLU on the first makes it a gate that can be nearly shut.",
    lambda x, W_gate, W_up, W_down: ((x @ W_gate) * (x @ W_up)) @ W_down,
)

relu_gate = wrong(
    6,
    "ReLU instead of SiLU",
    "Your gate is a ReLU. SiLU is z times the sigmoid of z. (With ReLU it is called ReGLU.)",
    lambda x, W_gate, W_up, W_down: (relu(x @ W_gate) * (x @ W_up)) @ W_down,
)

gelu_gate = wrong(
    7,
    "GELU instead of SiLU",
    "Your gate is a GELU, z times the share of a normal distribution below z. SiLU has the sigmoid in its place. (With GELU it "
    "is called GEGLU.)",
    lambda x, W_gate, W_up, W_down: (gelu(x @ W_gate) * (x @ W_up)) @ W_down,
)

added = wrong(
    8,
    "branches added",
    "You added the two branches. A gate multiplies.",
    lambda x, W_gate, W_up, W_down: (silu(x @ W_gate) + x @ W_up) @ W_down,
)

nothing_to_pass = wrong(
    9,
    "W_up left out",
    "You never use W_up: the gate is there, and nothing passes through it.",
    lambda x, W_gate, W_up, W_down: silu(x @ W_gate) @ W_down,
)

both_gated = wrong(
    10,
    "SiLU on both branches",
    "SiLU is on both products. The one by W_up stays as it is.",
    lambda x, W_gate, W_up, W_down: (silu(x @ W_gate) * silu(x @ W_up)) @ W_down,
)

silu_after_the_product = wrong(
    11,
    "SiLU after the branches have met",
    "You multiplied the branches and took SiLU of the result. SiLU belongs to the gate, before they meet.",
    lambda x, W_gate, W_up, W_down: silu((x @ W_gate) * (x @ W_up)) @ W_down,
)

silu_at_the_end = wrong(
    12,
    "SiLU at the end",
    "SiLU comes after W_down. It belongs to the gate, in the middle.",
    lambda x, W_gate, W_up, W_down: silu(((x @ W_gate) * (x @ W_up)) @ W_down),
)

sign_of_the_exponent = wrong(
    13,
    "sign of the exponent",
    "Your sigmoid falls where it should rise: 1/(1 + e^z) for 1/(1 + e^(−z)).",
    lambda x, W_gate, W_up, W_down: (x @ W_gate * _sigmoid(-(x @ W_gate)) * (x @ W_up)) @ W_down,
)

x_added = wrong(
    14,
    "x added to the output",
    "You added x to the output. The residual path belongs to the block around the network.",
    lambda x, W_gate, W_up, W_down: x + by_hand.swiglu(x, W_gate, W_up, W_down),
)

tanh_gate = wrong(
    15,
    "tanh instead of the sigmoid",
    "You multiplied z by tanh(z). The sigmoid lies between 0 and 1.",
    lambda x, W_gate, W_up, W_down: (x @ W_gate * np.tanh(x @ W_gate) * (x @ W_up)) @ W_down,
)

softmax_gate = wrong(
    16,
    "softmax gate",
    "Your gates share out one unit among them. Each gate stands by itself: z times the sigmoid of z.",
    lambda x, W_gate, W_up, W_down: (softmax(x @ W_gate) * (x @ W_up)) @ W_down,
)

stops_in_the_middle = wrong(
    17,
    "the way down is missing",
    "You returned what is inside, `(token, d_ff)`. `W_down` leads back to the width of a token.",
    lambda x, W_gate, W_up, W_down: silu(x @ W_gate) * (x @ W_up),
)


@wrong(
    18,
    "infinity times zero",
    "A gate of −900 came out as not-a-number: $e^{900}$ overflows, and your quotient is infinity over infinity. Write the sigmoid "
    "with $1/(1 + e^{-z})$, where an infinite exponential gives the right zero.",
)
def overflowing(x, W_gate, W_up, W_down):
    z = x @ W_gate
    with np.errstate(all="ignore"):
        return (z * np.exp(z) / (1 + np.exp(z)) * (x @ W_up)) @ W_down


gate_times_its_own_product = wrong(
    19,
    "gate multiplied by itself",
    "You multiplied the gate's product by itself: W_up appears nowhere. What passes the gate is `x @ W_up`.",
    lambda x, W_gate, W_up, W_down: (silu(x @ W_gate) * (x @ W_gate)) @ W_down,
)

HINTS = (
    "Draw it first: two arrows from the token into the middle, a multiplication where they meet, one arrow back.",
    "`*` multiplies two arrays entry by entry, `@` is the matrix product. The gate is `z / (1 + np.exp(-z))` with `z = x @ W_gate`.",
    "`inside = gate * (x @ W_up)`, then one more product.",
)
