"""modern.llama_block: the block of a model of today."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, causal_mask
from course_lib.block.by_hand import feed_forward, layer_norm, rms_norm, swiglu
from course_lib.modern import by_hand
from course_lib.multi_head.by_hand import merge_heads, split_heads
from course_lib.positional_encoding.by_hand import rotate, sinusoidal
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "One block of LLaMA: `x` is `(token, d_model)`, `positions` `(token,)`; return `(token, d_model)`. `params` holds\n\n"
    "- `n_heads` and `W_Q` `(d_model, n_heads · d_head)`; `n_kv_heads`, which divides `n_heads`, and `W_K`, `W_V` "
    "`(d_model, n_kv_heads · d_head)`; `W_O` `(n_heads · d_head, d_model)`. Query heads 0 up to n_heads / n_kv_heads share the "
    "first head of keys and values, the next as many the second, and so on;\n"
    "- `base`: queries and keys are rotated by their `positions`, head by head, values are not;\n"
    "- `W_gate`, `W_up`, `W_down` of the gated network;\n"
    "- `gain_1` and `gain_2` of the two root-mean-square norms, one before each sublayer, and their `eps`.\n\n"
    "No token looks ahead, and there are no biases. Build it from the parts of the cell above; `grouped_attention(Q, K, V, mask)` "
    "takes all heads at once, those of keys and values being fewer.",
    reference=by_hand.llama_block,
    points=5,
    minutes=20,
    difficulty=3,
)


def _params(
    rng: np.random.Generator,
    d_model: int,
    n_heads: int,
    n_kv_heads: int,
    d_head: int,
    eps: float = 1e-6,
    base: float = 1e4,
) -> dict:
    queries, keys, d_ff = n_heads * d_head, n_kv_heads * d_head, d_model + 5
    shapes = {
        "W_Q": (d_model, queries),
        "W_K": (d_model, keys),
        "W_V": (d_model, keys),
        "W_O": (queries, d_model),
        "W_gate": (d_model, d_ff),
        "W_up": (d_model, d_ff),
        "W_down": (d_ff, d_model),
    }
    made: dict = {"n_heads": n_heads, "n_kv_heads": n_kv_heads, "eps": eps, "base": base}
    made |= {name: 0.6 * rng.normal(size=shape) for name, shape in shapes.items()}
    return made | {f"gain_{k}": 1 + 0.5 * rng.normal(size=d_model) for k in (1, 2)}


def cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, note: str, *sizes: int, start: int = 0, **more: float) -> Case:
        x = 1 + rng.normal(size=(n, sizes[0]))
        return Case((x, _params(rng, *sizes, **more), start + np.arange(n)), note)

    far = Case(
        (rng.normal(size=(4, 6)), _params(rng, 6, 2, 1, 4), np.array([0, 3, 7, 40])),
        "positions 0, 3, 7 and 40: some tokens were left out",
    )
    return [
        case(5, "", 6, 4, 2, 4),
        case(7, "all query heads share one head of keys", 6, 6, 1, 2),
        case(5, "six heads of queries, three of keys", 10, 6, 3, 4),
        case(5, "as many heads of keys as of queries", 8, 2, 2, 4),
        case(5, "positions from 100 on", 6, 4, 2, 4, start=100),
        far,
        case(1, "a single token", 6, 4, 2, 4, start=3),
        case(5, "eps = 0.1", 6, 4, 2, 4, eps=0.1),
        case(7, "base 50", 6, 4, 2, 6, base=50.0),
    ]


def _attend(
    y: np.ndarray,
    p: dict,
    positions: np.ndarray,
    turn: str = "QK",
    share: Callable = lambda heads, times: np.repeat(heads, times, axis=0),
    mask: Callable = causal_mask,
    rotated: Callable = rotate,
    mixed: bool = True,
    width: Callable = lambda d_head, d_model: d_head,
) -> np.ndarray:
    """Attention as it should be, but for what is given."""
    heads = {"Q": split_heads(y @ p["W_Q"], p["n_heads"])}
    heads |= {name: split_heads(y @ p[f"W_{name}"], p["n_kv_heads"]) for name in "KV"}
    for name in turn:
        heads[name] = rotated(heads[name], positions, p["base"])
    times = p["n_heads"] // p["n_kv_heads"]
    K, V = share(heads["K"], times), share(heads["V"], times)
    Q = heads["Q"] * np.sqrt(K.shape[-1] / width(K.shape[-1], y.shape[-1]))
    joined = merge_heads(attention(Q, K, V, None if mask is None else mask(len(y))))
    return joined @ p["W_O"] if mixed else joined


def _think(y: np.ndarray, p: dict) -> np.ndarray:
    return swiglu(y, p["W_gate"], p["W_up"], p["W_down"])


def _norm(x: np.ndarray, p: dict, which: int) -> np.ndarray:
    return rms_norm(x, p[f"gain_{which}"], p["eps"])


def _block(attend: Callable = _attend, think: Callable = _think, norm: Callable = _norm, first=1, second=2) -> Callable:
    """The block as it should be, but for what is given."""

    def answer(x, params, positions):
        x = x + attend(norm(x, params, first), params, positions)
        return x + think(norm(x, params, second), params)

    return answer


def _attending(**other: object) -> Callable:
    return _block(attend=lambda y, p, positions: _attend(y, p, positions, **other))


@right
def head_by_head(x, params, positions):
    y = rms_norm(x, params["gain_1"], params["eps"])
    Q = split_heads(y @ params["W_Q"], params["n_heads"])
    K, V = (split_heads(y @ params[name], params["n_kv_heads"]) for name in ("W_K", "W_V"))
    times, mask, heads = len(Q) // len(K), causal_mask(len(x)), []
    for h, q in enumerate(Q):
        k, v = K[h // times], V[h // times]
        heads.append(attention(rotate(q, positions, params["base"]), rotate(k, positions, params["base"]), v, mask))
    x = x + np.concatenate(heads, axis=-1) @ params["W_O"]
    y = rms_norm(x, params["gain_2"], params["eps"])
    return x + swiglu(y, params["W_gate"], params["W_up"], params["W_down"])


@right
def from_the_last_position(x, params, positions):
    """Only differences of positions count, so they may be counted from anywhere."""
    return _block()(x, params, positions - positions[-1])


@wrong(
    1,
    "positions added",
    "You add positions to the tokens, as GPT-2 does. Here nothing is added: queries and keys are rotated.",
)
def positions_added(x, params, positions):
    width = x.shape[-1] + x.shape[-1] % 2
    table = sinusoidal(int(positions.max()) + 1, width)[positions, : x.shape[-1]]
    return _attending(turn="")(x + table, params, positions)


rotary_on_values = wrong(
    2,
    "values rotated too",
    "You rotate values as well. Rotation is for the comparison of a query with a key; what is then taken over must not depend on where "
    "it stood.",
    _attending(turn="QKV"),
)

not_rotated = wrong(
    3,
    "nothing rotated",
    "Your block knows no positions: rotate queries and keys, after they have been split into heads.",
    _attending(turn=""),
)

queries_only = wrong(
    4,
    "only queries rotated",
    "You rotate queries and leave the keys where they are: then the product depends on the query's position, not on the distance.",
    _attending(turn="Q"),
)

groups_tiled = wrong(
    5,
    "groups tiled",
    "You lay the heads of keys one after the other: 0 1 0 1. Neighbouring query heads share a head of keys: 0 0 1 1.",
    _attending(share=lambda heads, times: np.concatenate([heads] * times)),
)


@wrong(
    6,
    "norm after instead of before",
    "You norm what a sublayer returns together with the tokens. Here the norm stands before the sublayer, and its result is added to "
    "the tokens themselves.",
)
def norm_after(x, params, positions):
    x = _norm(x + _attend(x, params, positions), params, 1)
    return _norm(x + _think(x, params), params, 2)


mean_subtracted = wrong(
    7,
    "layer norm",
    "Your norm subtracts the mean. LLaMA's divides by the root of the mean square and leaves the mean alone.",
    _block(norm=lambda x, p, which: layer_norm(x, p[f"gain_{which}"], np.zeros(x.shape[-1]), p["eps"])),
)

gain_as_bias = wrong(
    8,
    "the gain as a bias",
    "You add the gain to the normed tokens. A gain multiplies; there are no biases here.",
    _block(norm=lambda x, p, which: rms_norm(x, np.ones(x.shape[-1]), p["eps"]) + p[f"gain_{which}"]),
)

may_look_ahead = wrong(
    9,
    "no causal mask",
    "Your tokens see what comes after them.",
    _attending(mask=None),
)

whole_rows_turned = wrong(
    10,
    "rotated before the split",
    "You rotate a token's whole row and split it afterwards. Every head has the same set of frequencies: split first, then rotate.",
    lambda x, params, positions: _rotated_before_the_split(x, params, positions),
)


def _rotated_before_the_split(x, p, positions):
    y = _norm(x, p, 1)
    Q = split_heads(rotate(y @ p["W_Q"], positions, p["base"]), p["n_heads"])
    K = split_heads(rotate(y @ p["W_K"], positions, p["base"]), p["n_kv_heads"])
    V = split_heads(y @ p["W_V"], p["n_kv_heads"])
    K, V = (np.repeat(heads, len(Q) // len(K), axis=0) for heads in (K, V))
    x = x + merge_heads(attention(Q, K, V, causal_mask(len(x)))) @ p["W_O"]
    return x + _think(_norm(x, p, 2), p)


def _halves(x: np.ndarray, positions: np.ndarray, base: float) -> np.ndarray:
    """The other convention: feature i is turned with feature i + d / 2."""
    d = x.shape[-1]
    order = np.arange(d).reshape(2, -1).T.ravel()
    turned = np.empty(x.shape)
    turned[..., order] = rotate(x[..., order], positions, base)
    return turned


halves_as_pairs = wrong(
    11,
    "halves as pairs",
    "You turn feature i with feature i + d/2, as Hugging Face's code does. With weights sorted for it that is right; here "
    "neighbouring features are a pair, as in lesson 03.",
    _attending(rotated=_halves),
)

default_base = wrong(
    12,
    "base always 10000",
    "`params` says which base the rotation has. Models for long texts have a larger one.",
    _attending(rotated=lambda x, positions, base: rotate(x, positions)),
)

counted_from_zero = wrong(
    13,
    "positions counted anew",
    "You count the tokens from 0 and never look at `positions`. Where some are left out, distances differ.",
    _attending(rotated=lambda x, positions, base: rotate(x, np.arange(len(positions)), base)),
)

first_norm_twice = wrong(
    14,
    "the first norm twice",
    "Both norms use gain_1. The one before the gated network has its own.",
    _block(second=1),
)

default_eps = wrong(
    15,
    "eps forgotten",
    "`params` gives an eps for the norms, and you use another.",
    _block(norm=lambda x, p, which: rms_norm(x, p[f"gain_{which}"])),
)


@wrong(
    16,
    "attention without its residual",
    "What attention returns replaces the tokens. It is added to them.",
)
def attention_replaces(x, params, positions):
    x = _attend(_norm(x, params, 1), params, positions)
    return x + _think(_norm(x, params, 2), params)


@wrong(
    17,
    "the gated network without its residual",
    "What the gated network returns replaces the tokens. It is added to them.",
)
def network_replaces(x, params, positions):
    x = x + _attend(_norm(x, params, 1), params, positions)
    return _think(_norm(x, params, 2), params)


@wrong(
    18,
    "added to the normed tokens",
    "You add each result to the normed tokens it was made from. The residual goes round the norm as well.",
)
def added_to_the_normed(x, params, positions):
    y = _norm(x, params, 1)
    x = y + _attend(y, params, positions)
    y = _norm(x, params, 2)
    return y + _think(y, params)


no_norms = wrong(
    19,
    "no norms",
    "Attention and the gated network read the tokens as they are. Before each stands a norm.",
    _block(norm=lambda x, p, which: x),
)

scaled_by_d_model = wrong(
    20,
    "scaled by d_model",
    "Your scores are divided by the root of d_model. A head compares d_head features: split first, and `attention` divides by the "
    "right root.",
    _attending(width=lambda d_head, d_model: d_model),
)

gate_and_up_exchanged = wrong(
    21,
    "gate and up exchanged",
    "SiLU is on the product by W_up. It belongs on the one by W_gate.",
    _block(think=lambda y, p: swiglu(y, p["W_up"], p["W_gate"], p["W_down"])),
)


def _silu_alone(y: np.ndarray, p: dict) -> np.ndarray:
    zero = np.zeros(p["W_up"].shape[1])
    return feed_forward(y, p["W_up"], zero, p["W_down"], np.zeros(y.shape[-1]))


relu_network = wrong(
    22,
    "ReLU in place of the gate",
    "Your network is the one of 2017, W_up, ReLU, W_down. Here it is gated by W_gate.",
    _block(think=_silu_alone),
)


@wrong(
    23,
    "both sublayers side by side",
    "Your gated network reads the tokens as they were before attention. It reads what attention has already been added to: the second "
    "norm comes after the first addition. (GPT-J and PaLM do put the two side by side.)",
)
def side_by_side(x, params, positions):
    return x + _attend(_norm(x, params, 1), params, positions) + _think(_norm(x, params, 2), params)


@wrong(
    24,
    "the network reads attention's norm",
    "Your gated network reads the rows that were normed for attention. After the first addition the tokens are normed anew, with gain_2.",
)
def norm_not_renewed(x, params, positions):
    y = _norm(x, params, 1)
    return x + _attend(y, params, positions) + _think(y, params)


no_second_norm = wrong(
    25,
    "no norm before the network",
    "Your gated network reads the tokens as they are. A norm of its own stands before it.",
    _block(norm=lambda x, p, which: _norm(x, p, 1) if which == 1 else x),
)

no_first_norm = wrong(
    26,
    "no norm before attention",
    "Your attention reads the tokens as they are. A norm of its own stands before it.",
    _block(norm=lambda x, p, which: _norm(x, p, 2) if which == 2 else x),
)

gains_exchanged = wrong(
    27,
    "gains exchanged",
    "You norm with gain_2 before attention and with gain_1 before the network.",
    _block(first=2, second=1),
)


@wrong(
    28,
    "values from the tokens as they are",
    "Queries and keys come from the normed tokens, and your values from those before the norm. All three read the same rows.",
)
def values_not_normed(x, params, positions):
    return _with_heads(x, params, positions, values=x)


def _with_heads(x, p, positions, values=None, join=merge_heads):
    """The block, with values made from other rows or heads joined otherwise."""
    y = _norm(x, p, 1)
    Q = rotate(split_heads(y @ p["W_Q"], p["n_heads"]), positions, p["base"])
    K = rotate(split_heads(y @ p["W_K"], p["n_kv_heads"]), positions, p["base"])
    V = split_heads((y if values is None else values) @ p["W_V"], p["n_kv_heads"])
    K, V = (np.repeat(heads, len(Q) // len(K), axis=0) for heads in (K, V))
    x = x + join(attention(Q, K, V, causal_mask(len(x)))) @ p["W_O"]
    return x + _think(_norm(x, p, 2), p)


heads_reshaped = wrong(
    29,
    "heads joined by reshape",
    "You join the heads with `reshape` alone, which lays the rows of one head side by side. A token's row takes its piece from every "
    "head: `merge_heads` does that.",
    lambda x, params, positions: _with_heads(
        x, params, positions, join=lambda heads: heads.reshape(heads.shape[1], -1)
    ),
)

mask_inverted = wrong(
    30,
    "the mask inverted",
    'Your tokens see what comes after them and hide what came before. In a mask True means "may attend".',
    _attending(mask=lambda n: ~causal_mask(n)),
)


@wrong(
    31,
    "a norm at the end",
    "You norm what the block returns. A norm after the last block belongs to the model, not to the block.",
)
def normed_at_the_end(x, params, positions):
    return _norm(_block()(x, params, positions), params, 2)


@wrong(
    32,
    "the network before attention",
    "Your gated network comes first. Attention comes first, then the network.",
)
def network_first(x, params, positions):
    x = x + _think(_norm(x, params, 2), params)
    return x + _attend(_norm(x, params, 1), params, positions)


@wrong(
    33,
    "no residual at all",
    "Neither sublayer's result is added to the tokens it was made for: each of yours replaces them.",
)
def no_residual(x, params, positions):
    x = _attend(_norm(x, params, 1), params, positions)
    return _think(_norm(x, params, 2), params)


@wrong(
    34,
    "attention alone",
    "Your block ends after attention. The second norm and the gated network are missing.",
)
def attention_alone(x, params, positions):
    return x + _attend(_norm(x, params, 1), params, positions)


@wrong(
    35,
    "tokens rotated instead of queries and keys",
    "You rotate the tokens before they are multiplied by W_Q, W_K and W_V. Rotated are the queries and keys that come out, head by head.",
)
def tokens_rotated(x, params, positions):
    y = rotate(_norm(x, params, 1), positions, params["base"])
    x = x + _attend(y, params, positions, turn="")
    return x + _think(_norm(x, params, 2), params)


@wrong(
    36,
    "W_O left out",
    "You add the joined heads to the tokens as they are. They go through W_O first, which also gives them the width of the tokens.",
)
def without_output(x, params, positions):
    x = x + _attend(_norm(x, params, 1), params, positions, mixed=False)
    return x + _think(_norm(x, params, 2), params)


@wrong(
    37,
    "heads of keys not shared out",
    "Your queries have n_heads heads and your keys or values fewer, and they are combined as if there were as many. Each head of keys and "
    "values has to serve several heads of queries.",
)
def keys_not_shared(x, params, positions):
    return _attending(share=lambda heads, times: heads)(x, params, positions)


HINTS = (
    "It is the block of lesson 06 in the same order: norm, attention, add; norm, network, add. Put in the new parts one at a time.",
    "Split queries into `n_heads` and keys and values into `n_kv_heads`; rotate queries and keys; `grouped_attention` lets the heads of "
    "queries share; merge, and multiply by W_O.",
    "`Q = rotate(split_heads(y @ params['W_Q'], params['n_heads']), positions, params['base'])`, the same for K; "
    "`merge_heads(grouped_attention(Q, K, V, causal_mask(len(x)))) @ params['W_O']` is what attention adds.",
)
