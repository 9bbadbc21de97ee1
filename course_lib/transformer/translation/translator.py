"""An encoder-decoder learns to translate Lumi into Toka, and is asked about sentences it has never seen.

Adds to ``models``: teacher forcing (all positions of a target in one pass, each reading the true words before it), a
training loop of the plainest kind (lesson 10 has its parts), and greedy writing for a whole batch, with and without a cache.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from course_lib.corpus import Translation, parallel_corpus
from course_lib.transformer.models import EncoderDecoder, ModelConfig
from course_lib.transformer.translation.batches import START, STOP, Batch, languages, prepare

__all__ = [
    "LONGEST",
    "N_PAIRS",
    "Trained",
    "encoder_output",
    "exact_share",
    "greedy_decode_batch",
    "new_model",
    "token_loss",
    "train_translator",
    "translate",
]

LONGEST = 32  # tokens; the longest sentence of the two languages has 28
N_PAIRS = 16_000  # so many that hardly any is seen twice: with 4000 the long sentences are learned by heart
AND, LONG_TIMES = "ja", 3


@dataclass(frozen=True)
class Trained:
    """A trained model and how it got there.

    Attributes:
        model: in evaluation mode.
        losses: cross-entropy per target word at every step, in nats.
    """

    model: EncoderDecoder
    losses: tuple[float, ...]


def new_model(
    seed: int = 0, layers: int = 2, d_model: int = 64, n_heads: int = 4, fused: bool = True
) -> EncoderDecoder:
    """A small encoder-decoder for the two languages, with random weights."""
    lumi, toka = languages()
    config = ModelConfig(
        vocab=len(lumi),
        context=LONGEST,
        layers=layers,
        d_model=d_model,
        n_heads=n_heads,
        d_ff=2 * d_model,
        activation="relu",
        target_vocab=len(toka),
        fused=fused,
    )
    return EncoderDecoder(config, torch.Generator().manual_seed(seed))


def encoder_output(model: EncoderDecoder, batch: Batch, source: bool = True) -> Float[Tensor, "batch source d_model"]:
    """What the encoder hands to the decoder; zeros where the encoder is cut off."""
    if source:
        return model.encode(batch.source, batch.present)
    return model.source_table.new_zeros(*batch.source.shape, model.config.d_model)


def token_loss(model: EncoderDecoder, batch: Batch, source: bool = True) -> Float[Tensor, ""]:
    """Cross-entropy per target word, in nats, all positions in one pass; what only fills up is not counted."""
    logits = model.decode(batch.target_in, encoder_output(model, batch, source), batch.present)
    return functional.cross_entropy(logits.flatten(0, 1), batch.target_out.flatten(), ignore_index=0)


def train_translator(
    steps: int = 700,
    seed: int = 0,
    source: bool = True,
    peak: float = 4e-3,
    batch_size: int = 48,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> Trained:
    """Train on `N_PAIRS` training pairs with AdamW, a short warm-up and a cosine down to nothing.

    Args:
        steps: how many batches.
        seed: of the weights and of the order of the sentences.
        source: False cuts the encoder off: the decoder is handed zeros in its place.
        peak: the largest learning rate.
        batch_size: sentences in a batch.
        progress: wraps the steps, such as ``tqdm``, to show how far it has got.

    >>> len(train_translator(steps=2).losses)
    2
    """
    model = new_model(seed)
    pairs = parallel_corpus("train", N_PAIRS)
    order = torch.Generator().manual_seed(seed + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    warm_up = min(50, steps // 5)
    losses, waiting = [], []
    for step in progress(range(steps)):
        for group in optimizer.param_groups:
            group["lr"] = peak * _share_of_peak(step, warm_up, steps)
        if not waiting:
            waiting = _one_round(pairs, batch_size, order)
        loss = token_loss(model, waiting.pop(), source)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return Trained(model.eval(), tuple(losses))


def _one_round(pairs: Sequence[Translation], batch_size: int, order: torch.Generator) -> list[Batch]:
    """Batches of all pairs in random order, those of two clauses several times: they are rarer and harder."""
    drawn = [pair for pair in pairs for _ in range(LONG_TIMES if AND in pair.source else 1)]
    shuffled = torch.randperm(len(drawn), generator=order).tolist()
    whole = range(0, len(drawn) - batch_size + 1, batch_size)
    return [prepare([drawn[i] for i in shuffled[first : first + batch_size]]) for first in whole]


def _share_of_peak(step: int, warm_up: int, steps: int) -> float:
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


@torch.no_grad()
def greedy_decode_batch(
    model: EncoderDecoder,
    memory: Float[Tensor, "batch source d_model"],
    present: Bool[Tensor, "batch source"],
    cached: bool = True,
) -> Int[Tensor, "batch token"]:
    """Write a target for every row greedily until each has its stop.

    Args:
        model: in evaluation mode.
        memory: what the encoder made of the sources.
        present: where the sources have words.
        cached: False reads everything written so far again for every word; the result is the same.
    Returns:
        The ids written, without the start token. A row that has stopped is filled up with 0.
    """
    _, toka = languages()
    start, stop = toka.ids([START, STOP])
    written = torch.full((len(memory), 1), start)
    running = torch.ones(len(memory), dtype=torch.bool)
    caches = model.new_caches() if cached else None
    while running.any() and written.shape[1] < LONGEST:
        new = written[:, -1:] if cached else written
        best = model.decode(new, memory, present, caches)[:, -1].argmax(dim=-1)
        written = torch.cat([written, torch.where(running, best, 0)[:, None]], dim=1)
        running &= best != stop
    return written[:, 1:]


@torch.no_grad()
def translate(
    model: EncoderDecoder, pairs: Sequence[Translation], source: bool = True, cached: bool = True
) -> list[tuple[str, ...]]:
    """The sources of some pairs, translated greedily; the targets are not looked at.

    Args:
        model: in evaluation mode.
        pairs: whose sources are read.
        source: False cuts the encoder off.
        cached: as in `greedy_decode_batch`.
    """
    _, toka = languages()
    batch = prepare(pairs)
    rows = greedy_decode_batch(model, encoder_output(model, batch, source), batch.present, cached)
    return [toka.texts(number for number in row if number != 0) for row in rows.tolist()]


def exact_share(translations: Sequence[tuple[str, ...]], pairs: Sequence[Translation]) -> float:
    """The share of sentences that are right to the last word.

    >>> pair = parallel_corpus("held_out", 1)[0]
    >>> exact_share([pair.target, pair.source], [pair, pair])
    0.5
    """
    return sum(words == pair.target for words, pair in zip(translations, pairs, strict=True)) / len(pairs)
