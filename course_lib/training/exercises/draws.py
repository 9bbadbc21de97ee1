"""The draws that ``training.sample`` is tried on (one says little about a distribution), and steps that its mistakes share."""

import numpy as np

from course_lib.practice.exercise import Case
from course_lib.practice.seeded import Seeded

#: Seeds whose first number is 0.05, 0.18, 0.33, 0.49, 0.63, 0.78 and 0.90: from one end of the probabilities to the other.
SPREAD = (29, 36, 8, 26, 7, 21, 31)
SEVEN = (0.4, -1.1, 1.3, 0.9, -0.2, 0.1, -2.0)
TIED = (1.0, 0.9, -1.0, 0.9, 0.9, -2.0, 0.9)
STEPS = (0.0, 2.0, 1.0, -1.0, 2.0, 0.0, 1.0, 1.0, -1.0, 2.0) * 4


def draws(rng: np.random.Generator) -> list[Case]:
    def case(logits, temperature, top_k, note: str = "", seed: int | None = None) -> Case:
        seeded = Seeded(int(rng.integers(1_000_000)) if seed is None else seed)
        return Case((np.array(logits, dtype=float), temperature, top_k, seeded), note)

    # One draw says little about a distribution: fixed draws from one end to the other, and new ones on top.
    fixed = [
        case(SEVEN, temperature, top_k, seed=seed)
        for temperature, top_k in ((1.0, None), (0.5, None), (3.0, None), (1.0, 3), (2.0, 2), (0.5, 4))
        for seed in SPREAD
    ]
    drawn = [case(rng.normal(size=n) * 1.5, t, k) for n, t, k in ((5, 1.0, None), (11, 0.4, None), (13, 2.0, 5)) * 4]
    cold = "temperature zero and several largest logits: the smallest id"
    zero = [
        case((0.3, -1.0, 0.1, 2.0, 1.9), 0.0, None, "temperature zero", seed=5),
        case(rng.normal(size=11), 0.0, None, "temperature zero"),
        *(case((-1.0, 0.2, 0.5, 0.5, -2.0, 0.5, 0.5), 0.0, k, cold, s) for k in (None, 3) for s in SPREAD[2:]),
    ]
    tied = "equal logits at the cut-off: exactly two stay, of the equals the smaller id"
    many = "many equal logits at the cut-off"
    shift = (1.0, 2.0, 1.5, 0.0, 1.2)
    return [
        *fixed,
        *drawn,
        *zero,
        *(case(TIED, 1.0, 2, tied, seed) for seed in SPREAD),
        *(case(STEPS, 1.0, k, many, seed) for k in (15, 25) for seed in SPREAD[1::2]),
        *(case(SEVEN, 1.0, 1, "a single token stays", seed) for seed in (34, 31)),
        *(case(SEVEN, 1.0, 17, "a top_k beyond the vocabulary keeps everything", seed) for seed in SPREAD[::2]),
        *(case(np.add(shift, 1000), 1.0, None, "logits near 1000", seed) for seed in (8, 16, 21)),
        *(case(np.add(shift, -1000), 1.0, 4, "logits near -1000", seed) for seed in (8, 16, 21)),
        case((899.0, 900.0, 0.0, -900.0, 3.0), 0.01, None, "a temperature near zero", seed=16),
    ]


def keep(logits: np.ndarray, ids: np.ndarray) -> np.ndarray:
    kept = np.full(len(logits), -np.inf)
    kept[ids] = logits[ids]
    return kept


def exponentials(logits: np.ndarray, shift: float | None = None) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.exp(logits - (logits.max() if shift is None else shift))


def normalised(logits: np.ndarray, shift: float | None = None) -> np.ndarray:
    with np.errstate(all="ignore"):
        return exponentials(logits, shift) / exponentials(logits, shift).sum()
