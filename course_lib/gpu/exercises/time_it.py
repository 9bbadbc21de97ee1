"""gpu.time_it: the seconds of work on a device that answers before it has finished."""

import statistics

import numpy as np

from course_lib.gpu import by_hand
from course_lib.gpu.exercises.devices import jittered, parts
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`work()` orders a piece of work and may return before it is done; `wait()` returns when everything ordered is done; "
    "`clock()` gives the time in seconds. Do `warmup` pieces of work untimed. Then time `repeats` pieces one at a time, "
    "each from the moment it is ordered until it is done, with nothing else in the queue. Return the median, in seconds. `repeats` is odd; "
    "`warmup` may be 0.",
    reference=by_hand.time_it,
    points=2,
    minutes=12,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    slow = [round(90 + 20 * rng.random(), 2), round(30 + 10 * rng.random(), 2)]
    return [
        Case((*parts(*slow, *jittered(rng, 2, 3.0), 40.0, *jittered(rng, 30, 3.0)), 2, 5)),
        Case((*parts(slow[0], *jittered(rng, 30, 7.0)), 1, 3)),
        Case((*parts(*slow, *jittered(rng, 30, 2.0)), 3, 7)),
        Case((*parts(400.0, 90.0, 2.0, 2.5, 2.25, 2.75, 9.0), 2, 3), "two slow first calls"),
        Case((*parts(5.0, 2.0, 2.1, 80.0, 2.2, 2.3, 2.4, 7.0), 1, 5), "one round that something else disturbed"),
        Case((*parts(3.0, 4.0, busy=0.020), 0, 1), "somebody else's work in the queue, and a single round"),
        Case((*parts(50.0, 4.0, 5.0, 6.0), 1, 1), "a single round after a slow first call"),
        Case((*parts(9.0, 2.0, 3.0, 3.5, 4.0, 5.5, 7.0, 8.0, room=2), 2, 5), "a queue with room for two"),
        Case((*parts(9.0, 2.0, 3.0, 2.5, 4.0, room=0), 1, 3), "a device without a queue"),
        Case((*parts(0.1, 0.02, 0.03, 0.01, ordering=0.001), 1, 3), "ordering takes longer than the work"),
    ]


@right
def waiting_before_every_round(work, wait, clock, warmup, repeats):
    seconds = []
    for _ in range(warmup + repeats):
        wait()
        started = clock()
        work()
        wait()
        seconds.append(clock() - started)
    return float(np.median(seconds[warmup:]))


@right
def sorted_by_oneself(work, wait, clock, warmup, repeats):
    while warmup > 0:
        work()
        wait()
        warmup -= 1
    wait()
    rounds = []
    while len(rounds) < repeats:
        before = clock()
        work()
        wait()
        after = clock()
        rounds.append(after - before)
    return sorted(rounds)[len(rounds) // 2]


def _rounds(work, wait, clock, warmup, repeats, before=True, inside=True, after=False, each_warm=False):
    """Rounds of one call, with a wait after the warm-up, inside the timing, after it, or none."""
    for _ in range(warmup):
        work()
        if each_warm:
            wait()
    if before:
        wait()
    seconds = []
    for _ in range(repeats):
        started = clock()
        work()
        if inside:
            wait()
        seconds.append(clock() - started)
        if after:
            wait()
    return seconds


@wrong(
    1,
    "no wait",
    "You never wait. `work` returns as soon as the work is ordered, so your clock measures how fast one can order.",
)
def no_wait(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, warmup, repeats, before=False, inside=False))


@wrong(
    2,
    "no warm-up",
    "You time from the first call on. First calls load and compile: leave the first `warmup` pieces of work out of the timing.",
)
def no_warm_up(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, 0, repeats))


@wrong(
    3,
    "mean instead of median",
    "You return the mean. One disturbed round moves a mean as far as it likes; a median stays where it was.",
)
def mean_instead_of_median(work, wait, clock, warmup, repeats):
    return statistics.mean(_rounds(work, wait, clock, warmup, repeats))


@wrong(
    4,
    "waits before the clock starts only",
    "You wait before the clock starts, or after it has stopped, which comes to the same. The work that you time is still in the queue when "
    "you look at the clock again.",
)
def waits_before_the_clock_starts_only(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, warmup, repeats, inside=False, after=True))


@wrong(
    5,
    "starts on a queue that is not empty",
    "You wait before the clock stops, and not before it starts. What is still in the queue, from the warm-up or from somebody "
    "else, then counts as part of your first round.",
)
def starts_on_a_queue_that_is_not_empty(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, warmup, repeats, before=False))


@wrong(
    6,
    "one wait for all rounds",
    "You order all rounds, wait once and divide. That is a mean, and the ordering of one round hides behind the work of the one before. Time each "
    "round by itself.",
)
def one_wait_for_all_rounds(work, wait, clock, warmup, repeats):
    for _ in range(warmup):
        work()
    wait()
    started = clock()
    for _ in range(repeats):
        work()
    wait()
    return (clock() - started) / repeats


@wrong(
    7,
    "the quickest round",
    "You return the shortest time. The median is the middle one.",
)
def the_quickest_round(work, wait, clock, warmup, repeats):
    return min(_rounds(work, wait, clock, warmup, repeats))


@wrong(
    8,
    "the slowest round",
    "You return the longest time. The median is the middle one.",
)
def the_slowest_round(work, wait, clock, warmup, repeats):
    return max(_rounds(work, wait, clock, warmup, repeats))


@wrong(
    9,
    "the warm-up timed as well",
    "Your median is over all rounds, the ones for warming up included. They are done so that they need not be timed.",
)
def the_warm_up_timed_as_well(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, 0, warmup + repeats))


@wrong(
    10,
    "the warm-up counted among the rounds",
    "You do `repeats` pieces of work in all and leave out the first `warmup` of them. Both numbers are given: `warmup` untimed "
    "ones, then `repeats` timed ones.",
)
def the_warm_up_counted_among_the_rounds(work, wait, clock, warmup, repeats):
    seconds = _rounds(work, wait, clock, 0, repeats)
    return statistics.median(seconds[warmup:] or seconds)


@wrong(
    11,
    "one piece of work to warm up",
    "You warm up with a single piece of work, whatever `warmup` says.",
)
def one_piece_of_work_to_warm_up(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, 1, repeats))


@wrong(
    12,
    "the seconds of all rounds",
    "You return the time of all rounds together. Asked for is that of one: the median.",
)
def the_seconds_of_all_rounds(work, wait, clock, warmup, repeats):
    return sum(_rounds(work, wait, clock, warmup, repeats))


@wrong(
    13,
    "a single round",
    "You time one piece of work. Time `repeats` of them and take the median.",
)
def a_single_round(work, wait, clock, warmup, repeats):
    return _rounds(work, wait, clock, warmup, 1)[0]


@wrong(
    14,
    "milliseconds",
    "You multiplied by a thousand. Seconds are asked for.",
)
def milliseconds(work, wait, clock, warmup, repeats):
    return 1000 * statistics.median(_rounds(work, wait, clock, warmup, repeats))


@wrong(
    15,
    "start minus end",
    "Your times are below zero: you subtracted the end from the start.",
)
def start_minus_end(work, wait, clock, warmup, repeats):
    return -statistics.median(_rounds(work, wait, clock, warmup, repeats))


@wrong(
    16,
    "only the wait is timed",
    "You start the clock after the work has been ordered. Ordering is part of what a piece of work costs, and where it takes longer than the "
    "work nothing is left to wait for.",
)
def only_the_wait_is_timed(work, wait, clock, warmup, repeats):
    for _ in range(warmup):
        work()
    wait()
    seconds = []
    for _ in range(repeats):
        work()
        started = clock()
        wait()
        seconds.append(clock() - started)
    return statistics.median(seconds)


@wrong(
    17,
    "the middle round of an unsorted list",
    "You took the round in the middle of the list as they came. For the median, sort the times first.",
)
def the_middle_round_of_an_unsorted_list(work, wait, clock, warmup, repeats):
    return _rounds(work, wait, clock, warmup, repeats)[repeats // 2]


@wrong(
    18,
    "the clock started once",
    "You look at the clock once, before the first round, and measure each round from there. Each round needs a start of its own.",
)
def the_clock_started_once(work, wait, clock, warmup, repeats):
    for _ in range(warmup):
        work()
    wait()
    started, seconds = clock(), []
    for _ in range(repeats):
        work()
        wait()
        seconds.append(clock() - started)
    return statistics.median(seconds)


@wrong(
    19,
    "all rounds returned",
    "You return the list of times. One number is asked for, their median.",
)
def all_rounds_returned(work, wait, clock, warmup, repeats):
    return _rounds(work, wait, clock, warmup, repeats)


@wrong(
    20,
    "the queue is never emptied between rounds",
    "You emptied the queue after the warm-up, and after that you never wait. Your rounds are orders.",
)
def the_queue_is_never_emptied_between_rounds(work, wait, clock, warmup, repeats):
    return statistics.median(_rounds(work, wait, clock, warmup, repeats, inside=False))


@wrong(
    21,
    "one look before all rounds and one after, never waiting",
    "You look at the clock before and after all rounds and divide, and never wait. That is how long it takes to order them, on average.",
)
def one_look_before_and_one_after(work, wait, clock, warmup, repeats):
    for _ in range(warmup):
        work()
    started = clock()
    for _ in range(repeats):
        work()
    return (clock() - started) / repeats


HINTS = (
    "Write the loop without `wait` first, and ask of each look at the clock: what is still in the queue at this moment?",
    "At both looks the queue has to be empty. `wait()` therefore stands in two places: after the warm-up, and between `work()` and the "
    "second look.",
    "`work()` `warmup` times, `wait()`; then `repeats` times `started = clock(); work(); wait(); seconds.append(clock() - started)`; "
    "and `statistics.median(seconds)` or `np.median(seconds)` at the end.",
)
