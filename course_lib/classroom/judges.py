"""Judges in other processes: on this machine's other cores, or on a Dask cluster that others have started.

A judge gets a hand-in and orders, and returns marks. Nothing of a learner's is ever unpickled that a judge of ours has not read
as text before. A judge that is lost (memory, a machine that was switched off) loses nothing but time: what it had in hand
is given to another one, and what no judge survives is a blank mark and a line for a human.
"""

import contextlib
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, wait
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal

from course_lib.classroom.course_copy import copy_course
from course_lib.classroom.hand_ins import HandIn
from course_lib.classroom.proving import what_does_not_pass
from course_lib.classroom.sandbox import Cage, NoCage, find_cage
from course_lib.classroom.seeds import Seeds
from course_lib.classroom.submission import NOT_GRADED, Graded, Limits, grade_hand_in
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.exercise import Exercise

__all__ = ["Handled", "Orders", "cluster", "grade_one", "graded_elsewhere", "on_this_machine"]

_ONE_AT_A_TIME = threading.Lock()  # a judge looks at lines and processes that are there once in a process
_own: dict[tuple, tuple[Cage, dict[str, str]]] = {}
_copies: list[tempfile.TemporaryDirectory] = []  # of the course, there as long as the process


@dataclass(frozen=True)
class Orders:
    """What a judge in another process is told.

    Attributes:
        exercises: the ids of what is graded, in order.
        seeds: of their cases.
        limits: how long things may take.
        cage: where learners' code runs; None on another machine, where one is found first.
        refused: exercises whose own answer did not pass in that cage.
        rungs, required, memory: for a cage that has yet to be found.
    """

    exercises: tuple[str, ...]
    seeds: dict[str, int]
    limits: Limits
    cage: Cage | None = None
    refused: dict[str, str] = field(default_factory=dict)
    rungs: tuple[str, ...] = ()
    required: bool = False
    memory: int = 1 << 30


@dataclass(frozen=True)
class Handled:
    """What became of a hand-in: its marks, the seconds it took, and the cage it ran in.

    Attributes:
        refused: exercises whose own answer did not pass there.
    """

    marks: list[Graded]
    seconds: float
    cage: Cage | None
    refused: dict[str, str] = field(default_factory=dict)


def grade_one(
    hand_in: HandIn, exercises: Sequence[Exercise], refused: dict[str, str], cage: Cage, seeds: Seeds, limits: Limits
) -> list[Graded]:
    """The marks of one student. Whatever goes wrong on our side is a blank mark and a line for a human, never a zero."""
    try:
        marks = grade_hand_in(
            hand_in, [each for each in exercises if each.id not in refused], cage, seeds.trial, limits
        )
    except Exception as problem:
        marks = _all_blank(exercises, f"grading this hand-in failed: {type(problem).__name__}: {problem}"[:500])
    found = {mark.exercise: mark for mark in marks}
    for each in exercises:
        if each.id in refused:
            found[each.id] = _blank(each, "the course's own answer did not pass here")
    return [found[each.id] for each in exercises]


def _blank(exercise: Exercise, said: str, human: str = "") -> Graded:
    return Graded(exercise.id, NOT_GRADED, None, float(exercise.points), message=said, human=human)


def _all_blank(exercises: Sequence[Exercise], said: str) -> list[Graded]:
    return [_blank(each, said, said) for each in exercises]


# ---------------------------------------------------------------------- in the other process


@cache
def _seeds(known: tuple[tuple[str, int], ...]) -> Seeds:
    return Seeds(dict(known))


def _place(orders: Orders) -> tuple[Cage, dict[str, str]]:
    """The cage of this process, and what does not pass in it; found once."""
    if orders.cage is not None:
        return orders.cage, orders.refused
    key = (orders.exercises, orders.rungs, orders.required, orders.memory, tuple(orders.seeds.items()))
    if key not in _own:
        _copies.append(tempfile.TemporaryDirectory(prefix="course-class-"))
        copy = copy_course(Path(_copies[-1].name))
        cage = find_cage(copy, orders.rungs, orders.required, orders.memory, int(orders.limits.submission) + 30)
        exercises = [find_exercise(known) for known in orders.exercises]
        _own[key] = cage, what_does_not_pass(exercises, cage, _seeds(tuple(orders.seeds.items())).trial)
    return _own[key]


def _grade(orders: Orders, hand_in: HandIn) -> Handled:
    """Grade a hand-in where this process runs."""
    with _ONE_AT_A_TIME:
        cage, refused = _place(orders)
        began = time.monotonic()
        exercises = [find_exercise(known) for known in orders.exercises]
        marks = grade_one(hand_in, exercises, refused, cage, _seeds(tuple(orders.seeds.items())), orders.limits)
        return Handled(marks, time.monotonic() - began, cage, refused)


# ---------------------------------------------------------------------- in the process that gives the orders


def on_this_machine(jobs: int) -> Callable[[], Executor]:
    """Makes judges in so many processes of their own. An interrupt is for the one that gives the orders.

    The pool is loky's: the standard library's can wait for ever where one of its processes is killed while it starts.
    """
    from joblib.externals.loky import ProcessPoolExecutor

    def make(most: int = jobs) -> Executor:
        return ProcessPoolExecutor(most, initializer=signal, initargs=(SIGINT, SIG_IGN))

    return make


@contextlib.contextmanager
def cluster(address: str) -> Iterator[tuple[Callable[..., Executor], int]]:
    """Makes judges of the workers of a Dask cluster, and says how many workers there are.

    Every worker finds a cage on its own machine, and tries the course's own answers in it first.

    Raises:
        ImportError: Dask is not installed.
        OSError: nobody answers at this address, or there are no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ImportError("--scheduler needs Dask: pip install 'course-lib[cluster]'") from None
    with Client(address, timeout=10, set_as_default=False) as client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise OSError(
                f"no worker has joined the scheduler at {address}: start some (dask worker {address} --nthreads 1)"
            )

        def make(most: int = 0) -> Executor:
            return client.get_executor(pure=False, retries=3)

        yield make, len(workers)


def graded_elsewhere(
    hand_ins: Iterator[HandIn], orders: Orders, make: Callable[..., Executor], most: int
) -> Iterator[tuple[HandIn, Handled]]:
    """Marks as they come. No more hand-ins than `most` are read or under way at a time.

    Args:
        hand_ins: read one by one, as judges become free.
        make: makes the judges; made again where they broke.
    Raises:
        NoCage: a judge has found none that is as safe as required.
    """
    suspects: deque[HandIn] = deque()
    rest, more = iter(hand_ins), True
    while more:
        executor, running, broken = make(), {}, False
        try:
            while not broken:
                while more and len(running) < most:
                    hand_in = next(rest, None)
                    if hand_in is None:
                        more = False
                        break
                    try:
                        running[executor.submit(_grade, orders, hand_in)] = hand_in
                    except (BrokenExecutor, OSError):  # it broke a moment ago, perhaps while it was starting a judge
                        suspects.append(hand_in)
                        broken = True
                        break
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    problem = future.exception()
                    if isinstance(problem, BrokenExecutor):
                        broken = True
                        continue
                    if isinstance(problem, NoCage):
                        raise problem
                    hand_in = running.pop(future)
                    yield hand_in, _lost(orders, problem) if problem else future.result()
            suspects.extend(running.values())
        finally:
            for future in running:
                future.cancel()
            executor.shutdown(wait=not broken)
    for hand_in in suspects:  # one of them broke its judge: each alone, so that only that one is lost
        try:
            with make(1) as executor:
                done = executor.submit(_grade, orders, hand_in).result()
        except Exception as problem:
            done = _lost(orders, problem)
        yield hand_in, done


def _lost(orders: Orders, problem: BaseException) -> Handled:
    said = f"grading this hand-in failed: {type(problem).__name__}: {problem}"[:500]
    return Handled(_all_blank([find_exercise(known) for known in orders.exercises], said), 0.0, None)
