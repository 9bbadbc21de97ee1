"""One head and one question: which word stands in front of me? It cannot be answered without knowing the order.

Sequences of random words; at every token the head has to name the token before it. Each encoding is trained in the same
way, from several seeds, and then asked about sequences longer than any it has seen.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from course_lib.positional_encoding import by_hand
from course_lib.positional_encoding.in_torch import integers, rotate, sinusoidal

__all__ = [
    "ALIBI_SLOPE",
    "CHANCE",
    "ENCODINGS",
    "LONGEST",
    "N_WORDS",
    "SEEDS",
    "TRAINED_LENGTH",
    "Run",
    "head_scores",
    "train_on_order",
]

N_WORDS, D_MODEL, BATCH = 12, 32, 24
TRAINED_LENGTH, LONGEST = 16, 48
CHANCE = 1 / N_WORDS
SEEDS = (0, 1, 2, 3, 4)
ENCODINGS = ("none", "p", "p/n", "sinusoidal", "learned", "rotary", "ALiBi")
ALIBI_SLOPE = 0.5  # the steepest of the eight in Press et al. 2021, arXiv:2108.12409


@dataclass(frozen=True)
class Run:
    """What training one encoding from several seeds gave.

    Attributes:
        encoding: one of ENCODINGS.
        causal: whether each token saw itself and the past alone.
        losses: cross-entropy at every step, in nats, (seed, step).
        accuracy: share of right answers at each position, (seed, LONGEST): the trained positions measured in sequences of
            TRAINED_LENGTH, the others in sequences of LONGEST. Position 0, which has nothing in front of it, holds NaN.
        table: the positions' vectors after training, for a sequence of LONGEST tokens, (seed, LONGEST, D_MODEL).
        words, W_Q, W_K: the trained word vectors, (seed, N_WORDS, D_MODEL), and two of the head's matrices,
            (seed, D_MODEL, D_MODEL).
    """

    encoding: str
    causal: bool
    losses: np.ndarray
    accuracy: np.ndarray
    table: np.ndarray
    words: np.ndarray
    W_Q: np.ndarray
    W_K: np.ndarray

    @property
    def inside(self) -> np.ndarray:
        """Accuracy at the positions that training has seen, one number a seed."""
        return self.accuracy[:, 1:TRAINED_LENGTH].mean(axis=1)

    @property
    def beyond(self) -> np.ndarray:
        """Accuracy at the positions that training has not seen, one number a seed."""
        return self.accuracy[:, TRAINED_LENGTH:].mean(axis=1)


def train_on_order(encoding: str, causal: bool = False, steps: int = 300, seeds: tuple[int, ...] = SEEDS) -> Run:
    """Train word vectors, one head and an output matrix (and the table, if it is learned) with Adam, all seeds side by side.

    Raises:
        ValueError: there is no such encoding.

    >>> train_on_order("none", steps=2).losses.shape
    (5, 2)
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"got the encoding {encoding!r}; expected one of {', '.join(ENCODINGS)}")
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    rngs = [np.random.default_rng(seed) for seed in seeds]

    def parameter(rows: int, columns: int, spread: float) -> torch.Tensor:
        drawn = [torch.randn(rows, columns, generator=generator) for generator in generators]
        return (torch.stack(drawn) * spread).requires_grad_()

    def sequences(number: int, length: int) -> torch.Tensor:  # (seed, number, length)
        return torch.from_numpy(np.stack([rng.integers(0, N_WORDS, (number, length)) for rng in rngs]))

    words = parameter(N_WORDS, D_MODEL, 1.0)
    projections = [parameter(D_MODEL, D_MODEL, D_MODEL**-0.5) for _ in "QKV"]
    output = parameter(D_MODEL, N_WORDS, D_MODEL**-0.5)
    learned = [parameter(LONGEST, D_MODEL, 1.0)] if encoding == "learned" else []
    optimizer = torch.optim.Adam([words, *projections, output, *learned], lr=0.01)
    each_seed = torch.arange(len(seeds))[:, None, None]

    def table(length: int) -> torch.Tensor:
        match encoding:
            case "p":
                return integers(length, D_MODEL)
            case "p/n":
                return integers(length, D_MODEL) / length
            case "sinusoidal":
                return sinusoidal(length, D_MODEL)
            case "learned":
                return learned[0][:, None, :length]
        return torch.zeros(length, D_MODEL)

    def answer(ids: torch.Tensor) -> torch.Tensor:
        positions = torch.arange(ids.shape[-1])
        x = (words[each_seed, ids] + table(len(positions))).flatten(
            1, 2
        )  # one product a seed: many small ones are slow
        Q, K, V = ((x @ W).unflatten(1, ids.shape[1:]) for W in projections)
        if encoding == "rotary":
            Q, K = rotate(Q, positions), rotate(K, positions)
        scores = Q @ K.transpose(-1, -2) / D_MODEL**0.5
        ahead = positions - positions[:, None]  # how far the key stands after the query
        if encoding == "ALiBi":
            scores = scores - ALIBI_SLOPE * ahead.abs()
        if causal:
            scores = scores.masked_fill(ahead > 0, -torch.inf)
        mixed = torch.softmax(scores, dim=-1) @ V
        return (mixed.flatten(1, 2) @ output).unflatten(1, ids.shape[1:])

    losses = []
    for _ in range(steps):
        ids = sequences(BATCH, TRAINED_LENGTH)
        logits, targets = answer(ids)[:, :, 1:], ids[:, :, :-1]
        loss = functional.cross_entropy(logits.flatten(0, 2), targets.flatten(), reduction="none")
        by_seed = loss.reshape(len(seeds), -1).mean(dim=1)
        optimizer.zero_grad()
        by_seed.sum().backward()  # the sum of losses that share no parameter: each seed trains as if alone
        optimizer.step()
        losses.append(by_seed.detach().numpy().copy())
    with torch.no_grad():
        ids = sequences(300, LONGEST)
        accuracy = np.full((len(seeds), LONGEST), np.nan)
        for length in (LONGEST, TRAINED_LENGTH):  # the short ones last: they say what was learned
            right = answer(ids[..., :length])[:, :, 1:].argmax(dim=-1) == ids[..., : length - 1]
            accuracy[:, 1:length] = right.double().mean(dim=1).numpy()
        rows = table(LONGEST).squeeze(1) if learned else table(LONGEST).expand(len(seeds), -1, -1)
        kept = [array.detach().numpy().copy() for array in (rows, words, *projections[:2])]
    return Run(encoding, causal, np.array(losses).T, accuracy, *kept)


def head_scores(
    run: Run, seed: int, ids: np.ndarray, positions: np.ndarray, rotate: Callable = by_hand.rotate
) -> np.ndarray:
    """The scores of a trained head, in NumPy: (sequence, query, key), no mask applied.

    Args:
        run: a run with any encoding but ALiBi, whose scores are no products.
        seed: which of its starts, counted from 0.
        ids: words, (sequence, token).
        positions: where the tokens stand, (token,); rows of the table, or what the queries and keys are rotated by.
        rotate: the function that rotates them, where the encoding is rotary.

    Raises:
        ValueError: the run was trained with ALiBi.

    >>> head_scores(train_on_order("rotary", steps=2), 0, np.zeros((1, 3), dtype=int), np.arange(3)).shape
    (1, 3, 3)
    """
    if run.encoding == "ALiBi":
        raise ValueError("ALiBi changes the scores themselves; got a run with it, expected one of the other encodings")
    x = run.words[seed].astype(float)[ids]
    if run.encoding == "rotary":
        Q, K = (rotate(x @ W[seed], positions) for W in (run.W_Q, run.W_K))
    else:
        Q, K = ((x + run.table[seed][positions]) @ W[seed] for W in (run.W_Q, run.W_K))
    return Q @ K.swapaxes(-1, -2) / D_MODEL**0.5
