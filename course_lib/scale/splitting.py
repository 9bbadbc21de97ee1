"""A model over several devices: what each of them keeps, and what it sends in a training step.

Data parallel and ZeRO: Rajbhandari et al. 2019, arXiv:1910.02054. Tensor parallel: Shoeybi et al. 2019, arXiv:1909.08053. Pipeline:
Huang et al. 2018, arXiv:1811.06965. Numbers in 16 bits, training with Adam in mixed precision, activations kept not counted.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from course_lib.scale.families import Shape, parameters
from course_lib.scale.limits import whole

__all__ = ["Split", "splits", "tensor_parallel"]

BYTES = 2  # of a weight, a gradient or an activation that travels


@dataclass(frozen=True)
class Split:
    """One way of using n devices for a step.

    Attributes:
        kept: bytes on each device for weights, gradients and Adam.
        sent: bytes that each device sends in a step.
        cut: what is shared out.
    """

    kept: float
    sent: float
    cut: str


def splits(shape: Shape, devices: int, tokens: int) -> dict[str, Split]:
    """Four ways of sharing a step on `tokens` tokens out over `devices` devices.

    A ring in which everybody ends with the sum sends 2 (n - 1) / n of the bytes (lesson 11), one in which each ends
    with its share of it, or gathers the shares, half of that.

    - data: each has the whole model and a share of the tokens, and the gradients are summed;
    - ZeRO, stage 3: the same, but each keeps a share of everything; the weights are gathered for the forward pass and again for
      the backward pass, and the gradients end as shares;
    - tensor: each has a share of every matrix and all the tokens; in each block two sums of (token, d_model) forward, two back;
    - pipeline: each has some of the blocks; the tokens go on to the next device, and their gradients back.

    >>> gpt2 = Shape("gpt", layers=12, d_model=768, heads=12, vocab=50257, context=1024)
    >>> [round(split.kept / 1e9, 2) for split in splits(gpt2, 4, 1024).values()]
    [1.99, 0.5, 0.5, 0.5]
    """
    n, tokens = whole("devices", devices), whole("tokens", tokens)
    n_params, half_ring = parameters(shape), (n - 1) / n
    rows = BYTES * tokens * shape.d_model  # a vector for each token
    everything, weights = 16 * n_params, BYTES * n_params
    onward = rows * 2 if n > 1 else 0
    return {
        "data": Split(everything, 2 * half_ring * weights, "the tokens"),
        "ZeRO, stage 3": Split(everything / n, 3 * half_ring * weights, "the tokens, and what is kept"),
        "tensor": Split(everything / n, 4 * shape.layers * 2 * half_ring * rows, "every matrix"),
        "pipeline": Split(everything / n, onward, "the blocks"),
    }


def tensor_parallel(
    x: Float[np.ndarray, "token d_model"],
    W_1: Float[np.ndarray, "d_model d_ff"],
    W_2: Float[np.ndarray, "d_ff d_model"],
    devices: int,
) -> list[Float[np.ndarray, "token d_model"]]:
    """A feed-forward network (with ReLU) over devices: each has columns of W_1 and the same rows of W_2. Their sum is its output.

    The cut runs along d_ff, where the activation works entry by entry, so nobody needs anything of anybody before the sum.

    >>> x, W_1, W_2 = np.ones((1, 2)), np.eye(2, 4), np.ones((4, 2))
    >>> tensor_parallel(x, W_1, W_2, 2)
    [array([[2., 2.]]), array([[0., 0.]])]
    """
    columns, rows = np.array_split(W_1, devices, axis=1), np.array_split(W_2, devices, axis=0)
    return [np.maximum(x @ some, 0.0) @ others for some, others in zip(columns, rows, strict=True)]
