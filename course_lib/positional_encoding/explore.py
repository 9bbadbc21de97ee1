"""Three figures: the table of sinusoids, a shift as a rotation, and what another order does to a word's new vector."""

import numpy as np

from course_lib.explorer import Bars, Choice, Curves, Explorer, Heatmap, Note, Points, Predict, Slider, Switch
from course_lib.positional_encoding.by_hand import add_positions, angular_frequencies, shift_matrix, sinusoidal
from course_lib.sentence import TOKENS
from course_lib.start_here.by_hand import mix_by_likeness

__all__ = [
    "TOKENS", "order_explorer", "order_frame", "shift_explorer", "shift_frame", "table_explorer", "table_frame",
]  # fmt: skip

N_POSITIONS = 24
ORDERS = {
    "as it is": list(range(8)),
    "creature and forest exchanged": [0, 1, 2, 7, 4, 5, 6, 3],
    "backwards": list(range(7, -1, -1)),
}


def table_frame(d_model: int, pair: int) -> dict[str, object]:
    """The table of sinusoids, one pair of its columns as waves, and how alike any two positions are.

    >>> table_frame(16, 0)["likeness"].shape
    (24, 24)
    """
    table = sinusoidal(N_POSITIONS, d_model)
    wave = 2 * np.pi / angular_frequencies(d_model)[pair]
    return {
        "table": table,
        "positions": np.arange(N_POSITIONS, dtype=float),
        "sine": table[:, 2 * pair],
        "cosine": table[:, 2 * pair + 1],
        "likeness": table @ table.T / (d_model / 2),
        "note": f"Columns {2 * pair} and {2 * pair + 1} repeat every {wave:,.1f} positions, the last pair every "
        f"{2 * np.pi / angular_frequencies(d_model)[-1]:,.0f}.",
    }


def table_explorer() -> Explorer:
    """The table as a picture, a pair of its columns as waves, and the likeness of positions."""
    return Explorer(
        table_frame,
        controls=[
            Slider("d_model", [8, 16, 32, 64], value=32, label="width d_model", format="{:d}"),
            Slider("pair", [0, 1, 2, 3], value=1, label="pair of columns", format="{:d}"),
        ],
        panels=[
            [
                Heatmap("table", row_label="position", col_label="column", title="the table", palette="diverging",
                        vmin=-1, vmax=1, numbers=False),
                Heatmap("likeness", row_label="position", col_label="position", title="likeness of two positions",
                        palette="diverging", vmin=-1, vmax=1, numbers=False),
            ],
            [
                Curves("positions", {"sine": "sine", "cosine": "cosine"}, title="the pair as waves", x_label="position",
                       y_range=(-1.1, 1.1), width=1.6),
                Note("note"),
            ],
        ],
        title="Sinusoids of different frequencies",
        alt=lambda values, arrays: f"The table of sinusoids at width {values['d_model']}, {N_POSITIONS} positions. {arrays['note']}",
        name="positional_encoding.table",
    )  # fmt: skip


def shift_frame(p: int, k: int) -> dict[str, object]:
    """Four pairs of columns as points on the circle, at position p and at p + k, and how exactly a rotation links them.

    >>> shift_frame(5, 3)["residual"] < 1e-14
    True
    """
    d_model = 8
    here = sinusoidal(p + 1, d_model)[p]
    shifted = shift_matrix(k, d_model) @ here
    there = np.stack(
        [np.sin((p + k) * angular_frequencies(d_model)), np.cos((p + k) * angular_frequencies(d_model))], -1
    )
    residual = float(np.abs(shifted - there.ravel()).max())
    turns = np.degrees(k * angular_frequencies(d_model))
    frame: dict[str, object] = {
        f"pair {i}": np.stack([here[2 * i : 2 * i + 2], shifted[2 * i : 2 * i + 2]]) for i in range(4)
    }
    degrees = ", ".join(f"{turn:.4g}°" for turn in turns)
    return frame | {
        "which": np.array([0, 1]),
        "residual": residual,
        "note": f"From position {p} to {p + k} the four pairs turn by {degrees}: the angles depend on k alone. "
        f"Rotated and looked up differ by {residual:.0e}.",
    }


def shift_explorer() -> Explorer:
    """Move along the sentence and see each pair of columns turn at its own speed."""
    picture = {
        "groups": "which",
        "group_names": ["p", "p + k"],
        "arrows": True,
        "x_range": (-1.3, 1.3),
        "y_range": (-1.3, 1.3),
    }
    return Explorer(
        shift_frame,
        controls=[
            Slider("p", list(range(0, 25, 2)), value=4, label="position p", format="{:d}"),
            Slider("k", list(range(-6, 7)), value=3, label="shift k", format="{:d}"),
        ],
        panels=[
            [Points(f"pair {i}", title=f"pair {i}", x_label="sine", y_label="cosine", **picture) for i in range(2)],
            [Points(f"pair {i}", title=f"pair {i}", x_label="sine", y_label="cosine", **picture) for i in range(2, 4)],
            [Note("note")],
        ],
        title="A shift is a rotation",
        alt=lambda values, arrays: f"Four pairs of columns as arrows on the unit circle. {arrays['note']}",
        name="positional_encoding.shift",
    )


def order_frame(positions: bool, causal: bool, order: str) -> dict[str, object]:
    """How far each word's new vector moves when the sentence is put in another order.

    Args:
        positions: add the sinusoids first.
        causal: let each token look at itself and the past alone.
        order: one of ORDERS.

    >>> bool(order_frame(False, False, "backwards")["moved"].max() < 1e-12)
    True
    """
    if order not in ORDERS:
        raise ValueError(f"got the order {order!r}; expected one of {', '.join(map(repr, ORDERS))}")
    vectors = np.random.default_rng(3).normal(size=(8, 16))
    new_order = ORDERS[order]

    def new_vectors(words: np.ndarray) -> np.ndarray:
        x = vectors[words]
        if positions:
            x = add_positions(x[None], sinusoidal(8, 16))[0]
        mixed = mix_by_likeness(x, causal)
        return mixed[np.argsort(words)]  # back to the order of TOKENS, to compare word by word

    before, after = new_vectors(np.arange(8)), new_vectors(np.array(new_order))
    moved = np.linalg.norm(after - before, axis=1)
    sentence = " ".join(TOKENS[i] for i in new_order)
    told = "nobody can tell the difference" if moved.max() < 1e-9 else f"the largest move is {moved.max():.2f}"
    return {
        "moved": moved,
        "tokens": TOKENS,
        "largest": moved.max(),
        "note": f"“{sentence}”: {told}.",
    }


def order_explorer() -> Explorer:
    """Put the sentence in another order, with and without positions, and see whose new vector notices."""
    return Explorer(
        order_frame,
        controls=[
            Choice("order", {order: order for order in ORDERS}, value="backwards", label="order"),
            Switch("positions", value=False, label="add positions"),
            Switch("causal", value=False, label="look at the past alone"),
        ],
        panels=[
            [Bars("moved", labels="tokens", title="how far each word's new vector moves", low=0, high=6)],
            [Note("note")],
        ],
        title="Does anybody notice the order?",
        alt=lambda values, arrays: (
            f"Sentence {values['order']}, {'with' if values['positions'] else 'without'} positions, "
            f"{'past only' if values['causal'] else 'all tokens visible'}. {arrays['note']}"
        ),
        predict=Predict(
            "The sentence is read backwards, without positions, everybody sees everybody. How many of the eight words "
            "end up with another vector?",
            choices=["none", "the two at the ends", "all eight"],
            answer=lambda arrays: {0: 0, 2: 1, 8: 2}[int((arrays["moved"] > 1e-9).sum())],
            explain="An average does not care in which order its terms are added. Now add positions; and then try the past "
            "alone, without positions.",
        ),
        name="positional_encoding.order",
    )
