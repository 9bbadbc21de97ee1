"""What another order of the words does to each word's new vector, with positions and without."""

import numpy as np

from course_lib.explorer import Bars, Choice, Explorer, Note, Predict, Switch
from course_lib.positional_encoding.by_hand import add_positions, sinusoidal
from course_lib.sentence import TOKENS
from course_lib.start_here.by_hand import mix_by_likeness

__all__ = ["ORDERS", "order_explorer", "order_frame"]

ORDERS = {
    "as it is": list(range(8)),
    "creature and forest exchanged": [0, 1, 2, 7, 4, 5, 6, 3],
    "backwards": list(range(7, -1, -1)),
}


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
    told = "no word can tell the difference" if moved.max() < 1e-9 else f"the largest move is {moved.max():.2f}"
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
        title="Does the order make a difference?",
        alt=lambda values, arrays: (
            f"Sentence {values['order']}, {'with' if values['positions'] else 'without'} positions, "
            f"{'past only' if values['causal'] else 'all tokens visible'}. {arrays['note']}"
        ),
        predict=Predict(
            "The sentence is put backwards, without positions, and every word sees every other. How many of the eight words "
            "end up with another vector?",
            choices=["none", "the two at the ends", "all eight"],
            answer=lambda arrays: {0: 0, 2: 1, 8: 2}[int((arrays["moved"] > 1e-9).sum())],
            explain="An average does not depend on the order of its terms. Now add positions; then try the past "
            "alone, without positions.",
        ),
        name="positional_encoding.order",
    )
