"""Arguments that several exercises of this lesson are tried on."""

import numpy as np


def queries_and_keys(rng: np.random.Generator, queries: int, keys: int, d_k: int, size: float = 1.0) -> tuple:
    return rng.normal(size=(queries, d_k)) * size, rng.normal(size=(keys, d_k)) * size
