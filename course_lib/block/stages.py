"""A block taken apart: what arrives, what attention adds, what the feed-forward network adds, what leaves.

Adds to ``by_hand`` nothing but names for what stands between its lines; a test holds the two together.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from jaxtyping import Float

from course_lib.block.by_hand import feed_forward, layer_norm
from course_lib.multi_head.by_hand import multi_head_attention

__all__ = ["STATIONS", "random_params", "stages"]

#: The stations of a block in the order in which a token passes them, before and after what each part adds.
STATIONS = (
    "arrives",
    "attention reads",
    "attention adds",
    "between",
    "feed-forward reads",
    "feed-forward adds",
    "leaves",
)


def random_params(rng: np.random.Generator, d_model: int, n_heads: int, d_ff: int | None = None) -> dict:
    """Weights for `by_hand.block`: matrices that keep the variance, biases of zero, gains of one.

    Args:
        rng: where the randomness comes from.
        d_model, n_heads: n_heads must divide d_model.
        d_ff: the width inside; 4 d_model where it is left out.

    >>> params = random_params(np.random.default_rng(0), 4, 2)
    >>> params["W_1"].shape, params["gain_2"].tolist()
    ((4, 16), [1.0, 1.0, 1.0, 1.0])
    """
    d_ff = 4 * d_model if d_ff is None else d_ff
    shapes = dict.fromkeys(("W_Q", "W_K", "W_V", "W_O"), (d_model, d_model))
    shapes |= {"W_1": (d_model, d_ff), "W_2": (d_ff, d_model)}
    params: dict = {"n_heads": n_heads}
    params |= {name: rng.normal(size=shape) / np.sqrt(shape[0]) for name, shape in shapes.items()}
    params |= {"b_1": np.zeros(d_ff), "b_2": np.zeros(d_model)}
    params |= {"gain_1": np.ones(d_model), "gain_2": np.ones(d_model)}
    return params | {"bias_1": np.zeros(d_model), "bias_2": np.zeros(d_model)}


def stages(
    x: Float[np.ndarray, "token d_model"],
    params: Mapping[str, np.ndarray | int],
    norm: Literal["pre", "post"] = "pre",
    residual: bool = True,
) -> dict[str, Float[np.ndarray, "token d_model"]]:
    """What stands at each of the STATIONS of one block.

    "arrives" is x. What a part "reads" is x itself, or x normed where norm is "pre". "between" is what leaves the first
    half, normed where norm is "post"; "leaves" is the output of `by_hand.block` (where residual is True).

    Args:
        x, params, norm: as in `by_hand.block`, without a mask and with ReLU.
        residual: False leaves the residual paths out.
    Raises:
        ValueError: norm is neither "pre" nor "post".

    >>> x = np.random.default_rng(0).normal(size=(3, 4))
    >>> found = stages(x, random_params(np.random.default_rng(1), 4, 2))
    >>> np.allclose(found["leaves"], x + found["attention adds"] + found["feed-forward adds"])
    True
    """
    if norm not in ("pre", "post"):
        raise ValueError(f'norm says where the norms stand, "pre" or "post"; got {norm!r}')

    def normed(y: np.ndarray, which: int) -> np.ndarray:
        return layer_norm(y, params[f"gain_{which}"], params[f"bias_{which}"])

    matrices = [params[name] for name in ("W_Q", "W_K", "W_V", "W_O")]
    read_1 = normed(x, 1) if norm == "pre" else x
    added_1 = multi_head_attention(read_1, *matrices, params["n_heads"])
    between = x + added_1 if residual else added_1
    between = between if norm == "pre" else normed(between, 1)
    read_2 = normed(between, 2) if norm == "pre" else between
    added_2 = feed_forward(read_2, params["W_1"], params["b_1"], params["W_2"], params["b_2"])
    leaves = between + added_2 if residual else added_2
    leaves = leaves if norm == "pre" else normed(leaves, 2)
    return dict(zip(STATIONS, (x, read_1, added_1, between, read_2, added_2, leaves), strict=True))
