"""interpretation.ablate_head: silence one head."""

import numpy as np

from course_lib.interpretation import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`heads` `(head, token, d_head)` is what the heads of a layer give before they are joined. Return the same with the numbers of "
    "number `head` set to 0. The shape stays, since the layer joins as many heads as before, and the array you were given stays as it is.",
    reference=by_hand.ablate_head,
    points=1,
    minutes=4,
    difficulty=1,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(3, 5, 2)), 1)),
        Case((rng.normal(size=(5, 3, 7)), 3)),
        Case((rng.normal(size=(4, 7, 3)), 0), "the first head"),
        Case((rng.normal(size=(4, 7, 3)), 3), "the last head"),
        Case((rng.normal(size=(2, 1, 3)), 1), "a single token"),
        Case((np.arange(1.0, 13.0).reshape(3, 2, 2), 2), "numbers in the order of reading"),
        Case((rng.normal(size=(1, 3, 2)), 0), "a single head"),
        Case((rng.normal(size=(5, 5, 5)), 2), "as many heads as tokens as features"),
    ]


@right
def by_a_mask(heads, head):
    return heads * (np.arange(len(heads)) != head)[:, None, None]


@right
def put_together(heads, head):
    return np.stack([np.zeros_like(one) if h == head else one for h, one in enumerate(heads)])


@wrong(
    1,
    "the head taken out",
    "You took the head out, and one fewer is left. The layer joins all its heads and multiplies by W_O: with one missing, the rows no "
    "longer fit. Silence it: zeros in its place.",
)
def taken_out(heads, head):
    return np.delete(heads, head, axis=0)


@wrong(
    2,
    "changes its argument",
    "Your result is right, and so is changed what you were given: whoever runs the model next runs it without the head. Copy first.",
)
def changes_its_argument(heads, head):
    heads[head] = 0.0
    return heads


@wrong(3, "silences a token", "You set one token to zero in all heads. The first axis counts heads, the second tokens.")
def silences_a_token(heads, head):
    silenced = heads.copy()
    silenced[:, head % heads.shape[1]] = 0.0
    return silenced


@wrong(
    4,
    "silences a feature",
    "You set one feature to zero in all heads. Heads are counted by the first axis, features by the last.",
)
def silences_a_feature(heads, head):
    silenced = heads.copy()
    silenced[..., head % heads.shape[2]] = 0.0
    return silenced


@wrong(5, "all but the head silenced", "You silenced all the others and kept the one. It is the other way round.")
def all_but_the_head(heads, head):
    return heads * (np.arange(len(heads)) == head)[:, None, None]


@wrong(6, "the next head silenced", "You count heads from 1. Number `head` counts from 0, as indices do.")
def counted_from_one(heads, head):
    silenced = heads.copy()
    silenced[(head - 1) % len(heads)] = 0.0
    return silenced


@wrong(
    7,
    "the head's mean instead of zero",
    "The head gives its mean at every token. That is another ablation, which comes next; here its numbers are 0.",
)
def mean_instead_of_zero(heads, head):
    silenced = heads.copy()
    silenced[head] = heads[head].mean(axis=0)
    return silenced


@wrong(8, "everything silenced", "All your heads are silent. Only number `head` should be.")
def everything_silenced(heads, head):
    return np.zeros_like(heads)


@wrong(
    9,
    "the head alone returned",
    "You return one head, silenced or not. All of them are asked for: `(head, token, d_head)`.",
)
def the_head_alone(heads, head):
    return np.zeros_like(heads[head])


@wrong(10, "counted from the end", "You count heads from the end: there is a minus in your index.")
def counted_from_the_end(heads, head):
    silenced = heads.copy()
    silenced[-head] = 0.0
    return silenced


@wrong(
    11,
    "the head after silenced",
    "You silenced the head after number `head`. Indices count from 0, and so does `head`.",
)
def the_head_after(heads, head):
    silenced = heads.copy()
    silenced[(head + 1) % len(heads)] = 0.0
    return silenced


@wrong(
    12,
    "all heads before it silenced",
    "You silenced the heads before number `head`, and it still speaks: `[:head]` stops short of it.",
)
def heads_before(heads, head):
    silenced = heads.copy()
    silenced[:head] = 0.0
    return silenced


@wrong(
    13,
    "every head up to it silenced",
    "The heads before number `head` are silent as well. One index is enough, without a colon.",
)
def heads_up_to_it(heads, head):
    silenced = heads.copy()
    silenced[: head + 1] = 0.0
    return silenced


@wrong(
    14,
    "every head from it on silenced",
    "The heads after number `head` are silent as well. One index is enough, without a colon.",
)
def heads_from_it_on(heads, head):
    silenced = heads.copy()
    silenced[head:] = 0.0
    return silenced


@wrong(15, "silent at the first token only", "The head is silent at the first token only. All its tokens are to be 0.")
def first_token_only(heads, head):
    silenced = heads.copy()
    silenced[head, 0] = 0.0
    return silenced


@wrong(16, "silent at the last token only", "The head is silent at the last token only. All its tokens are to be 0.")
def last_token_only(heads, head):
    silenced = heads.copy()
    silenced[head, -1] = 0.0
    return silenced


@wrong(
    17,
    "the others made louder",
    "You made the other heads louder to make up for the one. They stay as they are: what is lost is the question.",
)
def others_louder(heads, head):
    silenced = heads * (len(heads) / max(len(heads) - 1, 1))
    silenced[head] = 0.0
    return silenced


@wrong(
    18, "the mean of the others put in", "In place of the head you put the mean of the others. Here its numbers are 0."
)
def mean_of_the_others(heads, head):
    silenced = heads.copy()
    silenced[head] = np.delete(heads, head, axis=0).sum(axis=0) / max(len(heads) - 1, 1)
    return silenced


@wrong(
    19,
    "minus infinity instead of zero",
    "You put minus infinity in. That silences *scores* before a softmax; these are the numbers that heads give, and nothing is 0.",
)
def minus_infinity(heads, head):
    silenced = heads.copy()
    silenced[head] = -np.inf
    return silenced


@wrong(20, "not a number instead of zero", "You put nan in. Whatever adds it up becomes nan; a silent head adds 0.")
def not_a_number(heads, head):
    silenced = heads.copy()
    silenced[head] = np.nan
    return silenced


@wrong(
    21,
    "joined already",
    "Your heads are added up or laid side by side. The layer joins them afterwards: return them one by one.",
)
def joined_already(heads, head):
    return (heads * (np.arange(len(heads)) != head)[:, None, None]).sum(axis=0)


HINTS = (
    "What comes back has the shape of what went in. Which axis counts the heads?",
    "Copy the array, then set one index of the first axis to 0: all tokens and all features of that head.",
    "`silenced = heads.copy()`, then `silenced[head] = 0.0`.",
)
