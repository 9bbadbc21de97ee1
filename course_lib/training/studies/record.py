"""Runs that lesson 10 compares and that are too many, or too long, to wait for: made once and kept.

``python -m course_lib regenerate training_runs`` makes them again and writes data/training_runs.csv; another machine gives the
same losses but for rounding, which training slowly magnifies.

- ``longer``: the run of the lesson, 400 steps, beside the same with 1200
- ``start``: its first 150 steps without warm-up, without clipping, without both
- ``broken``: models with a part taken out, as in ``ablation``, on windows of 8 words and of 32
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_lib.data import read_table, write_table
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.studies.ablation import broken_run, writing_loss
from course_lib.training.studies.story_model import CONFIG, stream, trainer

__all__ = ["COLUMNS", "STARTS", "WITHOUT", "recorded", "run_all", "save"]

COLUMNS = ("study", "variant", "seed", "step", "measured", "loss")
#: What is changed at the start of a run.
STARTS = {
    "both": {},
    "no warm-up": {"warmup": 0},
    "no clipping": {"clip": None},
    "neither": {"warmup": 0, "clip": None},
}
#: What is taken out of a model.
WITHOUT = {"nothing": (), "mask": ("mask",), "positions": ("positions",), "residual": ("residual",)}
SEEDS = (0, 1, 2)


def _row(*values: object) -> dict[str, object]:
    *others, loss = values
    return dict(zip(COLUMNS, (*others, f"{loss:.4f}"), strict=True))


def run_longer(lengths: tuple[int, ...] = (400, 1200), seeds: tuple[int, ...] = (0, 1)) -> Iterator[dict[str, object]]:
    """The lesson's run and longer ones, each with a schedule of its own length; measured on held-out text."""
    for seed in seeds:
        for steps in lengths:
            run = trainer(replace(CONFIG, steps=steps, evaluate_every=100, seed=seed), seed=seed)
            run.run()
            for step, loss in run.measured[:-1]:
                yield _row("longer", f"{steps} steps", seed, step, "held out", loss)
            yield _row(
                "longer", f"{steps} steps", seed, steps, "all held out", mean_loss(run.model, stream("held_out"))
            )


def run_starts(steps: int = 150, seeds: tuple[int, ...] = SEEDS) -> Iterator[dict[str, object]]:
    """The first steps with and without what is meant to protect them, in a schedule of this length."""
    for variant, changed in STARTS.items():
        for seed in seeds:
            config = replace(CONFIG, steps=steps, evaluate_every=0, seed=seed, **changed)
            run = trainer(config, seed=seed)
            run.run()
            yield _row("start", variant, seed, steps, "held out", mean_loss(run.model, run.held_out))


def run_broken(
    contexts: tuple[int, ...] = (8, 32), seeds: tuple[int, ...] = SEEDS, steps: int = 200
) -> Iterator[dict[str, object]]:
    """Models without a part: the training loss, and the loss where they have to write."""
    for context in contexts:
        for variant, without in WITHOUT.items():
            for seed in seeds:
                run = broken_run(without, steps, context, seed)
                study = f"broken, {context} words"
                yield _row(study, variant, seed, steps, "training", float(run.losses[-10:].mean()))
                alone = writing_loss(run.model, stream("held_out"), context - 1)
                yield _row(study, variant, seed, steps, "writing", alone)


def run_all(say: Callable[[str], None] = print) -> Iterator[dict[str, object]]:
    """Every run of the table, saying what came of it."""
    for study in (run_broken, run_starts, run_longer):
        for row in study():
            say("  ".join(map(str, row.values())))
            yield row


def save(path: Path, rows: list[dict[str, object]]) -> None:
    """Write the table; it appears whole or not at all."""
    write_table(path, COLUMNS, rows)


def recorded(study: str, variant: str, measured: str) -> np.ndarray:
    """What was measured at the end of each recorded run of a kind, one number for each seed.

    Raises:
        LookupError: there is no such run.

    >>> len(recorded("start", "both", "held out"))
    3
    """
    rows = [
        row
        for row in read_table("training_runs.csv")
        if (row["study"], row["variant"], row["measured"]) == (study, variant, measured)
    ]
    if not rows:
        known = sorted({(row["study"], row["variant"], row["measured"]) for row in read_table("training_runs.csv")})
        raise LookupError(f"no runs {(study, variant, measured)}; there are {known}")
    last = {row["seed"]: float(row["loss"]) for row in rows}
    return np.array(list(last.values()))
