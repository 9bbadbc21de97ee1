"""gpu.roofline: what a device can reach at an intensity."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given the `intensity` of some work in FLOP per byte, and a device's `peak_flops` (FLOP per second) and "
    "`bandwidth` (bytes per second), return the most FLOP per second that this work can reach there.",
    reference=by_hand.roofline,
    points=1,
    minutes=4,
)


def cases(rng: np.random.Generator) -> list[Case]:
    peak, bandwidth = float(rng.uniform(50, 90) * 1e12), float(rng.uniform(0.5, 2.0) * 1e12)
    return [
        Case((0.5, peak, bandwidth), "far below the ridge"),
        Case((7.0, peak, bandwidth)),
        Case((1000.0, peak, bandwidth), "far above the ridge"),
        Case((13.0, 2e10, 5e9), "a small CPU"),
    ]


@right
def by_the_ridge(intensity, peak, bandwidth):
    return peak if intensity >= peak / bandwidth else intensity * bandwidth


@right
def the_first_of_two_sorted(intensity, peak, bandwidth):
    return sorted([peak, bandwidth * intensity])[0]


@wrong(
    1,
    "max instead of min",
    "You take the larger of the two limits. Both hold at once, so the smaller one decides.",
)
def max_instead_of_min(intensity, peak, bandwidth):
    return max(peak, intensity * bandwidth)


@wrong(
    2,
    "the peak alone",
    "You return the peak whatever the intensity. Where each byte feeds few operations, what arrives over the bus is the limit.",
)
def the_peak_alone(intensity, peak, bandwidth):
    return peak


@wrong(
    3,
    "memory alone",
    "You leave out the device's peak: work of high intensity would run faster than the device can compute.",
)
def memory_alone(intensity, peak, bandwidth):
    return intensity * bandwidth


@wrong(
    4,
    "divided by the intensity",
    "You divide the bandwidth by the intensity. Look at the units: FLOP per byte times bytes per second.",
)
def divided_by_the_intensity(intensity, peak, bandwidth):
    return min(peak, bandwidth / intensity)


@wrong(
    5,
    "the two limits averaged",
    "You mix the two limits into one (times added up). The roofline lets computing and fetching overlap: the slower of "
    "the two is what one waits for.",
)
def the_two_limits_averaged(intensity, peak, bandwidth):
    return 1 / (1 / peak + 1 / (intensity * bandwidth))


HINTS = (
    "Two limits: what the device can compute, and what it can compute with the bytes that arrive.",
    "Bytes arrive at `bandwidth`; each of them feeds `intensity` operations.",
    "The smaller of `peak_flops` and `intensity * bandwidth`.",
)
