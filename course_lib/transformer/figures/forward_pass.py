"""A whole GPT, box by box: what each part makes of a sentence, its shape, its parameters and the lesson that teaches it."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from jaxtyping import Float, Int

from course_lib.attention.by_hand import causal_mask
from course_lib.block.by_hand import feed_forward, gelu_tanh, layer_norm
from course_lib.explorer import Choice, Explorer, Graph, Heatmap, Note, Slider, Steps, pick
from course_lib.multi_head.by_hand import multi_head_attention
from course_lib.sentence import TOKENS
from course_lib.syllabus import lesson_of

__all__ = ["PARTS", "forward_pass", "forward_pass_explorer", "forward_pass_frame", "small_params"]

#: (part, the lesson that teaches it, column and row of its box, what it does)
PARTS = (
    ("ids", "tokenization", (0, 0), "The words as whole numbers."),
    ("token table", "embedding", (1, 0), "Each number fetches its row of the table."),
    ("positions", "positional_encoding", (1, 1), "A row for each place is added; from here on the order of the words counts."),
    ("norm 1", "block", (2, 0), "Each row alone is moved to mean zero and scaled to variance one, then stretched and shifted."),
    ("attention", "multi_head", (3, 0), "Three heads, no look ahead: the only part in which a word takes over from other words."),
    ("add 1", "block", (3, 1), "What attention made is added to the tokens as they came in (the residual)."),
    ("norm 2", "block", (3, 2), "A norm again, with a gain and a bias of its own."),
    ("feed-forward", "block", (2, 2), "Each row alone: four times as wide, through GELU, and back."),
    ("add 2", "block", (1, 2), "Added again. This is what one block returns, and what the next one is given."),
    ("last norm", "block", (0, 2), "One more norm, after the last block only."),
    ("logits", "transformer", (0, 3), "Each row is compared with every row of the token table: one number for each word of the vocabulary."),
)  # fmt: skip
NAMES = [part for part, _, _, _ in PARTS]
EDGES = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (2, 5), (5, 6), (6, 7), (7, 8), (5, 8), (8, 9), (9, 10)]
IN_A_BLOCK = slice(3, 9)
AXES = ["(token,)", *["(token, d_model)"] * (len(PARTS) - 2), "(token, vocab)"]
LAYERS, D_MODEL, HEADS, CONTEXT = 2, 12, 3, 8


@cache
def small_params() -> dict:
    """Random weights for a GPT over the words of the course's sentence, as ``by_hand.gpt_logits`` takes them."""
    rng, d_ff = np.random.default_rng(3), 4 * D_MODEL

    def block() -> dict:
        made: dict = {"n_heads": HEADS}
        made |= {f"W_{name}": rng.normal(size=(D_MODEL, D_MODEL)) / np.sqrt(D_MODEL) for name in "QKVO"}
        made |= {f"b_{name}": np.zeros(D_MODEL) for name in "QKVO"}
        made |= {"W_1": rng.normal(size=(D_MODEL, d_ff)) / np.sqrt(D_MODEL), "b_1": np.zeros(d_ff)}
        made |= {"W_2": rng.normal(size=(d_ff, D_MODEL)) / np.sqrt(d_ff), "b_2": np.zeros(D_MODEL)}
        return made | {f"gain_{k}": np.ones(D_MODEL) for k in (1, 2)} | {f"bias_{k}": np.zeros(D_MODEL) for k in (1, 2)}

    return {
        "table": rng.normal(size=(len(TOKENS), D_MODEL)),
        "positions": rng.normal(size=(CONTEXT, D_MODEL)) / 2,
        "blocks": [block() for _ in range(LAYERS)],
        "gain": np.ones(D_MODEL),
        "bias": np.zeros(D_MODEL),
        "eps": 1e-5,
    }


def forward_pass(ids: Int[np.ndarray, "token"], params: Mapping, block: int) -> list[Float[np.ndarray, "token _"]]:
    """What comes out of every part of `PARTS`, in their order; of the blocks, the one with this number is shown.

    >>> [out.shape for out in forward_pass(np.array([0, 3]), small_params(), block=0)][:3]
    [(2, 1), (2, 12), (2, 12)]
    """
    eps, mask, shown = params["eps"], causal_mask(len(ids)), []
    looked_up = params["table"][ids]
    x = looked_up + params["positions"][: len(ids)]
    before = [ids[:, None].astype(float), looked_up, x]
    for b in params["blocks"]:
        normed = layer_norm(x, b["gain_1"], b["bias_1"], eps)
        biases = tuple(b[f"b_{name}"] for name in "QKVO")
        attended = multi_head_attention(normed, *(b[f"W_{n}"] for n in "QKVO"), b["n_heads"], mask, biases=biases)
        added = x + attended
        again = layer_norm(added, b["gain_2"], b["bias_2"], eps)
        thought = feed_forward(again, b["W_1"], b["b_1"], b["W_2"], b["b_2"], gelu_tanh)
        x = added + thought
        shown.append([normed, attended, added, again, thought, x])
    last = layer_norm(x, params["gain"], params["bias"], eps)
    return [*before, *shown[block], last, last @ params["table"].T]


def _counts(params: Mapping, block: int) -> list[int]:
    """How many parameters each part has; the output has none of its own, it is tied to the table."""
    b = params["blocks"][block]

    def size(*names: str) -> int:
        return sum(b[name].size for name in names)

    attention = size(*(f"{kind}_{name}" for kind in "Wb" for name in "QKVO"))
    norms = [size(f"gain_{k}", f"bias_{k}") for k in (1, 2)]
    thinking = size("W_1", "b_1", "W_2", "b_2")
    last = params["gain"].size + params["bias"].size
    return [0, params["table"].size, params["positions"].size, norms[0], attention, 0, norms[1], thinking, 0, last, 0]


def forward_pass_frame(part: int, n_tokens: int, block: str) -> dict[str, object]:
    """The diagram with one part lit, what comes out of it, and what it does.

    >>> forward_pass_frame(part=10, n_tokens=5, block="1")["out"].shape
    (5, 8)
    """
    params, which = small_params(), int(block) - 1
    outs = forward_pass(np.arange(n_tokens), params, which)
    counts = _counts(params, which)
    name, concept, _, does = PARTS[part]
    lesson = lesson_of(concept)
    shape = f"({n_tokens},)" if part == 0 else f"({n_tokens}, {outs[part].shape[1]})"
    whole = sum(counts) + (len(params["blocks"]) - 1) * sum(counts[IN_A_BLOCK])
    where = f" of block {block}" if part in range(*IN_A_BLOCK.indices(len(PARTS))) else ""
    return {
        "boxes": NAMES,
        "at": np.array([at for _, _, at, _ in PARTS], dtype=float),
        "edges": np.array(EDGES),
        "counts": np.array(counts, dtype=float),
        "lessons": np.array([lesson_of(of).number for _, of, _, _ in PARTS], dtype=float),
        "silent": np.full(len(EDGES), np.nan),
        "lit": (np.arange(len(PARTS)) == part).astype(float),
        "out": outs[part],
        "words": TOKENS[:n_tokens],
        "columns": TOKENS if part == len(PARTS) - 1 else ["id"] if part == 0 else [str(i) for i in range(D_MODEL)],
        "note": f"{name}{where}: {AXES[part]}, here {shape}. {does}\n"
        f"Parameters: {counts[part]:,} of {whole:,} in all. Taught in lesson {lesson.number:02d}, {lesson.title}.",
    }


def forward_pass_explorer() -> Explorer:
    """Step through a whole GPT: boxes with their parameters and lessons, and what comes out of each."""
    return Explorer(
        forward_pass_frame,
        controls=[
            Steps("part", NAMES, label="part"),
            Slider("n_tokens", [1, 2, 4, 6, 8], value=6, label="words", format="{:d}"),
            Choice("block", [str(i + 1) for i in range(LAYERS)], label="block"),
        ],
        panels=[
            [
                Graph(
                    "boxes", at="at", edges="edges", values="counts", below="lessons", messages="silent", lit="lit",
                    below_label="lesson", title="Each box: its parameters, and its lesson", width=1.7,
                ),
                Heatmap(
                    "out", rows="words", cols="columns", row_label="token", col_label="", palette="diverging",
                    title=pick("part", [f"out of {name}: {axes}" for name, axes in zip(NAMES, AXES, strict=True)]),
                ),
            ],
            [Note("note")],
        ],
        title="A whole GPT: two blocks, three heads, random weights",
        alt=lambda values, arrays: f"A diagram of a GPT with eleven parts. {arrays['note']}",
        name="transformer.forward_pass",
    )  # fmt: skip
