"""One head, trained in a second on a task it can read off: every sentence has one adjective, and its noun must name it.

Six tokens in random order: an adjective, a noun, and four fillers (articles, verbs). The target of the noun's row is the
one-hot number of the adjective, of every other row zeros. Nothing tells the head who should ask whom.
"""

from dataclasses import dataclass

import numpy as np
import torch

from course_lib.attention.by_hand import attention_weights
from course_lib.attention.in_torch import single_head
from course_lib.explorer.pictures import picture, subplots

__all__ = ["ADJECTIVES", "WORDS", "Trained", "noun_sentences", "show", "train_head"]

ADJECTIVES = ("fluffy", "blue", "verdant", "tiny")
NOUNS = ("creature", "forest", "tower", "mole")
FILLERS = ("a", "the", "roamed", "saw")
WORDS = (*ADJECTIVES, *NOUNS, *FILLERS)


@dataclass(frozen=True)
class Trained:
    """A head before and after training.

    Attributes:
        table: the vectors of WORDS, (word, d_model), random and not trained.
        before, after: W_Q, W_K, W_V, each (d_model, d_head).
        losses: the mean squared error at every step.
    """

    table: np.ndarray
    before: tuple[np.ndarray, ...]
    after: tuple[np.ndarray, ...]
    losses: np.ndarray


def noun_sentences(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Sentences as word numbers (n, 6), and their targets (n, 6, number of adjectives).

    >>> ids, targets = noun_sentences(np.random.default_rng(0), 3)
    >>> ids.shape, targets.shape, targets.sum(axis=(1, 2)).tolist()
    ((3, 6), (3, 6, 4), [1.0, 1.0, 1.0])
    """
    adjectives = rng.integers(0, 4, (n, 1))
    ids = np.concatenate([adjectives, rng.integers(4, 8, (n, 1)), rng.integers(8, 12, (n, 4))], axis=1)
    ids = rng.permuted(ids, axis=1)
    is_noun = (ids >= 4) & (ids < 8)
    return ids, is_noun[..., None] * np.eye(4)[adjectives]


def train_head(steps: int = 300, d_model: int = 16, seed: int = 0) -> Trained:
    """Train W_Q, W_K and W_V from random numbers with Adam; the words' vectors stay as they are.

    >>> trained = train_head(steps=3)
    >>> trained.losses.shape, trained.after[2].shape
    ((3,), (16, 4))
    """
    rng = np.random.default_rng(seed)
    table = torch.tensor(rng.normal(size=(len(WORDS), d_model)))
    weights = [torch.tensor(rng.normal(size=(d_model, 4)) / d_model**0.5, requires_grad=True) for _ in "QKV"]
    before = tuple(W.detach().numpy().copy() for W in weights)
    optimizer = torch.optim.Adam(weights, lr=0.03)
    losses = []
    for _ in range(steps):
        ids, targets = noun_sentences(rng, 64)
        output = single_head(table[torch.from_numpy(ids)], *weights)
        loss = ((output - torch.from_numpy(targets)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    after = tuple(W.detach().numpy().copy() for W in weights)
    return Trained(table.numpy(), before, after, np.array(losses))


def show(trained: Trained, ids: np.ndarray) -> None:
    """Draw the weights of one sentence and the values of all words, before and after training.

    Args:
        trained: from `train_head`.
        ids: the word numbers of the sentence, (6,).
    """
    sentence, x = [WORDS[word] for word in ids], trained.table[ids]
    figure, axes = subplots(1, 4, size=(8.2, 3))
    for column, (name, (W_Q, W_K, W_V)) in enumerate({"before": trained.before, "after": trained.after}.items()):
        weights, values = axes[column], axes[2 + column]
        after = attention_weights(x @ W_Q, x @ W_K)  # of the last name
        weights.imshow(after, cmap="cividis", vmin=0, vmax=1)
        weights.set(title=f"weights {name}", xticks=range(6), yticks=range(6), yticklabels=sentence)
        weights.set(xlabel="is looked at", ylabel="looks")
        weights.set_xticklabels(sentence, rotation=60)
        values.imshow(trained.table @ W_V, cmap="PuOr", vmin=-2, vmax=2, aspect="auto")
        values.set(title=f"values {name}", yticks=range(len(WORDS)), yticklabels=WORDS, xticks=[])
    nouns = [place for place, word in enumerate(sentence) if word in NOUNS]
    said = ", ".join(f"{sentence[i]} looks at {sentence[after[i].argmax()]} with {after[i].max():.2f}" for i in nouns)
    picture(figure, f"Weights and values, noise before training; after it {said}.")
