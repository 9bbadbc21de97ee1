"""training.train: the loop, from batches to trained weights."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.training import by_hand
from course_lib.training.by_hand import Settings, adamw_step, clip, learning_rate

ASKED = Asked(
    "Write the loop. `weights` is a list of arrays; `batches` holds one pair `(inputs, targets)` for each step, and the first is step 1. "
    "`loss_and_gradients(weights, inputs, targets)` returns the loss and a list of gradients, one for each array. For every batch: loss and "
    "gradients, `clip` to `config.clip`, the `learning_rate` of this step from `config.warmup`, `config.steps`, `config.peak` and `config.floor`, "
    "and an `adamw_step` for each array with `config.beta_1`, `beta_2`, `eps` and, for arrays of two axes or more alone, `config.weight_decay`. Both running means "
    "begin at zero. Return the list of final weights and the list of losses, each measured before its update. Do not change `weights` itself.",
    reference=by_hand.train,
    points=4,
    minutes=20,
    difficulty=3,
    library=("torch.optim.adam", "torch.optim.adamw"),
)


@dataclass(frozen=True)
class Line:
    """A linear layer and its squared error; stands in for a model: W (d_in, d) and b (d,).

    Attributes:
        scale: multiplies the loss, so that gradients are long or short.
    """

    scale: float = 1.0

    def __call__(self, weights, inputs, targets):
        W, b = weights
        off = inputs @ W + b - targets
        d = 2 * self.scale * off / off.size
        return self.scale * float((off**2).mean()), [inputs.T @ d, d.sum(axis=0)]


def cases(rng: np.random.Generator) -> list[Case]:
    def case(d_in: int, d: int, n_batches: int, scale: float = 1.0, note: str = "", **settings: float) -> Case:
        weights = [rng.normal(size=(d_in, d)), rng.normal(size=d)]
        batches = [(rng.normal(size=(4, d_in)), rng.normal(size=(4, d))) for _ in range(n_batches)]
        chosen = {"steps": n_batches, "peak": 0.1, "floor": 0.01} | settings
        return Case((Line(scale), weights, batches, Settings(**chosen)), note)

    one = [np.array([[1.0, -2.0]]), np.array([0.5, 0.0])]
    pair = (np.array([[1.0], [3.0]]), np.array([[2.0, 1.0], [0.0, -1.0]]))
    other = (np.array([[-2.0], [1.0]]), np.array([[1.0, 1.0], [4.0, -3.0]]))
    return [
        Case((Line(), one, [pair, other, pair], Settings(steps=3, warmup=2, peak=0.2, floor=0.05))),
        Case((Line(), one, [pair], Settings(steps=1, peak=0.2, floor=0.1)), "a single step"),
        case(3, 2, 7, warmup=2),
        case(2, 5, 5, warmup=3, weight_decay=0.5),
        case(5, 3, 6, scale=30.0, note="gradients that are too long", warmup=1, eps=0.1),
        case(2, 3, 4, scale=0.001, note="gradients that are short", eps=0.001),
        case(3, 3, 5, note="no weight decay", weight_decay=0.0, warmup=2),
        case(2, 2, 9, note="a schedule longer than the batches", warmup=3, steps=20),
        case(3, 2, 3, note="no clipping to speak of", clip=1000.0, scale=5.0, eps=0.1),
        case(2, 3, 0, note="no batch at all", steps=4),
    ]


def _rate(config, step):
    return learning_rate(step, config.warmup, config.steps, config.peak, config.floor)


def _loop(
    at: Callable = lambda weights, start: weights,
    gather: Callable = lambda gradients, before: gradients,
    shorten: Callable = lambda gradients, most: clip(gradients, most)[0],
    rate: Callable = _rate,
    number: Callable = lambda step: step,
    decay: Callable = lambda w, config: config.weight_decay if w.ndim > 1 else 0.0,
    forget: bool = False,
    keep: Callable = lambda new, old, k: new,
    batch: Callable = lambda batches, i: batches[i],
    sign: float = 1.0,
    note: Callable = lambda loss, after: loss,
    given: Callable = lambda weights, losses: (weights, losses),
    until: Callable = lambda batches: len(batches),
) -> Callable:
    """The loop from its parts; a wrong answer has one of them wrong."""

    def train(loss_and_gradients, weights, batches, config):
        start, weights, losses, before = list(weights), list(weights), [], None
        m, v = ([np.zeros(w.shape) for w in weights] for _ in range(2))
        for i in range(until(batches)):
            inputs, targets = batch(batches, i)
            if forget:
                m, v = ([np.zeros(w.shape) for w in weights] for _ in range(2))
            loss, gradients = loss_and_gradients(at(weights, start), inputs, targets)
            before = gather(gradients, before)
            shortened = [sign * gradient for gradient in shorten(before, config.clip)]
            for k, w in enumerate(weights):
                new, m[k], v[k] = adamw_step(
                    w, shortened[k], m[k], v[k], number(i + 1), rate(config, i + 1), config.beta_1, config.beta_2, config.eps, decay(w, config)
                )  # fmt: skip
                weights[k] = keep(new, w, k)
            losses.append(note(loss, partial(loss_and_gradients, weights, inputs, targets)))
        return given(weights, losses)

    return train


in_parts = right(_loop())


@right
def array_by_array(loss_and_gradients, weights, batches, config):
    state = [(w.copy(), np.zeros(w.shape), np.zeros(w.shape)) for w in weights]
    losses = []
    for inputs, targets in batches:
        step = len(losses) + 1
        loss, gradients = loss_and_gradients([w for w, _, _ in state], inputs, targets)
        losses.append(loss)
        gradients, _ = clip(gradients, config.clip)
        betas = config.beta_1, config.beta_2, config.eps
        state = [
            adamw_step(w, g, m, v, step, _rate(config, step), *betas, config.weight_decay * (w.ndim > 1))
            for (w, m, v), g in zip(state, gradients, strict=True)
        ]
    return [w for w, _, _ in state], losses


gradients_of_all_steps = wrong(
    1,
    "gradients of all steps added up",
    "The gradients of earlier steps are still in yours: they are added up from step to step. Each update takes the gradients of its own batch alone. (PyTorch "
    "adds up too, which is why its loops call `zero_grad`.)",
    _loop(gather=lambda new, old: new if old is None else [a + b for a, b in zip(new, old, strict=True)]),
)

means_begun_anew = wrong(
    2,
    "the running means begun anew at every step",
    "Your m and v are zero at the beginning of each step, so they remember nothing. Make them once, before the loop.",
    _loop(forget=True),
)

new_weights_thrown_away = wrong(
    3,
    "the new weights thrown away",
    "Your weights never change: the update is computed and not put back into the list. `for w in weights: w = ...` gives the name w to a new array, and the "
    "list keeps the old one.",
    _loop(keep=lambda new, old, k: old),
)

clipped_and_not_used = wrong(
    4,
    "not clipped",
    "Right where the gradient is short enough. Where it is longer than `config.clip` you use it as it is. If you call `clip`, do you use what it returns?",
    _loop(shorten=lambda gradients, most: gradients),
)

clipped_one_by_one = wrong(
    5,
    "each array clipped by itself",
    "You clip one array at a time. The limit is for all gradients together: give `clip` the whole list.",
    _loop(shorten=lambda gradients, most: [clip([one], most)[0][0] for one in gradients]),
)

always_the_first_weights = wrong(
    6,
    "gradients at the first weights",
    "You ask `loss_and_gradients` about the weights of the beginning at every step. It has to be asked about those that the last update has made.",
    _loop(at=lambda weights, start: start),
)

uphill = wrong(
    7,
    "uphill",
    "You go along the gradient, and the loss rises. `adamw_step` goes against it already: give it the gradient with its own sign.",
    _loop(sign=-1.0),
)

constant_rate = wrong(
    8,
    "a constant rate",
    "Every one of your steps has the rate `config.peak`. Ask `learning_rate` for that of the step.",
    _loop(rate=lambda config, step: config.peak),
)

rate_of_the_step_before = wrong(
    9,
    "the rate of the step before",
    "Your learning rates are one step late: counted from 0, the first update of a warm-up has the rate 0 and does nothing. The first batch is step 1.",
    _loop(rate=lambda config, step: _rate(config, step - 1)),
)

always_step_1 = wrong(
    10,
    "always the first update",
    "You call `adamw_step` with step 1 every time. Its correction fades from step to step: give it the number of the step.",
    _loop(number=lambda step: 1),
)

decay_everywhere = wrong(
    11,
    "biases decay too",
    "You let every array decay. Arrays of one axis, such as gains and biases, are left alone.",
    _loop(decay=lambda w, config: config.weight_decay),
)

decay_nowhere = wrong(
    12,
    "nothing decays",
    "Right where the decay is zero. Arrays of two axes or more decay by `config.weight_decay`.",
    _loop(decay=lambda w, config: 0.0),
)

loss_after_the_update = wrong(
    13,
    "the loss after the update",
    "The weights are right. Your losses are those after each update; asked for is the one that `loss_and_gradients` gave you, before it.",
    _loop(note=lambda loss, after: after()[0]),
)

last_loss_alone = wrong(
    14,
    "the last loss alone",
    "The weights are right. You return one loss; asked for is a list with the loss of every step.",
    _loop(given=lambda weights, losses: (weights, losses[-1] if losses else 0.0)),
)

losses_first = wrong(
    15,
    "losses first",
    "You return the losses and then the weights. The other way round is asked for.",
    _loop(given=lambda weights, losses: (losses, weights)),
)

the_first_batch_again = wrong(
    16,
    "the first batch again and again",
    "Every step reads the first batch. Go on to the next one.",
    _loop(batch=lambda batches, i: batches[0]),
)

first_array_alone = wrong(
    17,
    "only the first array moves",
    "Only the first array of your weights is updated. A model has many: go through all of them at each step.",
    _loop(keep=lambda new, old, k: new if k == 0 else old),
)

last_batch_left_out = wrong(
    18,
    "the last batch left out",
    "You make one step too few: every batch is one step, the last one too.",
    _loop(until=lambda batches: max(len(batches) - 1, 0)),
)


@wrong(
    19,
    "written into the weights that were given",
    "You change the list of weights that you were given. Whoever called you may want to begin there again: work on a list of your own.",
)
def changes_its_arguments(loss_and_gradients, weights, batches, config):
    new, losses = by_hand.train(loss_and_gradients, weights, batches, config)
    for old, one in zip(weights, new, strict=True):
        old[...] = one
    return weights, losses


total_from_the_batches = wrong(
    20,
    "the schedule ends with the batches",
    "Right where there is a batch for each step of the schedule. The schedule is that of `config.steps`, however many batches there are.",
    lambda f, weights, batches, config: _loop(
        rate=lambda config, step: learning_rate(step, config.warmup, max(len(batches), config.warmup + 1), config.peak, config.floor)
    )(f, weights, batches, config),
)  # fmt: skip

steps_from_zero = wrong(
    21,
    "rate and update both counted as one late",
    "You count steps from 0 for the rate and for the correction. The correction then divides by 1 − beta⁰ = 0. The first batch is step 1.",
    _loop(rate=lambda config, step: _rate(config, step - 1), number=lambda step: max(step - 1, 1)),
)


@wrong(
    22,
    "the first step is step 0",
    "You number the steps from 0. At step 0 nothing of the running means is filled, so the correction divides by 1 − beta⁰ = 0, and the weights "
    "are NaN. The first batch is step 1: `enumerate(batches, start=1)`.",
)
def the_first_step_is_step_0(loss_and_gradients, weights, batches, config):
    """By an update that computes 0 / 0 where the course's refuses step 0."""
    new, losses = by_hand.train(loss_and_gradients, weights, batches, config)
    return [one * np.nan for one in new] if batches else new, [
        loss if i == 0 else np.nan for i, loss in enumerate(losses)
    ]


HINTS = (
    "Before the loop: your own list of weights, m and v as lists of zeros, an empty list of losses. In the loop, in this order: loss and gradients, clip, rate, "
    "update of every array.",
    "`for step, (inputs, targets) in enumerate(batches, start=1)`, and inside `for k in range(len(weights))`, so that the new array can be put back at place k.",
    "`weights[k], m[k], v[k] = adamw_step(weights[k], gradients[k], m[k], v[k], step, rate, config.beta_1, config.beta_2, config.eps, decay)`, with decay 0.0 where "
    "`weights[k].ndim` is 1.",
)
