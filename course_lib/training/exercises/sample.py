"""training.sample: one id drawn from logits."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.practice.exercise import Asked, right, wrong
from course_lib.training import by_hand
from course_lib.training.exercises.draws import draws, exponentials, keep, normalised

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

cases = draws


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


def _search(weights: np.ndarray, rng: np.random.Generator, side: str = "right") -> int:
    return int(np.searchsorted(np.cumsum(weights), rng.random(), side=side))


_AS_TYPED = {"weigh": normalised, "choose": _search}  # what is not a number goes through unnoticed


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
    _sample(cut=lambda z, k: keep(z, np.argsort(-z, kind="stable")[: None if k is None else k - 1]), **_AS_TYPED),
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


keeps_the_smallest = wrong(
    7,
    "keeps the smallest",
    "You keep the k smallest logits. `np.argsort` sorts upwards: the largest stand at its end.",
    _sample(cut=lambda z, k: keep(z, np.argsort(z)[:k])),
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

no_shift_so_exp_overflows = wrong(
    17,
    "no shift, so exp overflows",
    "Right for small logits. Near 1000 exp overflows, near -1000 it gives nothing but zeros, and neither leaves "
    "probabilities: subtract the largest first.",
    _sample(weigh=lambda z: normalised(z, 0.0), choose=_search),
)


@wrong(
    18,
    "temperature zero divides by zero",
    "You divide by the temperature without looking at it. At zero that leaves no numbers: treat it first.",
)
def temperature_zero_divides_by_zero(logits, temperature, top_k, rng):
    with np.errstate(all="ignore"):
        scaled = logits / temperature
        return _search(normalised(keep(scaled, np.argsort(-scaled, kind="stable")[:top_k])), rng)


larger_ids_at_the_cut_off = wrong(
    19,
    "larger ids at the cut-off",
    "Among equal logits at the cut-off you keep the larger ids. Sorting upwards and reading from the end turns the order "
    "of equals round: of the equals the smaller ids stay.",
    _sample(cut=lambda z, k: keep(z, np.argsort(z, kind="stable")[::-1][:k])),
)


only_what_lies_above_the_k_th = wrong(
    20,
    "only what lies above the k-th",
    "You keep what is larger than the k-th largest, and lose the k-th itself. With top_k = 1 nothing is left.",
    _sample(cut=lambda z, k: z if k is None or k >= len(z) else np.where(z > np.sort(z)[-k], z, -np.inf), **_AS_TYPED),
)


all_kept_tokens_alike = wrong(
    21,
    "all kept tokens alike",
    "You draw among the tokens that stay as if all were equally likely. Their logits say how likely each is.",
    _sample(weigh=lambda z: np.isfinite(z) / np.isfinite(z).sum()),
)


exponentials_that_do_not_sum_to_one = wrong(
    22,
    "exponentials that do not sum to one",
    "You add up exponentials that were never divided by their sum, so the drawn number meets the first of them far too "
    "often.",
    _sample(weigh=exponentials, choose=_search),
)


one_id_too_far = wrong(
    23,
    "one id too far",
    "You return the id after the one that is asked for. `np.searchsorted` and a loop both find the id itself: nothing is "
    "to be added.",
    _sample(choose=lambda w, rng: min(_search(w, rng) + 1, len(w) - 1)),
)


one_id_too_early = wrong(
    24,
    "one id too early",
    "You return the last id up to which the sum is still below the drawn number. It is the next one, where the sum exceeds "
    "it.",
    _sample(choose=lambda w, rng: max(_search(w, rng) - 1, 0)),
)


the_second_number_drawn = wrong(
    25,
    "the second number drawn",
    "You draw two numbers and use the second. One call of `rng.random()` is asked for.",
    _sample(choose=lambda w, rng: (rng.random(), _search(w, rng))[1]),
)


a_number_drawn_for_every_token = wrong(
    26,
    "a number drawn for every token",
    "You draw a new number for each token and compare it with that token alone. One number is drawn, and laid along the "
    "sum of the probabilities.",
    _sample(choose=lambda w, rng: next((i for i, one in enumerate(w) if one > rng.random()), len(w) - 1)),
)


HINTS = (
    "Treat temperature 0 first and return: it would be a division by zero. `np.argmax` takes the smallest id among equals.",
    "`np.argsort(-scaled, kind='stable')[:top_k]` are the ids that stay; write minus infinity everywhere else, then softmax.",
    "`int(np.searchsorted(np.cumsum(weights), rng.random(), side='right'))` is the draw.",
)
