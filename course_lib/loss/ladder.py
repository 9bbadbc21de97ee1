"""Models that only count, one with a longer memory than the other: losses to read before there is a trained network.

Order 0 holds every token equally likely; order 1 counts tokens; order n counts what followed the last n - 1 tokens, and
where it has seen little it leans on order n - 1 (MacKay and Peto 1995, A hierarchical Dirichlet language model).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Int

from course_lib import corpus
from course_lib.loss.by_hand import bits_per_byte, perplexity

__all__ = ["Rung", "ladder", "next_word_logits", "surprises", "tokens_of"]

NAMES = ("every token alike", "how often each occurs", "the token before", "two before", "three before", "four before")


@dataclass(frozen=True)
class Rung:
    """What one model made of the held-out text.

    Attributes:
        name: what the model knows.
        order: 0 for nothing, 1 for counts, n for n - 1 tokens of context.
        loss: mean surprise in nats per token.
        perplexity: e to the loss.
        bits_per_byte: the loss per byte of the text.
    """

    name: str
    order: int
    loss: float
    perplexity: float
    bits_per_byte: float


@cache
def tokens_of(part: str, unit: str) -> tuple[Int[np.ndarray, " token"], int]:
    """The ids of a part of the corpus, cut into "word"s or "byte"s, and the size of the vocabulary.

    >>> [tokens_of("held_out", unit)[1] for unit in ("word", "byte")]
    [633, 256]
    """
    if unit not in ("word", "byte"):
        raise ValueError(f"unit is 'word' or 'byte'; got {unit!r}")
    if unit == "byte":
        ids, vocab = np.frombuffer(corpus.text(part).encode(), dtype=np.uint8).astype(np.int64), 256
    else:
        words = corpus.vocabulary()
        ids, vocab = np.array(words.encode(corpus.stream(part))), len(words)
    ids.setflags(write=False)  # it is cached, so nobody may change it
    return ids, vocab


def surprises(
    seen: Int[np.ndarray, " token"], read: Int[np.ndarray, " other"], vocab: int, order: int, strength: float = 3.0
) -> Float[np.ndarray, "order_and_0 other"]:
    """How surprised models of order 0 to `order`, which have counted `seen`, are by each token of `read`, in nats.

    p_n(w | context) = (count(context w) + strength * p_{n-1}(w | shorter context)) / (count(context) + strength).
    At the start of `read`, where the context is too short, a model says what the next lower one says.

    >>> surprises(np.array([0, 1, 0, 1]), np.array([0, 1]), 2, 1, strength=2.0).round(4).tolist()
    [[0.6931, 0.6931], [0.6931, 0.6931]]
    """
    if vocab ** max(order, 1) >= 2**63:
        raise ValueError(f"{vocab} tokens in runs of {order} do not fit into 64 bits; take an order below {order}")
    p = np.full(len(read), 1 / vocab)
    rows = [p]
    for n in range(1, order + 1):
        p = p.copy()
        runs, contexts = _runs(seen, vocab, n), _runs(seen[:-1], vocab, n - 1)
        asked = _runs(read, vocab, n)
        together, before = _count(runs, asked), _count(contexts, asked // vocab)
        p[n - 1 :] = (together + strength * p[n - 1 :]) / (before + strength)
        rows.append(p)
    return -np.log(rows)


def _runs(ids: np.ndarray, vocab: int, n: int) -> np.ndarray:
    """Every run of n tokens as one whole number; a run of no tokens is 0, one for each token."""
    size = max(len(ids) - max(n, 1) + 1, 0)
    number = np.zeros(size + (n == 0), dtype=np.int64)
    for place in range(n):
        number = number * vocab + ids[place : place + size]
    return number


def _count(runs: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """How often each of the asked runs occurs."""
    if not len(runs):
        return np.zeros(len(asked), dtype=np.int64)
    known, counts = np.unique(runs, return_counts=True)
    places = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[places] == asked, counts[places], 0)


@cache
def ladder(unit: str = "word", order: int = 5) -> tuple[Rung, ...]:
    """Models of order 0 to `order`, counted on the training part and judged on the held-out part, best last.

    >>> [round(rung.loss, 1) for rung in ladder("word", 2)]
    [6.5, 5.1, 2.5]
    """
    (seen, vocab), (read, _) = tokens_of("train", unit), tokens_of("held_out", unit)
    n_bytes = len(corpus.text("held_out").encode())
    losses = surprises(seen, read, vocab, order).mean(axis=1)
    return tuple(
        Rung(NAMES[n], n, float(loss), perplexity(loss), bits_per_byte(loss, len(read), n_bytes))
        for n, loss in enumerate(losses)
    )


@cache
def next_word_logits(strength: float = 3.0) -> Float[np.ndarray, "vocab vocab"]:
    """The model of order 2 as a table of logits: row a holds, for every word b, log p(b | a).

    Logarithms of probabilities are logits too: softmax gives the probabilities back.

    >>> np.exp(next_word_logits()).sum(axis=1).round(6).min()
    np.float64(1.0)
    """
    ids, vocab = tokens_of("train", "word")
    alone = (np.bincount(ids, minlength=vocab) + strength / vocab) / (len(ids) + strength)
    pairs = np.zeros((vocab, vocab))
    np.add.at(pairs, (ids[:-1], ids[1:]), 1)
    table = np.log((pairs + strength * alone) / (pairs.sum(axis=1, keepdims=True) + strength))
    table.setflags(write=False)
    return table
