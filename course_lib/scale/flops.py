"""Floating-point operations, counted as matrix products: a product of (m, k) by (k, n) takes 2 m k n of them.

What this adds to ``by_hand.training_flops``: attention's scores, which grow with the square of the text, and the exact
sum for one pass of a model of the GPT family. Norms, activations and softmax are left out, as everybody leaves them out.
"""

from course_lib.scale.families import Shape
from course_lib.scale.limits import positive, whole

__all__ = ["flops_per_token", "forward_flops", "model_flops_utilisation", "scores_share", "step_flops"]


def forward_flops(shape: Shape, tokens: int, batch: int = 1) -> dict[str, int]:
    """The operations of one forward pass of a gpt, by part.

    attention's four matrices 8 d² and the feed-forward network's two 4 d d_ff for each token and block, the scores and
    the mixing of values 4 T² d for each text and block (all T² of them: a causal mask is a mask, it saves nothing here),
    the output 2 V d for each token.

    Raises:
        ValueError: another family, or a text longer than the context.

    >>> shape = Shape("gpt", layers=3, d_model=20, heads=5, vocab=37, context=13)
    >>> sum(forward_flops(shape, tokens=11, batch=2).values())
    724240
    """
    tokens, batch = whole("tokens", tokens), whole("batch", batch)
    if shape.family != "gpt":
        raise ValueError(f"the sum is for the family gpt; got {shape.family}")
    if tokens > shape.context:
        raise ValueError(f"{tokens} tokens do not fit into a context of {shape.context}")
    L, d = shape.layers, shape.d_model
    return {
        "attention's matrices": batch * tokens * L * 8 * d * d,
        "scores and mixing": batch * L * 4 * tokens * tokens * d,
        "feed-forward": batch * tokens * L * 4 * d * shape.inside,
        "output": batch * tokens * 2 * shape.vocab * d,
    }


def step_flops(shape: Shape, tokens: int, batch: int = 1) -> int:
    """Forward and backward: each product X W has two gradients, and each of them is a product of the same size.

    >>> step_flops(Shape("gpt", layers=3, d_model=20, heads=5, vocab=37, context=13), tokens=11, batch=2)
    2172720
    """
    return 3 * sum(forward_flops(shape, tokens, batch).values())


def flops_per_token(n_params: int, layers: int, heads: int, d_head: int, context: int) -> float:
    """6 N + 12 L H Q T: training operations for each token, scores included (Chowdhery et al. 2022, appendix B).

    N is without the position table, whose numbers are added and not multiplied.

    >>> flops_per_token(124_337_664 - 1024 * 768, 12, 12, 64, 1024) * 1024
    875062886400.0
    """
    scores = 12 * whole("layers", layers) * whole("heads", heads) * whole("d_head", d_head) * whole("context", context)
    return 6.0 * whole("n_params", n_params) + scores


def scores_share(layers: int, d_model: int, n_params: int, context: int) -> float:
    """Which part of the training operations goes into attention's scores and mixing.

    >>> round(scores_share(96, 12288, 174_604_259_328, 2048), 3)
    0.027
    """
    whole_work = flops_per_token(n_params, layers, 1, d_model, context)
    return 1 - 6.0 * n_params / whole_work


def model_flops_utilisation(tokens_per_second: float, per_token: float, n_devices: int, peak_flops: float) -> float:
    """MFU: the operations that a run needed, over those that its devices could have done (Chowdhery et al. 2022).

    >>> round(model_flops_utilisation(1e4, 1e9, 2, 1e13), 3)
    0.5
    """
    peak = whole("n_devices", n_devices) * positive("peak_flops", peak_flops)
    return positive("tokens_per_second", tokens_per_second) * positive("per_token", per_token) / peak
