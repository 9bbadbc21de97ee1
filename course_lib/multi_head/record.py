"""The runs that lesson 05 compares heads with: too many to wait for in a notebook, so they were run once and kept.

`python -m course_lib regenerate heads` runs them again and writes data/heads.csv; another machine gives the same losses but for
rounding, which training slowly magnifies.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_lib.data import read_table
from course_lib.multi_head.small_model import SETTING, Run, Setting, train_attention_only

__all__ = ["COLUMNS", "HEADS", "LAYERS", "SEEDS", "final_losses", "recorded", "rows_of", "run_all", "save"]

LAYERS, HEADS, SEEDS = (1, 2), (1, 2, 4, 8), (0, 1, 2, 3, 4)
COLUMNS = ("layers", "heads", "seed", "parameters", "step", "held_out_loss")


def rows_of(run: Run, layers: int, heads: int, seed: int) -> list[dict[str, object]]:
    """One row of the table for each measurement of a run."""
    return [
        dict(zip(COLUMNS, (layers, heads, seed, run.parameters, step, f"{loss:.4f}"), strict=True))
        for step, loss in zip(run.steps, run.losses, strict=True)
    ]


def run_all(
    setting: Setting = SETTING, seeds: tuple[int, ...] = SEEDS, say: Callable[[str], None] = print
) -> Iterator[dict[str, object]]:
    """Train every number of heads at every depth with every seed, saying how each run ended."""
    for layers in LAYERS:
        for seed in seeds:
            for heads in HEADS:
                run = train_attention_only(heads, seed, replace(setting, n_layers=layers))
                say(f"layers {layers}, heads {heads}, seed {seed}: {run.losses[-1]:.4f}")
                yield from rows_of(run, layers, heads, seed)


def save(path: Path, rows: list[dict[str, object]]) -> None:
    """Write the table; it appears whole or not at all."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    half = path.with_name(f".{path.name}.half")
    half.write_bytes(text.getvalue().encode())
    half.replace(path)


def recorded(layers: int, heads: int, seed: int) -> tuple[list[int], list[float]]:
    """The steps and the held-out losses of one recorded run.

    Raises:
        LookupError: there is no such run.
    """
    keys = (str(layers), str(heads), str(seed))
    rows = [row for row in read_table("heads.csv") if (row["layers"], row["heads"], row["seed"]) == keys]
    if not rows:
        raise LookupError(
            f"no run with {layers} layers, {heads} heads, seed {seed}: layers are {LAYERS}, heads {HEADS}, seeds {SEEDS}"
        )
    return [int(row["step"]) for row in rows], [float(row["held_out_loss"]) for row in rows]


def final_losses(layers: int) -> dict[int, np.ndarray]:
    """The last held-out loss of every recorded run of this depth: number of heads -> one loss for each seed."""
    return {heads: np.array([recorded(layers, heads, seed)[1][-1] for seed in SEEDS]) for heads in HEADS}
