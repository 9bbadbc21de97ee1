"""How alike the learned positions are: for one patch, all others, in the places they have in the image."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Thumbnails

__all__ = ["likeness", "neighbour_likeness", "positions_explorer", "positions_frame"]


def likeness(positions: Float[np.ndarray, "token d_model"]) -> Float[np.ndarray, "patch patch"]:
    """The cosine of each pair of positions, without the class token's, the mean of all patches taken off first.

    >>> likeness(np.array([[9.0, 9.0], [1.0, 0.0], [-1.0, 0.0]])).round(6).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    patches = positions[1:] - positions[1:].mean(axis=0)
    unit = patches / np.linalg.norm(patches, axis=1, keepdims=True)
    return unit @ unit.T


def neighbour_likeness(positions: Float[np.ndarray, "token d_model"]) -> tuple[float, float]:
    """The mean likeness of patches that share a side, and of all other pairs.

    >>> side, other = neighbour_likeness(np.vstack([np.zeros(2), np.eye(2), -np.eye(2)]))
    >>> round(side, 3), round(other, 3)
    (-0.5, 0.0)
    """
    alike = likeness(positions)
    side = round(len(alike) ** 0.5)
    row, column = np.divmod(np.arange(len(alike)), side)
    apart = np.abs(row[:, None] - row) + np.abs(column[:, None] - column)
    return float(alike[apart == 1].mean()), float(alike[apart > 1].mean())


def positions_frame(positions: Float[np.ndarray, "token d_model"], what: str = "") -> dict[str, object]:
    """One small map for each patch: how alike its position is to that of every other, laid out as the image is."""
    alike = likeness(positions)
    side = round(len(alike) ** 0.5)
    near, far = neighbour_likeness(positions)
    return {
        "maps": alike.reshape(side, side, side, side),
        "note": f"{what}: cosine of patches that share a side {near:+.2f} on average, of all other pairs {far:+.2f}.",
    }


def positions_explorer(tables: Mapping[str, Float[np.ndarray, "token d_model"]]) -> Explorer:
    """The likeness of positions, before and after training; tables: what each table is -> its rows."""
    side = round((len(next(iter(tables.values()))) - 1) ** 0.5)
    names = [str(k + 1) for k in range(side)]
    return Explorer(
        lambda table: positions_frame(tables[table], table),
        controls=[Choice("table", list(tables), label="positions")],
        panels=[
            [
                Thumbnails("maps", map_name="column", row_name="row", title="one map for each patch", palette="diverging",
                           vmin=-1, vmax=1, width=1.4),
                Heatmap("maps", rows=names, cols=names, row_label="row", col_label="column", title="alike to it",
                        palette="diverging", vmin=-1, vmax=1),
            ],
            [Note("note")],
        ],
        title="How alike are two positions?",
        alt=lambda values, arrays: f"For each of {side * side} patches, how alike its position is to the others. {arrays['note']}",
        name="vision.positions",
    )  # fmt: skip
