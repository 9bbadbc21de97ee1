"""The optimizer of the course's runs: AdamW, with weight decay on matrices alone."""

import torch
from torch import nn

from course_lib.training.engine.config import TrainConfig

__all__ = ["adamw", "two_groups"]


def two_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Matrices with weight decay; gains and biases, which have one axis, without."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return [
        {"params": [matrix for matrix in parameters if matrix.dim() >= 2], "weight_decay": weight_decay},
        {"params": [vector for vector in parameters if vector.dim() < 2], "weight_decay": 0.0},
    ]


def adamw(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """torch.optim.AdamW, all tensors in one call; ``by_hand.adamw_step`` computes the same (lesson 10 shows it)."""
    betas = (config.beta_1, config.beta_2)
    return torch.optim.AdamW(
        two_groups(model, config.weight_decay), lr=config.peak, betas=betas, eps=config.eps, fused=True
    )
