"""backprop.block_backward: back through a whole block, from the parts that are there already."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import causal_mask
from course_lib.backprop import by_hand, by_parts
from course_lib.backprop.by_parts import block_values
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.block.stages import random_params
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "For one sentence `x` `(token, d_model)` and the block of GPT-2 under a causal mask: given `x`, `params` and `d_out` `(token, d_model)`, "
    "return `d_x` and a dictionary with the gradient of every weight under its name in `params` (all but `n_heads`). The way forward is "
    "given: `block_values(x, params)` returns every array on it by name, in this order:\n\n"
    "    normed_1 = norm_1(x)\n"
    "    Q, K, V  = normed_1 @ W_Q + b_Q, and so on; a head reads its share of the columns\n"
    "    joined   = attention of each head, side by side\n"
    "    middle   = x + joined @ W_O + b_O\n"
    "    normed_2 = norm_2(middle)\n"
    "    inside   = normed_2 @ W_1 + b_1\n"
    "    active   = gelu_tanh(inside)\n"
    "    out      = middle + active @ W_2 + b_2\n\n"
    "Use your `linear_backward`, `layer_norm_backward` and `attention_backward`, the course's `gelu_tanh_backward(inside, d_active)` and "
    "`causal_mask(n)`.",
    reference=by_parts.block_backward,
    points=5,
    minutes=35,
    difficulty=3,
    library=(*AUTOGRAD, "course_lib.attend_backward", "course_lib.think_backward", "course_lib.norm_backward"),
    atol=1e-8,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(tokens: int, d_model: int, n_heads: int, d_ff: int, note: str = "") -> Case:
        params = random_params(rng, d_model, n_heads, d_ff)
        params |= {name: np.zeros(d_model) for name in ("b_Q", "b_K", "b_V", "b_O")}
        for name, value in params.items():
            if name != "n_heads":
                params[name] = value + 0.3 * rng.normal(size=value.shape)
        return Case((rng.normal(size=(tokens, d_model)), params, rng.normal(size=(tokens, d_model))), note)

    return [
        case(5, 6, 2, 7),
        case(3, 6, 3, 11),
        case(7, 4, 1, 5, "a single head"),
        case(4, 4, 4, 4, "everything of one size"),
        case(1, 6, 2, 5, "a single token"),
        case(6, 2, 2, 3, "heads of width one"),
    ]


def _block(
    first_residual: bool = True,
    second_residual: bool = True,
    norm_2_at: str = "middle",
    norm_1_at: str = "x",
    mask: Callable | None = causal_mask,
    norms: bool = True,
    activation: bool = True,
    ways: str = "QKV",
    heads: Callable = lambda params: params["n_heads"],
    second_from: str = "d_middle",
    projected_from: str = "normed_1",
) -> Callable:
    """The block's way back with one of its steps exchanged."""

    def block_backward(x, params, d_out):
        values = {"x": x} | block_values(x, params)
        found: dict = {}

        def linear(into: str, name: str, bias: str, d: np.ndarray) -> np.ndarray:
            d_in, found[name], found[bias] = by_hand.linear_backward(values[into], params[name], d)
            return d_in

        def norm(at: str, number: int, d: np.ndarray) -> np.ndarray:
            d_in, found[f"gain_{number}"], found[f"bias_{number}"] = by_hand.layer_norm_backward(
                values[at], params[f"gain_{number}"], d
            )
            return d_in if norms else d

        d_inside = linear("active", "W_2", "b_2", d_out)
        if activation:
            d_inside = by_hand.gelu_tanh_backward(values["inside"], d_inside)
        d_middle = norm(norm_2_at, 2, linear("normed_2", "W_1", "b_1", d_inside))
        if second_residual:
            d_middle = d_middle + d_out
        d_joined = linear("joined", "W_O", "b_O", d_middle if second_from == "d_middle" else d_out)
        cut = [np.split(part, heads(params), axis=1) for part in (values["Q"], values["K"], values["V"], d_joined)]
        hidden = None if mask is None else mask(len(x))
        backs = [by_hand.attention_backward(Q, K, V, hidden, d) for Q, K, V, d in zip(*cut, strict=True)]
        d_normed = np.zeros(x.shape)
        for name, parts in zip("QKV", zip(*backs, strict=True), strict=True):
            d_way = linear(projected_from, f"W_{name}", f"b_{name}", np.hstack(parts))
            d_normed = d_normed + d_way if name in ways else d_normed
        d_x = norm(norm_1_at, 1, d_normed)
        return (d_x + d_middle if first_residual else d_x), found

    return block_backward


by_steps = right(_block())


@right
def heads_by_masks(x, params, d_out):
    """No array is cut: each head sees all columns, those of the others set to zero, and a scale that makes up for the width."""
    of, g, d_model = block_values(x, params), {}, x.shape[1]
    d, g["W_2"], g["b_2"] = by_hand.linear_backward(of["active"], params["W_2"], d_out)
    d, g["W_1"], g["b_1"] = by_hand.linear_backward(
        of["normed_2"], params["W_1"], by_hand.gelu_tanh_backward(of["inside"], d)
    )
    d, g["gain_2"], g["bias_2"] = by_hand.layer_norm_backward(of["middle"], params["gain_2"], d)
    d_middle = d_out + d
    d_joined, g["W_O"], g["b_O"] = by_hand.linear_backward(of["joined"], params["W_O"], d_middle)
    d_QKV = np.zeros((3, *x.shape))
    for head in range(params["n_heads"]):
        own = np.arange(d_model) * params["n_heads"] // d_model == head
        wider = own * np.sqrt(params["n_heads"])
        d_Q, d_K, d_V = by_hand.attention_backward(
            of["Q"] * wider, of["K"], of["V"] * own, causal_mask(len(x)), d_joined * own
        )
        d_QKV += d_Q * wider, d_K, d_V
    for name, part in zip("QKV", d_QKV, strict=True):
        g[f"W_{name}"], g[f"b_{name}"] = of["normed_1"].T @ part, part.sum(axis=0)
    d_normed = sum(part @ params[f"W_{name}"].T for name, part in zip("QKV", d_QKV, strict=True))
    d, g["gain_1"], g["bias_1"] = by_hand.layer_norm_backward(x, params["gain_1"], d_normed)
    return d_middle + d, g


second_residual_lost = wrong(
    1,
    "the residual around the feed-forward network lost",
    "What `middle` gets along its direct way, past the feed-forward network, is missing. `out` is a sum, and a sum sends what arrives to both "
    "of its parts.",
    _block(second_residual=False),
)

first_residual_lost = wrong(
    2,
    "the residual around attention lost",
    "All weights are right, and `d_x` is not: `x` reaches `middle` past attention as well, and what comes along that way is missing.",
    _block(first_residual=False),
)

norm_2_at_its_output = wrong(
    3,
    "the second norm's gradient at the wrong place",
    "You give the second `layer_norm_backward` what came out of the norm. It asks for what went in: `middle`.",
    _block(norm_2_at="normed_2"),
)

norm_1_at_its_output = wrong(
    4,
    "the first norm's gradient at the wrong place",
    "You give the first `layer_norm_backward` what came out of the norm. It asks for what went in: `x`.",
    _block(norm_1_at="normed_1"),
)

mask_forgotten = wrong(
    5,
    "mask forgotten",
    "You go back through attention without the causal mask. What was hidden on the way forward sends nothing back.",
    _block(mask=None),
)

norms_skipped = wrong(
    6,
    "past the norms",
    "The norms' own gains and biases are right, and then you go on with the gradient from before the norm. What has to be added to the residual path is "
    "what `layer_norm_backward` returns first.",
    _block(norms=False),
)

activation_skipped = wrong(
    7,
    "activation left out",
    "You go from the second matrix of the feed-forward network to the first as if nothing stood between them. There was a GELU.",
    _block(activation=False),
)

one_way_of_three = wrong(
    8,
    "the last of three ways alone",
    "`normed_1` was used for queries, keys and values. What comes back along the values is all that is left in yours.",
    _block(ways="V"),
)

values_forgotten = wrong(
    9,
    "the way through the values forgotten",
    "You add up what comes back through queries and keys. The values were made from `normed_1`, too.",
    _block(ways="QK"),
)

one_large_head = wrong(
    10,
    "all heads as one",
    "Right with a single head. With several, each has columns of its own, weights of its own and its own √d_head: cut Q, K, V and d_joined apart.",
    _block(heads=lambda params: 1),
)

attention_from_d_out = wrong(
    11,
    "attention gets d_out",
    "You send `d_out` back through W_O. Attention wrote into `middle`, so what goes back there is the gradient of `middle`: both of its ways together.",
    _block(second_from="d_out"),
)

projections_read_x = wrong(
    12,
    "projections of x",
    "The gradients of W_Q, W_K and W_V are made with `x`. Queries, keys and values were made from `normed_1`.",
    _block(projected_from="x"),
)


@wrong(
    13,
    "only d_x",
    "You return the gradient of the tokens alone. Asked for are two things: `d_x`, and a dictionary of the weights' gradients.",
)
def only_d_x(x, params, d_out):
    return by_parts.block_backward(x, params, d_out)[0]


both_residuals_lost = wrong(
    14,
    "both residuals lost",
    "Both sums are taken for their second part alone. What arrives at a sum goes to both of its parts.",
    _block(first_residual=False, second_residual=False),
)

mask_turned_over = wrong(
    15,
    "mask transposed",
    "Your mask hides the past and shows the future. A token may attend to itself and to what stands before it: the lower triangle.",
    _block(mask=lambda n: causal_mask(n).T),
)


HINTS = (
    "Read the eight lines from the last to the first, and for each ask: which arrays does it send to? Two of the lines are sums, and a sum "
    "sends what has arrived to both parts. What must be added up where?",
    "Second half: linear_backward (W_2), gelu_tanh_backward, linear_backward (W_1), layer_norm_backward at `middle`, plus `d_out`: that is d_middle. "
    "First half, from d_middle: linear_backward (W_O), attention_backward for each head on its columns, linear_backward three times at "
    "`normed_1`, the three added up, layer_norm_backward at `x`, plus d_middle.",
    "Heads: `parts = [np.split(a, params['n_heads'], axis=1) for a in (Q, K, V, d_joined)]`, then `attention_backward(q, k, v, mask, d)` for each of "
    "`zip(*parts)`, and `np.hstack` joins what comes back. A weight's gradient: `d_in, g['W_O'], g['b_O'] = linear_backward(values['joined'], "
    "params['W_O'], d_middle)`.",
)
