"""What sixteen bits do to a training step: which gradients float16 loses, what loss scaling brings back, what autocast leaves in float32.

Micikevicius et al. 2017, arXiv:1710.03740 trained in float16 with the loss scaled; bfloat16 needs no scaling (Kalamkar et al. 2019,
arXiv:1905.12322).
"""

from contextlib import nullcontext

import torch
from torch import Tensor

from course_lib.gpu.steps import SMALL, loss_of, make_step
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["autocast_types", "gradient_error"]


def _gradients(
    model: GPT, inputs: Tensor, targets: Tensor, dtype: torch.dtype | None, scale: float, pieces: int
) -> list[Tensor]:
    """The gradients of the loss over `pieces`, times `scale` on the way back and divided by it at the end."""
    with torch.autocast(inputs.device.type, dtype) if dtype else nullcontext():
        loss = loss_of(model, inputs, targets) / pieces
    return [gradient / scale for gradient in torch.autograd.grad(loss * scale, list(model.parameters()))]


def gradient_error(
    device: torch.device,
    dtype: torch.dtype,
    tokens: int,
    scale: float = 1.0,
    seed: int = 0,
    config: ModelConfig = SMALL,
) -> float:
    """How far gradients with matrix products in `dtype` are from those in float32, relative to their length.

    A mean over many tokens is taken as in training: eight sequences at a time, each piece's loss divided by the number of
    pieces. One piece is measured.

    Args:
        device: where.
        dtype: float16 or bfloat16.
        tokens: how many a batch holds, a multiple of eight sequences.
        scale: the loss is multiplied by it before the backward pass, and the gradients are divided by it after.
        seed: of the model and the text.
        config: of the model.
    Returns:
        ‖g - g₃₂‖ / ‖g₃₂‖; infinite where something overflowed.
    Raises:
        ValueError: fewer tokens than eight sequences.

    >>> gradient_error(torch.device("cpu"), torch.bfloat16, 512) < 0.02
    True
    """
    step = make_step(device, 8, config, seed=seed)
    pieces = tokens // step.tokens
    if pieces < 1:
        raise ValueError(f"a batch holds at least {step.tokens} tokens here, got {tokens}")
    coarse = _gradients(step.model, step.inputs, step.targets, dtype, scale, pieces)
    exact = _gradients(step.model, step.inputs, step.targets, None, 1.0, pieces)
    gap = sum(((a.double() - b.double()) ** 2).sum() for a, b in zip(coarse, exact, strict=True))
    length = sum((b.double() ** 2).sum() for b in exact)
    error = float((gap / length) ** 0.5)
    return error if error == error else float("inf")


def autocast_types(device: torch.device, dtype: torch.dtype | None = torch.bfloat16) -> dict[str, str]:
    """In which format the parts of a training step are under autocast: those kept between steps, and those computed.

    Args:
        device: where.
        dtype: what autocast is told; None for no autocast.

    >>> autocast_types(torch.device("cpu"))["weights"]
    'float32'
    """
    step = make_step(device, 2, autocast=dtype)
    block, seen = step.model.stack.blocks[0], {}
    watched = {
        "output of attention": block.attention,
        "output of the feed-forward network": block.feed_forward,
        "output of a layer norm": block.norm_1,
        "residual stream": block,
    }

    def look(name: str):
        def hook(module: object, inputs: object, output: Tensor) -> None:
            seen[name] = output.dtype

        return hook

    hooks = [module.register_forward_hook(look(name)) for name, module in watched.items()]
    seen["loss"] = step().dtype
    for hook in hooks:
        hook.remove()
    parameters = list(step.model.parameters())
    kept = {
        "weights": parameters[0].dtype,
        "gradients": parameters[0].grad.dtype,
        "AdamW's moments": step.optimizer.state[parameters[0]]["exp_avg"].dtype,
    }
    found = kept | {name: seen[name] for name in [*watched, "loss"]}
    return {name: str(dtype).removeprefix("torch.") for name, dtype in found.items()}
