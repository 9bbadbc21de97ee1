"""What the learner writes in lesson 06: the feed-forward network, layer norm, dropout, and the block they make up."""

from collections.abc import Callable

import numpy as np

from course_lib.block import by_hand
from course_lib.block.by_hand import feed_forward, layer_norm, relu
from course_lib.block.stages import random_params
from course_lib.multi_head.by_hand import multi_head_attention
from course_lib.practice.exercise import Case, Exercise, WrongAnswer
from course_lib.practice.seeded import Seeded

__all__ = ["EXERCISES"]


# --- feed-forward network -----------------------------------------------------------------------------------------


def _feed_forward_cases(rng: np.random.Generator) -> list[Case]:
    def weights(n: int, d_model: int, d_ff: int) -> tuple:
        shapes = [(n, d_model), (d_model, d_ff), (d_ff,), (d_ff, d_model), (d_model,)]
        return tuple(rng.normal(size=shape) for shape in shapes)

    x, W_1, _, W_2, b_2 = weights(3, 2, 7)
    return [
        Case(weights(3, 5, 7)),
        Case(weights(5, 3, 11)),
        Case(weights(7, 5, 5), "as wide inside as outside"),
        Case(weights(2, 7, 3), "narrower inside than outside"),
        Case(weights(1, 3, 5), "a single token"),
        Case((x, W_1, np.full(7, -50.0), W_2, b_2), "biases so low that no unit fires"),
    ]


def _reference_feed_forward(x, W_1, b_1, W_2, b_2):
    return np.maximum(x @ W_1 + b_1, 0.0) @ W_2 + b_2


def _network(order: Callable) -> Callable:
    def wrong(x, W_1, b_1, W_2, b_2):
        return order(x, W_1, b_1, W_2, b_2)

    return wrong


def _feed_forward_by_token(x, W_1, b_1, W_2, b_2):
    rows = []
    for token in x:
        inside = [max(0.0, sum(token * W_1[:, unit]) + b_1[unit]) for unit in range(len(b_1))]
        rows.append(sum(value * W_2[unit] for unit, value in enumerate(inside)) + b_2)
    return np.array(rows)


def _feed_forward_by_choice(x, W_1, b_1, W_2, b_2):
    inside = np.einsum("td,df->tf", x, W_1) + b_1
    return np.where(inside > 0, inside, 0.0) @ W_2 + b_2


FEED_FORWARD = Exercise(
    id="block.feed_forward",
    specification="Given tokens `x` `(token, d_model)`, `W_1` `(d_model, d_ff)`, `b_1` `(d_ff,)`, `W_2` `(d_ff, d_model)` and "
    "`b_2` `(d_model,)`, return the output of the feed-forward network with ReLU, `(token, d_model)`: "
    "$\\max(0, xW_1 + b_1)\\,W_2 + b_2$.",
    reference=_reference_feed_forward,
    cases=_feed_forward_cases,
    points=2,
    minutes=6,
    wrong=(
        WrongAnswer(
            "no ReLU",
            "Both matrix products are there, and nothing between them. Two linear maps in a row are one linear map: the "
            "wide middle would be of no use. What stands between the two products in the formula?",
            _network(lambda x, W_1, b_1, W_2, b_2: (x @ W_1 + b_1) @ W_2 + b_2),
        ),
        WrongAnswer(
            "ReLU at the end",
            "You cut negative numbers off at the end. The network could then only ever add to a token, never take away, "
            "and its two products stand side by side as one linear map. The ReLU belongs inside.",
            _network(lambda x, W_1, b_1, W_2, b_2: relu((x @ W_1 + b_1) @ W_2 + b_2)),
        ),
        WrongAnswer(
            "ReLU inside and at the end",
            "There is one ReLU too many: the output of the network may be negative.",
            _network(lambda x, W_1, b_1, W_2, b_2: relu(relu(x @ W_1 + b_1) @ W_2 + b_2)),
        ),
        WrongAnswer(
            "ReLU before the bias",
            "You cut off first and add b₁ after. The bias is what sets each unit's threshold: it has to be in the sum "
            "before the sum is compared with zero.",
            _network(lambda x, W_1, b_1, W_2, b_2: (relu(x @ W_1) + b_1) @ W_2 + b_2),
        ),
        WrongAnswer(
            "first bias forgotten",
            "b₁ is never used. Without it every unit has its threshold at zero.",
            _network(lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1) @ W_2 + b_2),
        ),
        WrongAnswer(
            "second bias forgotten",
            "b₂ is never used: it is added to every token at the end.",
            _network(lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 + b_1) @ W_2),
        ),
        WrongAnswer(
            "x added to the output",
            "You added x to the output. The residual path belongs to the block around the network, not to the network.",
            _network(lambda x, W_1, b_1, W_2, b_2: x + feed_forward(x, W_1, b_1, W_2, b_2)),
        ),
        WrongAnswer(
            "absolute value instead of ReLU",
            "Your negative numbers come out positive. ReLU sets them to zero.",
            _network(lambda x, W_1, b_1, W_2, b_2: np.abs(x @ W_1 + b_1) @ W_2 + b_2),
        ),
        WrongAnswer(
            "the smaller of the number and zero",
            "You kept what is negative and set the positive numbers to zero: `np.minimum` is the wrong one of the two.",
            _network(lambda x, W_1, b_1, W_2, b_2: np.minimum(x @ W_1 + b_1, 0.0) @ W_2 + b_2),
        ),
        WrongAnswer(
            "one where it is positive",
            "You multiplied W₂ by True and False: a unit that fires would always say 1. Keep how far it is above zero.",
            _network(lambda x, W_1, b_1, W_2, b_2: ((x @ W_1 + b_1) > 0) @ W_2 + b_2),
        ),
    ),
    hints=(
        "Three steps: a matrix product with its bias, the ReLU, a matrix product with its bias.",
        "`np.maximum(a, 0.0)` compares every entry with zero. `np.max` is something else: one number for the whole array.",
        "`inside = np.maximum(x @ W_1 + b_1, 0.0)`, then the second product and its bias.",
    ),
    also_right=(_feed_forward_by_token, _feed_forward_by_choice),
)


# --- layer norm ---------------------------------------------------------------------------------------------------


def _layer_norm_cases(rng: np.random.Generator) -> list[Case]:
    def rows(*shape: int, size: float = 1.0) -> tuple:
        d = shape[-1]
        return size * rng.normal(size=shape) + rng.normal(), rng.normal(size=d) + 2.0, rng.normal(size=d)

    x, gain, bias = rows(3, 5)
    x[1] = rng.normal()
    return [
        Case(rows(3, 5)),
        Case(rows(7, 3)),
        Case(rows(5, 5), "as many tokens as features"),
        Case(rows(2, 3, 5), "a batch axis in front"),
        Case(rows(7), "a single row"),
        Case(rows(3, 7, size=0.003), "rows of tiny variance, where eps matters"),
        Case((*rows(3, 7), 0.5), "a large eps"),
        Case((x, gain, bias), "a row of equal entries: eps keeps it finite"),
        Case((*rows(2, 5)[:1], np.ones(5), np.zeros(5)), "gain 1 and bias 0"),
        Case((*(1e7 + one if i == 0 else one for i, one in enumerate(rows(2, 7))),), "rows far from zero"),
        Case((np.array([[1, 2, 3, 5], [7, 0, 2, 2]]), *rows(2, 4)[1:]), "whole numbers"),
    ]


def _normed(root: Callable, axis: int | tuple | None = -1, gained: bool = True, ddof: int = 0) -> Callable:
    def wrong(x, gain, bias, eps=1e-5):
        centred = x - x.mean(axis=axis, keepdims=True)
        with np.errstate(all="ignore"):
            unit = centred / root(x.var(axis=axis, keepdims=True, ddof=ddof), eps)
        return gain * unit + bias if gained else unit

    return wrong


def _inside_root(variance: np.ndarray, eps: float) -> np.ndarray:
    return np.sqrt(variance + eps)


def _not_centred(x, gain, bias, eps=1e-5):
    return gain * x / np.sqrt(x.var(axis=-1, keepdims=True) + eps) + bias


def _root_mean_square(x, gain, bias, eps=1e-5):
    return gain * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + bias


def _bias_before_gain(x, gain, bias, eps=1e-5):
    return gain * (layer_norm(x, np.ones_like(gain), np.zeros_like(bias), eps) + bias)


def _layer_norm_by_rows(x, gain, bias, eps=1e-5):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        mean = sum(row) / len(row)
        variance = sum((row - mean) ** 2) / len(row)
        rows.append((row - mean) * (variance + eps) ** -0.5 * gain + bias)
    return np.array(rows).reshape(x.shape)


def _layer_norm_by_var(x, gain, bias, eps=1e-5):
    scale = gain / np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
    return x * scale + (bias - np.mean(x, axis=-1, keepdims=True) * scale)


LAYER_NORM = Exercise(
    id="block.layer_norm",
    specification="Given `x` of shape `(..., d)`, `gain` and `bias` of shape `(d,)` and `eps`, return an array of the shape of "
    "`x`: in each row (the last axis) take away the mean, divide by $\\sqrt{\\text{variance} + \\text{eps}}$, multiply by "
    "`gain`, add `bias`. The variance is the mean of the squared distances from the mean: it divides by $d$.",
    reference=by_hand.layer_norm,
    cases=_layer_norm_cases,
    points=2,
    minutes=8,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "over the tokens",
            "Your mean and variance run along the first axis, over the tokens: what a word becomes would depend on its "
            "neighbours. Each token is normed by itself, over its features: the last axis.",
            _normed(_inside_root, axis=0),
        ),
        WrongAnswer(
            "over the whole array",
            "You took one mean and one variance for the whole array. Every row has its own: `axis=-1`, with "
            "`keepdims=True` so that it lines up.",
            _normed(_inside_root, axis=None),
        ),
        WrongAnswer(
            "axis=1 instead of the last axis",
            "Right for a table of tokens. With a batch in front, or a single row, the last axis has another number.",
            _normed(_inside_root, axis=1),
        ),
        WrongAnswer(
            "unbiased variance",
            "You divided the squares by d − 1, as one does to estimate the variance of a population from a sample. Here "
            "the row is all there is: divide by d. (NumPy's `var` does; `ddof=1`, and PyTorch's `var`, do not.)",
            _normed(_inside_root, ddof=1),
        ),
        WrongAnswer(
            "eps outside the root",
            "You added eps to the standard deviation, after the root. Both keep the quotient finite, but where the variance is "
            "small they differ: √eps is much larger than eps. Where does it stand in the formula?",
            _normed(lambda variance, eps: np.sqrt(variance) + eps),
        ),
        WrongAnswer(
            "eps outside the root, and unbiased",
            "Two things: the standard deviation divides by d − 1 (the population's needs d), and eps is added after the "
            "root instead of inside. Some well-known tutorials have it like this; PyTorch, GPT-2 and the paper on layer norm "
            "do not.",
            _normed(lambda variance, eps: np.sqrt(variance) + eps, ddof=1),
        ),
        WrongAnswer(
            "no eps",
            "Right until a row has hardly any variance: then the division is by nothing, or nearly. `eps` is never used.",
            _normed(lambda variance, eps: np.sqrt(variance)),
        ),
        WrongAnswer(
            "divided by the variance",
            "You divided by the variance. That has the unit of the numbers squared; the root brings it back, and the row "
            "to variance one.",
            _normed(lambda variance, eps: variance + eps),
        ),
        WrongAnswer(
            "no gain and no bias",
            "The rows are normed. What is learned is missing: each feature is multiplied by its gain and moved by its bias.",
            _normed(_inside_root, gained=False),
        ),
        WrongAnswer(
            "no gain",
            "The rows are normed and the bias is added. The gain is never used.",
            lambda x, gain, bias, eps=1e-5: layer_norm(x, np.ones_like(gain), bias, eps),
        ),
        WrongAnswer(
            "no bias",
            "The rows are normed and multiplied by the gain. The bias is never used.",
            lambda x, gain, bias, eps=1e-5: layer_norm(x, gain, np.zeros_like(bias), eps),
        ),
        WrongAnswer(
            "bias before the gain",
            "You add the bias and multiply after, so that the gain stretches the bias too. First the gain, then the bias.",
            _bias_before_gain,
        ),
        WrongAnswer(
            "mean not taken away",
            "You divide by the spread, and the mean is still in the numbers. It has to go first.",
            _not_centred,
        ),
        WrongAnswer(
            "root mean square",
            "You divide by the root of the mean square and leave the mean in. That is RMSNorm, which several later models "
            "use instead; layer norm takes the mean away first.",
            _root_mean_square,
        ),
        WrongAnswer(
            "eps of its own",
            "Right for eps = 1e-5, and with another value your result stays the same: use the argument.",
            lambda x, gain, bias, eps=1e-5: layer_norm(x, gain, bias),
        ),
    ),
    hints=(
        "Four steps for one row: mean, variance, quotient, gain and bias. `axis=-1` does it for all rows at once.",
        "`x.mean(axis=-1, keepdims=True)` keeps the last axis with length 1, so that it can be taken away from x. "
        "`x.var(axis=-1, keepdims=True)` divides by d.",
        "`centred / np.sqrt(variance + eps)`, then `gain *` and `+ bias`: both have one number for each feature.",
    ),
    also_right=(_layer_norm_by_rows, _layer_norm_by_var),
    library=("torch.layer_norm",),
    rtol=1e-6,
    atol=1e-8,
)


# --- dropout ------------------------------------------------------------------------------------------------------


def _dropout_cases(rng: np.random.Generator) -> list[Case]:
    def tokens(*shape: int) -> np.ndarray:
        return rng.normal(size=shape) + 3.0  # far from zero: a zero in the output was dropped

    def draws() -> np.random.Generator:
        return Seeded(int(rng.integers(1_000_000)))

    return [
        Case((tokens(7, 11), 0.3, draws(), True)),
        Case((tokens(3, 5), 0.4, draws(), True)),
        Case((tokens(5, 13), 0.5, draws(), True), "p = 0.5, where p and 1 − p are the same"),
        Case((tokens(11, 7), 0.9, draws(), True), "p = 0.9: few survive"),
        Case((tokens(2, 5, 7), 0.2, draws(), True), "a batch axis in front"),
        Case((tokens(31), 0.4, draws(), True), "a single row"),
        Case((tokens(3, 5), 0.0, draws(), True), "p = 0: nothing is dropped"),
        Case((tokens(5, 7), 0.6, draws(), False), "not training: x as it is"),
        Case((tokens(1, 1), 0.5, draws(), False), "not training, a single number"),
    ]


def _dropped(keep: Callable, rescale: Callable, always: bool = False) -> Callable:
    def wrong(x, p, rng, training):
        if not (training or always):
            return x
        with np.errstate(all="ignore"):
            return np.where(keep(x, p, rng), x * rescale(p), 0.0)

    return wrong


def _keep(x, p, rng):
    return rng.random(x.shape) >= p


def _keep_few(x, p, rng):
    return rng.random(x.shape) < p


def _keep_other(x, p, rng):
    return rng.random(x.shape) < 1 - p


def _keep_rows(x, p, rng):
    return rng.random(x.shape[:-1])[..., None] >= p


def _keep_columns(x, p, rng):
    return rng.random(x.shape[-1]) >= p


def _one_over_rest(p: float) -> float:
    return 1 / (1 - p)


def _rescaled_when_evaluating(x, p, rng, training):
    return by_hand.dropout(x, p, rng, training) if training else x * (1 - p)


def _dropout_by_entry(x, p, rng, training):
    if not training:
        return x.copy()
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if rng.random() >= p:
            out[place] = x[place] / (1 - p)
    return out


def _dropout_by_where(x, p, rng, training):
    return np.where(rng.uniform(size=x.shape) < p, 0.0, x / (1 - p)) if training else x


DROPOUT = Exercise(
    id="block.dropout",
    specification="Given `x` of any shape, the probability `p` to drop, a generator `rng` and `training`, return an array of the "
    "same shape. Outside training: `x` as it is. In training: draw `rng.random(x.shape)` once; where the number drawn is at "
    "least `p` the entry survives and is divided by `1 - p`, elsewhere it becomes 0.",
    reference=by_hand.dropout,
    cases=_dropout_cases,
    points=2,
    minutes=6,
    wrong=(
        WrongAnswer(
            "survivors not rescaled",
            "The right entries are gone, and the others are as they were: on average the layer is smaller by the factor 1 − p "
            "in training than later in use. What do the survivors have to be divided by?",
            _dropped(_keep, lambda p: 1.0),
        ),
        WrongAnswer(
            "drops with probability 1 − p",
            "You keep what should go and drop what should stay: p is the probability to be dropped, so an entry survives "
            "where its number is at least p.",
            _dropped(_keep_few, _one_over_rest),
        ),
        WrongAnswer(
            "drops with probability 1 − p, and rescales for it",
            "You have taken p for the probability to survive, in the draw and in the division. Here, as in PyTorch, p is the "
            "probability to be dropped.",
            _dropped(_keep_few, lambda p: 1 / p if p else 0.0),
        ),
        WrongAnswer(
            "drops with probability 1 − p, not rescaled",
            "Two things: you keep what should go and drop what should stay, and the survivors are not rescaled.",
            _dropped(_keep_few, lambda p: 1.0),
        ),
        WrongAnswer(
            "divided by p",
            "The right entries survive, and are divided by p. A share of 1 − p survives: by what must the rest be "
            "divided to make up for what has gone?",
            _dropped(_keep, lambda p: 1 / p if p else 0.0),
        ),
        WrongAnswer(
            "multiplied by 1 − p",
            "The survivors have become smaller still. They have to make up for those that are gone: divide.",
            _dropped(_keep, lambda p: 1 - p),
        ),
        WrongAnswer(
            "active when evaluating",
            "You drop entries also when `training` is False. A model in use would then answer differently every time.",
            _dropped(_keep, _one_over_rest, always=True),
        ),
        WrongAnswer(
            "not rescaled, and active when evaluating",
            "Two things: the survivors are not rescaled, and entries are dropped also when `training` is False.",
            _dropped(_keep, lambda p: 1.0, always=True),
        ),
        WrongAnswer(
            "shrinks when evaluating",
            "In training you rescale the survivors, and in use you multiply by 1 − p as well. One of the two is enough "
            "(the first paper did the second); here survivors are rescaled, and in use nothing happens.",
            _rescaled_when_evaluating,
        ),
        WrongAnswer(
            "one mask for all rows",
            "You drew one number for each feature and dropped whole columns: the same features for every token. Every entry "
            "has a draw of its own, `rng.random(x.shape)`.",
            _dropped(_keep_columns, _one_over_rest),
        ),
        WrongAnswer(
            "whole rows dropped",
            "You drew one number for each token and dropped whole tokens. Every entry has a draw of its own, "
            "`rng.random(x.shape)`.",
            _dropped(_keep_rows, _one_over_rest),
        ),
        WrongAnswer(
            "the right share, other entries",
            "This is dropout: the right share goes and the survivors are rescaled. But they are other entries than the "
            "specification says, which is how the numbers are compared here: survive where the number drawn is at least p.",
            _dropped(_keep_other, _one_over_rest),
        ),
        WrongAnswer(
            "the right share, drawn otherwise",
            "This is dropout: the right share goes and the survivors are rescaled. But it was drawn in another way than "
            "`rng.random(x.shape)`, so that other entries are gone; the numbers can only be compared for the same draw.",
            _dropped(lambda x, p, rng: rng.binomial(1, 1 - p, x.shape).astype(bool), _one_over_rest),
        ),
        WrongAnswer(
            "a generator of its own",
            "You made a generator of your own, or used NumPy's global one, and not `rng`: whoever calls cannot repeat what "
            "you did. Draw from the argument.",
            _dropped(lambda x, p, rng: _keep(x, p, np.random.default_rng(0)), _one_over_rest),
        ),
    ),
    hints=(
        "First the case that is quickly done: not training. Then a mask of True and False, of the shape of x.",
        "`rng.random(x.shape)` gives a number between 0 and 1 for every entry. Comparing it with p gives the mask; "
        "multiplying by a mask sets entries to zero.",
        "`survives = rng.random(x.shape) >= p`; the survivors are divided by `1 - p`.",
    ),
    also_right=(_dropout_by_entry, _dropout_by_where),
    library=("torch.dropout",),
)


# --- the block ----------------------------------------------------------------------------------------------------


def _params(rng: np.random.Generator, d_model: int, n_heads: int, d_ff: int) -> dict:
    """Weights of which no two that could be mixed up are alike."""
    params = random_params(rng, d_model, n_heads, d_ff)
    for name, value in params.items():
        if name.startswith(("b_", "bias_")):
            params[name] = rng.normal(size=value.shape)
        elif name.startswith("gain_"):
            params[name] = rng.uniform(0.5, 2.0, size=value.shape)
    return params


def _block_cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, d_model: int, n_heads: int, d_ff: int, norm: str, note: str = "", size: float = 1.0) -> Case:
        return Case((size * rng.normal(size=(n, d_model)), _params(rng, d_model, n_heads, d_ff), norm), note)

    return [
        case(3, 5, 1, 7, "pre"),
        case(5, 6, 2, 7, "post"),
        case(7, 6, 3, 11, "pre"),
        case(2, 10, 2, 3, "post", "narrower inside than outside"),
        case(1, 3, 1, 5, "pre", "a single token, norm before"),
        case(1, 4, 2, 5, "post", "a single token, norm after"),
        case(5, 4, 2, 3, "pre", "large numbers on the residual path", 30.0),
        Case(case(3, 4, 2, 5, "").args[:2], "norm left out: before is the default"),
    ]


def _parts(params: dict) -> tuple[Callable, Callable, Callable, Callable]:
    def attend(y):
        return multi_head_attention(y, *(params[name] for name in ("W_Q", "W_K", "W_V", "W_O")), params["n_heads"])

    def think(y):
        return feed_forward(y, params["W_1"], params["b_1"], params["W_2"], params["b_2"])

    def norm_1(y):
        return layer_norm(y, params["gain_1"], params["bias_1"])

    def norm_2(y):
        return layer_norm(y, params["gain_2"], params["bias_2"])

    return attend, think, norm_1, norm_2


def _reference_block(x, params, norm="pre"):
    attend, think, norm_1, norm_2 = _parts(params)
    if norm == "post":
        x = norm_1(x + attend(x))
        return norm_2(x + think(x))
    x = x + attend(norm_1(x))
    return x + think(norm_2(x))


def _arranged(pre: Callable, post: Callable) -> Callable:
    """A block that arranges its parts as given: pre(x, attend, think, norm_1, norm_2), and post likewise."""

    def wrong(x, params, norm="pre"):
        return (pre if norm == "pre" else post)(x, *_parts(params))

    return wrong


def _pre(x, a, f, n1, n2):
    x = x + a(n1(x))
    return x + f(n2(x))


def _post(x, a, f, n1, n2):
    x = n1(x + a(x))
    return n2(x + f(x))


def _changed(**other: str) -> Callable:
    """The right block with other weights under some names, e.g. gain_2="gain_1"."""

    def wrong(x, params, norm="pre"):
        return by_hand.block(x, params | {name: params[source] for name, source in other.items()}, norm)

    return wrong


def _one_head(x, params, norm="pre"):
    return by_hand.block(x, params | {"n_heads": 1}, norm)


def _block_in_one_loop(x, params, norm="pre"):
    attend, think, norm_1, norm_2 = _parts(params)
    for part, normed in ((attend, norm_1), (think, norm_2)):
        x = x + part(normed(x)) if norm == "pre" else normed(x + part(x))
    return x


def _block_by_additions(x, params, norm="pre"):
    attend, think, norm_1, norm_2 = _parts(params)
    if norm == "pre":
        attended = attend(norm_1(x))
        return x + attended + think(norm_2(x + attended))
    middle = norm_1(np.add(attend(x), x))
    return norm_2(np.add(think(middle), middle))


BLOCK = Exercise(
    id="block.block",
    specification="Given tokens `x` `(token, d_model)`, a dictionary `params` and where the norms stand, return the block's "
    "output, `(token, d_model)`. Twice something is added to `x`, first by attention and then by the feed-forward network:\n\n"
    '- `norm="post"` (2017): `x` becomes norm₁(x + attention(x)), and that becomes norm₂(x + feed-forward(x));\n'
    '- `norm="pre"` (GPT-2): `x` becomes x + attention(norm₁(x)), and that becomes x + feed-forward(norm₂(x)).\n\n'
    "`params` holds `n_heads`; `W_Q`, `W_K`, `W_V`, `W_O`; `W_1`, `b_1`, `W_2`, `b_2`; `gain_1`, `bias_1` of the first norm "
    "and `gain_2`, `bias_2` of the second. Use your `feed_forward` and `layer_norm`, and lesson 05's "
    "`multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads)`, which is imported already.",
    reference=_reference_block,
    cases=_block_cases,
    points=4,
    minutes=15,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "norm on the residual path",
            'With norm="pre" you norm x and then add to the normed x: the residual path runs through the norm. What is '
            "added to is x itself; what the part reads is norm(x).",
            _arranged(lambda x, a, f, n1, n2: (lambda y: n2(y) + f(n2(y)))(n1(x) + a(n1(x))), _post),
        ),
        WrongAnswer(
            "second residual from x",
            "The feed-forward network's output is added to the x that entered the block. What attention has added is lost on "
            "the way: the second sum starts from the result of the first.",
            _arranged(lambda x, a, f, n1, n2: x + f(n2(x + a(n1(x)))), lambda x, a, f, n1, n2: n2(x + f(n1(x + a(x))))),
        ),
        WrongAnswer(
            "pre and post swapped",
            'Each of your two arrangements is right, under the other\'s name: "pre" norms what a part reads, "post" norms the '
            "sum.",
            _arranged(_post, _pre),
        ),
        WrongAnswer(
            "always pre",
            "Your block does the same for both values of `norm`: the norm always stands before the part.",
            _arranged(_pre, _pre),
        ),
        WrongAnswer(
            "always post",
            "Your block does the same for both values of `norm`: the norm always stands after the sum.",
            _arranged(_post, _post),
        ),
        WrongAnswer(
            "no residual paths",
            "Nothing is added: what a part puts out replaces the tokens. Each part is there to add to them.",
            _arranged(lambda x, a, f, n1, n2: f(n2(a(n1(x)))), lambda x, a, f, n1, n2: n2(f(n1(a(x))))),
        ),
        WrongAnswer(
            "no residual path around attention",
            "The feed-forward network's output is added to what it read, and attention's is not: it replaces the tokens.",
            _arranged(
                lambda x, a, f, n1, n2: (lambda y: y + f(n2(y)))(a(n1(x))),
                lambda x, a, f, n1, n2: (lambda y: n2(y + f(y)))(n1(a(x))),
            ),
        ),
        WrongAnswer(
            "no residual path around the feed-forward network",
            "Attention's output is added to x, and the feed-forward network's is not: it replaces what was there.",
            _arranged(lambda x, a, f, n1, n2: f(n2(x + a(n1(x)))), lambda x, a, f, n1, n2: n2(f(n1(x + a(x))))),
        ),
        WrongAnswer(
            "the first norm used twice",
            "Both norms use gain_1 and bias_1. The second has weights of its own.",
            _changed(gain_2="gain_1", bias_2="bias_1"),
        ),
        WrongAnswer(
            "the norms exchanged",
            "The first norm uses gain_2 and bias_2, and the second gain_1 and bias_1.",
            _changed(gain_1="gain_2", bias_1="bias_2", gain_2="gain_1", bias_2="bias_1"),
        ),
        WrongAnswer(
            "norm of what the part adds",
            'With norm="post" you norm what the part puts out and then add x: x + norm(part(x)). It is the sum that is normed.',
            _arranged(_pre, lambda x, a, f, n1, n2: (lambda y: y + n2(f(y)))(x + n1(a(x)))),
        ),
        WrongAnswer(
            "feed-forward network first",
            "The two parts stand in the wrong order: attention comes first, then the feed-forward network.",
            _arranged(
                lambda x, a, f, n1, n2: (lambda y: y + a(n2(y)))(x + f(n1(x))),
                lambda x, a, f, n1, n2: (lambda y: n2(y + a(y)))(n1(x + f(x))),
            ),
        ),
        WrongAnswer(
            "side by side",
            "Both parts read the x that entered, and their outputs are added together. Some later models do that (GPT-J, PaLM); "
            "here the feed-forward network reads what attention has left behind.",
            _arranged(lambda x, a, f, n1, n2: x + a(n1(x)) + f(n2(x)), lambda x, a, f, n1, n2: n2(n1(x + a(x)) + f(x))),
        ),
        WrongAnswer(
            "a third norm at the end",
            'With norm="pre" you norm the output as well. A GPT does that once, after its last block, and not in every block.',
            _arranged(lambda x, a, f, n1, n2: n2(_pre(x, a, f, n1, n2)), _post),
        ),
        WrongAnswer(
            "no norm before the feed-forward network",
            'With norm="pre" the feed-forward network reads the tokens as they are. It has a norm of its own, norm₂.',
            _arranged(lambda x, a, f, n1, n2: (lambda y: y + f(y))(x + a(n1(x))), _post),
        ),
        WrongAnswer(
            "always one head",
            "You call the attention with one head. `params` says how many there are, under `n_heads`.",
            _one_head,
        ),
        WrongAnswer(
            "keys from W_Q",
            "Your attention gets W_Q for the queries and for the keys. The order is W_Q, W_K, W_V, W_O.",
            _changed(W_K="W_Q"),
        ),
    ),
    hints=(
        "Write the two parts as short functions of the tokens first: one that attends, one that thinks. Then arrange them.",
        'Both arrangements have the same two steps. In "post" a step is norm(x + part(x)), in "pre" it is x + part(norm(x)). '
        "The second step starts from the result of the first.",
        'For "pre": `x = x + attend(layer_norm(x, params["gain_1"], params["bias_1"]))`, and then the same with the '
        "feed-forward network and the second norm.",
    ),
    also_right=(_block_in_one_loop, _block_by_additions),
)

EXERCISES = (FEED_FORWARD, LAYER_NORM, DROPOUT, BLOCK)
