"""The three models that the lesson opens: one shape, one text, one recipe, three random starts.

``python -m course_lib regenerate inside`` trains them again, about a minute each on a free core. Another version of PyTorch, or
another processor, rounds otherwise: what comes out is then as good, and not the same to the byte.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch

from course_lib import corpus
from course_lib.data import data_file
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.resuming import load_model
from course_lib.training.studies.story_model import trainer
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["CONFIG", "LAYERS", "SEEDS", "file_name", "load_trained", "save_trained", "train", "untrained"]

SEEDS = (0, 1, 2)
LAYERS, D_MODEL, CONTEXT = 3, 64, 64
CONFIG = TrainConfig(steps=1200, batch_size=32, peak=8e-3, floor=1e-4, warmup=40, evaluate_every=400)


def file_name(seed: int) -> str:
    """The file in data/ that holds the model of a seed.

    >>> file_name(2)
    'inside_2.safetensors'
    """
    return f"inside_{seed}.safetensors"


def train(seed: int, watchers: Sequence = (), steps: int = CONFIG.steps) -> Trainer:
    """Train one of the models; the seed decides its first numbers and which windows of the text it sees when."""
    config = replace(CONFIG, seed=seed, steps=steps, warmup=min(CONFIG.warmup, steps - 1))
    run = trainer(config, context=CONTEXT, d_model=D_MODEL, layers=LAYERS, held_out=None, seed=seed)
    run.run(watchers=watchers)
    return run


def save_trained(run: Trainer, folder: Path) -> Path:
    """Write a run's weights alone, in half precision."""
    tensors = {f"model.{name}": tensor.half() for name, tensor in run.model.state_dict().items()}
    about = {"model": asdict(run.model.config), "config": asdict(run.config), "step": run.done}
    about["held_out"] = run.measured[-1][1] if run.measured else None
    return checkpoint.save(folder / file_name(run.config.seed), tensors, about)


def load_trained(seed: int) -> GPT:
    """The trained model of a seed, from data/.

    >>> load_trained(0).config.layers
    3
    """
    return load_model(data_file(file_name(seed)))[0]


def untrained(seed: int) -> GPT:
    """A model of the same shape with the numbers that training of this seed began with.

    >>> untrained(0).config == load_trained(0).config
    True
    """
    shape = ModelConfig(vocab=len(corpus.vocabulary()), context=CONTEXT, layers=LAYERS, d_model=D_MODEL, n_heads=4)
    return GPT(shape, torch.Generator().manual_seed(seed)).eval()
