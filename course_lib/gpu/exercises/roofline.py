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
    atol=0.0,  # relative alone: mistakes that come out close to 0 are told apart too
)


def cases(rng: np.random.Generator) -> list[Case]:
    peak, bandwidth = float(rng.uniform(50, 90) * 1e12), float(rng.uniform(0.5, 2.0) * 1e12)
    return [
        Case((7.0, peak, bandwidth)),
        Case((0.5, peak, bandwidth), "far below the ridge"),
        Case((1000.0, peak, bandwidth), "far above the ridge"),
        Case((3.0, 2e10, 5e9), "a small CPU, just below its ridge"),
        Case((13.0, 2e10, 5e9), "a small CPU, above its ridge"),
        Case((4.0, 2e10, 5e9), "exactly at the ridge"),
        Case((0.25, 3e9, 8e9), "a bandwidth larger than the peak"),
        Case((2.0, 3e9, 8e9), "a bandwidth larger than the peak, above the ridge"),
        Case((1.5, 7e13, 1.25e12)),
        Case((1e-3, 7e13, 1.25e12), "a thousand bytes for each operation"),
        Case((5.0, 1.0, 1.0), "a peak and a bandwidth of 1"),
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
    "You return the peak whatever the intensity. Where each byte feeds few operations, the bytes that arrive are the limit.",
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
    "the two limits one after the other",
    "You add up the time for computing and the time for fetching. The roofline lets the two overlap: the slower of "
    "them is what one waits for.",
)
def the_two_limits_one_after_the_other(intensity, peak, bandwidth):
    return 1 / (1 / peak + 1 / (intensity * bandwidth))


@wrong(
    6,
    "the smaller of peak and bandwidth",
    "You compare the peak with the bandwidth. One is in FLOP per second, the other in bytes per second: what turns bytes "
    "into FLOP?",
)
def the_smaller_of_peak_and_bandwidth(intensity, peak, bandwidth):
    return min(peak, bandwidth)


@wrong(
    7,
    "a share of the peak",
    "You return a share of the peak, at most 1. The FLOP per second themselves are asked for.",
)
def a_share_of_the_peak(intensity, peak, bandwidth):
    return min(1.0, intensity * bandwidth / peak)


@wrong(
    8,
    "the ridge upside down",
    "You compare the intensity with bandwidth / peak. Look at the units: an intensity is in FLOP per byte.",
)
def the_ridge_upside_down(intensity, peak, bandwidth):
    return intensity * bandwidth if intensity < bandwidth / peak else peak


@wrong(
    9,
    "the intensity multiplies both",
    "You take the smaller of peak and bandwidth and multiply it by the intensity. The intensity turns bytes into "
    "operations; the peak is in operations already.",
)
def the_intensity_multiplies_both(intensity, peak, bandwidth):
    return min(peak, bandwidth) * intensity


@wrong(
    10,
    "the ridge",
    "You return the intensity at which the two limits meet. What is asked for is how fast work of the given intensity can "
    "run.",
)
def the_ridge(intensity, peak, bandwidth):
    return peak / bandwidth


@wrong(
    11,
    "the mean of the two limits",
    "You take the mean of the two limits. Both hold at once, so the smaller one decides.",
)
def the_mean_of_the_two_limits(intensity, peak, bandwidth):
    return (peak + intensity * bandwidth) / 2


@wrong(
    12,
    "the two limits added",
    "You add the two limits. Both hold at once, so the smaller one decides.",
)
def the_two_limits_added(intensity, peak, bandwidth):
    return peak + intensity * bandwidth


@wrong(
    13,
    "the intensity divided by the bandwidth",
    "You divide the intensity by the bandwidth. Look at the units: FLOP per byte times bytes per second.",
)
def the_intensity_divided_by_the_bandwidth(intensity, peak, bandwidth):
    return min(peak, intensity / bandwidth)


@wrong(
    14,
    "the limit in bytes",
    "You compare in bytes per second: the bandwidth, and the bytes for which the device could compute. FLOP per second are asked "
    "for: which of the two limits has to be converted?",
)
def the_limit_in_bytes(intensity, peak, bandwidth):
    return min(peak / intensity, bandwidth)


@wrong(
    15,
    "an intensity instead of a speed",
    "You return an intensity, the given one or that of the ridge. How many FLOP per second does it allow?",
)
def an_intensity_instead_of_a_speed(intensity, peak, bandwidth):
    return min(intensity, peak / bandwidth)


@wrong(
    16,
    "in millions of millions",
    "You divided by 10^12. FLOP per second are asked for.",
)
def in_millions_of_millions(intensity, peak, bandwidth):
    return min(peak, intensity * bandwidth) / 1e12


@wrong(
    17,
    "the seconds for one operation",
    "You return how many seconds an operation takes. Asked for is how many there are in a second.",
)
def the_seconds_for_one_operation(intensity, peak, bandwidth):
    return max(1 / peak, 1 / (intensity * bandwidth))


@wrong(
    18,
    "peak over intensity below the ridge",
    "Right above the ridge. Below it you divide the peak by the intensity, which makes little of many bytes into much: look at the "
    "units, FLOP per byte times bytes per second.",
)
def peak_over_intensity_below_the_ridge(intensity, peak, bandwidth):
    return peak / intensity if intensity < peak / bandwidth else peak


HINTS = (
    "Two limits: what the device can compute, and what it can compute with the bytes that arrive.",
    "Bytes arrive at `bandwidth`; each of them feeds `intensity` operations.",
    "The smaller of `peak_flops` and `intensity * bandwidth`.",
)
