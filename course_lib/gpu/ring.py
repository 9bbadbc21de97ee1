"""How processes add up their gradients when each can only talk to its neighbour: the ring all-reduce.

Patarasuk and Yuan 2009, doi:10.1016/j.jpdc.2008.09.002: no way of adding up sends fewer bytes through each process.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

__all__ = ["ring_all_reduce", "ring_bytes", "sent_bytes"]


def ring_all_reduce(parts: Sequence[Float[np.ndarray, " number"]]) -> list[Float[np.ndarray, " number"]]:
    """Everybody's numbers added up, entry by entry, for everybody, in 2 (n - 1) steps that send 1/n of the numbers each.

    Process p's numbers are cut into n chunks. In the first n - 1 steps everybody sends a chunk to the right, p to p + 1 (the
    last to the first), where it is added: first its own chunk p, then always the chunk that it has just received. Then each
    process holds one chunk that is complete, and in n - 1 more steps the complete chunks go once around.

    Args:
        parts: an array for each process, all of one length.
    Returns:
        What each process holds at the end: n arrays with the same numbers. The arguments are not changed.
    Raises:
        ValueError: no process, or arrays of different shapes.

    >>> ring_all_reduce([np.array([1.0, 2.0]), np.array([10.0, 20.0])])
    [array([11., 22.]), array([11., 22.])]
    """
    n = len(parts)
    if n == 0 or len({np.shape(part) for part in parts}) > 1:
        raise ValueError(
            f"a ring needs at least one process, and arrays of one shape; got {[np.shape(p) for p in parts]}"
        )
    held = [np.array_split(part, n) for part in parts]
    for step in range(2 * (n - 1)):
        sent = [held[p][(p - step) % n] for p in range(n)]  # all send at the same time
        for p in range(n):
            to, chunk = (p + 1) % n, (p - step) % n
            held[to][chunk] = held[to][chunk] + sent[p] if step < n - 1 else sent[p]
    return [np.concatenate(chunks) for chunks in held]


def sent_bytes(parts: Sequence[Float[np.ndarray, " number"]]) -> list[int]:
    """What each process of the ring sends, counted chunk by chunk, step by step.

    >>> sent_bytes([np.ones(6), np.ones(6), np.ones(6)])  # 2 (n - 1) / n of 48 bytes
    [64, 64, 64]
    """
    n = len(parts)
    chunks = np.array_split(parts[0], n)
    return [sum(chunks[(p - step) % n].nbytes for step in range(2 * (n - 1))) for p in range(n)]


def ring_bytes(n_bytes: int, processes: int) -> float:
    """What each process sends where all of them end up with the sum of everybody's n_bytes: 2 (n - 1) / n times n_bytes.

    However many take part, it is less than 2 n_bytes each.

    Raises:
        ValueError: no process, or fewer than 0 bytes.

    >>> ring_bytes(100, 1), ring_bytes(100, 2), ring_bytes(100, 100)
    (0.0, 100.0, 198.0)
    """
    if not processes > 0:
        raise ValueError(f"processes must be above zero, got {processes}")
    if n_bytes < 0:
        raise ValueError(f"there cannot be fewer than 0 bytes; got {n_bytes}")
    return 2 * (processes - 1) * n_bytes / processes
