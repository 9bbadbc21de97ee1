"""Whether a run fits into memory, estimated before it begins."""

import torch

from course_lib.device import need_memory
from course_lib.training.engine.config import TrainConfig
from course_lib.transformer.models import ModelConfig

__all__ = ["need_room"]


def need_room(shape: ModelConfig, config: TrainConfig, device: torch.device, processes: int = 1) -> None:
    """Refuse a run that cannot fit: one matrix of it with its gradient and two means, or the ids and logits of a batch.

    Raises:
        DoesNotFit: it needs more memory than the device has.
    """
    largest = max(shape.vocab, shape.context) + 12 * shape.layers * shape.d_model
    need_memory(device, 16 * largest * shape.d_model, f"a model of {shape.layers} layers of width {shape.d_model}")
    logits = 4 * config.batch_size * shape.context * shape.vocab / processes / config.accumulate
    need_memory(device, 16 * config.batch_size * shape.context + logits, f"a batch of {config.batch_size}")
