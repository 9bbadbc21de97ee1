"""One change at a time: what each does to the loss on the course's corpus, at equal steps and at equal time.

`python -m course_lib regenerate modern_changes` runs them all and writes data/modern_changes.csv. Time is the processor's time of
one thread, which does not mind what else the machine does; on another machine other ratios come out.
"""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from course_lib import corpus
from course_lib.data import read_table, write_table
from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.modern.model import Decoder
from course_lib.modern.shape import LLAMA, Shape
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.loop import Trainer
from course_lib.training.studies.story_model import stream

__all__ = [
    "BALANCE", "CHANGES", "COLUMNS", "CONFIG", "RATES", "SEEDS", "BalancedTrainer", "cost", "record", "recorded", "recorded_cost", "save", "shape_of",
    "trainer",
]  # fmt: skip

SEEDS = (0, 1, 2)
#: Name of a change -> what it switches; the first is GPT-2's way, the last two have several at once.
CHANGES: dict[str, dict] = {
    "as in GPT-2": {},
    "rotary positions": {"rotary": True},
    "RMSNorm": {"rms": True},
    "SwiGLU": {"swiglu": True},
    "no biases": {"bias": False},
    "grouped queries": {"n_kv_heads": 1},
    "norms on q and k": {"qk_norm": True},
    "window of 16": {"window": 16},
    "2 of 8 experts": {"experts": 8, "chosen": 2, "d_ff": 128},
    "first five together": {**LLAMA, "n_kv_heads": 1},
    "rotary and window": {"rotary": True, "window": 16},
}
SIZES = {"context": 64, "layers": 2, "d_model": 64, "n_heads": 4}
#: Every change is trained with each of these peak learning rates, and counts with the better one of its own.
RATES = (5e-3, 1e-2)
CONFIG = TrainConfig(steps=200, batch_size=12, peak=RATES[1], floor=RATES[1] / 10, warmup=20)
BALANCE = 0.01
#: Where a step takes as long as before, but for this part, one run stands for equal steps and equal time.
SAME = 0.05
HELD_OUT = 8192
COLUMNS = ("change", "peak_rate", "seed", "parameters", "time_of_a_step", "equal", "steps", "held_out_loss")


def shape_of(change: str) -> Shape:
    """The shape of a change.

    Raises:
        LookupError: there is no such change.
    """
    if change not in CHANGES:
        raise LookupError(f"no change {change!r}; there are {', '.join(CHANGES)}")
    return Shape(vocab=len(corpus.vocabulary()), **(SIZES | CHANGES[change]))


class BalancedTrainer(Trainer):
    """A `Trainer` that adds the loss for balance of a model with experts, times `coefficient`, to what is followed downhill."""

    coefficient = BALANCE

    def _gradients(self, inputs: Tensor, targets: Tensor) -> float:
        loss = fused_cross_entropy(self.model(inputs), targets)
        (loss + self.coefficient * self.model.balance()).backward()
        return loss.item()


def trainer(
    change: str, seed: int, steps: int | None = None, peak: float | None = None, config: TrainConfig = CONFIG
) -> Trainer:
    """A run, ready to start. A seed decides the first weights and the windows; the windows are the same for every change.

    Args:
        change: one of CHANGES.
        seed: any whole number.
        steps, peak: other than those of the config; the floor is a tenth of the peak.
        config: the settings.
    """
    shape = shape_of(change)
    given = {"seed": seed, "steps": steps or config.steps, "evaluate_every": 10**9}
    given |= {} if peak is None else {"peak": peak, "floor": peak / 10}
    config = replace(config, **given)
    model = Decoder(shape, torch.Generator().manual_seed(seed))
    kind = BalancedTrainer if shape.experts else Trainer
    return kind(model, stream("train"), stream("held_out")[:HELD_OUT], config)


def cost(changes: tuple[str, ...] = tuple(CHANGES), rounds: int = 40) -> dict[str, float]:
    """The processor's time of a training step of each change, with that of the first change as 1; they take turns."""
    runs = {change: trainer(change, 0) for change in changes}
    took: dict[str, list[float]] = {change: [] for change in changes}
    for _ in range(rounds):
        for change, run in runs.items():
            began = time.process_time()
            run.step()
            took[change].append(time.process_time() - began)
    usual = {change: statistics.median(times[3:] or times) for change, times in took.items()}
    return {change: usual[change] / usual[changes[0]] for change in changes}


def record(
    seeds: tuple[int, ...] = SEEDS, changes: tuple[str, ...] = tuple(CHANGES), say: Callable[[str], None] = print
) -> Iterator[dict[str, object]]:
    """Train changes, of which the first is GPT-2's way, at equal steps and at equal time, saying how each run ended."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        ratios = cost(changes)
        for seed, peak, (change, ratio) in itertools.product(seeds, RATES, ratios.items()):
            at_steps = trainer(change, seed, peak=peak)
            at_steps.run()
            same = abs(ratio - 1) < SAME
            at_time = at_steps if same else trainer(change, seed, round(CONFIG.steps / ratio), peak)
            at_time.run()
            for equal, run in {"steps": at_steps, "time": at_time}.items():
                loss = run.measured[-1][1]
                say(f"seed {seed}, rate {peak}, {change}, equal {equal}: {run.done} steps, held-out loss {loss:.4f}")
                parameters = sum(tensor.numel() for tensor in run.model.parameters())
                values = (change, peak, seed, parameters, f"{ratio:.3f}", equal, run.done, f"{loss:.4f}")
                yield dict(zip(COLUMNS, values, strict=True))
    finally:
        torch.set_num_threads(threads)


def save(path: Path, rows: list[dict[str, object]]) -> None:
    """Write the table; it appears whole or not at all."""
    write_table(path, COLUMNS, rows)


def recorded(equal: str) -> dict[str, np.ndarray]:
    """The last held-out loss of every recorded run at the better rate of each change: change -> one loss for each seed.

    Better is the rate with the lower mean loss of the seeds at equal steps.

    Args:
        equal: "steps" or "time".

    >>> recorded("steps")["as in GPT-2"].shape
    (3,)
    """
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for row in read_table("modern_changes.csv"):
        runs = found.setdefault(row["change"], {}).setdefault(row["peak_rate"], {"steps": [], "time": []})
        runs[row["equal"]].append(float(row["held_out_loss"]))
    better = {change: min(rates.values(), key=lambda runs: sum(runs["steps"])) for change, rates in found.items()}
    return {change: np.array(runs[equal]) for change, runs in better.items()}


def recorded_cost() -> dict[str, float]:
    """The time of a training step of each change in the recorded runs, with that of the first change as 1."""
    return {row["change"]: float(row["time_of_a_step"]) for row in read_table("modern_changes.csv")}
