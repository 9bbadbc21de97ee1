"""The runs that lesson 05 compares heads with: too many to wait for in a notebook, so they were run once and kept.

`python -m course_lib regenerate heads` runs them again and writes data/heads.csv, `regenerate heads_longer` those with six times the
steps, `regenerate heads_grouped` those in which heads share keys and values; another machine gives the same losses but for
rounding, which training slowly magnifies.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_lib.data import read_table, write_table
from course_lib.multi_head.small_model import SETTING, Run, Setting, train_attention_only

__all__ = [
    "COLUMNS",
    "GROUPS",
    "GROUP_COLUMNS",
    "HEADS",
    "LAYERS",
    "LONGER",
    "LONGER_SEEDS",
    "SEEDS",
    "final_losses",
    "grouped_losses",
    "longer_losses",
    "recorded",
    "rows_of",
    "run_all",
    "run_grouped",
    "save",
]

LAYERS, HEADS, SEEDS = (1, 2), (1, 2, 4, 8), (0, 1, 2, 3, 4)
#: The same with one layer and six times the steps: is what was seen after 500 steps still so?
LONGER, LONGER_SEEDS = replace(SETTING, steps=3000), (0, 1, 2)
#: One layer of eight heads that share keys and values in so many groups.
GROUPS, GROUP_COLUMNS = (8, 4, 2, 1), ("groups", "seed", "parameters", "step", "held_out_loss")
COLUMNS = ("layers", "heads", "seed", "parameters", "step", "held_out_loss")


def rows_of(run: Run, layers: int, heads: int, seed: int) -> list[dict[str, object]]:
    """One row of the table for each measurement of a run."""
    return [
        dict(zip(COLUMNS, (layers, heads, seed, run.parameters, step, f"{loss:.4f}"), strict=True))
        for step, loss in zip(run.steps, run.losses, strict=True)
    ]


def run_all(
    setting: Setting = SETTING,
    seeds: tuple[int, ...] = SEEDS,
    say: Callable[[str], None] = print,
    depths: tuple[int, ...] = LAYERS,
    every: int = 100,
) -> Iterator[dict[str, object]]:
    """Train every number of heads at every depth with every seed, saying how each run ended."""
    for layers in depths:
        for seed in seeds:
            for heads in HEADS:
                run = train_attention_only(heads, seed, replace(setting, n_layers=layers), every)
                say(f"layers {layers}, heads {heads}, seed {seed}: {run.losses[-1]:.4f}")
                yield from rows_of(run, layers, heads, seed)


def run_grouped(
    setting: Setting = SETTING, seeds: tuple[int, ...] = LONGER_SEEDS, say: Callable[[str], None] = print
) -> Iterator[dict[str, object]]:
    """Train eight heads with every number of groups and every seed, saying how each run ended."""
    for groups in GROUPS:
        for seed in seeds:
            run = train_attention_only(8, seed, replace(setting, n_groups=groups), every=setting.steps)
            say(f"groups {groups}, seed {seed}: {run.losses[-1]:.4f}")
            values = (groups, seed, run.parameters, run.steps[-1], f"{run.losses[-1]:.4f}")
            yield dict(zip(GROUP_COLUMNS, values, strict=True))


def save(path: Path, rows: list[dict[str, object]]) -> None:
    """Write the table; it appears whole or not at all."""
    write_table(path, list(rows[0]), rows)


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


def longer_losses() -> dict[int, np.ndarray]:
    """The held-out losses of the longer runs at their end: number of heads -> one loss for each seed."""
    rows = [row for row in read_table("heads_longer.csv") if int(row["step"]) == LONGER.steps]
    return {
        heads: np.array([float(row["held_out_loss"]) for row in rows if int(row["heads"]) == heads]) for heads in HEADS
    }


def grouped_losses() -> dict[int, np.ndarray]:
    """The held-out losses with shared keys and values: number of groups -> one loss for each seed."""
    rows = read_table("heads_grouped.csv")
    return {
        groups: np.array([float(row["held_out_loss"]) for row in rows if int(row["groups"]) == groups])
        for groups in GROUPS
    }
