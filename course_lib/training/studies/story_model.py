"""The run of the lesson: a GPT of two blocks learns the stories of the course's corpus, and writes."""

import functools
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib import corpus
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.loop import Trainer
from course_lib.training.in_torch import chooser
from course_lib.transformer.generation import generate
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["CONFIG", "PROMPT", "next_probabilities", "stream", "trainer", "write", "write_all"]

PROMPT = "a fluffy blue creature"
#: The lesson's run: about twenty seconds on two cores.
CONFIG = TrainConfig(steps=400, batch_size=32, peak=6e-3, floor=3e-4, warmup=20, evaluate_every=50)


@functools.cache
def stream(part: str) -> Int[Tensor, "token"]:
    """The ids of all words of a part of the corpus, in a row; do not change it, it is kept.

    >>> len(stream("train")) > 300_000
    True
    """
    return torch.tensor(corpus.vocabulary().encode(corpus.stream(part)))


def trainer(
    config: TrainConfig = CONFIG,
    context: int = 64,
    d_model: int = 64,
    layers: int = 2,
    dropout: float = 0.0,
    held_out: int | None = 8192,
    seed: int = 0,
) -> Trainer:
    """A run on the course's corpus, ready to start; `held_out` tokens are measured on (None: all of them)."""
    shape = ModelConfig(
        vocab=len(corpus.vocabulary()), context=context, layers=layers, d_model=d_model, n_heads=4, dropout=dropout
    )
    model = GPT(shape, torch.Generator().manual_seed(seed))
    return Trainer(model, stream("train"), stream("held_out")[:held_out], config)


def write(
    model: GPT,
    prompt: str = PROMPT,
    n_tokens: int = 24,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
    cached: bool = True,
) -> str:
    """What a model of the course's words writes after a prompt.

    Raises:
        KeyError: a word of the prompt is not among them.
    """
    ids = torch.tensor([corpus.vocabulary().encode(prompt)])
    written = generate(model, ids, n_tokens, chooser(temperature, top_k, top_p, seed), cached)
    return corpus.vocabulary().decode(written[0].tolist())


def write_all(
    model: GPT,
    prompts: Sequence[str],
    n_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
) -> list[str]:
    """What a model writes after several prompts of equal length, all of them in one batch.

    Raises:
        ValueError: the prompts differ in length.
    """
    vocabulary = corpus.vocabulary()
    ids = [vocabulary.encode(prompt) for prompt in prompts]
    lengths = [len(words) for words in ids]
    if len(set(lengths)) > 1:
        raise ValueError(f"a batch needs prompts of equal length; got {lengths} words")
    written = generate(model, torch.tensor(ids), n_tokens, chooser(temperature, top_k, top_p, seed))
    return [vocabulary.decode(row) for row in written.tolist()]


@torch.no_grad()
def next_probabilities(model: GPT, text: str | Sequence[str]) -> Float[np.ndarray, "vocab"]:
    """What the model thinks comes after a text, for every word of the vocabulary.

    Raises:
        KeyError: a word is not in the vocabulary.
    """
    ids = torch.tensor([corpus.vocabulary().encode(text)])[:, -model.config.context :]
    was_training = model.training
    model.eval()
    try:
        return model(ids)[0, -1].double().softmax(dim=-1).numpy()
    finally:
        model.train(was_training)
