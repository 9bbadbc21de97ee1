"""interpretation.mean_ablate: one head gives its average, whatever the sentence."""

import numpy as np

from course_lib.interpretation import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Zero may be nothing that a head ever gives. `heads` `(sentence, head, token, d_head)` is what the heads of a layer give in many "
    "sentences. Return the same, but number `head` gives **one and the same vector at every token of every sentence**: the mean of what "
    "it gives, over all sentences and tokens. Do not change the array you were given.",
    reference=by_hand.mean_ablate,
    points=2,
    minutes=8,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(3, 2, 5, 7)), 1)),
        Case((rng.normal(size=(5, 3, 2, 3)), 2)),
        Case((rng.normal(size=(7, 5, 3, 2)), 0), "the first head"),
        Case((rng.normal(size=(2, 3, 7, 5)), 1), "two sentences"),
        Case((np.arange(24.0).reshape(2, 2, 3, 2), 1), "numbers in the order of reading"),
        Case((rng.normal(size=(1, 3, 5, 2)), 2), "a single sentence"),
        Case((rng.normal(size=(3, 2, 1, 5)), 0), "a single token"),
        Case((rng.normal(size=(3, 3, 3, 3)), 1), "all axes of one length"),
    ]


@right
def added_up(heads, head):
    dulled, total = np.array(heads), 0.0
    n_sentences, _, n_tokens, _ = heads.shape
    for sentence in heads:
        for vector in sentence[head]:
            total = total + vector
    dulled[:, head] = total / (n_sentences * n_tokens)
    return dulled


@right
def by_a_choice(heads, head):
    means = heads.mean(axis=(0, 2), keepdims=True)
    return np.where((np.arange(heads.shape[1]) == head)[None, :, None, None], means, heads)


def _with(heads: np.ndarray, head: int, put: np.ndarray) -> np.ndarray:
    changed = heads.copy()
    changed[:, head] = put
    return changed


@wrong(
    1,
    "mean over the features",
    "You averaged each vector over its features: one number, repeated. Features mean different things; average over sentences and tokens, "
    "and keep a vector.",
)
def over_features(heads, head):
    return _with(heads, head, heads[:, head].mean(axis=-1, keepdims=True))


@wrong(
    2,
    "mean within each sentence",
    "You averaged over the tokens of each sentence alone. What is left still says which sentence it is; the mean goes over all of them.",
)
def within_each_sentence(heads, head):
    return _with(heads, head, heads[:, head].mean(axis=1, keepdims=True))


@wrong(
    3,
    "mean at each place",
    "You averaged over sentences, for each place by itself. That is done too, and it keeps what depends on the place alone; here it is "
    "one vector for all places.",
)
def at_each_place(heads, head):
    return _with(heads, head, heads[:, head].mean(axis=0, keepdims=True))


@wrong(
    4, "mean over everything", "You have one number for everything. The mean is a vector: the axis of features stays."
)
def over_everything(heads, head):
    return _with(heads, head, heads[:, head].mean())


@wrong(
    5,
    "mean of all heads",
    "You averaged over the heads as well: your vector holds what the others give. Take the mean of this head alone.",
)
def of_all_heads(heads, head):
    return _with(heads, head, heads.mean(axis=(0, 1, 2)))


@wrong(6, "every head replaced", "All your heads give their means. Only number `head` should.")
def every_head(heads, head):
    return np.broadcast_to(heads.mean(axis=(0, 2), keepdims=True), heads.shape).copy()


@wrong(7, "zero instead of the mean", "You silenced the head: zero is put where its mean belongs.")
def zero_instead(heads, head):
    return _with(heads, head, np.zeros(heads.shape[-1]))


@wrong(
    8,
    "the mean taken away",
    "You subtracted the mean: what is left is what the head says beyond its average. It is the average that should be left.",
)
def mean_taken_away(heads, head):
    return _with(heads, head, heads[:, head] - heads[:, head].mean(axis=(0, 1)))


@wrong(
    9,
    "changes its argument",
    "Your result is right, and so is changed what you were given. Copy first: the same heads are needed whole for the next ablation.",
)
def changes_its_argument(heads, head):
    heads[:, head] = heads[:, head].mean(axis=(0, 1))
    return heads


@wrong(10, "a sentence for a head", "You replaced a whole sentence. The first axis counts sentences, the second heads.")
def a_sentence_for_a_head(heads, head):
    changed = heads.copy()
    changed[head % len(heads)] = heads[head % len(heads)].mean(axis=(0, 1))
    return changed


@wrong(11, "sum instead of mean", "You put the sum in. Divide by how many vectors it adds up: sentences times tokens.")
def the_sum(heads, head):
    return _with(heads, head, heads[:, head].sum(axis=(0, 1)))


@wrong(12, "median instead of mean", "You put the median in. A mean is asked for.")
def the_median(heads, head):
    return _with(heads, head, np.median(heads[:, head], axis=(0, 1)))


@wrong(
    13,
    "the mean alone returned",
    "You return one vector, the mean. Return all heads, with that vector in the place of one of them.",
)
def the_mean_alone(heads, head):
    return heads[:, head].mean(axis=(0, 1))


@wrong(
    14, "the head alone returned", "You return one head. All of them are asked for: `(sentence, head, token, d_head)`."
)
def the_head_alone(heads, head):
    return np.broadcast_to(heads[:, head].mean(axis=(0, 1)), heads[:, head].shape).copy()


@wrong(15, "the head taken out", "You took the head out, and one fewer is left. It stays, and gives its mean.")
def taken_out(heads, head):
    return np.delete(heads, head, axis=1)


@wrong(16, "the first sentence's mean", "Your mean is that of the first sentence alone. It goes over all sentences.")
def first_sentence_mean(heads, head):
    return _with(heads, head, heads[0, head].mean(axis=0))


@wrong(
    17,
    "put in at the last token only",
    "Your mean is right, and stands at the last token only. It is given at every token.",
)
def at_the_last_token(heads, head):
    changed = heads.copy()
    changed[:, head, -1] = heads[:, head].mean(axis=(0, 1))
    return changed


@wrong(
    18,
    "put in in the first sentence only",
    "Your mean is right, and stands in the first sentence only. It is given in every one.",
)
def in_the_first_sentence(heads, head):
    changed = heads.copy()
    changed[0, head] = heads[:, head].mean(axis=(0, 1))
    return changed


@wrong(19, "the head before", "You replaced the head before number `head`. It counts from 0, as indices do.")
def the_head_before(heads, head):
    before = (head - 1) % heads.shape[1]
    return _with(heads, before, heads[:, before].mean(axis=(0, 1)))


@wrong(20, "the head after", "You replaced the head after number `head`. It counts from 0, as indices do.")
def the_head_after(heads, head):
    after = (head + 1) % heads.shape[1]
    return _with(heads, after, heads[:, after].mean(axis=(0, 1)))


@wrong(
    21,
    "mean over the heads at each place",
    "You averaged over the heads, place by place. Average this head over sentences and tokens.",
)
def over_the_heads(heads, head):
    return _with(heads, head, heads.mean(axis=1))


@wrong(
    22,
    "a token for a head",
    "You replaced one token in all heads. Heads are counted by the second axis, tokens by the third.",
)
def a_token_for_a_head(heads, head):
    changed, token = heads.copy(), head % heads.shape[2]
    changed[:, :, token] = heads[:, :, token].mean(axis=(0, 1))
    return changed


@wrong(23, "mean of the other heads", "You put in what the other heads give on average. Take the mean of this head.")
def of_the_others(heads, head):
    return _with(heads, head, np.delete(heads, head, axis=1).mean(axis=(0, 1, 2)))


@wrong(
    24,
    "a mean that changes on the way",
    "You take the mean anew for each sentence, from an array in which earlier sentences are replaced already. Take it once, before.",
)
def changes_on_the_way(heads, head):
    changed = heads.copy()
    for sentence in changed:
        sentence[head] = changed[:, head].mean(axis=(0, 1))
    return changed


@wrong(
    25,
    "mean over tokens and features",
    "You have one number for each sentence. The axis of features stays, and the mean goes over all sentences.",
)
def over_tokens_and_features(heads, head):
    return _with(heads, head, heads[:, head].mean(axis=(1, 2), keepdims=True))


HINTS = (
    "What you put in is one vector of d_head numbers. Over which axes must you average so that only that axis is left?",
    "`heads[:, head]` is (sentence, token, d_head): the mean goes over its first two axes.",
    "`dulled = heads.copy()`, then `dulled[:, head] = heads[:, head].mean(axis=(0, 1))`.",
)
