"""The runs that lesson 15 compares models with: too many to wait for in a notebook, so they were run once and kept.

`python -m course_lib regenerate vision` runs them again and writes data/vision.csv; another machine gives the same shares but
for rounding, which training slowly magnifies.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_lib.data import read_table, write_table
from course_lib.vision.digits import baselines, split
from course_lib.vision.training import ARMS, CONFIG, SETTING, Setting, train

__all__ = ["AMOUNTS", "COLUMNS", "MODELS", "SEEDS", "recorded", "run_all", "save"]

SEEDS = (0, 1, 2, 3, 4)
#: Training images.
AMOUNTS = (50, 100, 200, 400, 800, 1437)
MODELS = ("ViT", "convolution", "nearest neighbour", "logistic regression")
COLUMNS = ("model", "split", "arm", "images", "seed", "on_train", "on_held_out")


def _row(model: str, kind: str, arm: str, images: int, seed: int, on_train: float, on_held_out: float) -> dict:
    shares = ["" if np.isnan(share) else f"{share:.4f}" for share in (on_train, on_held_out)]
    return dict(zip(COLUMNS, (model, kind, arm, images, seed, *shares), strict=True))


def run_all(
    seeds: Sequence[int] = SEEDS,
    amounts: Sequence[int] = AMOUNTS,
    setting: Setting = SETTING,
    say: Callable[[str], None] = print,
) -> Iterator[dict[str, object]]:
    """Every model on every number of images; then the arms of position, on the random split, for both models that learn."""
    plan = [(kind, "as they are", images) for kind in ("random", "last fifth") for images in amounts]
    plan += [("random", arm, amounts[-1]) for arm in (*ARMS[1:], "positions start at 0.02")]
    for kind, arm, images in plan:
        for seed in seeds:
            chosen, found = split(kind, seed, images), {}
            if arm == "as they are":
                found |= {name: (np.nan, share) for name, share in baselines(chosen).items()}
            small = arm == "positions start at 0.02"
            config = replace(CONFIG, position_start=0.02) if small else CONFIG
            for model in ("ViT", "convolution"):
                if model == "convolution" and arm in ("no positions", "positions start at 0.02"):
                    continue
                run = train(chosen, seed, model, "as they are" if small else arm, setting, config)
                found[model] = (run.on_train, run.on_held_out)
            say(f"{kind}, {arm}, {images} images, seed {seed}: {found}")
            yield from (_row(model, kind, arm, images, seed, *shares) for model, shares in found.items())


def save(path: Path, rows: list[dict[str, object]]) -> None:
    """Write the table; it appears whole or not at all."""
    write_table(path, COLUMNS, rows)


def recorded(model: str, kind: str = "random", arm: str = "as they are", images: int = AMOUNTS[-1]) -> np.ndarray:
    """The share of held-out images named rightly, one for each seed.

    Raises:
        LookupError: there is no such run.
    """
    keys = (model, kind, arm, str(images))
    rows = [row for row in read_table("vision.csv") if tuple(row[name] for name in COLUMNS[:4]) == keys]
    if not rows:
        raise LookupError(f"no recorded run of {keys}: models are {MODELS}, numbers of images {AMOUNTS}")
    return np.array([float(row["on_held_out"]) for row in rows])
