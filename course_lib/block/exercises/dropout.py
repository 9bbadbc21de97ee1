"""block.dropout: random zeros while training, and their rescaling."""

from collections.abc import Callable

import numpy as np

from course_lib.block import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.practice.seeded import Seeded

ASKED = Asked(
    "Given `x` of any shape, the probability `p` to drop, a generator `rng` and `training`, return an array of the "
    "same shape. Outside training: `x` as it is. In training: draw `rng.random(x.shape)` once; where the number drawn is at "
    "least `p` the entry survives and is divided by `1 - p`, elsewhere it becomes 0.",
    reference=by_hand.dropout,
    points=2,
    minutes=6,
    library=("torch.dropout",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def tokens(*shape: int) -> np.ndarray:
        return rng.normal(size=shape) + 3.0  # far from zero: a zero in the output was dropped

    def draws() -> np.random.Generator:
        return Seeded(int(rng.integers(1_000_000)))

    signs = np.array([[2.0, -1.0, 0.5], [0.0, -3.0, 4.0], [1.5, 0.25, -2.0]])
    at_p = float(Seeded(4).random(signs.shape)[1, 2])
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
        Case((signs, 0.25, Seeded(3), True), "numbers below zero and at zero"),
        Case((signs, at_p, Seeded(4), True), "a number drawn is exactly p: its entry survives"),
        Case((signs, 0.25, Seeded(3), False), "the same outside training"),
    ]


@right
def dropout_by_entry(x, p, rng, training):
    if not training:
        return x.copy()
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if rng.random() >= p:
            out[place] = x[place] / (1 - p)
    return out


@right
def dropout_by_where(x, p, rng, training):
    return np.where(rng.uniform(size=x.shape) < p, 0.0, x / (1 - p)) if training else x


def _dropped(keep: Callable, rescale: Callable, always: bool = False, otherwise: Callable = lambda x, p: x) -> Callable:
    """Dropout with another choice of survivors, another factor for them, or something else than x outside training."""

    def wrong(x, p, rng, training):
        if not (training or always):
            return otherwise(x, p)
        with np.errstate(all="ignore"):
            return x * keep(x, p, rng) * rescale(p)

    return wrong


def _keep(x, p, rng):
    return rng.random(x.shape) >= p


survivors_not_rescaled = wrong(
    1,
    "survivors not rescaled",
    "The right entries are gone, and the others are as they were: on average the layer is smaller by the factor 1 − p "
    "in training than later in use. What do the survivors have to be divided by?",
    _dropped(_keep, lambda p: 1.0),
)


def _keep_few(x, p, rng):
    return rng.random(x.shape) < p


def _one_over_rest(p: float) -> float:
    return 1 / (1 - p)


drops_with_probability_1_p = wrong(
    2,
    "drops with probability 1 − p",
    "You keep what should go and drop what should stay: p is the probability to be dropped, so an entry survives "
    "where its number is at least p.",
    _dropped(_keep_few, _one_over_rest),
)

drops_with_probability_1_p_and_rescales_for_it = wrong(
    3,
    "drops with probability 1 − p, and rescales for it",
    "You have taken p for the probability to survive, in the draw and in the division. Here, as in PyTorch, p is the "
    "probability to be dropped.",
    _dropped(_keep_few, lambda p: 1 / np.float64(p)),
)

drops_with_probability_1_p_not_rescaled = wrong(
    4,
    "drops with probability 1 − p, not rescaled",
    "Two things: you keep what should go and drop what should stay, and the survivors are not rescaled.",
    _dropped(_keep_few, lambda p: 1.0),
)

divided_by_p = wrong(
    5,
    "divided by p",
    "The right entries survive, and are divided by p. A share of 1 − p survives: by what must the rest be "
    "divided to make up for what has gone?",
    _dropped(_keep, lambda p: 1 / np.float64(p)),
)

multiplied_by_1_p = wrong(
    6,
    "multiplied by 1 − p",
    "The survivors have become smaller still. They have to make up for those that are gone: divide.",
    _dropped(_keep, lambda p: 1 - p),
)

active_when_evaluating = wrong(
    7,
    "active when evaluating",
    "You drop entries also when `training` is False. A model in use would then answer differently every time.",
    _dropped(_keep, _one_over_rest, always=True),
)

not_rescaled_and_active_when_evaluating = wrong(
    8,
    "not rescaled, and active when evaluating",
    "Two things: the survivors are not rescaled, and entries are dropped also when `training` is False.",
    _dropped(_keep, lambda p: 1.0, always=True),
)


@wrong(
    9,
    "shrinks when evaluating",
    "In training you rescale the survivors, and in use you multiply by 1 − p as well. One of the two is enough "
    "(the first paper did the second); here survivors are rescaled, and in use nothing happens.",
)
def rescaled_when_evaluating(x, p, rng, training):
    return by_hand.dropout(x, p, rng, training) if training else x * (1 - p)


def _keep_columns(x, p, rng):
    return rng.random(x.shape[-1]) >= p


one_mask_for_all_rows = wrong(
    10,
    "one mask for all rows",
    "You drew one number for each feature and dropped whole columns: the same features for every token. Every entry "
    "has a draw of its own, `rng.random(x.shape)`.",
    _dropped(_keep_columns, _one_over_rest),
)


def _keep_rows(x, p, rng):
    return rng.random(x.shape[:-1])[..., None] >= p


whole_rows_dropped = wrong(
    11,
    "whole rows dropped",
    "You drew one number for each token and dropped whole tokens. Every entry has a draw of its own, "
    "`rng.random(x.shape)`.",
    _dropped(_keep_rows, _one_over_rest),
)


def _keep_other(x, p, rng):
    return rng.random(x.shape) < 1 - p


the_right_share_other_entries = wrong(
    12,
    "the right share, other entries",
    "This is dropout: the right share goes and the survivors are rescaled. But they are other entries than the "
    "specification says, which is how the numbers are compared here: survive where the number drawn is at least p.",
    _dropped(_keep_other, _one_over_rest),
)

the_right_share_drawn_otherwise = wrong(
    13,
    "the right share, drawn otherwise",
    "This is dropout: the right share goes and the survivors are rescaled. But it was drawn in another way than "
    "`rng.random(x.shape)`, so that other entries are gone; the numbers can only be compared for the same draw.",
    _dropped(lambda x, p, rng: rng.binomial(1, 1 - p, x.shape).astype(bool), _one_over_rest),
)

a_generator_of_its_own = wrong(
    14,
    "a generator of its own",
    "You made a generator of your own, or used NumPy's global one, and not `rng`: whoever calls cannot repeat what "
    "you did. Draw from the argument.",
    _dropped(lambda x, p, rng: _keep(x, p, np.random.default_rng(0)), _one_over_rest),
)


@wrong(
    15,
    "active when evaluating alone",
    "You have the two cases the wrong way round: entries are dropped where `training` is False, and left alone where it is True.",
)
def the_wrong_way_round(x, p, rng, training):
    return by_hand.dropout(x, p, rng, not training)


rescaled_in_use = wrong(
    16,
    "rescaled in use instead of in training",
    "You leave the survivors as they are, and multiply by 1 − p in use. The first paper on dropout did that; here the survivors "
    "are rescaled in training, so that nothing has to be done in use.",
    _dropped(_keep, lambda p: 1.0, otherwise=lambda x, p: x * (1 - p)),
)

grows_when_evaluating = wrong(
    17,
    "grows when evaluating",
    "Outside training you divide by 1 − p as well. Nothing was dropped there, so nothing has to be made up for: x as it is.",
    _dropped(_keep, _one_over_rest, otherwise=lambda x, p: x / (1 - p)),
)

one_draw_for_everything = wrong(
    18,
    "one draw for everything",
    "`rng.random()` without a shape gives one number: all entries stay, or all go. Every entry has a draw of its own, "
    "`rng.random(x.shape)`.",
    _dropped(lambda x, p, rng: rng.random() >= p, _one_over_rest),
)

nothing_dropped = wrong(
    19,
    "nothing dropped",
    "Every entry is divided by 1 − p, and none is zero. Draw first, and set to 0 what does not survive.",
    _dropped(lambda x, p, rng: np.ones(x.shape), _one_over_rest),
)


@wrong(
    20,
    "nothing returned outside training",
    "In training you return the array. Outside it nothing is returned, so the caller gets None: x itself is asked for.",
)
def nothing_outside_training(x, p, rng, training):
    return by_hand.dropout(x, p, rng, training) if training else None


@wrong(
    21,
    "rescaled by the share that survived",
    "You divided by the share that happened to survive. It differs from draw to draw; the factor is fixed beforehand, 1 − p, and "
    "right on average.",
)
def by_the_share_that_survived(x, p, rng, training):
    survives = rng.random(x.shape) >= p
    with np.errstate(all="ignore"):
        return x * survives / survives.mean() if training else x


@wrong(
    22,
    "the survivors alone",
    "`x[survives]` takes the survivors out, in one row. The shape must stay: what does not survive becomes 0 where it stands.",
)
def survivors_alone(x, p, rng, training):
    return x[rng.random(x.shape) >= p] / (1 - p) if training else x


zeros_when_evaluating = wrong(
    23,
    "zeros when evaluating",
    "Outside training you return zeros. Nothing is dropped there: x as it is.",
    _dropped(_keep, _one_over_rest, otherwise=lambda x, p: np.zeros_like(x)),
)


@wrong(
    24,
    "the mask instead of the numbers",
    "You returned the mask, divided by 1 − p. It has to be multiplied by x.",
)
def the_mask_instead_of_the_numbers(x, p, rng, training):
    return _keep(x, p, rng) / (1 - p) if training else x


numbers_of_a_bell_curve = wrong(
    25,
    "numbers of a bell curve",
    "`rng.normal` draws around 0, half of it below: far more than a share p lies under p. `rng.random` draws evenly between 0 and 1.",
    _dropped(lambda x, p, rng: rng.normal(size=x.shape) >= p, _one_over_rest),
)

compared_with_x_itself = wrong(
    26,
    "x itself compared with p",
    "You compare the entries with p, so that small ones always go. Chance decides, not size: compare a number that is drawn.",
    _dropped(lambda x, p, rng: x >= p, _one_over_rest),
)

divided_by_the_root = wrong(
    27,
    "divided by the root of 1 − p",
    "The root would keep the mean square. It is the mean that is to stay: divide by 1 − p itself.",
    _dropped(_keep, lambda p: 1 / np.sqrt(1 - p)),
)

only_above_p = wrong(
    28,
    "an entry at p dropped",
    "Right, but for a number that is exactly p: at least p means p too, `>=` and not `>`.",
    _dropped(lambda x, p, rng: rng.random(x.shape) > p, _one_over_rest),
)

HINTS = (
    "First the case that is quickly done: not training. Then a mask of True and False, of the shape of x.",
    "`rng.random(x.shape)` gives a number between 0 and 1 for every entry. Comparing it with p gives the mask; "
    "multiplying by a mask sets entries to zero.",
    "`survives = rng.random(x.shape) >= p`; the survivors are divided by `1 - p`.",
)
