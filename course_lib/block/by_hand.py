"""The block in NumPy: what stands around ``multi_head`` so that it can be repeated ninety-six times.

Adds to ``multi_head``: the feed-forward network with its activation, layer norm, dropout, and the residual paths that
tie them together. Rows are tokens; batches may stand in front. Sources: Vaswani et al. 2017, arXiv:1706.03762, sections
3.1, 3.3 and 5.4; Ba et al. 2016, arXiv:1607.06450 (layer norm); Hendrycks and Gimpel 2016, arXiv:1606.08415 (GELU);
Xiong et al. 2020, arXiv:2002.04745 (the norm before or after). `rms_norm` and `swiglu` are the two parts that LLaMA has in
place of layer norm and ReLU: Zhang and Sennrich 2019, arXiv:1910.07467; Shazeer 2020, arXiv:2002.05202.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from course_lib.multi_head.by_hand import multi_head_attention

__all__ = [
    "ACTIVATIONS",
    "block",
    "dropout",
    "feed_forward",
    "gelu",
    "gelu_tanh",
    "layer_norm",
    "relu",
    "rms_norm",
    "silu",
    "swiglu",
]

Activation = Callable[[np.ndarray], np.ndarray]
_erf = np.vectorize(math.erf, otypes=[np.float64])


def relu(x: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Keep what is positive, zero for the rest: max(x, 0).

    >>> relu(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    return np.maximum(x, 0.0)


def gelu(x: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """x times the share of a normal distribution below x: x Phi(x) = x (1 + erf(x / sqrt 2)) / 2. BERT, ViT.

    >>> gelu(np.array([1.0])).round(9).tolist()
    [0.841344746]
    """
    x = np.asarray(x)
    return x * (1.0 + _erf(x / math.sqrt(2.0)).astype(x.dtype)) / 2.0


def gelu_tanh(x: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """The approximation of `gelu` that GPT-2 uses: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.

    >>> gelu_tanh(np.array([1.0])).round(9).tolist()
    [0.841191991]
    """
    cubed = x * x * x  # x**3 takes many times as long
    return x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * cubed))) / 2.0


def silu(x: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """x times its own sigmoid: x / (1 + exp(-x)). Also called Swish.

    >>> silu(np.array([0.0, 2.0, -800.0])).round(4).tolist()
    [0.0, 1.7616, -0.0]
    """
    x = np.asarray(x)
    return x * (1.0 + np.tanh(x / 2.0)) / 2.0  # the sigmoid by tanh: no exponential that could overflow


#: The names by which activations are chosen, here and in ``in_torch``.
ACTIVATIONS: dict[str, Activation] = {"relu": relu, "gelu": gelu, "gelu_tanh": gelu_tanh}


def feed_forward(
    x: Float[np.ndarray, "... token d_model"],
    W_1: Float[np.ndarray, "d_model d_ff"],
    b_1: Float[np.ndarray, "d_ff"],
    W_2: Float[np.ndarray, "d_ff d_model"],
    b_2: Float[np.ndarray, "d_model"],
    activation: Activation = relu,
) -> Float[np.ndarray, "... token d_model"]:
    """Each token on its own: wider, through the activation, and back: activation(x W_1 + b_1) W_2 + b_2.

    >>> feed_forward(np.array([[1.0, -1.0]]), np.eye(2), np.zeros(2), np.eye(2), np.ones(2)).tolist()
    [[2.0, 1.0]]
    """
    return activation(x @ W_1 + b_1) @ W_2 + b_2


def swiglu(
    x: Float[np.ndarray, "... token d_model"],
    W_gate: Float[np.ndarray, "d_model d_ff"],
    W_up: Float[np.ndarray, "d_model d_ff"],
    W_down: Float[np.ndarray, "d_ff d_model"],
) -> Float[np.ndarray, "... token d_model"]:
    """A feed-forward network whose units are gated: (silu(x W_gate) * (x W_up)) W_down, without biases.

    >>> swiglu(np.array([[2.0]]), np.eye(1), 3 * np.eye(1), np.eye(1)).round(4).tolist()
    [[10.5696]]
    """
    return (silu(x @ W_gate) * (x @ W_up)) @ W_down


def layer_norm(
    x: Float[np.ndarray, "... d"],
    gain: Float[np.ndarray, "d"],
    bias: Float[np.ndarray, "d"],
    eps: float = 1e-5,
) -> Float[np.ndarray, "... d"]:
    """Each row moved to mean zero and scaled to variance one, then stretched and shifted by what was learned.

    gain (x - mean) / sqrt(variance + eps) + bias, with mean and variance over the last axis; the variance divides by d,
    not by d - 1. eps keeps a row of equal entries finite.

    >>> layer_norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2), eps=0.0).tolist()
    [[-1.0, 1.0]]
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt(variance + eps) + bias


def rms_norm(
    x: Float[np.ndarray, "... d"], gain: Float[np.ndarray, "d"], eps: float = 1e-6
) -> Float[np.ndarray, "... d"]:
    """Each row divided by its root mean square, then stretched: gain x / sqrt(mean of squares + eps), over the last axis.

    Layer norm without its mean and its bias.

    >>> rms_norm(np.array([[1.0, 7.0]]), np.array([1.0, 2.0]), eps=0.0).tolist()
    [[0.2, 2.8]]
    """
    return gain * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)


def dropout(
    x: Float[np.ndarray, "..."], p: float, rng: np.random.Generator, training: bool
) -> Float[np.ndarray, "..."]:
    """In training, set each entry to zero with probability p and divide the survivors by 1 - p; otherwise nothing.

    The division keeps the mean of every entry what it was, so that nothing has to change when training is over.

    Args:
        x: any numbers; each entry is drawn for on its own: `rng.random(x.shape) >= p` survives.
        p: the probability to drop, at least 0 and below 1.
        rng: where the randomness comes from.
        training: False returns x as it is.
    Raises:
        ValueError: p is not in [0, 1).

    >>> dropout(np.ones(4), 0.5, np.random.default_rng(0), training=True).tolist()
    [2.0, 0.0, 0.0, 0.0]
    >>> dropout(np.ones(4), 0.5, np.random.default_rng(0), training=False).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    if not 0.0 <= p < 1.0:
        raise ValueError(f"p is the probability to drop an entry, at least 0 and below 1; got {p}")
    if not training or p == 0.0:
        return x
    return x * (rng.random(x.shape) >= p) / (1.0 - p)


def block(
    x: Float[np.ndarray, "... token d_model"],
    params: Mapping[str, np.ndarray | int],
    norm: Literal["pre", "post"] = "pre",
    mask: Bool[np.ndarray, "... token token"] | None = None,
    activation: Activation = relu,
    eps: float = 1e-5,
) -> Float[np.ndarray, "... token d_model"]:
    """One block: attention and then the feed-forward network, each added to what came in.

    "post" (the paper of 2017): x = norm_1(x + attention(x)), then norm_2(x + feed_forward(x)).
    "pre" (GPT-2, GPT-3): x = x + attention(norm_1(x)), then x + feed_forward(norm_2(x)).

    Args:
        x: the tokens.
        params: n_heads; W_Q, W_K, W_V, W_O, each (d_model, d_model); W_1 (d_model, d_ff), b_1, W_2 (d_ff, d_model), b_2;
            gain_1, bias_1, gain_2, bias_2 of the two norms. Where b_Q is there, b_K, b_V and b_O are too.
        norm: where the norms stand.
        mask: True where a token may attend to another.
        activation: of the feed-forward network.
        eps: of the norms.
    Raises:
        ValueError: norm is neither "pre" nor "post".

    >>> zero = {"n_heads": 1, **{name: np.zeros((2, 2)) for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")}}
    >>> flat = {name: np.zeros(2) for name in ("b_1", "b_2", "gain_1", "bias_1", "gain_2", "bias_2")}
    >>> block(np.array([[1.0, 2.0]]), zero | flat, norm="pre").tolist()
    [[1.0, 2.0]]
    """
    if norm not in ("pre", "post"):
        raise ValueError(f'norm says where the norms stand, "pre" or "post"; got {norm!r}')
    biases = tuple(params[name] for name in ("b_Q", "b_K", "b_V", "b_O")) if "b_Q" in params else None
    matrices = [params[name] for name in ("W_Q", "W_K", "W_V", "W_O")]

    def attend(y: np.ndarray) -> np.ndarray:
        return multi_head_attention(y, *matrices, params["n_heads"], mask, biases=biases)

    def think(y: np.ndarray) -> np.ndarray:
        return feed_forward(y, params["W_1"], params["b_1"], params["W_2"], params["b_2"], activation)

    def norm_1(y: np.ndarray) -> np.ndarray:
        return layer_norm(y, params["gain_1"], params["bias_1"], eps)

    def norm_2(y: np.ndarray) -> np.ndarray:
        return layer_norm(y, params["gain_2"], params["bias_2"], eps)

    if norm == "post":
        x = norm_1(x + attend(x))
        return norm_2(x + think(x))
    x = x + attend(norm_1(x))
    return x + think(norm_2(x))
