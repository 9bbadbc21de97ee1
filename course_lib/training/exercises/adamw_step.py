"""training.adamw_step: one update of AdamW."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.training import by_hand

ASKED = Asked(
    "Given weights `w`, their gradient `grad` and the running means `m` and `v` (arrays of one shape), make update number `step` (the first is "
    "1) and return the new `w, m, v`.\n\n"
    "- `m` keeps the share `beta_1` of itself and takes the rest from the gradient; `v` does so with `beta_2` and the squared gradient.\n"
    "- Both began at zero. After `step` updates only the share 1 − beta to the power of `step` of them is filled: divide by it to correct them, for use "
    "alone; the `m` and `v` that you return are the uncorrected ones.\n"
    "- `w` goes against the corrected mean, divided by the root of the corrected mean square plus `eps` (outside the root), times `lr`.\n"
    "- Besides, and apart from all that, the old `w` shrinks by the share `lr` times `weight_decay` of itself.",
    reference=by_hand.adamw_step,
    points=4,
    minutes=15,
    difficulty=3,
    library=("torch.optim.adam", "torch.optim.adamw"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(shape, step, lr=0.1, betas=(0.9, 0.99), eps=0.01, decay=0.1, size=1.0, fresh=False, note="") -> Case:
        w, grad, m, v = rng.normal(size=(4, *shape))
        m, v = (np.zeros(shape), np.zeros(shape)) if fresh else (m * 0.3 * size, v**2 * 0.3 * size**2)
        return Case((w, grad * size, m, v, step, lr, *betas, eps, decay), note)

    def fixed(step, w, grad, m, v, lr=0.1, betas=(0.9, 0.99), eps=0.01, decay=0.1, note="") -> Case:
        return Case((*(np.array(one, dtype=float) for one in (w, grad, m, v)), step, lr, *betas, eps, decay), note)

    w, grad, m, v = [[1.0, -2.0]], [[0.5, -3.0]], [[0.2, 0.7]], [[0.3, 2.0]]
    zero = [[0.0, 0.0]]
    return [
        fixed(3, w, grad, m, v),
        fixed(1, w, grad, zero, zero, note="the first update, with numbers that can be followed by hand"),
        fixed(5, w, zero, zero, zero, note="a gradient that has always been zero"),
        fixed(4, w, grad, m, v, lr=0.5, decay=0.4, note="a large rate and a large decay"),
        fixed(2, [1.0, -2.0, 4.0], [0.5, -3.0, 0.0], [0.1, 0.2, 0.3], [0.4, 5.0, 0.6], note="arrays of one axis"),
        case((3, 5), 7),
        case((5, 3), 13, lr=0.3, decay=0.5),
        case((7,), 1, fresh=True, note="the first update: m and v are zero"),
        case((2, 5), 2, betas=(0.8, 0.95)),
        case((5,), 11, decay=0.0, note="no weight decay"),
        case((3, 2), 3, size=0.01, note="gradients about as small as eps"),
        case((2, 3), 1, size=1000.0, eps=1e-8, fresh=True, note="the first update, with large gradients"),
        case((3,), 1000, note="late in a run, when hardly anything is left to correct"),
    ]


@right
def as_torch_does(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    w = w * (1 - lr * weight_decay)
    m = m + (grad - m) * (1 - beta_1)
    v = v * beta_2 + (1 - beta_2) * grad * grad
    denominator = np.sqrt(v) / np.sqrt(1 - beta_2**step) + eps
    return w - (lr / (1 - beta_1**step)) * m / denominator, m, v


@right
def number_by_number(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    new = [np.empty_like(w) for _ in range(3)]
    for at in np.ndindex(w.shape):
        new_m = beta_1 * m[at] + (1 - beta_1) * grad[at]
        new_v = beta_2 * v[at] + (1 - beta_2) * grad[at] ** 2
        pace = new_m / (1 - beta_1**step) / (math.sqrt(new_v / (1 - beta_2**step)) + eps)
        new[0][at], new[1][at], new[2][at] = w[at] - lr * (pace + weight_decay * w[at]), new_m, new_v
    return tuple(new)


def _adamw(
    direction: Callable | None = None,
    moments: Callable | None = None,
    correct: Callable | None = None,
    decay: Callable | None = None,
    sign: float = -1.0,
    given: Callable = lambda m, v, m_hat, v_hat: (m, v),
) -> Callable:
    """AdamW from its parts; a wrong answer has one of them wrong."""
    moments = moments or (lambda m, v, g, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2))
    correct = correct or (lambda m, v, step, b1, b2: (m / (1 - b1**step), v / (1 - b2**step)))
    direction = direction or (lambda m, v, eps: m / (np.sqrt(v) + eps))
    decay = decay or (lambda w, lr, rate: lr * rate * w)

    def adamw_step(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
        m, v = moments(m, v, grad, beta_1, beta_2)
        m_hat, v_hat = correct(m, v, step, beta_1, beta_2)
        new = w - decay(w, lr, weight_decay) + sign * lr * direction(m_hat, v_hat, eps)
        return new, *given(m, v, m_hat, v_hat)

    return adamw_step


no_bias_correction = wrong(
    1,
    "no bias correction",
    "m and v start at zero, and for a while they are too small. You use them as they are; divide each by one minus its "
    "beta to the power of the step. At step 1 that turns m into the gradient itself.",
    _adamw(correct=lambda m, v, step, b1, b2: (m, v)),
)

m_corrected_v_not = wrong(
    2,
    "m corrected, v not",
    "You correct m and not v. Both started at zero.",
    _adamw(correct=lambda m, v, step, b1, b2: (m / (1 - b1**step), v)),
)

corrected_without_the_power = wrong(
    3,
    "corrected without the power",
    "Your correction divides by 1 - beta at every step. It should fade as the run goes on: beta to the power of `step`.",
    _adamw(correct=lambda m, v, step, b1, b2: (m / (1 - b1), v / (1 - b2))),
)


@wrong(
    4,
    "steps counted from zero",
    "Your power is step - 1, so the first update divides by 1 - beta^0 = 0. The first update is step 1.",
)
def step_from_zero(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    m, v = beta_1 * m + (1 - beta_1) * grad, beta_2 * v + (1 - beta_2) * grad**2
    with np.errstate(all="ignore"):
        m_hat = m / np.float64(1 - beta_1 ** (step - 1))
        v_hat = v / np.float64(1 - beta_2 ** (step - 1))
        return w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@wrong(
    5,
    "decay inside the gradient",
    "You added the weight decay to the gradient. Then it is divided by the root of v like everything else, and weights "
    "with large gradients hardly decay: that is Adam with L2. The W in AdamW takes the decay out of the gradient.",
)
def decay_in_the_gradient(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    return by_hand.adamw_step(w, grad + weight_decay * w, m, v, step, lr, beta_1, beta_2, eps, 0.0)


no_weight_decay = wrong(
    6,
    "no weight decay",
    "Right where the decay is zero. The argument `weight_decay` is not used, or comes to nothing.",
    _adamw(decay=lambda w, lr, rate: 0.0),
)

decay_without_the_learning_rate = wrong(
    7,
    "decay without the learning rate",
    "Your weights decay by weight_decay at every step. It is lr times weight_decay: the schedule slows down both.",
    _adamw(decay=lambda w, lr, rate: rate * w),
)


@wrong(
    8,
    "decay of the new weights",
    "You move first and let the result decay. In the formula the decay takes a share of the old w: a small difference, "
    "and one that grows with the learning rate.",
)
def decay_afterwards(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    new, m, v = by_hand.adamw_step(w, grad, m, v, step, lr, beta_1, beta_2, eps, 0.0)
    return new * (1 - lr * weight_decay), m, v


weights_grow_instead_of_decaying = wrong(
    9,
    "weights grow instead of decaying",
    "Your decay has the wrong sign: it adds to the weights.",
    _adamw(decay=lambda w, lr, rate: -lr * rate * w),
)

eps_inside_the_root = wrong(
    10,
    "eps inside the root",
    "Your eps stands under the root. Where gradients are tiny, the root of eps is much larger than eps itself, and the "
    "step comes out too small. It is added to the root.",
    _adamw(direction=lambda m, v, eps: m / np.sqrt(v + eps)),
)

no_root = wrong(
    11,
    "no root",
    "You divide by v itself. v is a mean of squares; its root has the size of a gradient, and the quotient is about 1.",
    _adamw(direction=lambda m, v, eps: m / (v + eps)),
)


@wrong(
    12,
    "gradient instead of m",
    "You divide the gradient of this step. The direction is the running mean m, corrected.",
)
def gradient_instead_of_m(w, grad, m, v, step, lr, b1, b2, eps, decay):
    return (
        w - lr * decay * w - lr * grad / (np.sqrt((b2 * v + (1 - b2) * grad**2) / (1 - b2**step)) + eps),
        b1 * m + (1 - b1) * grad,
        b2 * v + (1 - b2) * grad**2,
    )


uphill = wrong(
    13,
    "uphill",
    "Your weights move along the gradient, which points to where the loss grows. Subtract.",
    _adamw(sign=1.0),
)

m_without_1_beta = wrong(
    14,
    "m without 1 - beta",
    "Your m adds the whole gradient each time, as plain momentum does. A running mean gives it the share 1 - beta_1.",
    _adamw(moments=lambda m, v, g, b1, b2: (b1 * m + g, b2 * v + (1 - b2) * g**2)),
)

v_without_the_square = wrong(
    15,
    "v without the square",
    "Your v averages the gradient, which may be negative; its root is then no number. v averages the squares.",
    _adamw(moments=lambda m, v, g, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g)),
)


@wrong(
    16,
    "betas exchanged",
    "You used beta_2 for m and beta_1 for v. The mean of the squares is the one that remembers longer.",
)
def betas_exchanged(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    return by_hand.adamw_step(w, grad, m, v, step, lr, beta_2, beta_1, eps, weight_decay)


corrected_means_are_kept = wrong(
    17,
    "corrected means are kept",
    "Your w is right, and the m and v you return are the corrected ones. The next step would correct them again: keep "
    "them as they are.",
    _adamw(given=lambda m, v, m_hat, v_hat: (m_hat, v_hat)),
)


@wrong(
    18,
    "old means are kept",
    "Your w is right, and the m and v you return are those you were given. Without the new ones nothing is remembered.",
)
def old_means_are_kept(w, grad, m, v, *rest):
    return (by_hand.adamw_step(w, grad, m, v, *rest)[0], m, v)


@wrong(
    19,
    "decay for matrices alone",
    "You leave arrays of one axis without decay. A trainer chooses so by giving them a `weight_decay` of 0; this function "
    "does what `weight_decay` says for any array.",
)
def decay_for_matrices_alone(w, grad, m, v, step, lr, b1, b2, eps, decay):
    return by_hand.adamw_step(w, grad, m, v, step, lr, b1, b2, eps, decay if w.ndim > 1 else 0.0)


eps_forgotten = wrong(
    20,
    "eps forgotten",
    "Your eps is missing. Where the gradients of a weight have all been zero, 0 / 0 is not a number; where they are small, "
    "the step is too large.",
    _adamw(direction=lambda m, v, eps: m / np.sqrt(v)),
)


eps_outside_the_brackets = wrong(
    21,
    "eps outside the brackets",
    "Your eps is added to the weights: `a / b + eps` divides first. It belongs to what is divided by.",
    _adamw(direction=lambda m, v, eps: m / np.sqrt(v) + eps),
)


the_power_of_the_bracket = wrong(
    22,
    "the power of the bracket",
    "You raised 1 - beta to the power of `step`. Beta alone is raised, and then subtracted from 1: what is divided by "
    "grows towards 1.",
    _adamw(correct=lambda m, v, step, b1, b2: (m / (1 - b1) ** step, v / (1 - b2) ** step)),
)


steps_counted_one_too_far = wrong(
    23,
    "steps counted one too far",
    "Your power is step + 1, as if the first update were step 0. It is step 1 already.",
    _adamw(correct=lambda m, v, step, b1, b2: (m / (1 - b1 ** (step + 1)), v / (1 - b2 ** (step + 1)))),
)


@wrong(
    24,
    "the learning rate forgotten",
    "Your step is not multiplied by the learning rate: every weight moves by about 1.",
)
def the_learning_rate_forgotten(w, grad, m, v, step, lr, b1, b2, eps, decay):
    return by_hand.adamw_step(w, grad, m, v, step, 1.0, b1, b2, eps, lr * decay)


beta_and_1_beta_exchanged = wrong(
    25,
    "beta and 1 - beta exchanged",
    "Your means give the share 1 - beta to what they remember and beta to the new gradient. A beta near 1 remembers long.",
    _adamw(moments=lambda m, v, g, b1, b2: ((1 - b1) * m + b1 * g, (1 - b2) * v + b2 * g**2)),
)


@wrong(
    26,
    "one beta for both",
    "You used beta_1 for m and for v. The mean of the squares has a beta of its own.",
)
def one_beta_for_both(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    return by_hand.adamw_step(w, grad, m, v, step, lr, beta_1, beta_1, eps, weight_decay)


@wrong(
    27,
    "w alone",
    "You return the new w alone. The next step needs the new m and v too: return all three.",
)
def w_alone(*args):
    return by_hand.adamw_step(*args)[0]


decay_without_w = wrong(
    28,
    "decay without w",
    "You subtract lr times weight_decay from every weight. Decay takes a share of the weight itself.",
    _adamw(decay=lambda w, lr, rate: lr * rate),
)


HINTS = (
    "Five lines, in the order of the text: m, v, their corrected versions under names of their own, w.",
    "`m = beta_1 * m + (1 - beta_1) * grad`, and v likewise with the square; `m_hat = m / (1 - beta_1**step)`, and v likewise. Keep m and v, because "
    "they are returned.",
    "`w = w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps)`; no -=, which would write into the argument.",
)
