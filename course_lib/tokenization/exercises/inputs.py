"""Texts that several exercises of this lesson are tried on."""

import numpy as np


def words(rng: np.random.Generator, size: int, letters: str = "abcd") -> str:
    return "".join(rng.choice(list(letters), size))
