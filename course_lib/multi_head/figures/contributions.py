"""What each head writes into one token, and the sum."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from course_lib.explorer.pictures import picture, subplots

__all__ = ["show_contributions"]


def show_contributions(added: Mapping[str, Float[np.ndarray, "head token d_model"]], token: int = 0) -> None:
    """Draw what every head adds to one token, a row for each head, and the sum below; one picture for each name."""
    figure, axes = subplots(len(added), 1, size=(8.2, 2.3 * len(added)))
    for axis, (name, parts) in zip(np.atleast_1d(axes), added.items(), strict=True):
        rows = np.vstack([parts[:, token], parts[:, token].sum(axis=0)])
        extent = (0.5, rows.shape[1] + 0.5, len(rows) - 0.5, -0.5)  # features are counted from 1
        axis.imshow(rows, cmap="PuOr_r", vmin=-3, vmax=3, aspect="auto", extent=extent)
        labels = [*(f"head {h + 1}" for h in range(len(parts))), "sum"]
        axis.set(title=name, yticks=range(len(rows)), yticklabels=labels)
        axis.axhline(len(parts) - 0.5, color="gray")
    figure.axes[-1].set_xlabel("feature of the output")
    count = len(next(iter(added.values())))
    picture(
        figure,
        f"What each of {count} heads adds to every feature of token {token + 1}, and the sum: {', '.join(added)}.",
    )
