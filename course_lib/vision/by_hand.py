"""The Vision Transformer in NumPy: an image cut into patches, which are the tokens of an encoder.

Adds to ``block``: the cut, a class token, positions of patches, a classifier that reads the class token, the count of the
parameters, and attention rolled out over all blocks. An image is (height, width, channel); batches may stand in front.
Sources: Dosovitskiy et al. 2020, arXiv:2010.11929, section 3.1 (ViT); Abnar and Zuidema 2020, arXiv:2005.00928 (roll-out).
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from course_lib.attention.by_hand import attention_weights
from course_lib.block.by_hand import block, gelu, layer_norm
from course_lib.multi_head.by_hand import split_heads
from course_lib.scale.limits import whole

__all__ = ["attention_maps", "patchify", "roll_out", "unpatchify", "vit_logits", "vit_parameters", "vit_tokens"]


def patchify(
    image: Float[np.ndarray, "... height width channel"], patch: int
) -> Float[np.ndarray, "... patch patch*patch*channel"]:
    """Cut an image into squares and write each as one row: the tokens before their projection.

    Patches follow one another as one reads, row of patches by row of patches; so do the pixels of a patch, the channels of
    a pixel side by side.

    Args:
        image: its pixels.
        patch: how many pixels wide and high a patch is.
    Raises:
        ValueError: the patches do not cover the image exactly.

    >>> patchify(np.arange(16.0).reshape(4, 4, 1), 2).tolist()
    [[0.0, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0], [8.0, 9.0, 12.0, 13.0], [10.0, 11.0, 14.0, 15.0]]
    """
    *lead, height, width, channels = image.shape
    if patch < 1 or height % patch or width % patch:
        raise ValueError(
            f"patches of {patch} x {patch} pixels do not cover an image of {height} x {width}: "
            "choose a patch that divides both, or crop the image"
        )
    down, across = height // patch, width // patch
    cut = image.reshape(*lead, down, patch, across, patch, channels)
    return np.swapaxes(cut, -4, -3).reshape(*lead, down * across, patch * patch * channels)


def unpatchify(
    patches: Float[np.ndarray, "... patch patch*patch*channel"], height: int, width: int, channels: int
) -> Float[np.ndarray, "... height width channel"]:
    """Put the patches together again: the inverse of `patchify`.

    >>> image = np.arange(24.0).reshape(2, 4, 3)
    >>> np.array_equal(unpatchify(patchify(image, 2), 2, 4, 3), image)
    True
    """
    *lead, _, values = patches.shape
    patch = round((values / channels) ** 0.5)
    cut = patches.reshape(*lead, height // patch, width // patch, patch, patch, channels)
    return np.swapaxes(cut, -4, -3).reshape(*lead, height, width, channels)


def vit_tokens(
    image: Float[np.ndarray, "... height width channel"], params: Mapping
) -> Float[np.ndarray, "... token d_model"]:
    """What the first block receives: the class token, then the projected patches, each with its position added.

    Args:
        image: its pixels.
        params: as in `vit_logits`.

    >>> params = {"patch": 1, "W_patch": np.eye(1), "b_patch": np.zeros(1), "class_token": np.array([7.0])}
    >>> vit_tokens(np.array([[[1.0], [2.0]]]), params | {"positions": np.zeros((3, 1))}).tolist()
    [[7.0], [1.0], [2.0]]
    """
    x = patchify(image, params["patch"]) @ params["W_patch"] + params["b_patch"]
    first = np.broadcast_to(params["class_token"], (*x.shape[:-2], 1, x.shape[-1]))
    x = np.concatenate([first, x], axis=-2)
    if x.shape[-2] != len(params["positions"]):
        raise ValueError(
            f"{x.shape[-2] - 1} patches and the class token, and positions for {len(params['positions'])}: "
            "the image has another size than those the model was made for"
        )
    return x + params["positions"]


def vit_logits(image: Float[np.ndarray, "... height width channel"], params: Mapping) -> Float[np.ndarray, "... class"]:
    """A Vision Transformer from pixels to a score for each class: tokens, blocks, a norm, and the class token read out.

    Args:
        image: its pixels.
        params: patch (the size); W_patch (patch² channel, d_model), b_patch; class_token (d_model,); positions
            (1 + patches, d_model); blocks (a list of what ``block.by_hand.block`` takes); gain and bias of the last norm;
            W_head (d_model, class), b_head; eps of the norms (1e-12 where it is left out).

    The norm stands before each part, the activation is the exact GELU, and no token is hidden from another.

    >>> one = np.ones(1)
    >>> params = {"patch": 1, "W_patch": np.eye(1), "b_patch": one, "class_token": one, "positions": np.zeros((3, 1))}
    >>> params |= {"blocks": [], "gain": one, "bias": one, "W_head": np.ones((1, 2)), "b_head": np.array([0.0, 3.0])}
    >>> vit_logits(np.ones((1, 2, 1)), params).tolist()
    [1.0, 4.0]
    """
    x, eps = vit_tokens(image, params), params.get("eps", 1e-12)
    for block_params in params["blocks"]:
        x = block(x, block_params, norm="pre", activation=gelu, eps=eps)
    return layer_norm(x[..., 0, :], params["gain"], params["bias"], eps) @ params["W_head"] + params["b_head"]


def attention_maps(
    image: Float[np.ndarray, "... height width channel"], params: Mapping
) -> Float[np.ndarray, "... layer head token token"]:
    """The weights of every head of every block while an image is read; token 0 is the class token.

    Args:
        image, params: as in `vit_logits`.
    """
    x, eps, maps = vit_tokens(image, params), params.get("eps", 1e-12), []
    for b in params["blocks"]:
        y = layer_norm(x, b["gain_1"], b["bias_1"], eps)
        Q, K = (split_heads(y @ b[f"W_{name}"] + b.get(f"b_{name}", 0.0), b["n_heads"]) for name in "QK")
        maps.append(attention_weights(Q, K))
        x = block(x, b, norm="pre", activation=gelu, eps=eps)
    return np.stack(maps, axis=-4)


def vit_parameters(image: int, patch: int, channels: int, layers: int, d_model: int, d_ff: int, classes: int) -> int:
    """The parameters of a Vision Transformer with a class token, biases everywhere, and a classifier.

    With n = (image / patch)² patches: patch² channels d + d for the projection, d for the class token, (n + 1) d for the
    positions, in each block 4d² + 4d (attention), 2 d d_ff + d_ff + d (feed-forward) and 4d (norms), 2d for the last norm,
    d classes + classes for the classifier.

    Args:
        image: how many pixels wide and high the square image is.
        patch: the same of a patch.
        channels: 3 for colours, 1 for grey.
        layers, d_model, d_ff: of the blocks.
        classes: how many there are to choose from.
    Raises:
        ValueError: a size is not a whole number of at least 1, or the patches do not cover the image.

    >>> vit_parameters(224, 16, 3, 12, 768, 3072, 1000)
    86567656
    """
    image, patch, channels = whole("image", image), whole("patch", patch), whole("channels", channels)
    layers, d, d_ff, classes = (
        whole(name, value)
        for name, value in (("layers", layers), ("d_model", d_model), ("d_ff", d_ff), ("classes", classes))
    )
    if image % patch:
        raise ValueError(f"patches of {patch} pixels do not cover an image of {image}: choose a patch that divides it")
    tokens = (image // patch) ** 2 + 1
    before = patch * patch * channels * d + d + d + tokens * d
    block_size = (4 * d * d + 4 * d) + (2 * d * d_ff + d_ff + d) + 4 * d
    return before + layers * block_size + 2 * d + d * classes + classes


def roll_out(weights: Float[np.ndarray, "... layer head token token"]) -> Float[np.ndarray, "... token"]:
    """How much of the class token, token 0, comes from each token, followed through all blocks.

    In each block the heads are averaged, and half of a token is what it was before (its residual path): the block's matrix
    is (mean + I) / 2. The matrices are multiplied, later ones on the left, and the row of the class token is returned.

    Args:
        weights: of every block in the order in which they are passed, and of every head; each row sums to one.
    Returns:
        Shares that are positive and sum to one.

    >>> roll_out(np.array([[[[0.0, 1.0], [0.0, 1.0]]]])).tolist()
    [0.5, 0.5]
    """
    n_tokens = weights.shape[-1]
    mixed = (weights.mean(axis=-3) + np.eye(n_tokens)) / 2
    row = np.eye(n_tokens)[0] * np.ones((*weights.shape[:-4], 1, n_tokens))
    for i in reversed(range(mixed.shape[-3])):
        row = row @ mixed[..., i, :, :]
    return row[..., 0, :]
