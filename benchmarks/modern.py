"""Tiny Shakespeare with the parts of lesson 13: how much sooner a loss of 1.90, and how low in the time that nanoGPT's way takes.

The text is not part of the course: name it by the environment variable COURSE_TEXT, or as the argument
(``python -m benchmarks.modern tinyshakespeare.txt``). nanoGPT's way is that of ``benchmarks.training``: 0.80 million parameters, a context of
64, batches of 12, 2000 steps, AdamW. The modern way has the same width and depth, and fewer parameters: rotary positions, root mean
squares, squared ReLU, norms on queries and keys, no biases; Muon for the matrices (the rounds on small matrices, ``modern.gram``),
AdamW for the rest, both falling in a straight line.

Three modern runs of either length, with three seeds, and one of nanoGPT's way, take turns, a twentieth of each at a time. The time is
the processor's, of one thread, without the measurements on the held-out text: what else the machine does moves it less than a clock.
"""

import os
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from benchmarks.training import NANO, SHAPE, WANTED
from course_lib.corpus import load
from course_lib.modern.gram import gram_muon
from course_lib.modern.model import Decoder
from course_lib.modern.shape import Shape
from course_lib.training.engine.adamw import adamw
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.tokens import learn
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["Timed", "main", "modern"]

SEEDS = (1, 2, 3)
PARTS = {"rotary": True, "rms": True, "activation": "relu_squared", "qk_norm": True, "bias": False}
#: The steps of the short run, and of the long one, which should take the time of nanoGPT's 2000.
SHORT, LONG = 260, 1200
MODERN = TrainConfig(
    steps=SHORT, batch_size=12, peak=3e-2, floor=1e-5, warmup=10, fall="line", beta_2=0.99, weight_decay=0.1, seed=1
)
WANTED_TIME, WANTED_LOSS = 0.22, 1.66


class Timed:
    """A run whose steps are timed by the processor, with a loss measured at the end."""

    def __init__(self, name: str, run: Trainer, held_out: torch.Tensor) -> None:
        self.name, self.run, self.held_out = name, run, held_out
        self.seconds, self.loss = 0.0, float("nan")

    def twentieth(self) -> None:
        """A twentieth of the steps, and the held-out loss after the last."""
        began = time.process_time()
        self.run.run(until=self.run.done + -(-self.run.config.steps // 20))
        self.seconds += time.process_time() - began
        if self.run.done == self.run.config.steps:
            self.loss = mean_loss(self.run.model, self.held_out, SHAPE["context"])


def modern(vocab: int, seed: int) -> nn.Module:
    """The model with the parts of lesson 13.

    >>> sum(tensor.numel() for tensor in modern(65, 1).parameters())
    796160
    """
    return Decoder(Shape(vocab=vocab, **SHAPE, **PARTS), torch.Generator().manual_seed(seed))


def main() -> None:
    """Measure, and print one line for each claim."""
    name = next(iter(sys.argv[1:]), None) if sys.argv[0].endswith("modern.py") else None
    name = name or os.environ.get("COURSE_TEXT")
    if not name:
        print("\nmodern: no text to train on. Set COURSE_TEXT to the path of tiny Shakespeare; nothing was measured.")
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        _measure(Path(name))
    finally:
        torch.set_num_threads(threads)


def _measure(path: Path) -> None:
    text = load(path)
    tokens = learn(text)
    ids = torch.tensor(tokens.encode(text))
    train, held_out = ids[: len(ids) * 9 // 10], ids[len(ids) * 9 // 10 :]
    print(f"\n{path.name}: {len(ids):,} characters, {len(tokens)} kinds; one thread", flush=True)

    def timed(name: str, model: nn.Module, config: TrainConfig, optimizer) -> Timed:
        return Timed(name, Trainer(model, train, None, config, SHAPE["context"], optimizer), held_out)

    nano = GPT(ModelConfig(vocab=len(tokens), bias=False, **SHAPE), torch.Generator().manual_seed(NANO.seed))
    first = timed("nanoGPT's way", nano, replace(NANO, evaluate_every=0), adamw)
    lengths = {
        steps: [
            timed(
                f"modern, {steps} steps, seed {s}",
                modern(len(tokens), s),
                replace(MODERN, steps=steps, seed=s),
                gram_muon,
            )
            for s in SEEDS
        ]
        for steps in (SHORT, LONG)
    }
    runs = [first, *lengths[SHORT], *lengths[LONG]]
    for _ in range(20):
        for one in runs:
            one.twentieth()
    for one in runs:
        print(
            f"{one.name:28} loss {one.loss:.4f} after {one.seconds:6.1f} s, {one.seconds / first.seconds:.2f} of the first"
        )
    losses = [one.loss for one in lengths[SHORT]]
    share = statistics.median(one.seconds for one in lengths[SHORT]) / first.seconds
    met = share <= WANTED_TIME and max(losses) <= WANTED
    print(f"{WANTED:.2f} in {share:.2f} of the time, losses {min(losses):.3f} to {max(losses):.3f}; "
          f"wanted at most {WANTED_TIME:.2f}: {'met' if met else 'NOT MET'}")  # fmt: skip
    losses = [one.loss for one in lengths[LONG]]
    share = statistics.median(one.seconds for one in lengths[LONG]) / first.seconds
    met = share <= 1.0 and max(losses) <= WANTED_LOSS
    print(f"in {share:.2f} of the time {min(losses):.3f} to {max(losses):.3f}, wanted at most {WANTED_LOSS:.2f} in 1.00: "
          f"{'met' if met else 'NOT MET'}")  # fmt: skip


if __name__ == "__main__":
    main()
