"""The table of sinusoids, a pair of its columns as waves, and how alike two positions are."""

import numpy as np

from course_lib.explorer import Curves, Explorer, Heatmap, Note, Slider
from course_lib.positional_encoding.by_hand import angular_frequencies, sinusoidal

__all__ = ["table_explorer", "table_frame"]

N_POSITIONS = 24


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
