"""The queries, keys, values and masks that backprop.attention_backward is tried on."""

import numpy as np

from course_lib.practice.exercise import Case

# The same at every check: no mistake depends on a draw.
FIXED_Q = np.array([[1.0, 2.0], [-1.0, 0.5], [2.0, 0.0]])
FIXED_K = np.array([[1.0, 1.0], [0.5, -1.0], [-2.0, 1.5]])
FIXED_V = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 3.0, -1.0, 1.0], [2.0, 1.0, 0.5, 0.0]])
FIXED_D_OUT = np.array([[1.0, -1.0, 0.0, 2.0], [0.5, 2.0, -1.0, 0.0], [0.0, 1.0, 3.0, -2.0]])
FIXED_MASK = np.array([[True, False, True], [True, True, False], [False, False, False]])


def cases(rng: np.random.Generator) -> list[Case]:
    def sizes(queries: int, keys: int, d_k: int, d_v: int, mask: np.ndarray | None = None, size: float = 1.0) -> tuple:
        Q, K = rng.normal(size=(queries, d_k)) * size, rng.normal(size=(keys, d_k)) * size
        return Q, K, rng.normal(size=(keys, d_v)), mask, rng.normal(size=(queries, d_v))

    gaps = rng.random((3, 7)) < 0.5
    gaps[:, 2] = True
    lonely = np.tri(5, dtype=bool)
    lonely[2] = False
    return [
        Case(sizes(3, 5, 7, 2), "no mask, more keys than queries"),
        Case(sizes(5, 3, 2, 7), "no mask, more queries than keys"),
        Case(sizes(5, 5, 5, 5), "everything square"),
        Case(sizes(5, 5, 3, 2, np.tri(5, dtype=bool)), "a causal mask"),
        Case(sizes(3, 7, 5, 2, gaps), "a mask with gaps"),
        Case(sizes(7, 7, 7, 7, np.tri(7, dtype=bool), 2.0), "everything square, a causal mask, larger scores"),
        Case(sizes(5, 5, 2, 3, lonely), "a query that may attend to nothing"),
        Case(sizes(1, 3, 2, 5), "a single query"),
        Case(sizes(3, 1, 5, 2), "a single key: nothing competes"),
        Case((FIXED_Q, FIXED_K, FIXED_V, None, FIXED_D_OUT), "fixed numbers, no mask"),
        Case((FIXED_Q, FIXED_K, FIXED_V, FIXED_MASK, FIXED_D_OUT), "a fixed mask, its last row empty"),
        Case(
            (FIXED_Q, FIXED_K, FIXED_V, FIXED_MASK[::-1, ::-1].copy(), FIXED_D_OUT), "a fixed mask, its first row empty"
        ),
        Case((FIXED_Q * 1000.0, FIXED_K, FIXED_V, None, FIXED_D_OUT), "scores of more than 1000"),
    ]
