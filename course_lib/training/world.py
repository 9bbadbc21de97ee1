"""The run of the lesson: a GPT of two blocks learns the course's small world; and a larger one that is shipped in data/.

``python -m course_lib regenerate world_model`` trains the shipped one again (some minutes). Other versions of PyTorch, and other
processors, round otherwise: what comes out is then as good, and not the same to the byte.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib import corpus
from course_lib.data import data_file
from course_lib.training import checkpoint
from course_lib.training.config import TrainConfig
from course_lib.training.evaluate import mean_loss
from course_lib.training.in_torch import chooser
from course_lib.training.loop import Step, Trainer, load_model
from course_lib.transformer.generation import generate
from course_lib.transformer.models import GPT, ModelConfig

__all__ = [
    "CONFIG",
    "PROMPT",
    "Snapshot",
    "Snapshots",
    "bigram_loss",
    "next_probabilities",
    "shipped",
    "stream",
    "train_shipped",
    "trainer",
    "write",
    "write_all",
]

PROMPT = "a fluffy blue creature"
#: The lesson's run: about twenty seconds on two cores.
CONFIG = TrainConfig(steps=400, batch_size=32, peak=6e-3, floor=3e-4, warmup=20, evaluate_every=50)
SHIPPED = TrainConfig(steps=1200, batch_size=16, peak=1e-2, floor=1e-4, warmup=40, evaluate_every=200)
SHIPPED_FILE = "world_model.safetensors"


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
    if len({len(one) for one in ids}) > 1:
        raise ValueError(f"a batch needs prompts of equal length; got {[len(one) for one in ids]} words")
    written = generate(model, torch.tensor(ids), n_tokens, chooser(temperature, top_k, top_p, seed))
    return [vocabulary.decode(one) for one in written.tolist()]


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


@dataclass(frozen=True)
class Snapshot:
    """A model in the middle of its training, seen from outside.

    Attributes:
        step: after so many updates; 0 before the first.
        held_out: the loss on the held-out text.
        sample: what it writes after PROMPT.
        weights: its probabilities for the word after PROMPT, (vocab,).
    """

    step: int
    held_out: float
    sample: str
    weights: np.ndarray


@dataclass
class Snapshots:
    """A watcher that takes a `Snapshot` wherever the held-out loss was measured.

    Attributes:
        taken: the snapshots so far.
    """

    taken: list[Snapshot] = field(default_factory=list)

    def begin(self, trainer: Trainer) -> "Snapshots":
        """Take one before the first step."""
        self._take(trainer, 0, mean_loss(trainer.model, trainer.held_out))
        return self

    def __call__(self, trainer: Trainer, step: Step) -> None:
        if step.held_out is not None:
            self._take(trainer, step.number, step.held_out)

    def _take(self, trainer: Trainer, number: int, held_out: float) -> None:
        model = trainer.model
        self.taken.append(Snapshot(number, held_out, write(model), next_probabilities(model, PROMPT)))


def bigram_loss(
    train: Int[np.ndarray, "token"], held_out: Int[np.ndarray, "token"], vocab: int, extra: float = 0.05
) -> float:
    """The mean loss, in nats, of a model that counts which token follows which, and knows nothing else.

    Args:
        extra: added to every count, so that a pair never met is not impossible.

    >>> bigram_loss(np.array([0, 1, 0, 1, 0]), np.array([0, 1, 0]), 2, extra=0.0)
    0.0
    """
    counts = np.full((vocab, vocab), float(extra))
    np.add.at(counts, (train[:-1], train[1:]), 1.0)
    chances = counts[held_out[:-1], held_out[1:]] / counts.sum(axis=1)[held_out[:-1]]
    return float(np.abs(-np.log(chances).mean()))


def train_shipped(watchers: Sequence = ()) -> Trainer:
    """Train the model that is in data/: wider, and with room for a whole story, so that it can remember its beginning."""
    run = trainer(SHIPPED, context=256, d_model=96, held_out=None)
    run.run(watchers=watchers)
    return run


def ship(run: Trainer, folder: Path) -> Path:
    """Write a run's weights alone, in half precision."""
    from dataclasses import asdict

    tensors = {f"model.{name}": one.half() for name, one in run.model.state_dict().items()}
    about = {
        "model": asdict(run.model.config),
        "config": asdict(run.config),
        "step": run.done,
        "held_out": run.measured[-1][1],
    }
    return checkpoint.write(folder / SHIPPED_FILE, tensors, about)


def shipped() -> GPT:
    """The trained model of data/, ready to write.

    >>> shipped().config.layers
    2
    """
    return load_model(data_file(SHIPPED_FILE))[0]
