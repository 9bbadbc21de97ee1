"""What a table knows, as numbers that a random table can be asked for too: neighbours of one kind, partners, directions.

All of it by cosine, so every row is brought to length 1 first. Pairs are (pair, 2) ids: from the first word to the second.
"""

import numpy as np
from jaxtyping import Float, Int

from course_lib.embedding.by_hand import cosines, unit_rows

__all__ = [
    "learned_steps",
    "no_steps",
    "parallelism",
    "partner_ranks",
    "random_steps",
    "random_table",
    "same_kind_share",
    "step_ranks",
]


def random_table(like: Float[np.ndarray, "vocab d"], rng: np.random.Generator) -> Float[np.ndarray, "vocab d"]:
    """A table of the same shape whose rows point anywhere: nobody has trained it.

    >>> random_table(np.zeros((5, 3)), np.random.default_rng(0)).shape
    (5, 3)
    """
    return rng.normal(size=like.shape)


def same_kind_share(table: Float[np.ndarray, "vocab d"], kinds: np.ndarray, k: int = 5) -> float:
    """Of the k nearest neighbours of every word, the share that is of the word's own kind.

    Args:
        table: the rows.
        kinds: what every word is, as text; words of the kind "" are left out altogether.
        k: how many neighbours.

    >>> table = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    >>> same_kind_share(table, np.array(["a", "a", "b", "b"]), k=1)
    1.0
    """
    named = kinds != ""
    closeness, kinds = cosines(table[named]), kinds[named]
    np.fill_diagonal(closeness, -np.inf)
    near = np.argsort(-closeness, axis=1, kind="stable")[:, :k]
    return float((kinds[near] == kinds[:, None]).mean())


def step_ranks(
    table: Float[np.ndarray, "vocab d"], pairs: Int[np.ndarray, "pair 2"], steps: Float[np.ndarray, "pair d"]
) -> Int[np.ndarray, "pair"]:
    """Start at the first word, take the step, and ask: how many words are closer than the second word? That, plus one.

    Rank 1 is a hit. The first word itself does not count. Rows are compared by cosine.

    >>> table = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.2]])
    >>> pairs = np.array([[0, 1]])
    >>> step_ranks(table, pairs, np.zeros((1, 2))).tolist(), step_ranks(table, pairs, np.array([[-1.0, 1.0]])).tolist()
    ([2], [1])
    """
    unit = unit_rows(table)
    closeness = cosines(unit[pairs[:, 0]] + steps, unit)
    row = np.arange(len(pairs))
    wanted = closeness[row, pairs[:, 1]]
    closeness[row, pairs[:, 0]] = -np.inf
    return (closeness > wanted[:, None]).sum(axis=1) + 1


def partner_ranks(table: Float[np.ndarray, "vocab d"], pairs: Int[np.ndarray, "pair 2"]) -> Int[np.ndarray, "pair"]:
    """Where the second word stands among the neighbours of the first, 1 for the nearest: `step_ranks` without a step.

    >>> partner_ranks(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.2]]), np.array([[0, 1], [2, 0]])).tolist()
    [2, 1]
    """
    return step_ranks(table, pairs, no_steps(table, pairs))


def no_steps(table: Float[np.ndarray, "vocab d"], pairs: Int[np.ndarray, "pair 2"]) -> Float[np.ndarray, "pair d"]:
    """Standing still, as a step for every pair.

    >>> no_steps(np.ones((3, 2)), np.array([[0, 1]])).tolist()
    [[0.0, 0.0]]
    """
    return np.zeros((len(pairs), table.shape[1]))


def learned_steps(table: Float[np.ndarray, "vocab d"], pairs: Int[np.ndarray, "pair 2"]) -> Float[np.ndarray, "pair d"]:
    """For every pair the step that all the *other* pairs suggest: the mean of their differences, second less first.

    The pair itself is held out, so that what is found for it has not been put in.

    Raises:
        ValueError: there are fewer than two pairs.

    >>> table = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    >>> learned_steps(table, np.array([[0, 1], [1, 2]])).tolist()
    [[-1.0, -1.0], [-1.0, 1.0]]
    """
    if len(pairs) < 2:
        raise ValueError(f"to hold one pair out, two are needed; got {len(pairs)}")
    unit = unit_rows(table)
    differences = unit[pairs[:, 1]] - unit[pairs[:, 0]]
    return (differences.sum(axis=0) - differences) / (len(pairs) - 1)


def random_steps(steps: Float[np.ndarray, "pair d"], rng: np.random.Generator) -> Float[np.ndarray, "pair d"]:
    """Steps of the same lengths in random directions.

    >>> steps = np.array([[3.0, 4.0], [0.0, 1.0]])
    >>> np.linalg.norm(random_steps(steps, np.random.default_rng(0)), axis=1).round(6).tolist()
    [5.0, 1.0]
    """
    return unit_rows(rng.normal(size=steps.shape)) * np.linalg.norm(steps, axis=1, keepdims=True)


def parallelism(table: Float[np.ndarray, "vocab d"], pairs: Int[np.ndarray, "pair 2"]) -> float:
    """How parallel the steps from first to second word are: the mean cosine of the differences of two different pairs.

    1 if all are the same direction, about 0 if they have none in common.

    >>> round(parallelism(np.eye(2), np.array([[0, 1], [1, 0]])), 6)
    -1.0
    """
    unit = unit_rows(table)
    closeness = cosines(unit[pairs[:, 1]] - unit[pairs[:, 0]])
    return float(closeness[~np.eye(len(pairs), dtype=bool)].mean())
