"""A model run with its layers and heads laid open, and changed on the way.

`look` runs a GPT and returns what every head attends to and gives, and every vector between the layers; it takes functions
that change heads, weights or vectors while the model runs, so that whatever comes later is computed from what was changed.
It is done with hooks: the model itself stays as it is.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from course_lib.multi_head.in_torch import MultiHeadAttention, merge_heads, split_heads
from course_lib.transformer.looking import attention_weights
from course_lib.transformer.models import GPT

__all__ = ["Seen", "last_norm", "look", "loss_by_token", "removing", "run_of"]

#: A change: (layer, array) -> array of the same shape. Layers are counted from 0.
Change = Callable[[int, Tensor], Tensor]


@dataclass(frozen=True)
class Seen:
    """What a run has shown.

    Attributes:
        hidden: (layer + 1, batch, token, d_model), the vectors before the first layer and after each.
        weights: (layer, batch, head, query, key), where each head attends.
        heads: (layer, batch, head, token, d_head), what each head gives, before W_O.
        logits: (batch, token, vocab).
    """

    hidden: Float[Tensor, "depth batch token d_model"]
    weights: Float[Tensor, "layer batch head query key"]
    heads: Float[Tensor, "layer batch head token d_head"]
    logits: Float[Tensor, "batch token vocab"]


def _kept(layer: int, x: Tensor) -> Tensor:
    return x


@torch.no_grad()
def look(
    model: GPT,
    ids: Int[Tensor, "batch token"],
    heads: Change = _kept,
    weights: Change = _kept,
    hidden: Change = _kept,
) -> Seen:
    """Run a model on sentences of one length, and note everything that passes.

    Args:
        model: a trained GPT, or one with some of its parts missing; not changed.
        ids: the sentences.
        heads: changes what the heads of a layer give, (batch, head, token, d_head).
        weights: changes where they attend, (batch, head, query, key); rows that no longer sum to one are left so.
        hidden: changes the vectors: 0 before the first layer, 1 after it, and so on; (batch, token, d_model).

    >>> from course_lib.transformer.models import ModelConfig
    >>> model = GPT(ModelConfig(vocab=5, context=4, layers=2, d_model=6, n_heads=3)).eval()
    >>> seen = look(model, torch.tensor([[1, 2, 3]]))
    >>> seen.hidden.shape, seen.weights.shape, seen.heads.shape
    (torch.Size([3, 1, 3, 6]), torch.Size([2, 1, 3, 3, 3]), torch.Size([2, 1, 3, 3, 2]))
    """
    noted: dict[str, list[Tensor]] = {"hidden": [], "weights": [], "heads": []}

    def note(name: str, x: Tensor) -> Tensor:
        noted[name].append(x)
        return x

    def attention_hook(layer: int) -> Callable:
        def hook(part: MultiHeadAttention, args: tuple, kwargs: dict, output: Tensor) -> Tensor:
            b_V, b_O = (0.0, None) if part.biases is None else part.biases[2:]
            shares = note("weights", weights(layer, attention_weights(part, args[0], causal=True)))
            given = note("heads", heads(layer, shares @ split_heads(args[0] @ part.W_V + b_V, part.n_heads)))
            return functional.linear(merge_heads(given), part.W_O.T, b_O)

        return hook

    def before(block: Any, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        return (note("hidden", hidden(0, args[0])), *args[1:]), kwargs

    def after(layer: int) -> Callable:
        return lambda block, args, output: note("hidden", hidden(layer + 1, output))

    blocks, was_training = model.stack.blocks, model.training
    with ExitStack() as stack:
        stack.callback(model.train, was_training)
        stack.callback(blocks[0].register_forward_pre_hook(before, with_kwargs=True).remove)
        for layer, block in enumerate(blocks):
            stack.callback(block.register_forward_hook(after(layer)).remove)
            stack.callback(block.attention.register_forward_hook(attention_hook(layer), with_kwargs=True).remove)
        logits = model.eval()(ids)
    return Seen(*(torch.stack(noted[name]) for name in ("hidden", "weights", "heads")), logits)


def removing(chosen: Mapping[tuple[int, int], Any] | list[tuple[int, int]], ablate: Callable) -> Change:
    """The change that silences heads: `ablate(heads, head)` for every (layer, head) that is chosen.

    ablate: `ablate_head`, `mean_ablate` or another of their kind, for arrays of NumPy or of PyTorch.

    >>> from course_lib.interpretation.by_hand import ablate_head
    >>> removing([(0, 1)], ablate_head)(0, torch.ones(1, 2, 1, 1)).flatten().tolist()
    [1.0, 0.0]
    """

    def change(layer: int, heads: Tensor) -> Tensor:
        for at, head in chosen:
            if at == layer:
                heads = torch.as_tensor(np.asarray(ablate(heads.numpy(), head)), dtype=heads.dtype)
        return heads

    return change


def last_norm(model: GPT) -> Callable[[np.ndarray], np.ndarray]:
    """The norm after a model's last layer, for arrays of NumPy; nothing where the model has none.

    >>> from course_lib.transformer.models import ModelConfig
    >>> model = GPT(ModelConfig(vocab=5, context=4, layers=1, d_model=2, n_heads=1))
    >>> last_norm(model)(np.array([1.0, 3.0])).round(3).tolist()
    [-1.0, 1.0]
    """

    def norm(x: np.ndarray) -> np.ndarray:
        if model.stack.norm is None:
            return x
        with torch.no_grad():
            return model.stack.norm(torch.as_tensor(x, dtype=model.table.dtype)).double().numpy()

    return norm


def loss_by_token(
    logits: Float[Tensor, "batch token vocab"], ids: Int[Tensor, "batch token"]
) -> Float[np.ndarray, "batch token"]:
    """The loss of each word given those before it, -ln p: one less than there are words, as nothing predicts the first.

    >>> loss_by_token(torch.zeros(1, 2, 4), torch.tensor([[1, 2]])).round(3).tolist()
    [[1.386]]
    """
    losses = functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return losses.view(len(ids), -1).double().numpy()


def run_of(model: GPT) -> Callable:
    """A model as the function `run` that ``by_hand.patch`` takes: ids (token,) of NumPy, one sentence.

    >>> from course_lib.transformer.models import ModelConfig
    >>> run = run_of(GPT(ModelConfig(vocab=5, context=4, layers=2, d_model=6, n_heads=3)))
    >>> [array.shape for array in run(np.array([1, 2, 3]))]
    [(3, 3, 6), (3, 5)]
    """

    def run(
        ids: Int[np.ndarray, "token"], replaced: Mapping[tuple[int, int], np.ndarray] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        def put_in(layer: int, x: Tensor) -> Tensor:
            found = {position: vector for (at, position), vector in (replaced or {}).items() if at == layer}
            x = x.clone() if found else x
            for position, vector in found.items():
                x[0, position] = torch.as_tensor(vector, dtype=x.dtype)
            return x

        seen = look(model, torch.as_tensor(np.asarray(ids))[None], hidden=put_in)
        return seen.hidden[:, 0].double().numpy(), seen.logits[0].double().numpy()

    return run
