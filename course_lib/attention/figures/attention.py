"""One sentence, one head, and every number between the words and the output.

No weights have been trained at this point of the course, so the figure does not pretend to have any: the word vectors
are a table of features that can be read, and a head is what its queries ask of its keys in terms of those features.
"""

import numpy as np
from jaxtyping import Float

from course_lib.attention.by_hand import causal_mask
from course_lib.attention.masking import masked_scores, masked_weights
from course_lib.explorer import (
    Choice,
    DotProduct,
    Explorer,
    Heatmap,
    Note,
    Predict,
    Slider,
    Steps,
    Switch,
    TokenRow,
    pick,
)
from course_lib.sentence import TOKENS

__all__ = [
    "CREATURE_LOOKS_AT",
    "FEATURES",
    "HEADS",
    "MASKS",
    "WORDS",
    "attention_explorer",
    "attention_frame",
    "queries_and_keys",
]

FEATURES = ["article", "adjective", "noun", "verb", "first half"]
# One row for each token: which kind of word it is, and whether it stands in the first half of the sentence.
WORDS = np.array(
    [
        [1, 0, 0, 0, 1],
        [0, 1, 0, 0, 1],
        [0, 1, 0, 0, 1],
        [0, 0, 1, 0, 1],
        [0, 0, 0, 1, 0],
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
    ],
    dtype=float,
)
# What a word of each kind looks for: a row for the kind that asks, a column for the kind that is asked.
# Nouns ask for adjectives, and everybody prefers the own half, so that "creature" finds "blue" and not "verdant".
ASKS = np.array(
    [
        [0.3, 0.0, 0.8, 0.0, 0.0],
        [0.0, 0.4, 0.8, 0.0, 0.0],
        [0.3, 2.0, 0.4, 0.0, 0.0],
        [0.0, 0.0, 1.2, 0.4, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.6],
    ]
)
HEADS = {"hand-built: nouns ask for adjectives": "hand-built", "random weights": "random"}
MASKS = {
    "none": "none",
    "−∞ before softmax (right)": "minus infinity before",
    "zero before softmax (leaks)": "zero before",
    "zero after softmax (rows break)": "zero after",
}
STEPS = ["Q Kᵀ", "scale", "mask", "softmax", "times V"]
CHAIN = [("÷ √d_k, ÷ temperature", "scaled"), ("mask", "masked"), ("weight", "weights")]


def queries_and_keys(head: str, d_k: int) -> tuple[np.ndarray, np.ndarray]:
    """Queries and keys (token, d_k) of one head: entries of variance one, always the same ones.

    >>> Q, K = queries_and_keys("random", 16)
    >>> Q.shape, round(float((Q**2).mean()), 6)
    ((8, 16), 1.0)
    """
    rng = np.random.default_rng([4, d_k])
    if head == "random":
        side = rng.standard_normal((2, len(FEATURES), d_k))
        Q, K = WORDS @ side[0], WORDS @ side[1]
    else:
        # Queries live in the features that they ask for, so a key that has them points the same way in any d_k.
        half = np.where(WORDS[:, 4:] > 0, 1.0, -1.0)
        keys = np.hstack([WORDS[:, :4], 0.7 * half])
        asks = np.hstack([WORDS[:, :4] @ ASKS[:4, :4], ASKS[4, 4] * half])
        side = rng.standard_normal((len(FEATURES), d_k))
        # Orthonormal rows where there is room keep what was asked for exact; below that, features share directions.
        if d_k >= len(FEATURES):
            side = np.linalg.qr(side.T)[0].T * np.sqrt(d_k)
        Q, K = asks @ side, keys @ side
    spread = [np.sqrt(np.mean(matrix**2)) for matrix in (Q, K)]
    return Q / spread[0], K / spread[1]


def attention_frame(
    head: str = "hand-built",
    scale: bool = True,
    mask: str = "none",
    temperature: float = 1.0,
    d_k: int = 16,
    vectors: tuple[np.ndarray, np.ndarray] | None = None,
) -> dict[str, object]:
    """Every stage of one head over the sentence.

    head: "hand-built" or "random"; scale: divide by sqrt(d_k); mask: one of the values of MASKS; temperature: what the
    scores are divided by besides, above 0; d_k: width of queries and keys; vectors: what queries_and_keys(head, d_k)
    returns, for whoever computes many frames (None: computed here). The values V are the features themselves, so
    that an output can be read: how much article, adjective, noun ... a token took in.

    Returns a dict of Q, K (token, d_k), V (token, feature), scores, scaled, masked, weights (token, token), output
    (token, feature), row_sums (token,), future (the weight on later tokens, per row on average), tokens, features and
    the sentence ``note``. Raises ValueError for a head or a mask that there is not, a temperature of 0 or less, or a d_k below 1.

    >>> attention_frame()["weights"].sum(axis=1).round(6).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    if head not in HEADS.values() or mask not in MASKS.values():
        raise ValueError(f"got head={head!r}, mask={mask!r}; expected one of {[*HEADS.values()]}, {[*MASKS.values()]}")
    if not temperature > 0 or d_k < 1:
        raise ValueError(
            f"got temperature={temperature}, d_k={d_k}; expected a temperature above 0 and d_k of at least 1"
        )
    Q, K = queries_and_keys(head, int(d_k)) if vectors is None else vectors
    allowed = causal_mask(len(TOKENS))
    scores = Q @ K.T
    scaled = scores / ((np.sqrt(d_k) if scale else 1.0) * temperature)
    masked, weights = masked_scores(scaled, allowed, mask), masked_weights(scaled, allowed, mask)
    row_sums, future = weights.sum(axis=1), float(np.where(allowed, 0.0, weights).sum() / len(TOKENS))
    return {
        "Q": Q, "K": K, "V": WORDS, "scores": scores, "scaled": scaled, "masked": masked, "weights": weights,
        "output": weights @ WORDS, "row_sums": row_sums, "future": future, "tokens": TOKENS, "features": FEATURES,
        "note": _note(scale, mask, weights, row_sums, future, scaled),
    }  # fmt: skip


def _note(scale: bool, mask: str, weights: Float[np.ndarray, "query key"], row_sums, future: float, scaled) -> str:
    """What there is to see, in words: what the rows add up to, and who sees the future."""
    low, high = row_sums.min(), row_sums.max()
    sums = (
        "Every row adds up to 1."
        if high - low < 1e-9
        else f"The rows add up to between {low:.2f} and {high:.2f}, not to 1: they are no averages any more."
    )
    leak = {
        "none": f"Without a mask {future:.0%} of all weight falls on later tokens.",
        "minus infinity before": "No weight falls on later tokens.",
        "zero before": f"{future:.0%} of all weight still falls on later tokens: a score of 0 is exp(0) = 1 before normalising, not nothing.",
        "zero after": "No weight falls on later tokens, but what was taken away is missing from the rows.",
    }[mask]
    sharp = f"Scores spread by ±{scaled.std():.1f}{'' if scale else ' without the scale'}; the largest weight of a row is {weights.max(axis=1).mean():.2f} on average."
    return f"{sums} {leak}\n{sharp}"


def _alt(values: dict, arrays: dict) -> str:
    """One sentence for whoever cannot see the picture."""
    weights = arrays["weights"]
    best = weights.argmax(axis=1)
    creature = TOKENS.index("creature")
    return (
        f"Attention of the {values['head']} head at the step {STEPS[values['step']]}, mask {values['mask']}, "
        f"{'scaled' if values['scale'] else 'not scaled'}, temperature {values['temperature']:g}, d_k {values['d_k']}: "
        f"'creature' attends most to '{TOKENS[best[creature]]}' with weight {weights[creature].max():.2f}; "
        f"rows add up to {arrays['row_sums'].min():.2f} to {arrays['row_sums'].max():.2f}."
    )


def _creature_looks_at(frame) -> int:
    """Which of the choices below holds for the weights of a frame."""
    weights = frame["weights"][TOKENS.index("creature")]
    fluffy, blue, creature, verdant = (
        weights[TOKENS.index(word)] for word in ("fluffy", "blue", "creature", "verdant")
    )
    return [weights.max() < 0.2, min(fluffy, blue, verdant) > 0.25, fluffy + blue > 0.8, creature > 0.5].index(True)


CREATURE_LOOKS_AT = Predict(
    "The head has two rules: nouns ask for adjectives, and every word prefers its own half of the sentence. "
    "What will creature look at?",
    choices=[
        "all eight words, about equally",
        "fluffy, blue and verdant, about a third each",
        "fluffy and blue, nearly half each",
        "itself, more than all others together",
    ],
    answer=_creature_looks_at,
    explain="Both rules speak for fluffy and blue; for verdant only one of them does, and it gets a small share.",
)


def attention_explorer(**options) -> Explorer:
    """Point at a token and see where it attends; step through Q Kᵀ, scale, mask, softmax, times V.

    options: passed on to Explorer (predict=..., frames="never", ...). All frames are sent even where computing them is
    slow, because this figure has to answer beside a busy kernel.
    """
    options = {"frames": "always", **options}
    widths = [2, 4, 8, 16, 32, 64, 128]
    vectors = {(head, d_k): queries_and_keys(head, d_k) for head in HEADS.values() for d_k in widths}

    for matrix in (matrix for pair in vectors.values() for matrix in pair):
        matrix.setflags(write=False)  # every frame of this head and width shares it

    def compute(head, scale, mask, temperature, d_k):
        return attention_frame(head, scale, mask, temperature, d_k, vectors[head, d_k])

    by_step = lambda *options: pick("step", options)  # noqa: E731
    return Explorer(
        compute,
        controls=[
            Choice("head", HEADS, value="hand-built", label="head"),
            Choice("mask", MASKS, value="none", label="mask"),
            Slider("temperature", [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10], value=1, label="temperature"),
            Slider("d_k", widths, value=16, label="width d_k"),
            Switch("scale", value=True, label="divide by √d_k"),
            Steps("step", STEPS, value=3, label="step"),
        ],
        panels=[
            [TokenRow("tokens", weights="weights", title="Where a token looks")],
            [
                Heatmap(
                    by_step("scores", "scaled", "masked", "weights", "output"),
                    rows="tokens",
                    cols=by_step("tokens", "tokens", "tokens", "tokens", "features"),
                    row_label="query",
                    col_label=by_step("key", "key", "key", "key", "feature"),
                    title=by_step(
                        "1  Scores: Q Kᵀ",
                        "2  Scaled scores",
                        "3  Masked scores",
                        "4  Weights: softmax of each row",
                        "5  Output: weights times V",
                    ),
                    palette=by_step("diverging", "diverging", "diverging", "sequential", "sequential"),
                    vmin=by_step(None, None, None, 0, 0),
                    vmax=by_step(None, None, None, 1, 1),
                    beside=by_step(None, None, None, "row_sums", None),
                    beside_label="row sum",
                    width=1.25,
                ),
                [
                    DotProduct(
                        by_step("Q", "Q", "Q", "Q", "weights"),
                        by_step("K", "K", "K", "K", "V"),
                        result=by_step("scores", "scores", "scores", "scores", "output"),
                        rows="tokens",
                        cols=by_step("tokens", "tokens", "tokens", "tokens", "features"),
                        left_label=by_step("q", "q", "q", "q", "weights"),
                        right_label=by_step("k", "k", "k", "k", "V"),
                        right_axis=by_step("rows", "rows", "rows", "rows", "cols"),
                        chain=by_step(*[CHAIN] * 4, None),
                        title="The cell in focus, number by number",
                    ),
                    Note("note", title="What to see"),
                ],
            ],
        ],
        title="Attention, one step at a time",
        alt=_alt,
        name="attention.attention",
        focus=(3, 2),
        **options,
    )
