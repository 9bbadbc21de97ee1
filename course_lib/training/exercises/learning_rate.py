"""training.learning_rate: a warm-up, then a cosine."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.training import by_hand

ASKED = Asked(
    "Return the learning rate of update number `step` (the first update is step 1; step 0 means before it). "
    "While `step < warmup` it rises in a straight line, from 0 at step 0, so that it would reach `peak` at step `warmup`. From there it falls along "
    "half a cosine: with a progress $x$ that goes evenly from 0 at step `warmup` to 1 at step `total`, the rate moves with $\\cos(\\pi x)$ "
    "from `peak` through the middle between the two down to `floor`. From `total` on it stays at `floor`. `warmup` may be 0.",
    reference=by_hand.learning_rate,
    points=2,
    minutes=10,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    warmup, total = int(rng.choice([5, 7, 11])), int(rng.choice([29, 31, 37]))
    peak, floor = float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.05, 0.15))

    def case(step: int, note: str = "", warmup: int = warmup, floor: float = floor) -> Case:
        return Case((step, warmup, total, peak, floor), note)

    def fixed(step: int, note: str = "", warmup: int = 4, floor: float = 0.1) -> Case:
        return Case((step, warmup, 12, 1.0, floor), note)

    return [
        fixed(7),
        fixed(9),
        fixed(0, "before the first update, with a warm-up"),
        fixed(1, "a quarter of the warm-up"),
        fixed(1, "a quarter of the warm-up, a floor above that rate", floor=0.4),
        fixed(3, "the last step below `warmup`"),
        fixed(4, "step `warmup`: the peak"),
        fixed(5, "the first step of the cosine"),
        fixed(11, "one step before `total`"),
        fixed(12, "step `total`: the floor"),
        fixed(13, "one step after `total`"),
        fixed(0, "a warm-up of 0, before the first update", warmup=0),
        fixed(1, "a warm-up of 0, the first update", warmup=0),
        fixed(8, "a floor of 0, half-way down", floor=0.0),
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


@right
def by_clipping(step, warmup, total, peak, floor):
    progress = np.clip((step - warmup) / (total - warmup), 0.0, 1.0)
    down = (peak + floor) / 2 + (peak - floor) / 2 * np.cos(np.pi * progress)
    return float(down if step >= warmup else step / warmup * peak)


@right
def by_sine(step, warmup, total, peak, floor):
    if step < warmup:
        return step * (peak / warmup)
    left = max(total - step, 0) / (total - warmup)
    return floor + (peak - floor) * math.sin(math.pi / 2 * left) ** 2


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


starts_at_the_peak = wrong(
    1,
    "starts at the peak",
    "Your rate is at its peak from the first step: the warm-up is missing. At step 1 of a warm-up of 10 it should be a "
    "tenth of the peak.",
    _rate(rise=lambda s, w, t, p, f: p),
)


@wrong(
    2,
    "cosine over the warm-up too",
    "Your cosine has begun at step 0, so when the warm-up ends it has come down a good way already and the peak is "
    "never reached. What is the progress at step `warmup`?",
)
def cosine_from_the_start(step, warmup, total, peak, floor):
    cosine = floor + (peak - floor) * (1 + math.cos(math.pi * min(step / total, 1.0))) / 2
    return peak * step / warmup if step < warmup else cosine


@wrong(
    3,
    "cosine times warm-up",
    "You multiply a cosine over the whole run by the warm-up. The two follow one another: first the line, then the "
    "cosine, whose progress is 0 where the warm-up ends.",
)
def product(step, warmup, total, peak, floor):
    cosine = floor + (peak - floor) * (1 + math.cos(math.pi * min(step / total, 1.0))) / 2
    return cosine * min(1.0, step / warmup if warmup else 1.0)


ends_at_zero = wrong(
    4,
    "ends at zero",
    "Your rate falls to zero. It should come to rest at `floor`: the cosine runs between the peak and the floor.",
    _rate(fall=lambda x, p, f: p * (1 + math.cos(math.pi * x)) / 2, after=lambda p, f: 0.0),
)

zero_after_the_end = wrong(
    5,
    "zero after the end",
    "Right until the schedule ends; then your rate drops to zero. Whoever trains on does so at `floor`.",
    _rate(after=lambda p, f: 0.0),
)


@wrong(
    6,
    "rises again after the end",
    "Right until the schedule ends; then your cosine comes up again. After `total` the rate stays where it is.",
)
def rises_again(step, warmup, total, peak, floor):
    if step < warmup:
        return peak * step / warmup
    return floor + (peak - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


@wrong(
    7,
    "progress counted over all steps",
    "Your progress divides by `total`. The cosine has fewer steps than that, because the warm-up took some: at step "
    "`total` the progress must be exactly 1.",
)
def progress_over_total(step, warmup, total, peak, floor):
    if step < warmup:
        return peak * step / warmup
    progress = min((step - warmup) / total, 1.0)
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2


cut_off_at_the_floor = wrong(
    8,
    "cut off at the floor",
    "You let the cosine fall to zero and cut it off at the floor. The curve should come down to the floor smoothly: it "
    "is the height of the cosine that shrinks.",
    _rate(fall=lambda x, p, f: max(f, p * (1 + math.cos(math.pi * x)) / 2)),
)

warm_up_from_the_floor = wrong(
    9,
    "warm-up from the floor",
    "Your warm-up begins at `floor`. It begins at zero: `floor` is where the rate ends.",
    _rate(rise=lambda s, w, t, p, f: f + (p - f) * s / w),
)

warm_up_one_step_ahead = wrong(
    10,
    "warm-up one step ahead",
    "Your warm-up is one step ahead. Many programs count steps from 0 and add 1; here the first update is step 1 "
    "already, and step 0 has rate 0.",
    _rate(rise=lambda s, w, t, p, f: p * (s + 1) / w),
)

a_straight_line_down = wrong(
    11,
    "a straight line down",
    "Your rate falls in a straight line. The cosine starts level, is steepest in the middle and ends level.",
    _rate(fall=lambda x, p, f: f + (p - f) * (1 - x)),
)

a_quarter_of_a_cosine = wrong(
    12,
    "a quarter of a cosine",
    "You go through a quarter of a turn. Half a cosine goes from cos 0 = 1 to cos π = -1; adding 1 and halving turns "
    "that into 1 to 0.",
    _rate(fall=lambda x, p, f: f + (p - f) * math.cos(math.pi / 2 * x)),
)


@wrong(
    13,
    "a warm-up of zero divides by zero",
    "Right wherever there is a warm-up. With a warm-up of 0, step 0 belongs to the cosine already: the line is for steps "
    "below `warmup`, not for `warmup` itself.",
)
def a_warm_up_of_zero_divides_by_zero(step, warmup, total, peak, floor):
    return peak * step / warmup if step <= warmup else by_hand.learning_rate(step, warmup, total, peak, floor)


@wrong(
    14,
    "the line computed before it is needed",
    "Right wherever there is a warm-up. You divide by `warmup` before you ask whether the step belongs to it: with a "
    "warm-up of 0 that fails.",
)
def the_line_computed_before_it_is_needed(step, warmup, total, peak, floor):
    line = peak * step / warmup
    return line if step < warmup else by_hand.learning_rate(step, warmup, total, peak, floor)


@wrong(
    15,
    "no warm-up at all",
    "Your cosine begins at step 0 and there is no line before it: `warmup` is not used.",
)
def no_warm_up_at_all(step, warmup, total, peak, floor):
    return by_hand.learning_rate(step, 0, total, peak, floor)


@wrong(
    16,
    "zero beyond the end",
    "Right up to step `total`; one step later your rate drops to zero. Whoever trains on does so at `floor`.",
)
def zero_beyond_the_end(step, warmup, total, peak, floor):
    return 0.0 if step > total else by_hand.learning_rate(step, warmup, total, peak, floor)


@wrong(
    17,
    "progress counted from step 0",
    "You divide by the right number of steps and count from step 0. At step `warmup` the progress must be 0.",
)
def progress_counted_from_step_0(step, warmup, total, peak, floor):
    if not warmup <= step < total:
        return by_hand.learning_rate(step, warmup, total, peak, floor)
    return floor + (peak - floor) * (1 + math.cos(math.pi * step / (total - warmup))) / 2


warm_up_one_step_behind = wrong(
    18,
    "warm-up one step behind",
    "Your warm-up is one step behind: it gives the first update a rate of 0 and step 0 one below it. Step 1 is the first "
    "update, and step 0 has rate 0.",
    _rate(rise=lambda s, w, t, p, f: p * (s - 1) / w),
)


not_halved = wrong(
    19,
    "not halved",
    "1 + cos goes from 2 to 0, and you do not halve it: your curve begins far above the peak.",
    _rate(fall=lambda x, p, f: f + (p - f) * (1 + math.cos(math.pi * x))),
)


the_floor_added_to_the_peak = wrong(
    20,
    "the floor added to the peak",
    "Your curve begins at peak + floor. What shrinks is the distance between the two: the floor has to be taken off the "
    "peak.",
    _rate(fall=lambda x, p, f: f + p * (1 + math.cos(math.pi * x)) / 2),
)


the_cosine_upside_down = wrong(
    21,
    "the cosine upside down",
    "Your curve climbs from the floor to the peak. At progress 0 it should be at the peak: what is the cosine of 0?",
    _rate(fall=lambda x, p, f: f + (p - f) * (1 - math.cos(math.pi * x)) / 2),
)


the_cosine_without_pi = wrong(
    22,
    "the cosine without pi",
    "You take the cosine of the progress itself, which ends at cos 1 = 0.54. Half a turn is π.",
    _rate(fall=lambda x, p, f: f + (p - f) * (1 + math.cos(x)) / 2),
)


never_below_the_floor = wrong(
    23,
    "never below the floor",
    "Your rate is never below the floor, not even in the warm-up. The line begins at 0; `floor` is where the cosine ends.",
    _rate(rise=lambda s, w, t, p, f: max(f, p * s / w)),
)

down_to_minus_one = wrong(
    24,
    "the cosine itself, which ends at −1",
    "You multiply peak less floor by the cosine as it is. It runs from 1 to −1, so your rate ends as far below the floor as it began above: "
    "the way from 1 down to 0 is (1 + cos) / 2.",
    _rate(fall=lambda x, p, f: f + (p - f) * math.cos(math.pi * x)),
)


HINTS = (
    "Three stretches, three cases: before `warmup`, between `warmup` and `total`, from `total` on. Which comparison keeps "
    "a warm-up of 0 from dividing by zero?",
    "The progress is `(step - warmup) / (total - warmup)`; it is 0 where the warm-up ends and 1 at `total`.",
    "`floor + (peak - floor) * (1 + np.cos(np.pi * progress)) / 2` is the middle stretch; `peak * step / warmup` the first.",
)
