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
    "Your encoder may not look ahead. It reads a text that is all there, and writes none: what would it be kept from?",
    _masks(encoder=lambda s, t: causal_mask(s)),
)

unmasked_decoder = wrong(
    2,
    "unmasked decoder",
    "Your decoder sees the words that it is to predict. In training it would copy them, and in writing they would "
    "not be there.",
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

HINTS = (
    "Three questions: what does the encoder know when it starts? What does the decoder know when it writes word 3? And "
    "what of the source does it know then?",
    "Only one of the three masks ever holds a False. `np.ones((rows, columns), dtype=bool)` makes the others; rows are "
    "those who ask.",
    'Start with `masks = {}`. `if family != "decoder":` add the encoder\'s, `if family != "encoder":` add the decoder\'s '
    '(`np.tri(n_target, dtype=bool)`), and for `"encoder-decoder"` the cross mask.',
)
