"""modern.balance: the loss that keeps a router from sending everybody to the same experts."""

import numpy as np

from course_lib.modern import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given the router's `weights` `(token, expert)`, a softmax over all experts, and `chosen` `(token, k)`, the numbers of the experts "
    "that each token went to, return one number. For each expert take its **share of all choices** and its **mean weight** over "
    "the tokens; multiply the two, add up over the experts, and scale the sum so that it is 1 where all experts share alike.",
    reference=by_hand.balance,
    points=2,
    minutes=10,
    difficulty=2,
)


def _softmax(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(tokens: int, n: int, k: int, note: str = "", lean: float = 0.0) -> Case:
        weights = _softmax(rng.normal(size=(tokens, n)) + lean * np.arange(n))
        return Case((weights, np.argsort(-weights, axis=-1)[:, :k]), note)

    even = np.full((4, 4), 0.25), np.array([[0, 1], [2, 3], [0, 1], [2, 3]])
    return [
        case(11, 5, 2),
        case(7, 3, 1, "one expert each"),
        case(13, 4, 2, "most tokens to the last experts", lean=1.5),
        Case(even, "all experts share alike: exactly 1"),
        Case((np.array([[0.7, 0.2, 0.1]] * 3), np.array([[0], [0], [0]])), "all tokens to the first expert"),
        case(1, 5, 3, "a single token"),
        case(5, 7, 2, "more experts than tokens"),
    ]


@right
def expert_by_expert(weights, chosen):
    total = 0.0
    for e in range(weights.shape[1]):
        total += (chosen == e).mean() * weights[:, e].mean()
    return weights.shape[1] * total


@right
def by_looking_up(weights, chosen):
    return float(weights.shape[1] * weights.mean(axis=0)[chosen].mean())


def _parts(weights: np.ndarray, chosen: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    n = weights.shape[1]
    return n, np.bincount(chosen.ravel(), minlength=n) / chosen.size, weights.mean(axis=0)


def _made(make) -> object:
    return lambda weights, chosen: float(make(*_parts(weights, chosen)))


hard_counts_only = wrong(
    1,
    "counts alone",
    "You multiply the shares of the choices by themselves. Counting has no slope, so nothing could be learned from it: one of the two "
    "factors is the mean weight.",
    _made(lambda n, shares, means: n * (shares**2).sum()),
)

not_scaled = wrong(
    2,
    "not scaled by the number of experts",
    "With n experts that share alike, your result is 1/n. It should be 1 however many there are.",
    _made(lambda n, shares, means: (shares * means).sum()),
)

weights_only = wrong(
    3,
    "weights alone",
    "You multiply the mean weights by themselves, and never look at what was chosen.",
    _made(lambda n, shares, means: n * (means**2).sum()),
)


@wrong(
    4,
    "shares of the tokens",
    "Your shares are of the tokens and sum to the number of experts a token goes to, so an even router gives that number instead of 1. "
    "(Mixtral's code does it so.)",
)
def shares_of_tokens(weights, chosen):
    return by_hand.balance(weights, chosen) * chosen.shape[1]


mean_over_experts = wrong(
    5,
    "mean over the experts",
    "You took the mean over the experts, and then it is smaller by their number squared. Add up, and scale so that an even router "
    "gives 1.",
    _made(lambda n, shares, means: (shares * means).mean()),
)

squared_scale = wrong(
    6,
    "scaled twice",
    "An even router with n experts gives n in your version. Shares and mean weights are 1/n each, and there are n of them.",
    _made(lambda n, shares, means: n**2 * (shares * means).sum()),
)

largest_share = wrong(
    7,
    "the largest share",
    "You return how busy the busiest expert is. All experts count, each with its share and its mean weight.",
    _made(lambda n, shares, means: n * shares.max()),
)

spread = wrong(
    8,
    "the spread of the shares",
    "You return how far the shares differ. That has no slope either: the loss is a sum of products of shares and mean weights.",
    _made(lambda n, shares, means: shares.std()),
)

entropy = wrong(
    9,
    "an entropy",
    "You return an entropy of the mean weights. That measures balance too; asked for is a sum of products.",
    _made(lambda n, shares, means: -(means * np.log(means)).sum()),
)

less_one = wrong(
    10,
    "less one",
    "You subtract 1, so that an even router gives 0. Asked for is 1 there.",
    _made(lambda n, shares, means: n * (shares * means).sum() - 1),
)


@wrong(
    11,
    "the weights of the chosen alone",
    "Your mean weights count only tokens that went to an expert. The mean is over all tokens: a weight counts also where it lost.",
)
def only_where_chosen(weights, chosen):
    n, shares, _ = _parts(weights, chosen)
    kept = np.zeros(weights.shape)
    np.put_along_axis(kept, chosen, np.take_along_axis(weights, chosen, axis=1), axis=1)
    return float(n * (shares * kept.mean(axis=0)).sum())


@wrong(
    12,
    "counts instead of shares",
    "You multiply by how often each expert was chosen. A share is that count divided by all choices, tokens times k.",
)
def counts(weights, chosen):
    n, shares, means = _parts(weights, chosen)
    return float(n * (shares * chosen.size * means).sum())


@wrong(
    13,
    "only the first choice counted",
    "You count the first expert of each token. It went to all that are in its row of `chosen`.",
)
def first_choice(weights, chosen):
    return by_hand.balance(weights, chosen[:, :1])


@wrong(
    14,
    "scaled by k",
    "You scale by the number of experts that a token goes to. What has to be made up for is the number of all experts.",
)
def scaled_by_k(weights, chosen):
    return by_hand.balance(weights, chosen) * chosen.shape[1] / weights.shape[1]


@wrong(
    15,
    "scaled by n / k",
    "You divide by the number of experts that a token goes to besides. Shares of all choices sum to one, however many each token makes.",
)
def divided_by_k(weights, chosen):
    return by_hand.balance(weights, chosen) / chosen.shape[1]


@wrong(
    16,
    "experts counted by the largest number",
    "Your number of experts is the largest number that was chosen, plus one. An expert that nobody chose is one too: `weights` has a "
    "column for each.",
)
def up_to_the_largest(weights, chosen):
    n = int(chosen.max()) + 1
    return n / weights.shape[1] * by_hand.balance(weights, chosen)


@wrong(
    17,
    "only experts that were chosen",
    "You count the experts that were chosen. One that nobody chose is one too: `weights` has a column for each.",
)
def only_the_chosen(weights, chosen):
    return len(np.unique(chosen)) / weights.shape[1] * by_hand.balance(weights, chosen)


sums_of_weights = wrong(
    18,
    "sums of the weights instead of means",
    "You add each expert's weights over the tokens, so that a longer text has a larger loss. Take their mean.",
    lambda weights, chosen: len(weights) * by_hand.balance(weights, chosen),
)


@wrong(
    19,
    "mean over its own tokens",
    "Your mean weight of an expert is over the tokens that went to it. It is over all tokens.",
)
def over_its_own_tokens(weights, chosen):
    n, shares, _ = _parts(weights, chosen)
    went = np.array([(chosen == e).any(axis=1) for e in range(n)])
    means = np.array([weights[rows, e].mean() if rows.any() else 0.0 for e, rows in enumerate(went)])
    return float(n * (shares * means).sum())


@wrong(
    20,
    "not added up",
    "You return a number for each expert. They are added up.",
)
def not_added_up(weights, chosen):
    n, shares, means = _parts(weights, chosen)
    return n * shares * means


@wrong(
    21,
    "the weights of the chosen, made to sum to one",
    "Your mean weights are of the weights that the mixture uses, those of the chosen alone. `weights` is a softmax over all experts: leave "
    "it as it is.",
)
def chosen_sum_to_one(weights, chosen):
    n, shares, _ = _parts(weights, chosen)
    kept = np.zeros(weights.shape)
    np.put_along_axis(kept, chosen, np.take_along_axis(weights, chosen, axis=1), axis=1)
    return float(n * (shares * (kept / kept.sum(axis=1, keepdims=True)).mean(axis=0)).sum())


by_its_own_squares = wrong(
    22,
    "scaled by the squares of the means",
    "You divide by the sum of the squared mean weights, which changes with the router. An even router gives 1 by a number that depends "
    "on how many experts there are, and on nothing else.",
    _made(lambda n, shares, means: (shares * means).sum() / (means**2).sum()),
)


@wrong(
    23,
    "no place for experts that nobody chose",
    "`np.bincount` stops at the largest number that was chosen, so where the last experts are idle your shares have fewer places than your "
    "mean weights. `minlength` gives every expert its place.",
)
def without_minlength(weights, chosen):
    n = weights.shape[1]
    shares = np.bincount(chosen.ravel()) / chosen.size
    return float(n * (shares * weights.mean(axis=0)).sum())


HINTS = (
    "Take two experts and ten tokens that all go to the first. What are the shares of the choices, what roughly the mean weights?",
    "Shares: `np.bincount(chosen.ravel(), minlength=n)` divided by `chosen.size`. Mean weights: the mean over the tokens.",
    "Two rows of n numbers, multiplied entry by entry and added up. For an even router that is n · 1/n · 1/n: by what must it be "
    "multiplied to give 1?",
)
