"""transformer.attention_mask: who may look at whom in the three families."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import causal_mask
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.transformer import by_hand

ASKED = Asked(
    'Given a family, `"encoder"`, `"decoder"` or `"encoder-decoder"`, and the lengths `n_source` and '
    "`n_target`, return a dictionary of boolean masks with a row for each query and a column for each key, True where it "
    'may attend: `"encoder"` `(n_source, n_source)`, `"decoder"` `(n_target, n_target)` and `"cross"` '
    "`(n_target, n_source)`; each family with those that it needs and no others.",
    reference=by_hand.attention_mask,
    points=2,
    minutes=8,
)


def cases(rng: np.random.Generator) -> list[Case]:
    long, short = (int(n) for n in rng.permutation([5, 7, 11])[:2])
    return [
        Case(("encoder", 3, 5)),
        Case(("decoder", 3, 5)),
        Case(("encoder-decoder", 5, 3)),
        Case(("encoder-decoder", 2, 7), "more target than source words"),
        Case(("encoder-decoder", long, short)),
        Case(("encoder-decoder", 5, 5), "as many source as target words"),
        Case(("decoder", 7, 1), "a single target word: it sees itself"),
        Case(("encoder", 1, 5), "a single source word"),
        Case(("encoder-decoder", 1, 1), "one source word and one target word"),
    ]


@right
def masks_by_table(family, n_source, n_target):
    full = np.ones((max(n_source, n_target),) * 2, dtype=bool)
    every = {
        "encoder": full[:n_source, :n_source],
        "decoder": np.tril(full)[:n_target, :n_target],
        "cross": full[:n_target, :n_source],
    }
    wanted = {"encoder": ["encoder"], "decoder": ["decoder"], "encoder-decoder": ["cross", "decoder", "encoder"]}
    return {name: every[name] for name in wanted[family]}


@right
def masks_one_by_one(family, n_source, n_target):
    if family == "encoder":
        return {"encoder": np.full((n_source, n_source), True)}
    if family == "decoder":
        return {"decoder": np.array([[key <= query for key in range(n_target)] for query in range(n_target)])}
    return {
        **masks_one_by_one("encoder", n_source, n_target),
        **masks_one_by_one("decoder", n_source, n_target),
        "cross": np.full((n_target, n_source), True),
    }


def _masks(
    encoder: Callable = lambda s, t: np.ones((s, s), dtype=bool),
    decoder: Callable = lambda s, t: causal_mask(t),
    cross: Callable | None = lambda s, t: np.ones((t, s), dtype=bool),
    finish: Callable = lambda mask: mask,
    always: bool = False,
) -> Callable:
    """The right masks, but for what is given."""

    def attention_mask(family, n_source, n_target):
        made = {}
        if always or family != "decoder":
            made["encoder"] = encoder(n_source, n_target)
        if always or family != "encoder":
            made["decoder"] = decoder(n_source, n_target)
        if cross is not None and (always or family == "encoder-decoder"):
            made["cross"] = cross(n_source, n_target)
        return {name: finish(mask) for name, mask in made.items()}

    return attention_mask


causal_encoder = wrong(
    1,
    "causal encoder",
    "Your encoder may not look ahead. It reads a text that is all there, and writes none: what should be hidden from it?",
    _masks(encoder=lambda s, t: causal_mask(s)),
)

unmasked_decoder = wrong(
    2,
    "unmasked decoder",
    "Your decoder sees the words that it is to predict. In training it would copy them, and when it writes they are "
    "not there yet.",
    _masks(decoder=lambda s, t: np.ones((t, t), dtype=bool)),
)

cross_mask_transposed = wrong(
    3,
    "cross mask transposed",
    "Your cross mask has a row for each source word. The target words ask, so they are the rows.",
    _masks(cross=lambda s, t: np.ones((s, t), dtype=bool)),
)

causal_cross_mask = wrong(
    4,
    "causal cross mask",
    "You hide later source words from earlier target words. The whole source is there before the first word is "
    "written, and its last word may be the first to be needed.",
    _masks(cross=lambda s, t: np.tri(t, s, dtype=bool)),
)

square_cross_mask = wrong(
    5,
    "square cross mask",
    "Your cross mask is target by target. Its columns are the keys, and those come from the source.",
    _masks(cross=lambda s, t: np.ones((t, t), dtype=bool)),
)

no_cross_mask = wrong(
    6,
    "no cross mask",
    "Encoder and decoder are right, and nothing joins them: the encoder-decoder has a third attention, from the "
    'target to the source, under the key "cross".',
    _masks(cross=None),
)

every_mask_for_every_family = wrong(
    7,
    "every mask for every family",
    "You return all three masks whatever the family. A model that has no decoder needs no mask for one: look at "
    "`family` first.",
    _masks(always=True),
)


@wrong(
    8,
    "lengths exchanged",
    "The encoder reads the source and the decoder writes the target; your two lengths have changed places.",
)
def lengths_exchanged(family, n_source, n_target):
    return _masks()(family, n_target, n_source)


inverted = wrong(
    9,
    "inverted: True where it must not attend",
    'You marked what is forbidden. In this course True means "may attend".',
    _masks(finish=lambda mask: ~mask),
)

decoder_sees_the_future = wrong(
    10,
    "decoder sees the future",
    "Your decoder's triangle lies on the wrong side: each word sees itself and what comes after it.",
    _masks(decoder=lambda s, t: causal_mask(t).T),
)

own_position_excluded = wrong(
    11,
    "own position excluded",
    "A target word may attend to itself; you leave the diagonal out, and the first one sees nothing.",
    _masks(decoder=lambda s, t: np.tri(t, k=-1, dtype=bool)),
)

zeros_and_ones_instead_of_booleans = wrong(
    12,
    "zeros and ones instead of booleans",
    "The pattern is right and the numbers are not booleans: a mask chooses, it does not multiply. Compare, or add "
    "`dtype=bool`.",
    _masks(finish=lambda mask: mask.astype(float)),
)


@wrong(
    13,
    "a cross mask for the decoder alone",
    "You give a decoder without an encoder a cross mask. There is no source that it could ask: only the encoder-decoder has "
    "a third attention.",
)
def cross_mask_for_the_decoder(family, n_source, n_target):
    masks = _masks()(family, n_source, n_target)
    return masks if family == "encoder" else masks | {"cross": np.ones((n_target, n_source), dtype=bool)}


def _without(*names: str) -> Callable:
    """The right masks, but for some that the encoder-decoder needs too."""

    def attention_mask(family, n_source, n_target):
        masks = _masks()(family, n_source, n_target)
        return {name: mask for name, mask in masks.items() if family != "encoder-decoder" or name not in names}

    return attention_mask


the_cross_mask_alone = wrong(
    14,
    "the cross mask alone",
    "For the encoder-decoder you return the cross mask and no other. Its encoder and its decoder attend to themselves as well, as "
    "they do in the other two families.",
    _without("encoder", "decoder"),
)

no_encoder_mask_in_the_encoder_decoder = wrong(
    15,
    "no encoder mask in the encoder-decoder",
    "For the encoder-decoder the encoder's mask is missing: before anybody asks the source, its own words attend to one another.",
    _without("encoder"),
)

no_decoder_mask_in_the_encoder_decoder = wrong(
    16,
    "no decoder mask in the encoder-decoder",
    'For the encoder-decoder the decoder\'s mask is missing. Follow your `if` and `elif` with family = "encoder-decoder": '
    "after the first that fits, the others are not looked at.",
    _without("decoder"),
)

causal_square_cross_mask = wrong(
    17,
    "the decoder's mask once more as the cross mask",
    "Your cross mask is the decoder's triangle again. Its columns are the source words, and all of them are there before the "
    "first word is written.",
    _masks(cross=lambda s, t: causal_mask(t)),
)

cross_mask_of_the_source = wrong(
    18,
    "cross mask of source by source",
    "Your cross mask has the shape of the encoder's. The target words ask the source: a row for each target word, a column for "
    "each source word.",
    _masks(cross=lambda s, t: np.ones((s, s), dtype=bool)),
)

false_where_nothing_is_hidden = wrong(
    19,
    "False where nothing is hidden",
    'Your encoder\'s and cross masks are False everywhere, which forbids everything. True means "may attend", so a mask that '
    "hides nothing is True everywhere.",
    _masks(encoder=lambda s, t: np.zeros((s, s), dtype=bool), cross=lambda s, t: np.zeros((t, s), dtype=bool)),
)

the_decoder_marks_what_is_forbidden = wrong(
    20,
    "the decoder's mask marks what is forbidden",
    "Your decoder's mask is True for the words that come after: those are the forbidden ones. In this course True means "
    '"may attend".',
    _masks(decoder=lambda s, t: ~causal_mask(t)),
)

one_word_ahead = wrong(
    21,
    "one word ahead",
    "Your decoder sees itself, what came before, and one word more: the very one it is to predict. Look at the `k` of your "
    "triangle.",
    _masks(decoder=lambda s, t: np.tri(t, k=1, dtype=bool)),
)


@wrong(
    22,
    "None for the masks that are not needed",
    "The masks are right, and the dictionary has keys with None besides. A key that the family does not need is left out.",
)
def none_for_what_is_not_needed(family, n_source, n_target):
    return dict.fromkeys(("encoder", "decoder", "cross")) | _masks()(family, n_source, n_target)


@wrong(
    23,
    "a mask without its dictionary",
    "You return one mask as it is. A dictionary is asked for, also where it holds one mask only: its key says which attention "
    "the mask is for.",
)
def a_mask_without_its_dictionary(family, n_source, n_target):
    return list(_masks()(family, n_source, n_target).values())[-1]


HINTS = (
    "Three questions: what does the encoder know when it starts? What does the decoder know when it writes word 3? And "
    "what of the source does it know then?",
    "Only one of the three masks ever holds a False. `np.ones((rows, columns), dtype=bool)` makes the others; rows are "
    "those who ask.",
    'Start with `masks = {}`. `if family != "decoder":` add the encoder\'s, `if family != "encoder":` add the decoder\'s '
    '(`np.tri(n_target, dtype=bool)`), and for `"encoder-decoder"` the cross mask.',
)
