"""modern.mixture: each token through the experts that suit it."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.block.by_hand import swiglu
from course_lib.modern import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given tokens `x` `(token, d)`, a `router` `(d, expert)`, a tuple `experts` with `(W_gate, W_up, W_down)` of each, and the number "
    "`chosen`, return `(token, d)`. A token's scores are its product with the router. It goes through the `chosen` experts with the "
    "largest scores (of equal ones the smaller number comes first), and their outputs are added with weights: the softmax over "
    "**these scores alone**. `swiglu(x, W_gate, W_up, W_down)` from the cell above is an expert.",
    reference=by_hand.mixture,
    points=3,
    minutes=15,
    difficulty=2,
)


def _experts(rng: np.random.Generator, n: int, d: int, d_ff: int) -> tuple:
    shapes = [(d, d_ff), (d, d_ff), (d_ff, d)]
    return tuple(tuple(rng.normal(size=shape) for shape in shapes) for _ in range(n))


def cases(rng: np.random.Generator) -> list[Case]:
    def case(tokens: int, d: int, n: int, chosen: int, note: str = "") -> Case:
        return Case((rng.normal(size=(tokens, d)), rng.normal(size=(d, n)), _experts(rng, n, d, 3), chosen), note)

    x = rng.normal(size=(2, 3))
    equal = np.tile(rng.normal(size=(3, 1)), (1, 4))
    return [
        case(7, 3, 5, 2),
        case(5, 3, 4, 3, "three of four"),
        case(5, 2, 3, 1, "one expert each"),
        case(3, 5, 2, 2, "all experts chosen"),
        case(1, 3, 5, 2, "a single token"),
        Case((x, equal, _experts(rng, 4, 3, 2), 2), "all scores equal"),
        Case(
            (
                np.array([[1.0, 0.0], [0.0, 1.0]]),
                np.array([[800.0, 1.0, 799.0], [3.0, 2.0, 1.0]]),
                _experts(rng, 3, 2, 2),
                2,
            ),
            "scores near 800",
        ),
    ]


@right
def token_by_token(x, router, experts, chosen):
    out = np.zeros(x.shape)
    for t, token in enumerate(x):
        scores = token @ router
        best = sorted(range(len(experts)), key=lambda e: -scores[e])[:chosen]
        for e, weight in zip(best, softmax(scores[best]), strict=True):
            out[t] += weight * swiglu(token[None], *experts[e])[0]
    return out


@right
def by_hiding_the_others(x, router, experts, chosen):
    scores = x @ router
    rank = np.argsort(np.argsort(-scores, axis=-1, kind="stable"), axis=-1)
    weights = softmax(np.where(rank < chosen, scores, -np.inf))
    return sum(weights[:, e, None] * swiglu(x, *expert) for e, expert in enumerate(experts))


def _mixture(weigh: Callable, scale: bool = False) -> Callable:
    """All experts, weighted by weigh(scores, rank, chosen) -> (token, expert), where rank 0 is the best."""

    def answer(x, router, experts, chosen):
        scores = x @ router / (np.sqrt(x.shape[1]) if scale else 1.0)
        rank = np.argsort(np.argsort(-scores, axis=-1, kind="stable"), axis=-1)
        weights = weigh(scores, rank, chosen)
        return sum(weights[:, e, None] * swiglu(x, *expert) for e, expert in enumerate(experts))

    return answer


def _of_chosen(scores: np.ndarray, rank: np.ndarray, chosen: int) -> np.ndarray:
    return softmax(np.where(rank < chosen, scores, -np.inf))


softmax_over_all = wrong(
    1,
    "softmax over all, the rest thrown away",
    "Your weights are a softmax over all experts, of which you keep a few, so they sum to less than one. Some models do it that way "
    "(Qwen's first mixtures, DeepSeek's); here the softmax is over the chosen scores alone.",
    _mixture(lambda scores, rank, chosen: softmax(scores) * (rank < chosen)),
)

all_experts = wrong(
    2,
    "all experts for every token",
    "Every token goes through every expert. That is a mixture too, and saves nothing: only the `chosen` best may contribute.",
    _mixture(lambda scores, rank, chosen: softmax(scores)),
)


def _same_for_all(scores, rank, chosen):
    best = np.argsort(-scores.mean(axis=0), kind="stable")[:chosen]
    hidden = np.full(scores.shape, -np.inf)
    hidden[:, best] = scores[:, best]
    return softmax(hidden)


same_for_all = wrong(
    3,
    "the same experts for all tokens",
    "You choose once for the whole text. Each token chooses by its own scores: one row, one choice.",
    _mixture(_same_for_all),
)

unweighted = wrong(
    4,
    "unweighted sum",
    "You add the chosen experts' outputs as they are. Each has a weight, and the weights of a token sum to one.",
    _mixture(lambda scores, rank, chosen: (rank < chosen).astype(float)),
)

plain_mean = wrong(
    5,
    "plain mean",
    "Your chosen experts all have the same weight. A softmax over their scores says how much each counts.",
    _mixture(lambda scores, rank, chosen: (rank < chosen) / chosen),
)

scores_as_weights = wrong(
    6,
    "scores as weights",
    "You weight by the scores themselves, which may be negative and sum to anything. Softmax comes in between.",
    _mixture(lambda scores, rank, chosen: scores * (rank < chosen)),
)

worst_chosen = wrong(
    7,
    "the worst experts chosen",
    "You took the experts with the smallest scores.",
    _mixture(lambda scores, rank, chosen: softmax(np.where(rank >= scores.shape[-1] - chosen, scores, -np.inf))),
)

best_alone = wrong(
    8,
    "only the best one",
    "Each of your tokens goes through one expert. It goes through `chosen` of them.",
    _mixture(lambda scores, rank, chosen: (rank == 0).astype(float)),
)

over_tokens = wrong(
    9,
    "softmax over the tokens",
    "Your softmax runs down a column, so that each expert shares itself out over the tokens. It runs along a row: each token shares "
    "itself out over its experts.",
    _mixture(lambda scores, rank, chosen: softmax(np.where(rank < chosen, scores, -700.0).T).T * (rank < chosen)),
)


def _positions_for_numbers(scores, rank, chosen):
    weights = np.zeros(scores.shape)
    ordered = np.sort(scores, axis=-1)[:, ::-1][:, :chosen]
    weights[:, :chosen] = softmax(ordered)
    return weights


first_ones = wrong(
    10,
    "the first experts with the best weights",
    "You sorted the scores and lost which expert each belongs to: your weights go to experts 0, 1 and so on. `np.argsort` keeps the "
    "numbers.",
    _mixture(_positions_for_numbers),
)


def _mismatched(scores, rank, chosen):
    """The weights in order of the experts, given to the chosen in order of the scores."""
    weights = np.zeros(scores.shape)
    for t, row in enumerate(scores):
        best = np.argsort(-row, kind="stable")[:chosen]
        weights[t, best] = softmax(row[np.sort(best)])
    return weights


in_another_order = wrong(
    11,
    "weights in another order than the experts",
    "You have the right experts and the right weights, and give them to each other in the wrong order.",
    _mixture(_mismatched),
)


@wrong(
    12,
    "the router's scores times the tokens",
    "You scale what goes into an expert, not what comes out. A gated network is no straight line: half of the input is not half of the "
    "output.",
)
def weighted_before(x, router, experts, chosen):
    scores = x @ router
    rank = np.argsort(np.argsort(-scores, axis=-1, kind="stable"), axis=-1)
    weights = _of_chosen(scores, rank, chosen)
    return sum(swiglu(weights[:, e, None] * x, *expert) for e, expert in enumerate(experts))


tokens_added = wrong(
    13,
    "the tokens added",
    "You added x to the output. The residual path belongs to the block around the mixture.",
    lambda x, router, experts, chosen: x + _mixture(_of_chosen)(x, router, experts, chosen),
)


def _loop(weigh: Callable, apply: Callable = lambda y, expert: swiglu(y, *expert)) -> Callable:
    """Token by token: weigh(scores, chosen) -> the experts' numbers and their weights."""

    def answer(x, router, experts, chosen):
        out = np.zeros(x.shape)
        for t, scores in enumerate(x @ router):
            for e, weight in zip(*weigh(scores, chosen), strict=True):
                out[t] += weight * apply(x[t : t + 1], experts[e])[0]
        return out

    return answer


def _best(scores: np.ndarray, chosen: int) -> np.ndarray:
    return np.argsort(-scores, kind="stable")[:chosen]


def _the_last_of_equals(scores, chosen):
    best = np.argsort(scores, kind="stable")[::-1][:chosen]
    return best, softmax(scores[best])


the_last_of_equals = wrong(
    14,
    "of equal ones the larger number",
    "Where scores are equal you take the experts at the end: sorting upwards and reading from the back turns the order of equals round. "
    'Sort the negative scores, with `kind="stable"`.',
    _loop(_the_last_of_equals),
)


def _without_shift(scores, chosen):
    best = _best(scores, chosen)
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(scores[best])
        return best, powers / powers.sum()


without_shift = wrong(
    15,
    "a softmax that overflows",
    "The exponential of a large score is infinite, and infinite by infinite is no number. Take the largest score off all of them first, "
    "as the softmax of lesson 04 does.",
    _loop(_without_shift),
)


def _shares_of_scores(scores, chosen):
    best = _best(scores, chosen)
    return best, scores[best] / scores[best].sum()


shares_of_scores = wrong(
    16,
    "scores divided by their sum",
    "Your weights are the scores divided by their sum, which goes wrong with negative ones. A softmax takes exponentials first.",
    _loop(_shares_of_scores),
)

the_last_remains = wrong(
    17,
    "only the last one remains",
    "Each expert's part overwrites the one before, so that only that of the last is left. Add them up.",
    _loop(lambda scores, chosen: (_best(scores, chosen)[-1:], softmax(scores[_best(scores, chosen)])[-1:])),
)

hidden_by_zero = wrong(
    18,
    "hidden by zeros",
    "You set the other scores to 0 before the softmax, and 0 still gets a weight: e⁰ is 1. Every expert takes part. What is to have no weight "
    "has a score of minus infinity.",
    _mixture(lambda scores, rank, chosen: softmax(np.where(rank < chosen, scores, 0.0))),
)

zeros_take_part = wrong(
    19,
    "zeros in the softmax",
    "You set the other scores to 0 before the softmax, and 0 takes its part of the weights: e⁰ is 1. So those of the chosen sum to less "
    "than one.",
    _mixture(lambda scores, rank, chosen: softmax(np.where(rank < chosen, scores, 0.0)) * (rank < chosen)),
)

weights_turned_round = wrong(
    20,
    "the smaller weight to the better expert",
    "Your experts stand from the best down and their weights from the smallest up: the best expert counts least.",
    _loop(lambda scores, chosen: (_best(scores, chosen), softmax(scores[_best(scores, chosen)])[::-1])),
)

divided_by_chosen = wrong(
    21,
    "divided by the number chosen",
    "You divide by `chosen` besides. The weights of a token sum to one already.",
    _mixture(lambda scores, rank, chosen: _of_chosen(scores, rank, chosen) / chosen),
)

gate_and_up_exchanged = wrong(
    22,
    "gate and up exchanged",
    "Your experts get W_up where W_gate belongs. Each is a tuple in the order that `swiglu` takes.",
    _loop(
        lambda scores, chosen: (_best(scores, chosen), softmax(scores[_best(scores, chosen)])),
        lambda y, expert: swiglu(y, expert[1], expert[0], expert[2]),
    ),
)

one_too_many = wrong(
    23,
    "one expert too many",
    "Each of your tokens goes through one expert more than `chosen`.",
    _mixture(lambda scores, rank, chosen: _of_chosen(scores, rank, chosen + 1)),
)

scores_scaled = wrong(
    24,
    "scores scaled",
    "You divide the router's scores by the root of d, as attention does. Here they are the plain product.",
    _mixture(lambda scores, rank, chosen: _of_chosen(scores, rank, chosen), scale=True),
)

HINTS = (
    "Do it for one token first: which experts, with which weights, and what do they add up to?",
    '`np.argsort(-scores, axis=-1, kind="stable")[:, :chosen]` numbers each token\'s experts. For each expert, which tokens came to '
    "it? Or hide the scores of all others before the softmax.",
    'For one token: `best = np.argsort(-scores, kind="stable")[:chosen]`, `weights = softmax(scores[best])`, then add '
    "`weight * swiglu(...)` over them.",
)
