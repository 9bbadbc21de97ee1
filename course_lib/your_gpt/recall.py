"""A proof that a model uses attention: the same letters twice. The second half can be known from the first, by looking back;
a model in which no position sees another can only guess."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

from course_lib.your_gpt.assembly import Functions, logits

__all__ = ["CUT", "costs", "cut", "floor", "gaze", "pairs", "recalled"]

#: With these kept at zero, no block brings anything from another position.
CUT = ("W_O",)


def pairs(
    steps: int, size: int, half: int, vocab: int, rng: np.random.Generator
) -> list[tuple[Int[np.ndarray, "size token"], Int[np.ndarray, "size token"]]]:
    """Batches of texts of 2 * half letters whose second half repeats the first; targets are one letter further on.

    >>> (inputs, targets), = pairs(1, 1, 3, 5, np.random.default_rng(0))
    >>> inputs.shape, bool((targets[0, 2:] == inputs[0, :3]).all())
    ((1, 5), True)
    """
    found = []
    for _ in range(steps):
        first = rng.integers(0, vocab, size=(size, half))
        whole = np.hstack([first, first])
        found.append((whole[:, :-1], whole[:, 1:]))
    return found


def floor(half: int, vocab: int) -> float:
    """The lowest mean loss: half - 1 letters of 2 half - 1 can only be guessed, at ln(vocab) each; the rest can be known.

    >>> round(floor(4, 8), 3)
    0.891
    """
    return float((half - 1) / (2 * half - 1) * np.log(vocab))


def cut(params: Mapping) -> dict:
    """The same model without attention: the matrices by which heads write are zero. Keep them so while it trains (`CUT`)."""
    blocks = [one | {"W_O": np.zeros_like(one["W_O"])} for one in params["blocks"]]
    return {**params, "blocks": blocks}


def recalled(
    functions: Functions, params: Mapping, half: int, vocab: int, rng: np.random.Generator, n: int = 50
) -> float:
    """The share of letters in the second half that the model gets right, on n texts it has never seen."""
    right = []
    for inputs, targets in pairs(n, 1, half, vocab, rng):
        guessed = logits(functions, inputs[0], params).argmax(axis=-1)
        right.append(guessed[half - 1 :] == targets[0, half - 1 :])
    return float(np.mean(right))


def costs(
    functions: Functions, params: Mapping, half: int, vocab: int, rng: np.random.Generator, n: int = 50
) -> tuple[float, float]:
    """The mean loss of the letters that can be known, and of those that cannot, on n texts it has never seen.

    By ``transformer.gpt_logits`` and ``loss.cross_entropy``.
    """
    measure = functions["loss.cross_entropy"]
    known, unknown = [], []
    for inputs, targets in pairs(n, 1, half, vocab, rng):
        found = logits(functions, inputs[0], params)
        unknown.append(measure(found[: half - 1], targets[0, : half - 1]))
        known.append(measure(found[half - 1 :], targets[0, half - 1 :]))
    return float(np.mean(known)), float(np.mean(unknown))


def gaze(
    functions: Functions, params: Mapping, texts: Int[np.ndarray, "text token"]
) -> Float[np.ndarray, "head token token"]:
    """Where the heads of the first block look, on average over some texts: row by row, the weights of a token.

    By ``block.layer_norm``, ``multi_head.split_heads``, ``attention.scaled_scores``, ``attention.causal_mask`` and
    ``attention.softmax``.

    >>> from course_lib.backprop.gpt import random_params
    >>> from course_lib.practice.mine import Mine
    >>> params = random_params(8, 3, 1, 4, 2, np.random.default_rng(0))
    >>> gaze(Mine({}), params, np.array([[1, 2, 3]])).sum(axis=-1).round(6).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    block, n = params["blocks"][0], texts.shape[1]
    mask = functions["attention.causal_mask"](n)
    found = []
    for ids in texts:
        x = params["table"][ids] + params["positions"][:n]
        normed = functions["block.layer_norm"](x, block["gain_1"], block["bias_1"], 1e-5)
        Q, K = (
            functions["multi_head.split_heads"](normed @ block[f"W_{name}"] + block[f"b_{name}"], block["n_heads"])
            for name in "QK"
        )
        scores = [functions["attention.scaled_scores"](q, k) for q, k in zip(Q, K, strict=True)]
        found.append([functions["attention.softmax"](np.where(mask, one, -np.inf)) for one in scores])
    return np.mean(found, axis=0)
