"""transformer.gpt_logits: a whole GPT, from the numbers of the words to the logits of the next one."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, causal_mask, softmax
from course_lib.block.by_hand import gelu, gelu_tanh, layer_norm, relu
from course_lib.multi_head.by_hand import merge_heads, multi_head_attention, split_heads
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.transformer import by_hand

ASKED = Asked(
    "The forward pass of a GPT. `ids` is `(token,)`, whole numbers; return the logits `(token, vocab)`. `params` holds\n\n"
    "- `table` `(vocab, d_model)`, which also makes the output, and `positions` `(context, d_model)`, of which a short "
    "text needs only the first rows;\n"
    "- `blocks`, a dictionary for each block, in their order: `n_heads`; `W_Q`, `W_K`, `W_V`, `W_O` with their biases `b_Q`, "
    "`b_K`, `b_V`, `b_O`; `W_1`, `b_1`, `W_2`, `b_2`; `gain_1`, `bias_1`, `gain_2`, `bias_2`. The norms stand before their "
    "sublayers, the activation is `gelu_tanh`, and no token may look ahead;\n"
    "- `gain` and `bias` of the norm after the last block, and `eps` for all norms.\n\n"
    "Build it from the parts of the cell above; `attention(Q, K, V, mask)` takes one head at a time.",
    reference=by_hand.gpt_logits,
    points=5,
    minutes=25,
    difficulty=3,
)


def _params(rng: np.random.Generator, n_blocks: int, d_model: int, n_heads: int, eps: float = 1e-5) -> dict:
    """Random weights for 11 words and 13 places; no gain is one and no bias zero, so that nothing hides."""

    def near(centre: float, *shape: int, size: float = 0.5) -> np.ndarray:
        return centre + size * rng.normal(size=shape)

    d_ff = 2 * d_model + 1

    def one_block() -> dict:
        made: dict = {"n_heads": n_heads}
        made |= {f"W_{name}": near(0, d_model, d_model) for name in "QKVO"}
        made |= {f"b_{name}": near(0, d_model) for name in "QKVO"}
        made |= {
            "W_1": near(0, d_model, d_ff),
            "b_1": near(0, d_ff),
            "W_2": near(0, d_ff, d_model),
            "b_2": near(0, d_model),
        }
        return made | {
            f"{name}_{k}": near(centre, d_model) for k in (1, 2) for name, centre in (("gain", 1), ("bias", 0))
        }

    return {
        "table": near(0, 11, d_model, size=1.0),
        "positions": near(0, 13, d_model, size=1.0),
        "blocks": tuple(one_block() for _ in range(n_blocks)),
        "gain": near(1, d_model),
        "bias": near(0, d_model),
        "eps": eps,
    }


def _unlike_blocks(rng: np.random.Generator) -> dict:
    """A GPT whose second block has other heads than its first."""
    params = _params(rng, 2, 6, 3)
    first, second = params["blocks"]
    return params | {"blocks": (first, second | {"n_heads": 2})}


def cases(rng: np.random.Generator) -> list[Case]:
    def case(n_tokens: int, note: str, *shape: int, eps: float = 1e-5) -> Case:
        return Case((rng.integers(0, 11, size=n_tokens), _params(rng, *shape, eps)), note)

    return [
        case(5, "", 2, 6, 3),
        case(7, "three blocks", 3, 4, 2),
        case(3, "one block", 1, 6, 2),
        Case(
            (np.array([2, 2, 2, 2]), _params(rng, 2, 6, 3)),
            "the same word four times: its positions tell the rows apart",
        ),
        case(1, "a single word", 2, 6, 2),
        case(13, "as many words as there are positions", 2, 4, 2),
        case(5, "eps = 0.1 for all norms", 2, 6, 3, eps=0.1),
        case(2, "no block at all: look up, add, norm, compare", 0, 6, 3),
        Case((rng.integers(0, 11, size=5), _unlike_blocks(rng)), "three heads in the first block, two in the second"),
    ]


def _attend(y: np.ndarray, b: dict, mask: np.ndarray | None) -> np.ndarray:
    biases = tuple(b[f"b_{name}"] for name in "QKVO")
    return multi_head_attention(y, *(b[f"W_{name}"] for name in "QKVO"), b["n_heads"], mask, biases=biases)


def _think(y: np.ndarray, b: dict, activation: Callable = gelu_tanh) -> np.ndarray:
    return activation(y @ b["W_1"] + b["b_1"]) @ b["W_2"] + b["b_2"]


def _norm(x: np.ndarray, b: dict, which: int, eps: float) -> np.ndarray:
    return layer_norm(x, b[f"gain_{which}"], b[f"bias_{which}"], eps)


def _step(x: np.ndarray, b: dict, mask: np.ndarray, eps: float, attend: Callable = _attend, think: Callable = _think):
    """One block as it should be, but for what is given."""
    x = x + attend(_norm(x, b, 1, eps), b, mask)
    return x + think(_norm(x, b, 2, eps), b)


def _gpt(
    start: Callable = lambda ids, p: p["table"][ids] + p["positions"][: len(ids)],
    mask: Callable = causal_mask,
    blocks: Callable = lambda blocks: blocks,
    step: Callable = _step,
    last: Callable = lambda x, p: layer_norm(x, p["gain"], p["bias"], p["eps"]),
    output: Callable = lambda x, p: x @ p["table"].T,
) -> Callable:
    """The right forward pass, but for what is given."""

    def gpt_logits(ids, params):
        x = start(ids, params)
        for b in blocks(params["blocks"]):
            x = step(x, b, mask(len(ids)), params["eps"])
        return output(last(x, params), params)

    return gpt_logits


@right
def head_by_head(ids, params):
    n, eps = len(ids), params["eps"]
    x = params["table"][ids] + params["positions"][:n]
    for b in params["blocks"]:
        y = layer_norm(x, b["gain_1"], b["bias_1"], eps)
        Q, K, V = (split_heads(y @ b["W_" + name] + b["b_" + name], b["n_heads"]) for name in "QKV")
        heads = [attention(q, k, v, causal_mask(n)) for q, k, v in zip(Q, K, V, strict=True)]
        x = x + merge_heads(np.array(heads)) @ b["W_O"] + b["b_O"]
        y = layer_norm(x, b["gain_2"], b["bias_2"], eps)
        x = x + gelu_tanh(y @ b["W_1"] + b["b_1"]) @ b["W_2"] + b["b_2"]
    return layer_norm(x, params["gain"], params["bias"], eps) @ params["table"].T


@right
def word_by_word(ids, params):
    """Each prefix on its own, which needs no mask for its last row."""
    rows = []
    for end in range(1, len(ids) + 1):
        x = np.take(params["table"], ids[:end], axis=0) + params["positions"][np.arange(end)]
        for b in params["blocks"]:
            x = _step(x, b, np.tri(end, dtype=bool), params["eps"])
        rows.append(layer_norm(x[-1], params["gain"], params["bias"], params["eps"]) @ params["table"].T)
    return np.array(rows)


positions_forgotten = wrong(
    1,
    "positions forgotten",
    "You look the words up and add no positions: the same word has the same vector wherever it stands.",
    _gpt(start=lambda ids, p: p["table"][ids]),
)

last_norm_forgotten = wrong(
    2,
    "last norm forgotten",
    "What the last block returns is compared with the table as it is. One norm stands between the two, with a gain and a bias of "
    "its own.",
    _gpt(last=lambda x, p: x),
)

no_causal_mask = wrong(
    3,
    "no causal mask",
    "Your words see what comes after them. A GPT that may look ahead would read the very word it is asked for.",
    _gpt(mask=lambda n: None),
)


@wrong(
    4,
    "norm after instead of before",
    "You norm what comes out of a sublayer and the residual together, as in 2017. Here the norm stands before: a sublayer reads the "
    "normed tokens, and its result is added to the tokens themselves.",
)
def norm_after(ids, params):
    def step(x, b, mask, eps):
        x = _norm(x + _attend(x, b, mask), b, 1, eps)
        return _norm(x + _think(x, b), b, 2, eps)

    return _gpt(step=step)(ids, params)


stops_before_the_output = wrong(
    5,
    "the comparison with the table left out",
    "You return vectors of width d_model. Each still has to be compared with every word of the table: a product that gives one number "
    "for each word.",
    _gpt(output=lambda x, p: x),
)

probabilities = wrong(
    6,
    "probabilities instead of logits",
    "Your rows sum to one: there is a softmax at the end. Logits are asked for, the scores before any softmax.",
    _gpt(output=lambda x, p: softmax(x @ p["table"].T)),
)


def _without_residual(x, b, mask, eps):
    x = _attend(_norm(x, b, 1, eps), b, mask)
    return x + _think(_norm(x, b, 2, eps), b)


attention_replaces = wrong(
    7,
    "attention without its residual",
    "What attention returns replaces the tokens. It is added to them.",
    _gpt(step=_without_residual),
)

feed_forward_replaces = wrong(
    8,
    "feed-forward without its residual",
    "What the feed-forward network returns replaces the tokens. It is added to them.",
    _gpt(step=lambda x, b, mask, eps: _think(_norm(x + _attend(_norm(x, b, 1, eps), b, mask), b, 2, eps), b)),
)


@wrong(
    9,
    "added to the normed tokens",
    "You add a sublayer's result to the normed tokens that it has read. The residual goes round the norm as well: add to `x` as it "
    "was before the norm.",
)
def added_to_the_normed(ids, params):
    def step(x, b, mask, eps):
        y = _norm(x, b, 1, eps)
        x = y + _attend(y, b, mask)
        y = _norm(x, b, 2, eps)
        return y + _think(y, b)

    return _gpt(step=step)(ids, params)


def _no_norm(which: int) -> Callable:
    def step(x, b, mask, eps):
        x = x + _attend(x if which == 1 else _norm(x, b, 1, eps), b, mask)
        return x + _think(x if which == 2 else _norm(x, b, 2, eps), b)

    return step


first_norm_forgotten = wrong(
    10,
    "first norm of a block forgotten",
    "Attention reads the tokens as they are. A norm stands before it: gain_1 and bias_1.",
    _gpt(step=_no_norm(1)),
)

second_norm_forgotten = wrong(
    11,
    "second norm of a block forgotten",
    "The feed-forward network reads the tokens as they are. A norm stands before it: gain_2 and bias_2.",
    _gpt(step=_no_norm(2)),
)


def _norms(first: int, second: int) -> Callable:
    def step(x, b, mask, eps):
        x = x + _attend(_norm(x, b, first, eps), b, mask)
        return x + _think(_norm(x, b, second, eps), b)

    return step


norms_exchanged = wrong(
    12,
    "the two norms exchanged",
    "gain_1 and bias_1 belong before attention, gain_2 and bias_2 before the feed-forward network; yours have changed places.",
    _gpt(step=_norms(2, 1)),
)

first_norm_twice = wrong(
    13,
    "the first norm twice",
    "Both norms of your block use gain_1 and bias_1. The one before the feed-forward network has its own.",
    _gpt(step=_norms(1, 1)),
)


def _attend_by_hand(
    biases: str = "QKVO",
    cut: Callable = split_heads,
    width: Callable = lambda d_model, n_heads: d_model // n_heads,
    mix: bool = True,
) -> Callable:
    """Attention in heads, with only some of its biases, cut or scaled in another way, or not mixed at the end."""

    def attend(y, b, mask):
        Q, K, V = (
            cut(y @ b[f"W_{name}"] + (b[f"b_{name}"] if name in biases else 0.0), b["n_heads"]) for name in "QKV"
        )
        Q = Q * np.sqrt(Q.shape[-1] / width(y.shape[-1], b["n_heads"]))
        joined = merge_heads(attention(Q, K, V, mask))
        return joined @ b["W_O"] + (b["b_O"] if "O" in biases else 0.0) if mix else joined

    return lambda x, b, mask, eps: _step(x, b, mask, eps, attend=attend)


no_biases = wrong(
    14,
    "the biases of attention forgotten",
    "Queries, keys, values and the output each have a bias, b_Q to b_O, and you add none of them.",
    _gpt(step=_attend_by_hand(biases="")),
)

no_output_bias = wrong(
    15,
    "b_O forgotten",
    "Queries, keys and values have their biases; the product with W_O has one too.",
    _gpt(step=_attend_by_hand(biases="QKV")),
)

no_input_biases = wrong(
    16,
    "b_Q, b_K and b_V forgotten",
    "You add b_O, and no bias to queries, keys and values.",
    _gpt(step=_attend_by_hand(biases="O")),
)

one_wide_head = wrong(
    17,
    "one wide head",
    "All features are compared at once. They are split into `n_heads` heads, each attends on its own, and then they are joined.",
    _gpt(step=_attend_by_hand(cut=lambda x, n_heads: split_heads(x, 1))),
)

scaled_by_d_model = wrong(
    18,
    "scale by sqrt(d_model)",
    "Your scores are divided by the root of d_model. A head compares d_head features: split first, and attention divides by the right "
    "root.",
    _gpt(step=_attend_by_hand(width=lambda d_model, n_heads: d_model)),
)

split_by_a_reshape = wrong(
    19,
    "split by a reshape alone",
    "Your heads mix features of several words: a reshape from (token, d_model) to (head, token, d_head) cuts at the wrong places. "
    "`split_heads` cuts the features and then moves the axis.",
    _gpt(step=_attend_by_hand(cut=lambda x, n_heads: x.reshape(n_heads, len(x), -1))),
)

w_o_left_out = wrong(
    20,
    "W_O left out",
    "The heads are joined and added to the tokens as they are. W_O and b_O come in between.",
    _gpt(step=_attend_by_hand(mix=False)),
)

first_block_only = wrong(
    21,
    "the first block only",
    "Only the first block has run. Is your `return` inside the loop?",
    _gpt(blocks=lambda blocks: blocks[:1]),
)

same_block_again = wrong(
    22,
    "the first block again and again",
    "You run as many blocks as there are, all of them with the weights of the first.",
    _gpt(blocks=lambda blocks: [blocks[0] for _ in blocks]),
)

last_block_first = wrong(
    23,
    "the last block first",
    "Your blocks run from the last to the first.",
    _gpt(blocks=lambda blocks: blocks[::-1]),
)

no_blocks = wrong(
    24,
    "no blocks",
    "Words and positions go straight to the output: no block changes your tokens. Is what a block makes kept in `x`?",
    _gpt(blocks=lambda blocks: []),
)

relu_for_gelu = wrong(
    25,
    "ReLU in the feed-forward network",
    "Your activation is ReLU. GPT-2 has gelu_tanh.",
    _gpt(step=lambda x, b, mask, eps: _step(x, b, mask, eps, think=lambda y, b: _think(y, b, relu))),
)

exact_gelu = wrong(
    26,
    "the exact GELU",
    "You use the exact GELU. GPT-2 was trained with its approximation, gelu_tanh; the two differ in the fourth digit, and that is "
    "another model.",
    _gpt(step=lambda x, b, mask, eps: _step(x, b, mask, eps, think=lambda y, b: _think(y, b, gelu))),
)

no_activation = wrong(
    27,
    "no activation",
    "Between W_1 and W_2 nothing bends: two products in a row are one. The activation is gelu_tanh.",
    _gpt(step=lambda x, b, mask, eps: _step(x, b, mask, eps, think=lambda y, b: _think(y, b, lambda z: z))),
)

side_by_side = wrong(
    28,
    "both sublayers read the same tokens",
    "Your feed-forward network reads what attention has read, not what attention has made of it.",
    _gpt(step=lambda x, b, mask, eps: x + _attend(_norm(x, b, 1, eps), b, mask) + _think(_norm(x, b, 2, eps), b)),
)


@wrong(
    29,
    "feed-forward before attention",
    "Your block starts with the feed-forward network. Attention comes first.",
)
def feed_forward_first(ids, params):
    def step(x, b, mask, eps):
        x = x + _think(_norm(x, b, 2, eps), b)
        return x + _attend(_norm(x, b, 1, eps), b, mask)

    return _gpt(step=step)(ids, params)


positions_of_words = wrong(
    30,
    "positions looked up by the word",
    "You take the position of a word's number, `positions[ids]`. A position depends on where a word stands: rows 0, 1, 2 and so on.",
    _gpt(start=lambda ids, p: p["table"][ids] + p["positions"][ids]),
)

positions_from_the_end = wrong(
    31,
    "the last positions",
    "You take the last rows of `positions`. The first word stands at place 0.",
    _gpt(start=lambda ids, p: p["table"][ids] + p["positions"][len(p["positions"]) - len(ids) :]),
)


@wrong(
    32,
    "positions added before every block",
    "You add the positions again before each block. They are added once, to what was looked up.",
)
def positions_everywhere(ids, params):
    positions = params["positions"][: len(ids)]
    return _gpt(
        start=lambda ids, p: p["table"][ids] + (0.0 if p["blocks"] else positions),
        step=lambda x, b, mask, eps: _step(x + positions, b, mask, eps),
    )(ids, params)


table_enlarged = wrong(
    33,
    "table times sqrt(d_model)",
    "You multiply what you look up by the root of d_model, as the Transformer of 2017 does. GPT-2 does not.",
    _gpt(start=lambda ids, p: p["table"][ids] * np.sqrt(p["table"].shape[1]) + p["positions"][: len(ids)]),
)

bare_last_norm = wrong(
    34,
    "last norm without gain and bias",
    "Your last norm moves and scales and stops there. It has a gain and a bias, as the others have.",
    _gpt(last=lambda x, p: layer_norm(x, 1.0, 0.0, p["eps"])),
)

last_row_only = wrong(
    35,
    "the last row only",
    "You return the logits after the last word. Every position has its own: (token, vocab).",
    _gpt(output=lambda x, p: x[-1] @ p["table"].T),
)

transposed = wrong(
    36,
    "a row for each word of the vocabulary",
    "Your result is (vocab, token). The rows are the tokens, as everywhere.",
    _gpt(output=lambda x, p: p["table"] @ x.T),
)


@wrong(
    37,
    "eps left out",
    "Right for eps = 1e-5, which the norms take if nothing is said. `params` holds the eps of this model.",
)
def eps_left_out(ids, params):
    return by_hand.gpt_logits(ids, params | {"eps": 1e-5})


mask_turned_round = wrong(
    38,
    "mask turned round",
    "Your words see themselves and what comes after: the triangle lies on the wrong side.",
    _gpt(mask=lambda n: causal_mask(n).T),
)

mask_excludes_itself = wrong(
    39,
    "a word may not see itself",
    "Your mask leaves out the diagonal. A word may attend to itself.",
    _gpt(mask=lambda n: np.tri(n, k=-1, dtype=bool)),
)


def _last_norm_inside(ids, params):
    def step(x, b, mask, eps):
        return layer_norm(_step(x, b, mask, eps), params["gain"], params["bias"], eps)

    kept = (lambda x, p: x) if params["blocks"] else (lambda x, p: layer_norm(x, p["gain"], p["bias"], p["eps"]))
    return _gpt(step=step, last=kept)(ids, params)


last_norm_after_every_block = wrong(
    40,
    "the last norm after every block",
    "The norm with `gain` and `bias` runs after each of your blocks. It stands once, behind the last.",
    _last_norm_inside,
)

output_with_positions = wrong(
    41,
    "output not tied to the table alone",
    "You compare with more than the table. The output is the table itself: no positions, no matrix of its own.",
    _gpt(output=lambda x, p: x @ (p["table"] + p["positions"][: len(p["table"])]).T),
)


@wrong(
    42,
    "the heads of the first block everywhere",
    'You take `n_heads` from the first block for all of them. Each block has its own: `b["n_heads"]`.',
)
def heads_of_the_first_block(ids, params):
    blocks = params["blocks"]
    return by_hand.gpt_logits(ids, params | {"blocks": tuple(b | {"n_heads": blocks[0]["n_heads"]} for b in blocks)})


HINTS = (
    "Follow the figure at the top of the lesson, box by box, and print the shape after each. Two shapes ever change: at the "
    "start, from (token,) to (token, d_model), and at the end, to (token, vocab).",
    "In each block: norm, then `Q`, `K`, `V` with their biases, `split_heads` on each, `attention` with the mask, "
    "`merge_heads`, `W_O` and its bias, and add to `x`. Norm again, `W_1`, activation, `W_2`, and add. What the heads return, one "
    "after the other, is put together by `np.array`.",
    '`x = params["table"][ids] + params["positions"][:len(ids)]`; for each `b`: '
    '`y = layer_norm(x, b["gain_1"], b["bias_1"], eps)`, '
    '`Q = split_heads(y @ b["W_Q"] + b["b_Q"], b["n_heads"])`, likewise K and V, '
    "`heads = [attention(q, k, v, causal_mask(len(ids))) for q, k, v in zip(Q, K, V)]`, "
    '`x = x + merge_heads(np.array(heads)) @ b["W_O"] + b["b_O"]`, then the feed-forward half; at the '
    'end a norm and `@ params["table"].T`.',
)
