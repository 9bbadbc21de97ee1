"""training.sample: one id drawn from logits."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.practice.seeded import Seeded
from course_lib.training import by_hand

ASKED = Asked(
    "Given `logits` of shape `(vocab,)`, draw the id of the next token. At `temperature` 0 return the largest logit's "
    "id (the smallest id among equals). Else divide the logits by the temperature, keep exactly the `top_k` largest (among "
    "equals the smaller ids; `None`, or more than there are, keeps all), turn them into probabilities that sum to one, draw "
    "one number with `rng.random()`, and return the smallest id up to which the probabilities, added up in the order of ids, exceed it.",
    reference=by_hand.sample,
    points=3,
    minutes=15,
    difficulty=3,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(logits, temperature, top_k, note: str = "") -> Case:
        logits = np.asarray(logits, dtype=float)
        return Case((logits, temperature, top_k, Seeded(int(rng.integers(1_000_000)))), note)

    # One draw says little about a distribution: many cases, so that a wrong one gives itself away.
    plain = [case(rng.normal(size=n) * 1.5, 1.0, None) for n in (5, 7, 11, 13) * 2]
    warm = [case(rng.normal(size=n) * 2, t, None) for n, t in ((7, 0.5), (11, 0.4), (7, 2.0), (11, 3.0), (13, 0.6)) * 4]
    cut = [case(rng.normal(size=n) * 0.7, 1.0, k) for n, k in ((7, 2), (11, 3), (13, 5), (7, 3)) * 4]
    both = [case(rng.normal(size=n) * 1.5, t, k) for n, t, k in ((7, 0.7, 3), (11, 2.0, 2), (13, 1.5, 5)) * 4]
    greedy = [case(rng.normal(size=n), 0.0, None, "temperature zero") for n in (5, 11)]
    level = [case(rng.permutation([0.5, 0.5, 0.5, -1.0, -2.0, -3.0, 0.5]), 0.0, k, "temperature zero and several "
                  "largest logits: the smallest id") for k in (None, 3, 5) * 2]  # fmt: skip
    edge = [case(rng.permutation([1.0, 0.9, 0.9, 0.9, 0.9, -1.0, -2.0]), 1.0, 2, "equal logits at the cut-off: exactly "
                 "two stay, of the equals the smaller id") for _ in range(6)]  # fmt: skip
    many = [case(rng.permutation(np.repeat([2.0, 1.0, 0.0, -1.0], 10)), 1.0, k, "many equal logits at the cut-off")
            for k in (15, 15, 25, 25)]  # fmt: skip
    return [
        *many,
        *plain,
        *warm,
        *cut,
        *both,
        *greedy,
        *level,
        *edge,
        case(rng.normal(size=7), 1.0, 1, "a single token stays"),
        case(rng.normal(size=5), 1.0, 17, "a top_k beyond the vocabulary keeps everything"),
        case(rng.normal(size=5) + 1000.0, 1.0, None, "logits near 1000"),
        case(np.array([900.0, 0.0, -900.0, 899.0, 3.0]), 0.01, None, "a temperature near zero"),
    ]


@right
def by_choice(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.flatnonzero(logits == logits.max())[0])
    scaled = logits / temperature
    order = sorted(range(len(logits)), key=lambda i: (-logits[i], i))
    kept = np.zeros(len(logits), dtype=bool)
    kept[order[:top_k]] = True
    weights = np.where(kept, np.exp(scaled - scaled.max()), 0.0)
    return int(rng.choice(len(logits), p=weights / weights.sum()))


@right
def by_walking(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    kept = sorted(range(len(logits)), key=lambda i: (-logits[i], i))[: top_k or len(logits)]
    weights = {i: math.exp((logits[i] - max(logits)) / temperature) for i in sorted(kept)}
    left = rng.random() * sum(weights.values())
    for i, weight in weights.items():
        left -= weight
        if left < 0:
            return i
    return max(weights)


@wrong(
    1,
    "divides probabilities",
    "You divide the probabilities by the temperature, after softmax. They no longer sum to one, and the last ids get too "
    "much or can never be drawn. The temperature divides the logits.",
)
def divides_probabilities(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    weights = softmax(by_hand.keep_top_k(logits, top_k)) / temperature
    return int(min(np.searchsorted(np.cumsum(weights), rng.random(), side="right"), len(logits) - 1))


def _draw(weights: np.ndarray, rng: np.random.Generator) -> int:
    return by_hand.draw(weights, rng.random())


@wrong(
    2,
    "temperature has no effect",
    "Your temperature cancels out: probabilities divided by it and then by their sum are what they were before. Divide "
    "the logits, before softmax.",
)
def powers_forgotten(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    weights = softmax(by_hand.keep_top_k(logits, top_k)) / temperature
    return _draw(weights / weights.sum(), rng)


def _sample(cut: Callable = by_hand.keep_top_k, heat: Callable = lambda z, t: z / t, weigh: Callable = softmax,
            choose: Callable = _draw, cold: Callable = lambda z, k, rng: int(np.argmax(z))) -> Callable:  # fmt: skip
    """A draw from its parts; a wrong answer has one of them wrong."""

    def drawn(logits, temperature, top_k, rng):
        if temperature == 0:
            return cold(logits, top_k, rng)
        return choose(weigh(cut(heat(logits, temperature), top_k)), rng)

    return drawn


multiplies_by_the_temperature = wrong(
    3,
    "multiplies by the temperature",
    "You multiply by the temperature, so a low one flattens and a high one sharpens: the other way round.",
    _sample(heat=lambda z, t: z * t),
)

keeps_k_minus_1 = wrong(
    4,
    "keeps k - 1",
    "You keep one token fewer than asked for. Try top_k = 1: the best token must be left.",
    _sample(cut=lambda z, k: by_hand.keep_top_k(z, None if k is None or k > len(z) else max(k - 1, 1))),
)

keeps_k_plus_1 = wrong(
    5,
    "keeps k + 1",
    "You keep one token more than asked for. With top_k = 1 the answer is always the largest logit's id.",
    _sample(cut=lambda z, k: by_hand.keep_top_k(z, None if k is None else k + 1)),
)

top_k_ignored = wrong(
    6,
    "top_k ignored",
    "You draw from all tokens, whatever top_k says.",
    _sample(cut=lambda z, k: z),
)


def _smallest(logits, k):
    if k is None or k >= len(logits):
        return logits
    kept = np.full(len(logits), -np.inf)
    chosen = np.argsort(logits, kind="stable")[:k]
    kept[chosen] = logits[chosen]
    return kept


keeps_the_smallest = wrong(
    7,
    "keeps the smallest",
    "You keep the k smallest logits. `np.argsort` sorts upwards: the best stand at its end.",
    _sample(cut=_smallest),
)


def _keeps_ties(logits, k):
    if k is None or k >= len(logits):
        return logits
    return np.where(logits < np.sort(logits)[-k], -np.inf, logits)


keeps_all_equals_at_the_cut_off = wrong(
    8,
    "keeps all equals at the cut-off",
    "Where several logits equal the k-th largest you keep all of them, so more than k stay. (Many programs do that.) Here "
    "exactly k stay, of the equals the smaller ids.",
    _sample(cut=_keeps_ties),
)


def _zero_logits(logits, k):
    return np.where(np.isneginf(by_hand.keep_top_k(logits, k)), 0.0, logits)


cut_logits_become_zero = wrong(
    9,
    "cut logits become zero",
    "You set the logits that are cut to 0, and softmax gives each of them e^0 = 1. Which logit has a probability of 0?",
    _sample(cut=_zero_logits),
)


@wrong(
    10,
    "not normalised after the cut",
    "Your probabilities no longer sum to one after the cut, so the drawn number can lie beyond them all. Cut first, then "
    "softmax.",
)
def not_normalised(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.isfinite(by_hand.keep_top_k(logits, top_k))
    weights = np.where(kept, softmax(logits / temperature), 0.0)
    return int(min(np.searchsorted(np.cumsum(weights), rng.random(), side="right"), len(logits) - 1))


def _ties_drawn(logits, top_k, rng):
    return _draw(softmax(by_hand.keep_top_k(logits, top_k) / 1e-8), rng)


ignores_ties_at_zero_temperature = wrong(
    11,
    "ignores ties at zero temperature",
    "Your temperature zero is a very small temperature, so among equal largest logits one is drawn by chance. At zero "
    "nothing is drawn: the smallest id of the largest logits.",
    _sample(cold=_ties_drawn),
)


def _largest_id_of_equals(logits, top_k, rng):
    return int(len(logits) - 1 - np.argmax(logits[::-1]))


largest_id_among_equals = wrong(
    12,
    "largest id among equals",
    "Among several largest logits you take the last one. Take the smallest id.",
    _sample(cold=_largest_id_of_equals),
)


@wrong(
    13,
    "always the likeliest",
    "You always return the largest logit's id, at every temperature. Above zero the token is drawn.",
)
def always_the_likeliest(logits, temperature, top_k, rng):
    return int(np.argmax(logits))


@wrong(
    14,
    "rank instead of id",
    "You return the place among the kept tokens, sorted by size, and not the id of the token that stands there.",
)
def ranks(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    order = np.argsort(-logits, kind="stable")[: len(logits) if top_k is None else top_k]
    return _draw(softmax(logits[order] / temperature), rng)


@wrong(
    15,
    "added up in the order of size",
    "Your draw is fair, and adds the probabilities up from the likeliest downwards. To compare answers number by number "
    "we add them up in the order of ids.",
)
def in_order_of_size(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    order = np.argsort(-logits, kind="stable")[: len(logits) if top_k is None else top_k]
    return int(order[_draw(softmax(logits[order] / temperature), rng)])


logits_as_probabilities = wrong(
    16,
    "logits as probabilities",
    "You add up the logits themselves. They may be negative and do not sum to one: softmax first.",
    _sample(weigh=lambda z: np.where(np.isfinite(z), np.abs(z), 0.0) / np.abs(z[np.isfinite(z)]).sum()),
)

HINTS = (
    "Treat temperature 0 first and return: it would be a division by zero. `np.argmax` takes the smallest id among equals.",
    "`np.argsort(-scaled, kind='stable')[:top_k]` are the ids that stay; write minus infinity everywhere else, then softmax.",
    "`int(np.searchsorted(np.cumsum(weights), rng.random(), side='right'))` is the draw.",
)
