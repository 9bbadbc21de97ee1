"""Run by torchrun from test_gradients_of_two.py: the averaged gradients of the first batch, written by process 0."""

import os
import sys

import torch.distributed as dist

from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.data_parallel import Place, make_trainer
from course_lib.training.in_torch import batch
from course_lib.training.studies import stream
from course_lib.transformer.models import ModelConfig

SHAPE = ModelConfig(vocab=633, context=7, layers=2, d_model=12, n_heads=3)


def gradients(place: Place, accumulate: int) -> dict:
    """By name, of the first global batch."""
    config = TrainConfig(steps=5, batch_size=12, warmup=0, accumulate=accumulate)
    trainer = make_trainer(SHAPE, stream("train"), config, place, "cpu", double=True)
    inputs, targets = batch(trainer.ids, config.batch_size, trainer.context, trainer._rng)
    trainer._gradients(inputs, targets)
    return {f"{accumulate}.{name}": parameter.grad.clone() for name, parameter in trainer.model.named_parameters()}


if __name__ == "__main__":
    place = Place.of(os.environ)
    dist.init_process_group("gloo")
    found = gradients(place, 1) | gradients(place, 3)
    if place.rank == 0:
        checkpoint.save(sys.argv[1], found, {})
    dist.destroy_process_group()
    # Now and then a thread of gloo's is not joined when Python takes its modules down, and the process aborts after all is done.
    os._exit(0)
