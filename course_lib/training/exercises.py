"""What the learner writes in lesson 10: a batch, AdamW, a schedule, a gradient from parts, a draw."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.practice.exercise import Case, Exercise, WrongAnswer
from course_lib.practice.seeded import Seeded
from course_lib.training import by_hand

__all__ = ["EXERCISES"]


# --- the learning rate --------------------------------------------------------------------------------------------


def _rate_cases(rng: np.random.Generator) -> list[Case]:
    warmup, total = int(rng.choice([5, 7, 11])), int(rng.choice([29, 31, 37]))
    peak, floor = float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.05, 0.15))

    def case(step: int, note: str = "", warmup: int = warmup, floor: float = floor) -> Case:
        return Case((step, warmup, total, peak, floor), note)

    return [
        case(1, "the first update"),
        case(3, "in the warm-up"),
        case(warmup, "the last step of the warm-up"),
        case(warmup + 1, "the first step after the warm-up"),
        case(13),
        case(17),
        case(23),
        case(total - 1, "the last step but one"),
        case(total, "the last step"),
        case(total + 5, "after the end of the schedule"),
        case(2 * total + 3, "long after the end of the schedule"),
        case(0, "before the first update"),
        case(1, "no warm-up", warmup=0),
        case(0, "no warm-up, before the first update", warmup=0),
        case(19, "a floor of zero", floor=0.0),
    ]


def _rate(
    rise: Callable = lambda s, w, t, p, f: p * s / w,
    fall: Callable = lambda x, p, f: f + (p - f) * (1 + math.cos(math.pi * x)) / 2,
    after: Callable = lambda p, f: f,
) -> Callable:
    """A schedule from its three parts; a wrong answer has one of them wrong."""

    def learning_rate(step, warmup, total, peak, floor):
        if step < warmup:
            return rise(step, warmup, total, peak, floor)
        if step >= total:
            return after(peak, floor)
        return fall((step - warmup) / (total - warmup), peak, floor)

    return learning_rate


def _cosine_from_the_start(step, warmup, total, peak, floor):
    cosine = floor + (peak - floor) * (1 + math.cos(math.pi * min(step / total, 1.0))) / 2
    return peak * step / warmup if step < warmup else cosine


def _product(step, warmup, total, peak, floor):
    cosine = floor + (peak - floor) * (1 + math.cos(math.pi * min(step / total, 1.0))) / 2
    return cosine * min(1.0, step / warmup if warmup else 1.0)


def _rises_again(step, warmup, total, peak, floor):
    if step < warmup:
        return peak * step / warmup
    return floor + (peak - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


def _progress_over_total(step, warmup, total, peak, floor):
    if step < warmup:
        return peak * step / warmup
    progress = min((step - warmup) / total, 1.0)
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2


def _by_clipping(step, warmup, total, peak, floor):
    progress = np.clip((step - warmup) / (total - warmup), 0.0, 1.0)
    down = (peak + floor) / 2 + (peak - floor) / 2 * np.cos(np.pi * progress)
    return float(down if step >= warmup else step / warmup * peak)


def _by_sine(step, warmup, total, peak, floor):
    if step < warmup:
        return step * (peak / warmup)
    left = max(total - step, 0) / (total - warmup)
    return floor + (peak - floor) * math.sin(math.pi / 2 * left) ** 2


LEARNING_RATE = Exercise(
    id="training.learning_rate",
    specification="Return the learning rate of update number `step` (the first update is step 1; step 0 means before it). "
    "While `step < warmup` it rises in a straight line, from 0 at step 0, so that it would reach `peak` at step `warmup`. From there it falls along "
    "half a cosine, $f + (p - f)\\,\\frac{1 + \\cos(\\pi x)}{2}$ with $p$ = `peak` and $f$ = `floor`, where the progress $x$ goes "
    "from 0 at step `warmup` to 1 at step `total`. From `total` on it stays at `floor`. `warmup` may be 0.",
    reference=by_hand.learning_rate,
    cases=_rate_cases,
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "starts at the peak",
            "Your rate is at its peak from the first step: the warm-up is missing. At step 1 of a warm-up of 10 it should be a "
            "tenth of the peak.",
            _rate(rise=lambda s, w, t, p, f: p),
        ),
        WrongAnswer(
            "cosine over the warm-up too",
            "Your cosine has begun at step 0, so when the warm-up ends it has come down a good way already and the peak is "
            "never reached. What is the progress at step `warmup`?",
            _cosine_from_the_start,
        ),
        WrongAnswer(
            "cosine times warm-up",
            "You multiply a cosine over the whole run by the warm-up. The two follow one another: first the line, then the "
            "cosine, whose progress is 0 where the warm-up ends.",
            _product,
        ),
        WrongAnswer(
            "ends at zero",
            "Your rate falls to zero. It should come to rest at `floor`: the cosine runs between the peak and the floor.",
            _rate(fall=lambda x, p, f: p * (1 + math.cos(math.pi * x)) / 2, after=lambda p, f: 0.0),
        ),
        WrongAnswer(
            "zero after the end",
            "Right until the schedule ends; then your rate drops to zero. Whoever trains on does so at `floor`.",
            _rate(after=lambda p, f: 0.0),
        ),
        WrongAnswer(
            "rises again after the end",
            "Right until the schedule ends; then your cosine comes up again. After `total` the rate stays where it is.",
            _rises_again,
        ),
        WrongAnswer(
            "progress counted over all steps",
            "Your progress divides by `total`. The cosine has fewer steps than that, because the warm-up took some: at step "
            "`total` the progress must be exactly 1.",
            _progress_over_total,
        ),
        WrongAnswer(
            "cut off at the floor",
            "You let the cosine fall to zero and cut it off at the floor. The curve should come down to the floor smoothly: it "
            "is the height of the cosine that shrinks.",
            _rate(fall=lambda x, p, f: max(f, p * (1 + math.cos(math.pi * x)) / 2)),
        ),
        WrongAnswer(
            "warm-up from the floor",
            "Your warm-up begins at `floor`. It begins at zero: `floor` is where the rate ends.",
            _rate(rise=lambda s, w, t, p, f: f + (p - f) * s / w),
        ),
        WrongAnswer(
            "warm-up one step ahead",
            "Your warm-up is one step ahead. Many programs count steps from 0 and add 1; here the first update is step 1 "
            "already, and step 0 has rate 0.",
            _rate(rise=lambda s, w, t, p, f: p * (s + 1) / w),
        ),
        WrongAnswer(
            "a straight line down",
            "Your rate falls in a straight line. The cosine starts level, is steepest in the middle and ends level.",
            _rate(fall=lambda x, p, f: f + (p - f) * (1 - x)),
        ),
        WrongAnswer(
            "a quarter of a cosine",
            "You go through a quarter of a turn. Half a cosine goes from cos 0 = 1 to cos π = -1; adding 1 and halving turns "
            "that into 1 to 0.",
            _rate(fall=lambda x, p, f: f + (p - f) * math.cos(math.pi / 2 * x)),
        ),
    ),
    hints=(
        "Three stretches, three cases: before `warmup`, between `warmup` and `total`, from `total` on. Which comparison keeps "
        "a warm-up of 0 from dividing by zero?",
        "The progress is `(step - warmup) / (total - warmup)`; it is 0 where the warm-up ends and 1 at `total`.",
        "`floor + (peak - floor) * (1 + np.cos(np.pi * progress)) / 2` is the middle stretch; `peak * step / warmup` the first.",
    ),
    also_right=(_by_clipping, _by_sine),
)


# --- AdamW --------------------------------------------------------------------------------------------------------


def _adamw_cases(rng: np.random.Generator) -> list[Case]:
    def case(shape, step, lr=0.1, betas=(0.9, 0.99), eps=0.01, decay=0.1, size=1.0, fresh=False, note="") -> Case:
        w, grad, m, v = rng.normal(size=(4, *shape))
        m, v = (np.zeros(shape), np.zeros(shape)) if fresh else (m * 0.3 * size, v**2 * 0.3 * size**2)
        return Case((w, grad * size, m, v, step, lr, *betas, eps, decay), note)

    return [
        case((3, 5), 7),
        case((5, 3), 13, lr=0.3, decay=0.5),
        case((7,), 1, fresh=True, note="the first update: m and v are zero"),
        case((2, 5), 2, betas=(0.8, 0.95)),
        case((5,), 11, decay=0.0, note="no weight decay"),
        case((3, 2), 3, size=0.01, note="gradients about as small as eps"),
        case((2, 3), 1, size=1000.0, eps=1e-8, fresh=True, note="the first update, with large gradients"),
        case((3,), 1000, note="late in a run, when hardly anything is left to correct"),
    ]


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


def _decay_in_the_gradient(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    return by_hand.adamw_step(w, grad + weight_decay * w, m, v, step, lr, beta_1, beta_2, eps, 0.0)


def _decay_afterwards(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    new, m, v = by_hand.adamw_step(w, grad, m, v, step, lr, beta_1, beta_2, eps, 0.0)
    return new * (1 - lr * weight_decay), m, v


def _betas_exchanged(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    return by_hand.adamw_step(w, grad, m, v, step, lr, beta_2, beta_1, eps, weight_decay)


def _step_from_zero(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    m, v = beta_1 * m + (1 - beta_1) * grad, beta_2 * v + (1 - beta_2) * grad**2
    with np.errstate(all="ignore"):
        m_hat = m / np.float64(1 - beta_1 ** (step - 1))
        v_hat = v / np.float64(1 - beta_2 ** (step - 1))
        return w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def _as_torch_does(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    w = w * (1 - lr * weight_decay)
    m = m + (grad - m) * (1 - beta_1)
    v = v * beta_2 + (1 - beta_2) * grad * grad
    denominator = np.sqrt(v) / np.sqrt(1 - beta_2**step) + eps
    return w - (lr / (1 - beta_1**step)) * m / denominator, m, v


def _number_by_number(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    new = [np.empty_like(w) for _ in range(3)]
    for at in np.ndindex(w.shape):
        new_m = beta_1 * m[at] + (1 - beta_1) * grad[at]
        new_v = beta_2 * v[at] + (1 - beta_2) * grad[at] ** 2
        pace = new_m / (1 - beta_1**step) / (math.sqrt(new_v / (1 - beta_2**step)) + eps)
        new[0][at], new[1][at], new[2][at] = w[at] - lr * (pace + weight_decay * w[at]), new_m, new_v
    return tuple(new)


ADAMW_STEP = Exercise(
    id="training.adamw_step",
    specification="Given weights `w`, their gradient `grad` and the running means `m` and `v` (arrays of one shape), make update "
    "number `step` (the first is 1) and return the new `w, m, v`: "
    "$m = \\beta_1 m + (1 - \\beta_1)\\,g$, $\\;v = \\beta_2 v + (1 - \\beta_2)\\,g^2$, "
    "$\\;\\hat m = m / (1 - \\beta_1^{step})$, $\\;\\hat v = v / (1 - \\beta_2^{step})$, "
    "$\\;w = w - \\eta\\,\\lambda\\,w - \\eta\\,\\hat m / (\\sqrt{\\hat v} + \\epsilon)$, with $\\eta$ = `lr` and "
    "$\\lambda$ = `weight_decay`. The $w$ on the right is the old one throughout; the returned `m` and `v` are the uncorrected ones.",
    reference=by_hand.adamw_step,
    cases=_adamw_cases,
    points=4,
    minutes=15,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "no bias correction",
            "m and v start at zero, and for a while they are too small. You use them as they are; divide each by one minus its "
            "beta to the power of the step. At step 1 that turns m into the gradient itself.",
            _adamw(correct=lambda m, v, step, b1, b2: (m, v)),
        ),
        WrongAnswer(
            "m corrected, v not",
            "You correct m and not v. Both started at zero.",
            _adamw(correct=lambda m, v, step, b1, b2: (m / (1 - b1**step), v)),
        ),
        WrongAnswer(
            "corrected without the power",
            "Your correction divides by 1 - beta at every step. It should fade as the run goes on: beta to the power of `step`.",
            _adamw(correct=lambda m, v, step, b1, b2: (m / (1 - b1), v / (1 - b2))),
        ),
        WrongAnswer(
            "steps counted from zero",
            "Your power is step - 1, so the first update divides by 1 - beta^0 = 0. The first update is step 1.",
            _step_from_zero,
        ),
        WrongAnswer(
            "decay inside the gradient",
            "You added the weight decay to the gradient. Then it is divided by the root of v like everything else, and weights "
            "with large gradients hardly decay: that is Adam with L2. The W in AdamW takes the decay out of the gradient.",
            _decay_in_the_gradient,
        ),
        WrongAnswer(
            "no weight decay",
            "Right where the decay is zero. The argument `weight_decay` is not used, or comes to nothing.",
            _adamw(decay=lambda w, lr, rate: 0.0),
        ),
        WrongAnswer(
            "decay without the learning rate",
            "Your weights decay by weight_decay at every step. It is lr times weight_decay: the schedule slows down both.",
            _adamw(decay=lambda w, lr, rate: rate * w),
        ),
        WrongAnswer(
            "decay of the new weights",
            "You move first and let the result decay. In the formula the decay takes a share of the old w: a small difference, "
            "and one that grows with the learning rate.",
            _decay_afterwards,
        ),
        WrongAnswer(
            "weights grow instead of decaying",
            "Your decay has the wrong sign: it adds to the weights.",
            _adamw(decay=lambda w, lr, rate: -lr * rate * w),
        ),
        WrongAnswer(
            "eps inside the root",
            "Your eps stands under the root. Where gradients are tiny, the root of eps is much larger than eps itself, and the "
            "step comes out too small. It is added to the root.",
            _adamw(direction=lambda m, v, eps: m / np.sqrt(v + eps)),
        ),
        WrongAnswer(
            "no root",
            "You divide by v itself. v is a mean of squares; its root has the size of a gradient, and the quotient is about 1.",
            _adamw(direction=lambda m, v, eps: m / (v + eps)),
        ),
        WrongAnswer(
            "gradient instead of m",
            "You divide the gradient of this step. The direction is the running mean m, corrected.",
            lambda w, grad, m, v, step, lr, b1, b2, eps, decay: (
                w - lr * decay * w - lr * grad / (np.sqrt((b2 * v + (1 - b2) * grad**2) / (1 - b2**step)) + eps),
                b1 * m + (1 - b1) * grad,
                b2 * v + (1 - b2) * grad**2,
            ),
        ),
        WrongAnswer(
            "uphill",
            "Your weights move along the gradient, which points to where the loss grows. Subtract.",
            _adamw(sign=1.0),
        ),
        WrongAnswer(
            "m without 1 - beta",
            "Your m adds the whole gradient each time, as plain momentum does. A running mean gives it the share 1 - beta_1.",
            _adamw(moments=lambda m, v, g, b1, b2: (b1 * m + g, b2 * v + (1 - b2) * g**2)),
        ),
        WrongAnswer(
            "v without the square",
            "Your v averages the gradient, which may be negative; its root is then no number. v averages the squares.",
            _adamw(moments=lambda m, v, g, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g)),
        ),
        WrongAnswer(
            "betas exchanged",
            "You used beta_2 for m and beta_1 for v. The mean of the squares is the one that remembers longer.",
            _betas_exchanged,
        ),
        WrongAnswer(
            "corrected means are kept",
            "Your w is right, and the m and v you return are the corrected ones. The next step would correct them again: keep "
            "them as they are.",
            _adamw(given=lambda m, v, m_hat, v_hat: (m_hat, v_hat)),
        ),
        WrongAnswer(
            "old means are kept",
            "Your w is right, and the m and v you return are those you were given. Without the new ones nothing is remembered.",
            lambda w, grad, m, v, *rest: (by_hand.adamw_step(w, grad, m, v, *rest)[0], m, v),
        ),
    ),
    hints=(
        "Five lines, in the order of the formula: m, v, their corrected versions under names of their own, w.",
        "`m_hat = m / (1 - beta_1**step)`, and v likewise. Keep m and v, because they are returned.",
        "`w = w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps)`; no -=, which would write into the argument.",
    ),
    also_right=(_as_torch_does, _number_by_number),
)


# --- a batch ------------------------------------------------------------------------------------------------------


def _batch_cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, batch_size: int, context: int, note: str = "") -> Case:
        return Case((rng.permutation(97)[:n], batch_size, context, Seeded(int(rng.integers(1_000_000)))), note)

    return [
        case(29, 3, 5),
        case(41, 5, 3),
        case(23, 7, 7, "as many windows as tokens in each"),
        case(7, 11, 5, "a short text: only two places to begin"),
        case(6, 3, 5, "one token more than the context: a single place to begin"),
        case(13, 1, 2, "a single window"),
        case(11, 13, 1, "windows of a single token"),
    ]


def _batch_from(high: Callable = lambda n, context: n - context, cut: Callable | None = None) -> Callable:
    cut = cut or (lambda ids, start, context: (ids[start : start + context], ids[start + 1 : start + 1 + context]))

    def windows(ids, batch_size, context, rng):
        starts = rng.integers(0, high(len(ids), context), size=batch_size)
        pairs = [cut(ids, start, context) for start in starts]
        return np.stack([one for one, _ in pairs]), np.stack([other for _, other in pairs])

    return windows


def _always_the_beginning(ids, batch_size, context, rng):
    starts = np.arange(batch_size) * context % (len(ids) - context)
    places = starts[:, None] + np.arange(context)
    return ids[places], ids[places + 1]


def _one_window_for_all(ids, batch_size, context, rng):
    start = rng.integers(0, len(ids) - context)
    places = np.full((batch_size, 1), start) + np.arange(context)
    return ids[places], ids[places + 1]


def _last_target_only(ids, batch_size, context, rng):
    inputs, targets = by_hand.batch(ids, batch_size, context, rng)
    return inputs, targets[:, -1]


def _rolled(ids, batch_size, context, rng):
    inputs, _ = by_hand.batch(ids, batch_size, context, rng)
    return inputs, np.roll(inputs, -1, axis=1)


def _by_windows(ids, batch_size, context, rng):
    windows = np.lib.stride_tricks.sliding_window_view(ids, context + 1)
    chosen = windows[rng.integers(0, len(windows), size=batch_size)]
    return chosen[:, :-1].copy(), chosen[:, 1:].copy()


BATCH = Exercise(
    id="training.batch",
    specification="Given all token `ids` of a text, an array of shape `(token,)`, return `inputs, targets`, two arrays of shape "
    "`(batch_size, context)`: windows that begin at random places, and for every token of a window the one that follows it in "
    "the text. Draw the places where windows begin with one call, `rng.integers(0, len(ids) - context, size=batch_size)` "
    "(the upper end of `integers` is never drawn).",
    reference=by_hand.batch,
    cases=_batch_cases,
    points=2,
    minutes=8,
    wrong=(
        WrongAnswer(
            "targets not shifted",
            "Your targets are the inputs. A model can copy what it sees, and its loss falls to nothing without learning "
            "anything: the target of a token is the one after it.",
            _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[s : s + c])),
        ),
        WrongAnswer(
            "targets shifted the wrong way",
            "Your inputs and targets have changed places: the model would learn to predict the token before.",
            _batch_from(cut=lambda ids, s, c: (ids[s + 1 : s + 1 + c], ids[s : s + c])),
        ),
        WrongAnswer(
            "targets shifted by two",
            "Your targets stand two tokens after the inputs.",
            _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[(s + 2 + np.arange(c)) % len(ids)])),
        ),
        WrongAnswer(
            "targets are the next window",
            "Your targets begin where the inputs end. Every token has its own target, its right neighbour: the two windows "
            "overlap in all tokens but one.",
            _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[(s + c + np.arange(c)) % len(ids)])),
        ),
        WrongAnswer(
            "the window turned in a circle",
            "You rolled each window by one, so the last target of a window is its own first token. It should be the token that "
            "comes next in the text.",
            _rolled,
        ),
        WrongAnswer(
            "one target for each window",
            "You return one target for each window. A model predicts at every position at once: that is `context` lessons "
            "from each window.",
            _last_target_only,
        ),
        WrongAnswer(
            "last window out of reach",
            "Your windows never begin at the last possible place, len(ids) - context - 1. The upper end of `rng.integers` is "
            "left out already: one need not subtract again.",
            _batch_from(high=lambda n, context: n - context - 1),
        ),
        WrongAnswer(
            "windows run over the end",
            "Some of your windows begin so late that they have no target for their last token. The last place to begin is "
            "len(ids) - context - 1.",
            _batch_from(high=lambda n, context: n - context + 1),
        ),
        WrongAnswer(
            "starts anywhere in the text",
            "Your windows may begin at any token, also at one with less than a window after it.",
            _batch_from(high=lambda n, context: n),
        ),
        WrongAnswer(
            "nothing is drawn",
            "Your windows stand side by side from the beginning of the text, the same at every call. Draw where they begin.",
            _always_the_beginning,
        ),
        WrongAnswer(
            "one start for the whole batch",
            "All windows of your batch begin at one place. Each has its own: `size=batch_size`.",
            _one_window_for_all,
        ),
    ),
    hints=(
        "Three lines: the starts, the windows, the same windows one token later.",
        "`starts[:, None] + np.arange(context)` is a table of places, a row for each window; an array of places takes all of "
        "them out of `ids` at once.",
        "With `places` as in the second hint: `ids[places]` and `ids[places + 1]`.",
    ),
    also_right=(_batch_from(), _by_windows),
)


# --- the draw -----------------------------------------------------------------------------------------------------


def _sample_cases(rng: np.random.Generator) -> list[Case]:
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


def _draw(weights: np.ndarray, rng: np.random.Generator) -> int:
    return by_hand.draw(weights, rng.random())


def _sample(cut: Callable = by_hand.keep_top_k, heat: Callable = lambda z, t: z / t, weigh: Callable = softmax,
            choose: Callable = _draw, cold: Callable = lambda z, k, rng: int(np.argmax(z))) -> Callable:  # fmt: skip
    """A draw from its parts; a wrong answer has one of them wrong."""

    def drawn(logits, temperature, top_k, rng):
        if temperature == 0:
            return cold(logits, top_k, rng)
        return choose(weigh(cut(heat(logits, temperature), top_k)), rng)

    return drawn


def _divides_probabilities(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    weights = softmax(by_hand.keep_top_k(logits, top_k)) / temperature
    return int(min(np.searchsorted(np.cumsum(weights), rng.random(), side="right"), len(logits) - 1))


def _powers_forgotten(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    weights = softmax(by_hand.keep_top_k(logits, top_k)) / temperature
    return _draw(weights / weights.sum(), rng)


def _ties_drawn(logits, top_k, rng):
    return _draw(softmax(by_hand.keep_top_k(logits, top_k) / 1e-8), rng)


def _keeps_ties(logits, k):
    if k is None or k >= len(logits):
        return logits
    return np.where(logits < np.sort(logits)[-k], -np.inf, logits)


def _zero_logits(logits, k):
    return np.where(np.isneginf(by_hand.keep_top_k(logits, k)), 0.0, logits)


def _smallest(logits, k):
    if k is None or k >= len(logits):
        return logits
    kept = np.full(len(logits), -np.inf)
    chosen = np.argsort(logits, kind="stable")[:k]
    kept[chosen] = logits[chosen]
    return kept


def _not_normalised(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.isfinite(by_hand.keep_top_k(logits, top_k))
    weights = np.where(kept, softmax(logits / temperature), 0.0)
    return int(min(np.searchsorted(np.cumsum(weights), rng.random(), side="right"), len(logits) - 1))


def _ranks(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    order = np.argsort(-logits, kind="stable")[: len(logits) if top_k is None else top_k]
    return _draw(softmax(logits[order] / temperature), rng)


def _in_order_of_size(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    order = np.argsort(-logits, kind="stable")[: len(logits) if top_k is None else top_k]
    return int(order[_draw(softmax(logits[order] / temperature), rng)])


def _largest_id_of_equals(logits, top_k, rng):
    return int(len(logits) - 1 - np.argmax(logits[::-1]))


def _by_choice(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.flatnonzero(logits == logits.max())[0])
    scaled = logits / temperature
    order = sorted(range(len(logits)), key=lambda i: (-logits[i], i))
    kept = np.zeros(len(logits), dtype=bool)
    kept[order[:top_k]] = True
    weights = np.where(kept, np.exp(scaled - scaled.max()), 0.0)
    return int(rng.choice(len(logits), p=weights / weights.sum()))


def _by_walking(logits, temperature, top_k, rng):
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


SAMPLE = Exercise(
    id="training.sample",
    specification="Given `logits` of shape `(vocab,)`, draw the id of the next token. At `temperature` 0 return the largest logit's "
    "id (the smallest id among equals). Else divide the logits by the temperature, keep exactly the `top_k` largest (among "
    "equals the smaller ids; `None`, or more than there are, keeps all), turn them into probabilities that sum to one, draw "
    "one number with `rng.random()`, and return the smallest id up to which the probabilities, added up in the order of ids, exceed it.",
    reference=by_hand.sample,
    cases=_sample_cases,
    points=3,
    minutes=15,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "divides probabilities",
            "You divide the probabilities by the temperature, after softmax. They no longer sum to one, and the last ids get too "
            "much or can never be drawn. The temperature divides the logits.",
            _divides_probabilities,
        ),
        WrongAnswer(
            "temperature has no effect",
            "Your temperature cancels out: probabilities divided by it and then by their sum are what they were before. Divide "
            "the logits, before softmax.",
            _powers_forgotten,
        ),
        WrongAnswer(
            "multiplies by the temperature",
            "You multiply by the temperature, so a low one flattens and a high one sharpens: the other way round.",
            _sample(heat=lambda z, t: z * t),
        ),
        WrongAnswer(
            "keeps k - 1",
            "You keep one token fewer than asked for. Try top_k = 1: the best token must be left.",
            _sample(cut=lambda z, k: by_hand.keep_top_k(z, None if k is None or k > len(z) else max(k - 1, 1))),
        ),
        WrongAnswer(
            "keeps k + 1",
            "You keep one token more than asked for. With top_k = 1 the answer is always the largest logit's id.",
            _sample(cut=lambda z, k: by_hand.keep_top_k(z, None if k is None else k + 1)),
        ),
        WrongAnswer(
            "top_k ignored",
            "You draw from all tokens, whatever top_k says.",
            _sample(cut=lambda z, k: z),
        ),
        WrongAnswer(
            "keeps the smallest",
            "You keep the k smallest logits. `np.argsort` sorts upwards: the best stand at its end.",
            _sample(cut=_smallest),
        ),
        WrongAnswer(
            "keeps all equals at the cut-off",
            "Where several logits equal the k-th largest you keep all of them, so more than k stay. (Many programs do that.) Here "
            "exactly k stay, of the equals the smaller ids.",
            _sample(cut=_keeps_ties),
        ),
        WrongAnswer(
            "cut logits become zero",
            "You set the logits that are cut to 0, and softmax gives each of them e^0 = 1. Which logit has a probability of 0?",
            _sample(cut=_zero_logits),
        ),
        WrongAnswer(
            "not normalised after the cut",
            "Your probabilities no longer sum to one after the cut, so the drawn number can lie beyond them all. Cut first, then "
            "softmax.",
            _not_normalised,
        ),
        WrongAnswer(
            "ignores ties at zero temperature",
            "Your temperature zero is a very small temperature, so among equal largest logits one is drawn by chance. At zero "
            "nothing is drawn: the smallest id of the largest logits.",
            _sample(cold=_ties_drawn),
        ),
        WrongAnswer(
            "largest id among equals",
            "Among several largest logits you take the last one. Take the smallest id.",
            _sample(cold=_largest_id_of_equals),
        ),
        WrongAnswer(
            "always the likeliest",
            "You always return the largest logit's id, at every temperature. Above zero the token is drawn.",
            lambda logits, temperature, top_k, rng: int(np.argmax(logits)),
        ),
        WrongAnswer(
            "rank instead of id",
            "You return the place among the kept tokens, sorted by size, and not the id of the token that stands there.",
            _ranks,
        ),
        WrongAnswer(
            "added up in the order of size",
            "Your draw is fair, and adds the probabilities up from the likeliest downwards. To compare answers number by number "
            "we add them up in the order of ids.",
            _in_order_of_size,
        ),
        WrongAnswer(
            "logits as probabilities",
            "You add up the logits themselves. They may be negative and do not sum to one: softmax first.",
            _sample(weigh=lambda z: np.where(np.isfinite(z), np.abs(z), 0.0) / np.abs(z[np.isfinite(z)]).sum()),
        ),
    ),
    hints=(
        "Treat temperature 0 first and return: it would be a division by zero. `np.argmax` takes the smallest id among equals.",
        "`np.argsort(-scaled, kind='stable')[:top_k]` are the ids that stay; write minus infinity everywhere else, then softmax.",
        "`int(np.searchsorted(np.cumsum(weights), rng.random(), side='right'))` is the draw.",
    ),
    also_right=(_by_choice, _by_walking),
)


# --- a gradient from parts ----------------------------------------------------------------------------------------


def _accumulate_cases(rng: np.random.Generator) -> list[Case]:
    def case(shape: tuple[int, ...], sizes: list[int], note: str = "") -> Case:
        return Case(([rng.normal(size=shape) for _ in sizes], sizes), note)

    return [
        case((3, 5), [2, 7, 3]),
        case((5, 2), [11, 5]),
        case((7,), [3, 3, 3, 1], "three full micro-batches and what was left over"),
        case((2, 3), [5, 5, 5], "micro-batches of one size"),
        case((5,), [13], "a single micro-batch"),
        case((3,), [7, 0, 2], "a micro-batch without a token"),
    ]


def _loop_over_parts(gradients, sizes):
    total = np.zeros_like(gradients[0])
    for one, size in zip(gradients, sizes, strict=True):
        total += one * (size / sum(sizes))
    return total


ACCUMULATE = Exercise(
    id="training.accumulate",
    specification="A batch was too large for the memory and came in parts. `gradients` is a list of arrays of one shape: for each part, the "
    "gradient of the mean loss over its own tokens. `sizes` says how many tokens each part has. Return the gradient of the mean "
    "loss over all tokens together, an array of that shape.",
    reference=by_hand.accumulate,
    cases=_accumulate_cases,
    points=1,
    minutes=5,
    wrong=(
        WrongAnswer(
            "sums without weights",
            "You add the gradients up. Each is a mean already, so three parts give a gradient three times too long: the same as "
            "three times the learning rate.",
            lambda gradients, sizes: sum(gradients),
        ),
        WrongAnswer(
            "mean of unequal parts",
            "You give every part the same weight. A token in a small part then counts for more than one in a large part; right "
            "only where all parts are of one size.",
            lambda gradients, sizes: sum(gradients) / len(gradients),
        ),
        WrongAnswer(
            "weighted and not divided",
            "You weight each gradient by its tokens and do not divide by all tokens: that is the gradient of the sum of the "
            "losses, not of their mean.",
            lambda gradients, sizes: sum(n * one for n, one in zip(sizes, gradients, strict=True)),
        ),
        WrongAnswer(
            "weighted and divided by the number of parts",
            "You weight by tokens and divide by the number of parts. The weights must sum to one: divide by the number of all "
            "tokens.",
            lambda gradients, sizes: sum(n * one for n, one in zip(sizes, gradients, strict=True)) / len(sizes),
        ),
        WrongAnswer(
            "weighted the wrong way",
            "You divide each gradient by its number of tokens. It is a mean already; the larger part has the larger weight.",
            lambda gradients, sizes: sum(one / max(n, 1) for n, one in zip(sizes, gradients, strict=True)),
        ),
        WrongAnswer(
            "the last one overwrites",
            "You return the gradient of the last part alone: each part overwrites the one before instead of being added.",
            lambda gradients, sizes: gradients[-1] * 1.0,
        ),
        WrongAnswer(
            "mean over the numbers too",
            "You average over all numbers of a gradient as well, and one number is left. Average over the parts only, axis 0.",
            lambda gradients, sizes: float(np.mean(gradients)),
        ),
    ),
    hints=(
        "What is the mean of 3 numbers whose mean is 10 and 1 number that is 2? Not 6.",
        "A part's weight is its share of all tokens, `size / sum(sizes)`.",
        "`sum(size * one for size, one in zip(sizes, gradients)) / sum(sizes)`.",
    ),
    also_right=(_loop_over_parts, lambda gradients, sizes: np.average(gradients, axis=0, weights=sizes)),
)

EXERCISES = (BATCH, ADAMW_STEP, LEARNING_RATE, ACCUMULATE, SAMPLE)  # in the order of the lesson
