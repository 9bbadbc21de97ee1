"""gpu.ring_all_reduce: everybody's sum for everybody, by messages to one neighbour."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`parts[p]` `(number,)` are the numbers of process p. Return a list of n arrays, one for each process, what it holds at the end: the sum of all parts, entry "
    "by entry. They travel in a ring: in a step each process sends one chunk, 1/n of its numbers (`np.array_split(part, n)`), to the "
    "process after it, the last to the first. In the first step process p sends chunk p. What arrives is added to one's own "
    "chunk of that number, and this sum is what one sends in the next step. After n − 1 steps each process holds one finished chunk; n − 1 steps more "
    "bring the finished chunks to all. Do not change `parts`. (The order of the additions is part of the "
    "task: floating-point sums depend on it.)",
    reference=by_hand.ring_all_reduce,
    points=3,
    minutes=20,
    difficulty=3,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def parts(processes: int, numbers: int) -> list[np.ndarray]:
        return [rng.normal(size=numbers) for _ in range(processes)]

    # 1e17 + 1 is 1e17 in float64: where the 1 is added decides whether it is there at the end.
    large = np.array([1e17, 1e17, 1e17, 1e17])
    small = np.array([1.0, 1.0, 1.0, 1.0])
    three = np.array([2.0, 2.0, 2.0, 2.0])
    return [
        Case((parts(3, 6),)),
        Case((parts(5, 10),)),
        Case((parts(4, 12),)),
        Case((parts(3, 7),), "numbers that do not come out even"),
        Case((parts(2, 4),), "two processes"),
        Case((parts(1, 5),), "one process, which has nobody to send to"),
        Case((parts(5, 3),), "fewer numbers than processes"),
        Case(([np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]), np.array([100.0, 200.0, 300.0])],), "by hand"),
        Case(([large, small, -large, 3 * three],), "numbers that round, so that the order of the additions shows"),
    ]


@right
def with_whole_buffers(parts):
    n = len(parts)
    held = [np.array(part, dtype=float) for part in parts]
    edges = np.concatenate([[0], np.cumsum([len(chunk) for chunk in np.array_split(parts[0], n)])])
    for step in range(n - 1):
        for p in range(n):
            chunk = slice(edges[(p - step) % n], edges[(p - step) % n + 1])
            held[(p + 1) % n][chunk] += held[p][chunk]
    for step in range(n - 1):
        for p in range(n):
            chunk = slice(edges[(p + 1 - step) % n], edges[(p + 1 - step) % n + 1])
            held[(p + 1) % n][chunk] = held[p][chunk]
    return held


@right
def what_arrives_goes_on(parts):
    n = len(parts)
    chunks = [[piece.copy() for piece in np.array_split(part, n)] for part in parts]
    under_way = [(p, chunks[p][p]) for p in range(n)]  # which chunk, and its numbers
    for step in range(2 * n - 2):
        arrived = [under_way[p - 1] for p in range(n)]
        for p, (number, data) in enumerate(arrived):
            chunks[p][number] = data + chunks[p][number] if step < n - 1 else data.copy()
        under_way = [(number, chunks[p][number]) for p, (number, _) in enumerate(arrived)]
    return [np.hstack(mine) for mine in chunks]


def _ring(parts, adding=None, copying=None, way=1, gather_shift=0, gather_adds=False, original=False, cut=None):
    """The ring with one thing wrong."""
    n = len(parts)
    held = [cut(part) if cut else np.array_split(part, n) for part in parts]
    own = [list(chunks) for chunks in held]
    adding, copying = (n - 1 if steps is None else max(steps, 0) for steps in (adding, copying))
    for step in range(adding):
        sent = [(own if original else held)[p][(p - way * step) % n] for p in range(n)]
        for p in range(n):
            to, chunk = (p + way) % n, (p - way * step) % n
            held[to][chunk] = held[to][chunk] + sent[p]
    for step in range(copying):
        sent = [held[p][(p + way + gather_shift - way * step) % n] for p in range(n)]
        for p in range(n):
            to, chunk = (p + way) % n, (p + way + gather_shift - way * step) % n
            held[to][chunk] = held[to][chunk] + sent[p] if gather_adds else sent[p]
    return [np.concatenate(chunks) for chunks in held]


@wrong(
    1,
    "one chunk reduced twice",
    "You add for n steps. After n − 1 a chunk has been everywhere; one more adds a process's numbers a second time.",
)
def one_chunk_reduced_twice(parts):
    return _ring(parts, adding=len(parts))


@wrong(
    2,
    "gather forgotten",
    "Each process holds one finished chunk, and sums of a few processes elsewhere. The second half is missing, in which the finished "
    "chunks go round.",
)
def gather_forgotten(parts):
    return _ring(parts, copying=0)


@wrong(
    3,
    "summed in one place",
    "The sums are right but for rounding, and the rounding shows how: you added the parts one after the other, in one place. In a ring "
    "each chunk starts at another process.",
)
def summed_in_one_place(parts):
    total = sum(parts[1:], parts[0])
    return [total.copy() for _ in parts]


@wrong(
    4,
    "one step of adding too few",
    "You add for n − 2 steps. A chunk then lacks the numbers of one process.",
)
def one_step_of_adding_too_few(parts):
    return _ring(parts, adding=len(parts) - 2)


@wrong(
    5,
    "one step of gathering too few",
    "In the second half you take n − 2 steps. Each process then still lacks one finished chunk.",
)
def one_step_of_gathering_too_few(parts):
    return _ring(parts, copying=len(parts) - 2)


@wrong(
    6,
    "gather starts with the wrong chunk",
    "In the second half you start again with chunk p. But the chunk that process p has finished is the one that it received last.",
)
def gather_starts_with_the_wrong_chunk(parts):
    return _ring(parts, gather_shift=-1)


@wrong(
    7,
    "gather adds",
    "In the second half you add what arrives. A finished chunk replaces what is there.",
)
def gather_adds(parts):
    return _ring(parts, gather_adds=True)


@wrong(
    8,
    "mean instead of sum",
    "You divide by the number of processes. The sum is asked for.",
)
def mean_instead_of_sum(parts):
    return [total / len(parts) for total in _ring(parts)]


@wrong(
    9,
    "the other way round",
    "Your ring turns the other way: p sends to p − 1. The sums are those asked for except for rounding, which depends on the order.",
)
def the_other_way_round(parts):
    return _ring(parts, way=-1)


@wrong(
    10,
    "sends its own numbers only",
    "You send what a process had at the beginning. It must send what it holds by now: its own numbers and all that arrived before.",
)
def sends_its_own_numbers_only(parts):
    return _ring(parts, original=True)


@wrong(
    11,
    "numbers that do not come out even are lost",
    "You cut chunks of `number // n` and lose what is left over. `np.array_split` makes some chunks longer by one.",
)
def numbers_that_do_not_come_out_even_are_lost(parts):
    n = len(parts)
    size = len(parts[0]) // n
    return _ring(parts, cut=lambda part: [part[i * size : (i + 1) * size] for i in range(n)])


@wrong(
    12,
    "changes its arguments",
    "The result is right, and the parts are no longer what they were: pieces of `np.array_split` are views, and `+=` writes into the "
    "caller's arrays. Copy first, or write `a = a + b`.",
)
def changes_its_arguments(parts):
    n = len(parts)
    held = [np.array_split(part, n) for part in parts]
    for step in range(n - 1):
        for p in range(n):
            held[(p + 1) % n][(p - step) % n] += held[p][(p - step) % n]
    for step in range(n - 1):
        for p in range(n):
            held[(p + 1) % n][(p + 1 - step) % n][:] = held[p][(p + 1 - step) % n]
    return parts


@wrong(
    13,
    "only one array returned",
    "You return the sum once. Every process has it at the end: return a list of n arrays.",
)
def only_one_array_returned(parts):
    return _ring(parts)[0]


@wrong(
    14,
    "chunks not put together",
    "You return lists of chunks. Each process's chunks belong into one array again: `np.concatenate`.",
)
def chunks_not_put_together(parts):
    return [np.array_split(total, len(parts)) for total in _ring(parts)]


@wrong(
    15,
    "the same chunk in every step",
    "Process p sends chunk p in every step. After the first, it should send the chunk that it has just received.",
)
def the_same_chunk_in_every_step(parts):
    n = len(parts)
    held = [np.array_split(part, n) for part in parts]
    for adds in (True, False):
        for _ in range(n - 1):
            sent = [held[p][p] for p in range(n)]
            for p in range(n):
                to = (p + 1) % n
                held[to][p] = held[to][p] + sent[p] if adds else sent[p]
    return [np.concatenate(chunks) for chunks in held]


@wrong(
    16,
    "whole arrays travel",
    "In each step you send all the numbers that a process holds. They are counted again and again, and each message is n times too long.",
)
def whole_arrays_travel(parts):
    n = len(parts)
    held = [part.copy() for part in parts]
    for _ in range(n - 1):
        held = [held[p] + held[p - 1] for p in range(n)]
    return held


@wrong(
    17,
    "parts returned unchanged",
    "You return what was handed in. `array_split` gives pieces of a new list: is what you computed put together at the end?",
)
def parts_returned_unchanged(parts):
    return [part.copy() for part in parts]


HINTS = (
    "Write down for three processes who sends which chunk in step 0 and in step 1. Then find the number of the chunk from p and the step.",
    "In step s process p sends chunk (p − s) mod n to process (p + 1) mod n. Which formula gives the finished chunk that it holds after "
    "n − 1 steps, and so what it sends in the second half?",
    "`for step in range(2 * (n - 1))`: first `sent = [held[p][(p - step) % n] for p in range(n)]`, then for each p "
    "`to, chunk = (p + 1) % n, (p - step) % n`, and `held[to][chunk]` gets `sent[p]` added while `step < n - 1`, and is replaced by it after.",
)
