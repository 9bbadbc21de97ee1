"""The positive control: a model built by hand that copies by induction, in which two heads are known by construction.

Two layers of four heads, no feed-forward network, no norm, no training. A vector has four rooms of 16 numbers each: which word it
is, where it stands, which word stood before it, and a room that nobody reads.

- Layer 1, head 3, the **previous-word head**: each place asks for the place before it, and writes the word there into the third room.
- Layer 2, head 2, the **induction head**: each word asks for a place whose *previous* word it is, and writes the word there into
  the first room, where the output reads it.

So after ``... moon sand ... moon`` the model says *sand*. The other six heads look at something and write into the fourth room;
with ``decoy=True`` one of them looks at the word before, and writes there too. (Elhage et al. 2021; Olsson et al. 2022, arXiv:2209.11895.)
"""

import numpy as np
import torch
from jaxtyping import Int

from course_lib.interpretation.opened import look, loss_by_token
from course_lib.training.studies.ablation import BrokenGPT
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["DECOY", "INDUCTION", "PREVIOUS", "WORDS", "again_and_afresh", "built_by_hand", "repeated"]

WORDS = (
    "<start>", "moon", "sand", "fern", "bell", "crow", "silk", "plum", "rope", "lamp", "frog", "salt", "nest", "oar", "wax", "reed",
)  # fmt: skip
ROOM, LAYERS, HEADS = 16, 2, 4
PREVIOUS, INDUCTION = (0, 2), (1, 1)  # (layer, head), counted from 0
DECOY = (1, 3)
SHARP, LOUD = 60.0, 12.0  # how decided a head is, and how loud the induction head speaks


def _room(i: int) -> slice:
    """Room 0 holds the word, 1 the place, 2 the word before, 3 is read by nobody."""
    return slice(i * ROOM, (i + 1) * ROOM)


@torch.no_grad()
def built_by_hand(decoy: bool = False, seed: int = 0) -> BrokenGPT:
    """The model.

    Args:
        decoy: whether one of the idle heads looks at the word before, as the previous-word head does.
        seed: of the six idle heads.

    >>> model = built_by_hand()
    >>> words = torch.tensor([[0, 4, 7, 2, 4]])
    >>> WORDS[model(words)[0, -1].argmax()]
    'plum'
    """
    shape = ModelConfig(vocab=len(WORDS), context=ROOM, layers=LAYERS, d_model=4 * ROOM, n_heads=HEADS, bias=False)
    model, rng, eye = BrokenGPT(shape, without=("norm",)), np.random.default_rng(seed), np.eye(ROOM)
    matrices = {name: np.zeros((LAYERS, HEADS, 4 * ROOM, ROOM)) for name in ("W_Q", "W_K", "W_V")}
    W_O = np.zeros((LAYERS, HEADS, ROOM, 4 * ROOM))
    matrices["W_Q"] += rng.normal(size=matrices["W_Q"].shape)  # the idle heads look at whatever comes
    matrices["W_K"] += rng.normal(size=matrices["W_K"].shape)
    matrices["W_V"] += rng.normal(size=matrices["W_V"].shape)
    W_O[..., _room(3)] = rng.normal(size=(LAYERS, HEADS, ROOM, ROOM)) / 60

    back = SHARP * np.eye(ROOM, k=-1)  # place i asks for place i - 1
    for at in (PREVIOUS, INDUCTION, *([DECOY] if decoy else [])):
        for matrix in (*matrices.values(), *([] if at == DECOY else [W_O])):
            matrix[at] = 0.0
    for at in (PREVIOUS, *([DECOY] if decoy else [])):
        matrices["W_Q"][at][_room(1)], matrices["W_K"][at][_room(1)], matrices["W_V"][at][_room(0)] = back, eye, eye
    W_O[PREVIOUS][:, _room(2)] = eye
    # The word asks for the place whose previous word it is; where there is none, the first place is better than the rest.
    matrices["W_Q"][INDUCTION][_room(0)] = SHARP * eye
    matrices["W_Q"][INDUCTION][_room(0), 0] = SHARP / 2
    matrices["W_K"][INDUCTION][_room(2)] = eye
    matrices["W_K"][INDUCTION][ROOM, 0] = 1.0
    matrices["W_V"][INDUCTION][_room(0)] = eye
    W_O[INDUCTION][:, _room(0)] = LOUD * eye
    for at in (PREVIOUS, INDUCTION):
        matrices["W_V"][at][0] = 0.0  # <start> is no word to pass on

    model.table[:], model.positions[:] = 0.0, 0.0
    model.table[:, _room(0)] = torch.eye(ROOM)
    model.positions[:, _room(1)] = torch.eye(ROOM)
    for layer, block in enumerate(model.stack.blocks):
        side_by_side = [matrices[name][layer].transpose(1, 0, 2).reshape(4 * ROOM, -1) for name in matrices]
        block.attention.W_QKV[:] = torch.from_numpy(np.concatenate(side_by_side, axis=1)).float()
        block.attention.W_O[:] = torch.from_numpy(W_O[layer].reshape(4 * ROOM, -1)).float()
        block.feed_forward.W_2.zero_()
    return model.eval()


def repeated(rng: np.random.Generator, n: int, length: int = 7) -> Int[np.ndarray, "n token"]:
    """Sentences of different words in random order, each said twice after <start>.

    >>> ids = repeated(np.random.default_rng(0), 3)
    >>> ids.shape, bool((ids[:, 1:8] == ids[:, 8:]).all())
    ((3, 15), True)
    """
    once = np.array([rng.permutation(np.arange(1, len(WORDS)))[:length] for _ in range(n)])
    return np.concatenate([np.zeros((n, 1), dtype=once.dtype), once, once], axis=1)


def again_and_afresh(model: GPT, n: int = 64, length: int = 12, seed: int = 0) -> tuple[float, float]:
    """What random words cost after the same words in the same order, and the same words after others: nats a word.

    Both are the words from the second on, at the same places: where the first number is smaller, having read them once has helped.

    >>> again, afresh = again_and_afresh(built_by_hand(), length=7)
    >>> again < afresh / 4
    True
    """
    words = len(model.table)
    drawn = np.array(
        [np.random.default_rng([seed, i]).permutation(np.arange(1, words))[: 2 * length] for i in range(n)]
    )
    twice = drawn.copy()
    twice[:, :length] = drawn[:, length:]
    losses = [loss_by_token(look(model, ids).logits, ids)[:, length:] for ids in map(torch.from_numpy, (twice, drawn))]
    return float(losses[0].mean()), float(losses[1].mean())
