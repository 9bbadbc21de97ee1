"""The larger model of data/: wider than that of the lesson's run, and with room for a whole story.

``python -m course_lib regenerate world_model`` trains it again (some minutes). Other versions of PyTorch, and other processors, round
otherwise: what comes out is then as good, and not the same to the byte.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from course_lib.data import data_file
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.resuming import load_model
from course_lib.training.studies.story_model import trainer
from course_lib.transformer.models import GPT

__all__ = ["CONFIG", "FILE", "load_shipped", "save_shipped", "train_shipped"]

CONFIG = TrainConfig(steps=1200, batch_size=16, peak=1e-2, floor=1e-4, warmup=40, evaluate_every=200)
FILE = "world_model.safetensors"


def train_shipped(watchers: Sequence = ()) -> Trainer:
    """Train the model that is in data/: wider, and with room for a whole story, so that it can remember its beginning."""
    run = trainer(CONFIG, context=256, d_model=96, held_out=None)
    run.run(watchers=watchers)
    return run


def save_shipped(run: Trainer, folder: Path) -> Path:
    """Write a run's weights alone, in half precision."""
    tensors = {f"model.{name}": tensor.half() for name, tensor in run.model.state_dict().items()}
    about = {
        "model": asdict(run.model.config),
        "config": asdict(run.config),
        "step": run.done,
        "held_out": run.measured[-1][1],
    }
    return checkpoint.save(folder / FILE, tensors, about)


def load_shipped() -> GPT:
    """The trained model of data/, ready to write.

    >>> load_shipped().config.layers
    2
    """
    return load_model(data_file(FILE))[0]
