"""scale.training_days: how long a run takes on so many devices."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "Given the operations `flops` of a whole run, `n_devices`, what one device could do in a second "
    "(`peak_flops`) and which share of that it does (`utilisation`, above 0 and at most 1), return how many days the run "
    "takes, as a float.",
    reference=by_hand.training_days,
    minutes=6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3e21, 7, 1.1e14, 0.3)),
        Case((5e22, 13, 3.12e14, 0.45)),
        Case((float(rng.integers(11, 97)) * 1e20, int(rng.choice([3, 5, 11])), 2e14, float(rng.choice([0.2, 0.35])))),
        Case((1e18, 1, 1e13, 0.5), "a single device"),
        Case((1e20, 3, 1e14, 1.0), "every device at its peak all the time"),
        Case((3.14e23, 10_000, 125e12, 24.6 / 125), "GPT-3 on ten thousand V100"),
    ]


@right
def division_by_division(flops, n_devices, peak_flops, utilisation):
    return flops / n_devices / peak_flops / utilisation / 60 / 60 / 24


@right
def by_seconds_a_day(flops, n_devices, peak_flops, utilisation):
    return flops / (86_400 * utilisation * peak_flops * n_devices)


@wrong(
    1,
    "seconds",
    "Your number is in seconds; a day has 86 400 of them.",
)
def seconds(flops, n_devices, peak_flops, utilisation):
    return flops / (n_devices * peak_flops * utilisation)


@wrong(
    2,
    "hours",
    "Your number is in hours. Days are asked for.",
)
def hours(flops, n_devices, peak_flops, utilisation):
    return flops / (n_devices * peak_flops * utilisation) / 3600


@wrong(
    3,
    "utilisation multiplied to the time",
    "With half the utilisation, your run takes half as long. A device that works half as much takes twice as long: "
    "where does the share belong?",
)
def utilisation_multiplied_to_the_time(flops, n_devices, peak_flops, utilisation):
    return flops * utilisation / (n_devices * peak_flops) / 86_400


@wrong(
    4,
    "at the peak",
    "You let every device work at its peak. It reaches a share of that: `utilisation`.",
)
def at_the_peak(flops, n_devices, peak_flops, utilisation):
    return flops / (n_devices * peak_flops) / 86_400


@wrong(
    5,
    "one device",
    "That is how long one device would take. `n_devices` share the work.",
)
def one_device(flops, n_devices, peak_flops, utilisation):
    return flops / (peak_flops * utilisation) / 86_400


@wrong(
    6,
    "devices multiplied",
    "The more devices you have, the longer your run takes. They share the work.",
)
def devices_multiplied(flops, n_devices, peak_flops, utilisation):
    return n_devices * flops / (peak_flops * utilisation) / 86_400


@wrong(
    7,
    "a day of 24 x 60 seconds",
    "You divided by 1440, the minutes of a day; the peak is in operations a second.",
)
def a_day_of_24_x_60_seconds(flops, n_devices, peak_flops, utilisation):
    return flops / (n_devices * peak_flops * utilisation) / 1440


@wrong(
    8,
    "upside down",
    "You divided the speed by the work: that is runs a day. Time is work divided by speed.",
)
def upside_down(flops, n_devices, peak_flops, utilisation):
    return n_devices * peak_flops * utilisation * 86_400 / flops


HINTS = (
    "Time is work divided by speed. What is the work here, and what is the speed of all devices together?",
    "All devices together do `n_devices * peak_flops * utilisation` operations a second. That gives seconds.",
    "`flops / (n_devices * peak_flops * utilisation)` are seconds; a day has 24 · 3600 of them.",
)
