"""The record: how low a loss on tiny Shakespeare fifteen minutes on two cores reach, with a model of any size.

``python -m benchmarks.record tinyshakespeare.txt`` (or COURSE_TEXT) trains one model and prints its held-out loss; a second argument is the
seed. The parts are those of lesson 13 that the benchmark ``modern`` has; the model is wider and deeper, sees 256 characters, and
multiplies in bfloat16, which processors without instructions for it do slowly. For comparison: nanoGPT's README gives 1.47 for a model four
times as large, after three minutes of an A100 (https://github.com/karpathy/nanoGPT, "quick start").

The time is the processor's, of two threads together, so that it does not matter what else the machine does: fifteen minutes on two cores
are 1800 seconds. The run is a number of steps that fits into them here; it is not stopped by a clock, and gives the same loss again.
"""

import os
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from benchmarks.modern import MODERN, PARTS
from course_lib.corpus import load
from course_lib.modern.gram import gram_muon
from course_lib.modern.model import Decoder
from course_lib.modern.shape import Shape
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.tokens import learn

__all__ = ["InBfloat16", "main"]

SHAPE = {"context": 256, "layers": 6, "d_model": 192, "n_heads": 3}
CONFIG = replace(MODERN, steps=2600, batch_size=8, peak=2e-2, warmup=50)
BUDGET, WANTED = 1800.0, 1.55


class InBfloat16(nn.Module):
    """A model whose matrix products are made in bfloat16; weights, sums and norms stay in float32."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.config = model, model.config

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """The logits, in float32."""
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.model(ids)
        return logits.float()


def main() -> None:
    """Train, and print what came of it; without a text, say so."""
    given = sys.argv[1:] if sys.argv[0].endswith("record.py") else []
    name = next(iter(given), None) or os.environ.get("COURSE_TEXT")
    if not name:
        print("\nrecord: no text to train on. Set COURSE_TEXT to the path of tiny Shakespeare; nothing was measured.")
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Mismatch dtype between input and weight")  # the norms of q and k
            _train(Path(name), int(given[1]) if len(given) > 1 else 1)
    finally:
        torch.set_num_threads(threads)


def _train(path: Path, seed: int) -> None:
    text = load(path)
    tokens = learn(text)
    ids = torch.tensor(tokens.encode(text))
    train, held_out = ids[: len(ids) * 9 // 10], ids[len(ids) * 9 // 10 :]
    model = InBfloat16(Decoder(Shape(vocab=len(tokens), **SHAPE, **PARTS), torch.Generator().manual_seed(seed)))
    size = sum(parameter.numel() for parameter in model.parameters())
    run = Trainer(model, train, None, replace(CONFIG, seed=seed), SHAPE["context"], gram_muon)
    print(f"\n{path.name}: {size:,} parameters, {CONFIG.steps} steps, seed {seed}, two threads", flush=True)
    seconds, began = 0.0, time.perf_counter()
    for twentieth in range(1, 21):
        before = time.process_time()
        done = run.run(until=CONFIG.steps * twentieth // 20)
        seconds += time.process_time() - before
        recent = sum(step.loss for step in done) / len(done)
        print(f"  step {run.done:5}: training loss {recent:.3f} after {seconds:6.0f} s of processor", flush=True)
    loss = mean_loss(model, held_out, SHAPE["context"])
    met = loss <= WANTED and seconds <= BUDGET
    print(f"held-out loss {loss:.4f} after {seconds:.0f} s of processor ({time.perf_counter() - began:.0f} s by the clock); "
          f"wanted at most {WANTED:.2f} in {BUDGET:.0f} s: {'met' if met else 'NOT MET'}")  # fmt: skip


if __name__ == "__main__":
    main()
