"""The lesson's experiments: each a function from settings and a seed to numbers, in seconds on two cores.

A small model reads a small part of the course's corpus: what is to be seen does not need more.
"""

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib import corpus
from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.training.broken import BrokenGPT
from course_lib.training.config import TrainConfig
from course_lib.training.evaluate import mean_loss
from course_lib.training.in_torch import batch
from course_lib.training.loop import Step, Trainer
from course_lib.training.world import stream
from course_lib.transformer.models import GPT, ModelConfig

__all__ = [
    "BatchCost",
    "Overfit",
    "batch_costs",
    "broken_run",
    "copy_accuracy",
    "copy_task",
    "overfit",
    "saved_bytes",
    "small_model",
    "sweep",
    "train_to_copy",
    "writing_loss",
    "written_quality",
]


def small_model(
    context: int = 32, d_model: int = 48, layers: int = 2, dropout: float = 0.0, without: tuple[str, ...] = ()
) -> BrokenGPT:
    """A small GPT over the course's words, with or without all of its parts, always from the same random numbers."""
    shape = ModelConfig(
        vocab=len(corpus.vocabulary()), context=context, layers=layers, d_model=d_model, n_heads=4, dropout=dropout
    )
    return BrokenGPT(shape, torch.Generator().manual_seed(0), without)


# ---------------------------------------------------------------- overfitting and dropout


@dataclass(frozen=True)
class Overfit:
    """A run on a text that is too short for the model.

    Attributes:
        steps: where the losses were measured.
        train, held_out: the loss without dropout, on the training text itself and on text never seen.
    """

    steps: np.ndarray
    train: np.ndarray
    held_out: np.ndarray


def overfit(dropout: float, tokens: int = 1000, steps: int = 240, every: int = 24) -> Overfit:
    """Train on the first `tokens` words of the corpus alone, and measure on them and on others.

    Args:
        dropout: the share that is dropped in training.
        tokens: how much text there is to learn from.
        steps, every: how long to train, and how often to measure.
    """
    ids, other = stream("train")[:tokens], stream("held_out")[:2000]
    config = TrainConfig(steps=steps, batch_size=8, peak=1e-2, floor=1e-3, warmup=10)
    trainer = Trainer(small_model(dropout=dropout), ids, config=config)
    measured = []

    def measure(trainer: Trainer, step: Step) -> None:
        if step.number % every == 0:
            losses = (mean_loss(trainer.model, text) for text in (ids[:2000], other))
            measured.append((step.number, *losses))

    trainer.run(watchers=[measure])
    return Overfit(*np.array(measured).T)


# ---------------------------------------------------------------- learning rates


def sweep(rates: Sequence[float], steps: int = 60, clip: float | None = None) -> dict[float, Float[np.ndarray, "step"]]:
    """The losses of short runs that differ in nothing but their learning rate, which is constant after five steps.

    A run whose loss is no number any more keeps infinity from there on.
    """
    found = {}
    for rate in rates:
        config = TrainConfig(steps=steps, batch_size=16, peak=rate, floor=rate, warmup=5, clip=clip)
        trainer = Trainer(small_model(), stream("train"), config=config)
        losses = trainer.run() and trainer.losses
        found[rate] = np.where(np.isfinite(losses), losses, np.inf)
    return found


# ---------------------------------------------------------------- a part taken out


def broken_run(without: tuple[str, ...] = (), steps: int = 200, context: int = 8) -> Trainer:
    """Train a model without some of its parts for a while."""
    config = TrainConfig(steps=steps, batch_size=32, peak=1e-2, floor=3e-3, warmup=10)
    trainer = Trainer(small_model(context, without=without), stream("train"), config=config)
    trainer.run()
    return trainer


@torch.no_grad()
def writing_loss(model: GPT, ids: Int[Tensor, "token"], length: int = 7, windows: int = 256) -> float:
    """The loss as it counts for writing: of the token after a window, predicted from the window alone.

    `mean_loss` shows a model the whole window, and one without a mask finds each target there. Whoever writes has
    nothing to look at after the last word.
    """
    starts = torch.arange(windows) * ((len(ids) - length - 1) // windows)
    places = starts[:, None] + torch.arange(length)
    model.eval()
    logits = model(ids[places])[:, -1]
    return float(fused_cross_entropy(logits, ids[starts + length]))


# ---------------------------------------------------------------- batch size


def saved_bytes(model: GPT, ids: Int[Tensor, "batch token"]) -> int:
    """How many bytes the forward pass keeps for the backward pass, the weights themselves not counted.

    >>> model = small_model()
    >>> one, two = (saved_bytes(model, torch.zeros(n, 32, dtype=torch.long)) for n in (1, 2))
    >>> 1.5 < two / one <= 2
    True
    """
    own = {one.untyped_storage().data_ptr() for one in model.parameters()}
    seen: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            seen[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        # The loss is kept until the bytes are counted, so that no storage is freed and its address used again.
        loss = fused_cross_entropy(model(ids), ids)
    total = sum(seen.values())
    del loss
    return total


@dataclass(frozen=True)
class BatchCost:
    """What a step costs at one batch size.

    Attributes:
        batch_size: windows in the batch.
        seconds: of one forward and backward pass, the quickest of several.
        tokens_per_second: how many tokens are learned from in a second.
        saved: bytes kept for the backward pass.
    """

    batch_size: int
    seconds: float
    tokens_per_second: float
    saved: int


def batch_costs(sizes: Sequence[int] = (1, 2, 4, 8, 16, 32), context: int = 64, rounds: int = 9) -> list[BatchCost]:
    """Time and memory of a step for several batch sizes, measured here and now.

    The sizes take turns, and the quickest of several rounds counts: whatever else the machine does only adds.
    """
    model, rng = small_model(context, d_model=64), np.random.default_rng(0)
    batches = {size: batch(stream("train"), size, context, rng) for size in sizes}
    seconds = dict.fromkeys(sizes, float("inf"))
    for _ in range(rounds):
        for size, (inputs, targets) in batches.items():
            started = time.perf_counter()
            fused_cross_entropy(model(inputs), targets).backward()
            seconds[size] = min(seconds[size], time.perf_counter() - started)
    return [
        BatchCost(size, seconds[size], size * context / seconds[size], saved_bytes(model, batches[size][0]))
        for size in sizes
    ]


# ---------------------------------------------------------------- what was written


def written_quality(texts: Sequence[str]) -> tuple[float, float]:
    """How much a model repeats itself, and how often it joins three words that the corpus never joins.

    Returns:
        The share of runs of six words that had been written before, in this text or in one before it, and the share of
        runs of three words that the training part of the corpus does not have.

    >>> written_quality(["the creature", "the creature"])
    (0.0, 0.0)
    """
    strange, sixes, threes, seen = 0, 0, 0, set()
    for text in texts:
        words = corpus.words(text.replace(corpus.START, ""))
        runs = list(zip(*(words[i:] for i in range(6)), strict=False))
        seen, sixes = seen | set(runs), sixes + len(runs)
        runs = list(zip(*(words[i:] for i in range(3)), strict=False))
        strange, threes = strange + sum(run not in _threes() for run in runs), threes + len(runs)
    return (sixes - len(seen)) / max(sixes, 1), strange / max(threes, 1)


@functools.cache
def _threes() -> frozenset[tuple[str, str, str]]:
    words = [word for word in corpus.stream("train") if word != corpus.START]
    return frozenset(zip(words, words[1:], words[2:], strict=False))


# ---------------------------------------------------------------- a copy task

SYMBOLS = 8


def copy_task(
    rng: np.random.Generator, n: int, length: int = 32
) -> tuple[Int[np.ndarray, "n length"], Int[np.ndarray, "n"], Int[np.ndarray, "n"]]:
    """Rows of symbols of which one is marked, and a question at the end: which one was it?

    Symbols are 0 to 7, the same symbol marked is 8 more, the question is 16.

    Returns:
        The rows (n, length), the answers (n,) and how far back each stands (n,), from 1 to length - 1.

    >>> rows, answers, distances = copy_task(np.random.default_rng(0), 3, 5)
    >>> rows.shape, (rows[:, -1] == 16).all().item()
    ((3, 5), True)
    >>> (rows[np.arange(3), 4 - distances] == answers + 8).all().item()
    True
    """
    rows = rng.integers(0, SYMBOLS, (n, length))
    places, answers = rng.integers(0, length - 1, n), rng.integers(0, SYMBOLS, n)
    rows[np.arange(n), places] = answers + SYMBOLS
    rows[:, -1] = 2 * SYMBOLS
    return rows, answers, length - 1 - places


def train_to_copy(length: int = 32, steps: int = 200, layers: int = 1, seed: int = 0) -> GPT:
    """One block learns to answer, wherever the marked symbol stands."""
    shape = ModelConfig(vocab=2 * SYMBOLS + 1, context=length, layers=layers, d_model=32, n_heads=2)
    model = GPT(shape, torch.Generator().manual_seed(seed))
    config = TrainConfig(steps=steps, peak=1e-2, floor=1e-4, warmup=min(20, steps // 2))
    optimizer, rng = torch.optim.AdamW(model.parameters(), fused=True), np.random.default_rng(seed)
    for step in range(1, steps + 1):
        rows, answers, _ = map(torch.from_numpy, copy_task(rng, 64, length))
        loss = fused_cross_entropy(model(rows)[:, -1], answers)
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = config.rate(step)
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


@torch.no_grad()
def copy_accuracy(model: GPT, n: int = 4000, seed: int = 1) -> Float[np.ndarray, "distance"]:
    """The share of right answers at each distance, from 1 to the context less 1, on rows not trained on."""
    length = model.config.context
    rows, answers, distances = copy_task(np.random.default_rng(seed), n, length)
    right = model(torch.from_numpy(rows))[:, -1].argmax(dim=-1).numpy() == answers
    return np.array([right[distances == distance].mean() for distance in range(1, length)])
