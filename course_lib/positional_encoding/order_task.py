"""One head and one question: which word stands in front of me? It cannot be answered without knowing the order.

Sequences of random words; at every token the head has to name the token before it. Four encodings are trained in the same
way and then asked about sequences longer than any they have seen.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from course_lib.positional_encoding.in_torch import add_positions, integers, sinusoidal

__all__ = ["CHANCE", "ENCODINGS", "LONGEST", "N_WORDS", "TRAINED_LENGTH", "Run", "train_on_order"]

N_WORDS, D_MODEL = 12, 32
TRAINED_LENGTH, LONGEST = 16, 48
CHANCE = 1 / N_WORDS
ENCODINGS = ("none", "integers", "sinusoidal", "learned")


@dataclass(frozen=True)
class Run:
    """What training one encoding gave.

    Attributes:
        encoding: one of ENCODINGS.
        losses: cross-entropy at every step, in nats.
        accuracy: share of right answers at each position, (LONGEST,): the trained positions measured in sequences of
            TRAINED_LENGTH, the others in sequences of LONGEST. Position 0, which has nothing in front of it, holds NaN.
        table: the positions' vectors after training, (LONGEST, D_MODEL).
        weights: attention of the trained head on one sequence of TRAINED_LENGTH tokens, (query, key).
    """

    encoding: str
    losses: np.ndarray
    accuracy: np.ndarray
    table: np.ndarray
    weights: np.ndarray

    @property
    def inside(self) -> float:
        """Accuracy at the positions that training has seen."""
        return float(self.accuracy[1:TRAINED_LENGTH].mean())

    @property
    def beyond(self) -> float:
        """Accuracy at the positions that training has not seen."""
        return float(self.accuracy[TRAINED_LENGTH:].mean())


def train_on_order(encoding: str, steps: int = 400, seed: int = 0) -> Run:
    """Train word vectors, one unmasked head and an output matrix (and the table, if it is learned) with Adam.

    Raises:
        ValueError: there is no such encoding.

    >>> train_on_order("none", steps=2).losses.shape
    (2,)
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"got the encoding {encoding!r}; expected one of {', '.join(ENCODINGS)}")
    generator = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)

    def parameter(rows: int, columns: int, spread: float) -> torch.Tensor:
        return (torch.randn(rows, columns, generator=generator) * spread).requires_grad_()

    words = parameter(N_WORDS, D_MODEL, 1.0)
    projections = [parameter(D_MODEL, D_MODEL, D_MODEL**-0.5) for _ in "QKV"]
    output = parameter(D_MODEL, N_WORDS, D_MODEL**-0.5)
    table = {
        "none": lambda: torch.zeros(LONGEST, D_MODEL),
        "integers": lambda: integers(LONGEST, D_MODEL),
        "sinusoidal": lambda: sinusoidal(LONGEST, D_MODEL),
        "learned": lambda: parameter(LONGEST, D_MODEL, 1.0),
    }[encoding]()
    trained = [words, *projections, output, *([table] if table.requires_grad else [])]
    optimizer = torch.optim.Adam(trained, lr=0.01)

    def attend(ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        Q, K, V = (add_positions(words[ids], table) @ W for W in projections)
        weights = torch.softmax(Q @ K.transpose(1, 2) / D_MODEL**0.5, dim=-1)
        return weights @ V @ output, weights

    losses = []
    for _ in range(steps):
        ids = torch.from_numpy(rng.integers(0, N_WORDS, (64, TRAINED_LENGTH)))
        logits, _ = attend(ids)
        loss = functional.cross_entropy(logits[:, 1:].reshape(-1, N_WORDS), ids[:, :-1].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        ids = torch.from_numpy(rng.integers(0, N_WORDS, (300, LONGEST)))
        accuracy = np.full(LONGEST, np.nan)
        for length in (LONGEST, TRAINED_LENGTH):  # the short ones last: they say what was learned
            right = attend(ids[:, :length])[0][:, 1:].argmax(dim=-1) == ids[:, : length - 1]
            accuracy[1:length] = right.double().mean(dim=0).numpy()
        weights = attend(ids[:1, :TRAINED_LENGTH])[1][0].numpy()
    return Run(encoding, np.array(losses), accuracy, table.detach().numpy().copy(), weights)
