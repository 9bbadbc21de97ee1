"""block.block: attention, feed-forward, residuals and norms in their two orders."""

from collections.abc import Callable

import numpy as np

from course_lib.block import by_hand
from course_lib.block.by_hand import feed_forward, layer_norm
from course_lib.block.stages import random_params
from course_lib.multi_head.by_hand import multi_head_attention
from course_lib.practice.exercise import Asked, Case, right, wrong


def _parts(params: dict, mask: np.ndarray | None = None) -> tuple[Callable, Callable, Callable, Callable]:
    def attend(y):
        matrices = (params[name] for name in ("W_Q", "W_K", "W_V", "W_O"))
        return multi_head_attention(y, *matrices, params["n_heads"], mask)

    def think(y):
        return feed_forward(y, params["W_1"], params["b_1"], params["W_2"], params["b_2"])

    def norm_1(y):
        return layer_norm(y, params["gain_1"], params["bias_1"])

    def norm_2(y):
        return layer_norm(y, params["gain_2"], params["bias_2"])

    return attend, think, norm_1, norm_2


def _reference_block(x, params, norm="pre", mask=None):
    attend, think, norm_1, norm_2 = _parts(params, mask)
    if norm == "post":
        x = norm_1(x + attend(x))
        return norm_2(x + think(x))
    x = x + attend(norm_1(x))
    return x + think(norm_2(x))


ASKED = Asked(
    "Given tokens `x` `(token, d_model)`, a dictionary `params`, where the norms stand and perhaps a `mask` "
    "`(token, token)` for the attention (True: may attend), return the block's output, `(token, d_model)`. Twice something is "
    "added to `x`, first by attention and then by the feed-forward network:\n\n"
    '- `norm="post"` (2017): `x` becomes norm₁(x + attention(x)), and that becomes norm₂(x + feed-forward(x));\n'
    '- `norm="pre"` (GPT-2): `x` becomes x + attention(norm₁(x)), and that becomes x + feed-forward(norm₂(x)).\n\n'
    "`params` holds `n_heads`; `W_Q`, `W_K`, `W_V`, `W_O`; `W_1`, `b_1`, `W_2`, `b_2`; `gain_1`, `bias_1` of the first norm "
    "and `gain_2`, `bias_2` of the second. Use your `feed_forward` and `layer_norm`, and lesson 05's "
    "`multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask)`, which is imported already.",
    reference=_reference_block,
    points=4,
    minutes=15,
    difficulty=3,
)


def _params(rng: np.random.Generator, d_model: int, n_heads: int, d_ff: int) -> dict:
    """Weights of which no two that could be mixed up are alike."""
    params = random_params(rng, d_model, n_heads, d_ff)
    for name, value in params.items():
        if name.startswith(("b_", "bias_")):
            params[name] = rng.normal(size=value.shape)
        elif name.startswith("gain_"):
            params[name] = rng.uniform(0.5, 2.0, size=value.shape)
    return params


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        n: int, d_model: int, n_heads: int, d_ff: int, norm: str, note: str = "", size: float = 1.0, rng=rng, mask=None
    ) -> Case:
        args = size * rng.normal(size=(n, d_model)), _params(rng, d_model, n_heads, d_ff), norm
        return Case(args if mask is None else (*args, mask), note)

    fixed = np.random.default_rng(6)  # the same at every check: no mistake depends on a draw
    return [
        case(3, 5, 1, 7, "pre"),
        case(5, 6, 2, 7, "post"),
        case(7, 6, 3, 11, "pre"),
        case(2, 10, 2, 3, "post", "narrower inside than outside"),
        case(1, 3, 1, 5, "pre", "a single token, norm before"),
        case(1, 4, 2, 5, "post", "a single token, norm after"),
        case(5, 4, 2, 3, "pre", "large numbers on the residual path", 30.0),
        Case(case(3, 4, 2, 5, "").args[:2], "norm left out: before is the default"),
        case(3, 6, 3, 7, "pre", rng=fixed),
        case(4, 6, 2, 5, "post", rng=fixed),
        Case(case(5, 4, 2, 3, "", rng=fixed).args[:2], "norm left out, five tokens"),
        case(5, 6, 2, 7, "pre", "a causal mask", rng=fixed, mask=np.tri(5, dtype=bool)),
        case(4, 6, 3, 5, "post", "a causal mask, norm after", rng=fixed, mask=np.tri(4, dtype=bool)),
    ]


@right
def block_in_one_loop(x, params, norm="pre", mask=None):
    attend, think, norm_1, norm_2 = _parts(params, mask)
    for part, normed in ((attend, norm_1), (think, norm_2)):
        x = x + part(normed(x)) if norm == "pre" else normed(x + part(x))
    return x


@right
def block_by_additions(x, params, norm="pre", mask=None):
    attend, think, norm_1, norm_2 = _parts(params, mask)
    if norm == "pre":
        attended = attend(norm_1(x))
        return x + attended + think(norm_2(x + attended))
    middle = norm_1(np.add(attend(x), x))
    return norm_2(np.add(think(middle), middle))


def _arranged(pre: Callable, post: Callable) -> Callable:
    """A block that arranges its parts as given: pre(x, attend, think, norm_1, norm_2), and post likewise."""

    def wrong(x, params, norm="pre", mask=None):
        return (pre if norm == "pre" else post)(x, *_parts(params, mask))

    return wrong


def _post(x, a, f, n1, n2):
    x = n1(x + a(x))
    return n2(x + f(x))


norm_on_the_residual_path = wrong(
    1,
    "norm on the residual path",
    'With norm="pre" you norm x and then add to the normed x: the residual path runs through the norm. The part '
    "reads norm(x), and its output is added to x itself.",
    _arranged(lambda x, a, f, n1, n2: (lambda y: n2(y) + f(n2(y)))(n1(x) + a(n1(x))), _post),
)

second_residual_from_x = wrong(
    2,
    "second residual from x",
    "The feed-forward network's output is added to the x that entered the block. What attention has added is lost on "
    "the way: the second sum starts from the result of the first.",
    _arranged(lambda x, a, f, n1, n2: x + f(n2(x + a(n1(x)))), lambda x, a, f, n1, n2: n2(x + f(n1(x + a(x))))),
)


def _pre(x, a, f, n1, n2):
    x = x + a(n1(x))
    return x + f(n2(x))


pre_and_post_swapped = wrong(
    3,
    "pre and post swapped",
    'Each of your two arrangements is right, under the other\'s name: "pre" norms what a part reads, "post" norms the '
    "sum.",
    _arranged(_post, _pre),
)

always_pre = wrong(
    4,
    "always pre",
    "Your block does the same for both values of `norm`: the norm always stands before the part.",
    _arranged(_pre, _pre),
)

always_post = wrong(
    5,
    "always post",
    "Your block does the same for both values of `norm`: the norm always stands after the sum.",
    _arranged(_post, _post),
)

no_residual_paths = wrong(
    6,
    "no residual paths",
    "Nothing is added: what a part puts out replaces the tokens. Each part is there to add to them.",
    _arranged(lambda x, a, f, n1, n2: f(n2(a(n1(x)))), lambda x, a, f, n1, n2: n2(f(n1(a(x))))),
)

no_residual_path_around_attention = wrong(
    7,
    "no residual path around attention",
    "The feed-forward network's output is added to what it read, and attention's is not: it replaces the tokens.",
    _arranged(
        lambda x, a, f, n1, n2: (lambda y: y + f(n2(y)))(a(n1(x))),
        lambda x, a, f, n1, n2: (lambda y: n2(y + f(y)))(n1(a(x))),
    ),
)

no_residual_path_around_the_feed_forward_network = wrong(
    8,
    "no residual path around the feed-forward network",
    "Attention's output is added to x, and the feed-forward network's is not: it replaces what was there.",
    _arranged(lambda x, a, f, n1, n2: f(n2(x + a(n1(x)))), lambda x, a, f, n1, n2: n2(f(n1(x + a(x))))),
)


def _changed(**other: str) -> Callable:
    """The right block with other weights under some names, e.g. gain_2="gain_1"."""

    def wrong(x, params, norm="pre", mask=None):
        return by_hand.block(x, params | {name: params[source] for name, source in other.items()}, norm, mask)

    return wrong


the_first_norm_used_twice = wrong(
    9,
    "the first norm used twice",
    "Both norms use gain_1 and bias_1. The second has weights of its own.",
    _changed(gain_2="gain_1", bias_2="bias_1"),
)

the_norms_exchanged = wrong(
    10,
    "the norms exchanged",
    "The first norm uses gain_2 and bias_2, and the second gain_1 and bias_1.",
    _changed(gain_1="gain_2", bias_1="bias_2", gain_2="gain_1", bias_2="bias_1"),
)

norm_of_what_the_part_adds = wrong(
    11,
    "norm of what the part adds",
    'With norm="post" you norm what the part puts out and then add x: x + norm(part(x)). It is the sum that is normed.',
    _arranged(_pre, lambda x, a, f, n1, n2: (lambda y: y + n2(f(y)))(x + n1(a(x)))),
)

feed_forward_network_first = wrong(
    12,
    "feed-forward network first",
    "The two parts stand in the wrong order: attention comes first, then the feed-forward network.",
    _arranged(
        lambda x, a, f, n1, n2: (lambda y: y + a(n2(y)))(x + f(n1(x))),
        lambda x, a, f, n1, n2: (lambda y: n2(y + a(y)))(n1(x + f(x))),
    ),
)

side_by_side = wrong(
    13,
    "side by side",
    "Both parts read the x that entered, and their outputs are added together. Some later models do that (GPT-J, PaLM); "
    "here the feed-forward network reads what attention has left behind.",
    _arranged(lambda x, a, f, n1, n2: x + a(n1(x)) + f(n2(x)), lambda x, a, f, n1, n2: n2(n1(x + a(x)) + f(x))),
)

a_third_norm_at_the_end = wrong(
    14,
    "a third norm at the end",
    'With norm="pre" you norm the output as well. A GPT does that once, after its last block, and not in every block.',
    _arranged(lambda x, a, f, n1, n2: n2(_pre(x, a, f, n1, n2)), _post),
)

no_norm_before_the_feed_forward_network = wrong(
    15,
    "no norm before the feed-forward network",
    'With norm="pre" the feed-forward network reads the tokens as they are. It has a norm of its own, norm₂.',
    _arranged(lambda x, a, f, n1, n2: (lambda y: y + f(y))(x + a(n1(x))), _post),
)


@wrong(
    16,
    "always one head",
    "You call the attention with one head. `params` says how many there are, under `n_heads`.",
)
def one_head(x, params, norm="pre", mask=None):
    return by_hand.block(x, params | {"n_heads": 1}, norm, mask)


keys_from_w_q = wrong(
    17,
    "keys from W_Q",
    "Your attention gets W_Q for the queries and for the keys. The order is W_Q, W_K, W_V, W_O.",
    _changed(W_K="W_Q"),
)

the_second_norm_used_twice = wrong(
    18,
    "the second norm used twice",
    "Both norms use gain_2 and bias_2. The first has weights of its own.",
    _changed(gain_1="gain_2", bias_1="bias_2"),
)

no_norm_before_attention = wrong(
    19,
    "no norm before attention",
    'With norm="pre" attention reads the tokens as they are. It has a norm of its own, norm₁.',
    _arranged(lambda x, a, f, n1, n2: (lambda y: y + f(n2(y)))(x + a(x)), _post),
)

no_norm_at_all = wrong(
    20,
    "no norm at all",
    'With norm="pre" both parts read the tokens as they are. Each has a norm in front of it.',
    _arranged(lambda x, a, f, n1, n2: (lambda y: y + f(y))(x + a(x)), _post),
)

one_norm_at_the_end = wrong(
    21,
    "one norm at the end",
    'With norm="post" you norm once, at the end. Each of the two sums is normed, the first before the feed-forward network '
    "reads it.",
    _arranged(_pre, lambda x, a, f, n1, n2: (lambda y: n2(y + f(y)))(x + a(x))),
)

second_sum_not_normed = wrong(
    22,
    "second sum not normed",
    'With norm="post" the second sum is returned as it is. It is normed too, by norm₂.',
    _arranged(_pre, lambda x, a, f, n1, n2: (lambda y: y + f(y))(n1(x + a(x)))),
)

norm_behind_the_part = wrong(
    23,
    "norm behind the part",
    'With norm="pre" you norm what the part puts out: x + norm(part(x)). The norm stands before the part: x + part(norm(x)).',
    _arranged(lambda x, a, f, n1, n2: (lambda y: y + n2(f(y)))(x + n1(a(x))), _post),
)


@wrong(
    24,
    "another default",
    'Right where `norm` is given. Left out, it means "pre": keep the first line as it was.',
)
def another_default(x, params, norm="post", mask=None):
    return by_hand.block(x, params, norm, mask)


keys_and_values_exchanged = wrong(
    25,
    "W_K and W_V exchanged",
    "Your attention gets W_V for the keys and W_K for the values. The order is W_Q, W_K, W_V, W_O.",
    _changed(W_K="W_V", W_V="W_K"),
)

attention_alone = wrong(
    26,
    "attention alone",
    "Your block ends after attention. The feed-forward network has its turn after it, with a residual path and a norm of its own.",
    _arranged(lambda x, a, f, n1, n2: x + a(n1(x)), lambda x, a, f, n1, n2: n1(x + a(x))),
)

feed_forward_network_first_with_its_norm = wrong(
    27,
    "feed-forward network first, with its norm",
    "The two parts stand in the wrong order, each with its norm: attention comes first, then the feed-forward network.",
    _arranged(lambda x, a, f, n1, n2: _pre(x, f, a, n2, n1), lambda x, a, f, n1, n2: _post(x, f, a, n2, n1)),
)


@wrong(
    28,
    "mask ignored",
    "Right without a mask. `mask` is never used: hand it to the attention.",
)
def mask_ignored(x, params, norm="pre", mask=None):
    return by_hand.block(x, params, norm)


@wrong(
    29,
    "mask inverted",
    "Your mask says the opposite: True means *may attend* in this course, and the attention of lesson 05 reads it so.",
)
def mask_inverted(x, params, norm="pre", mask=None):
    return by_hand.block(x, params, norm, None if mask is None else ~mask)


@wrong(
    30,
    "always a causal mask",
    "Right with a causal mask, and you use one where none was given. Only the caller knows; hand on what came.",
)
def always_causal(x, params, norm="pre", mask=None):
    return by_hand.block(x, params, norm, np.tri(len(x), dtype=bool) if mask is None else mask)


@wrong(
    31,
    "mask transposed",
    "Rows and columns of the mask have changed places: a row belongs to the token that asks.",
)
def mask_transposed(x, params, norm="pre", mask=None):
    return by_hand.block(x, params, norm, None if mask is None else mask.T)


@wrong(
    32,
    "mask in one arrangement only",
    'With norm="post" the mask is never used. It belongs to the attention, wherever the norms stand.',
)
def mask_before_only(x, params, norm="pre", mask=None):
    return by_hand.block(x, params, norm, mask if norm == "pre" else None)


second_residual_from_x_before_only = wrong(
    33,
    "second residual from x, norm before",
    'Right for norm="post". With "pre" the feed-forward network\'s output is added to the x that entered the block, and what '
    "attention has added is lost: the second sum starts from the result of the first.",
    _arranged(lambda x, a, f, n1, n2: x + f(n2(x + a(n1(x)))), _post),
)

side_by_side_before_only = wrong(
    34,
    "side by side, norm before",
    'Right for norm="post". With "pre" both parts read the x that entered. Some later models do that (GPT-J, PaLM); here the '
    "feed-forward network reads what attention has left behind.",
    _arranged(lambda x, a, f, n1, n2: x + a(n1(x)) + f(n2(x)), _post),
)

HINTS = (
    "Write the two parts as short functions of the tokens first: one that attends, one that thinks. Then arrange them.",
    'Both arrangements have the same two steps. In "post" a step is norm(x + part(x)), in "pre" it is x + part(norm(x)). '
    "The second step starts from the result of the first.",
    'For "pre": `x = x + attend(layer_norm(x, params["gain_1"], params["bias_1"]))`, and then the same with the '
    "feed-forward network and the second norm.",
)
