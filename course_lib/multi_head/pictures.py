"""The lesson's still figures: who reaches whom, what each head writes, and what 1, 2, 4 and 8 heads gain."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float

__all__ = ["show_contributions", "show_losses", "show_reach"]


def show_reach(reach: Mapping[str, Float[np.ndarray, "output token"]]) -> None:
    """Draw how far each token moves each output, with the numbers; one picture for each name."""
    figure, axes = plt.subplots(1, len(reach), figsize=(4.2 * len(reach), 3.4), layout="constrained")
    for axis, (name, moved) in zip(np.atleast_1d(axes), reach.items(), strict=True):
        n = len(moved)
        axis.imshow(moved, cmap="cividis", vmin=0, vmax=1)
        axis.set(title=name, xlabel="this token is nudged", xticks=range(n), yticks=range(n))
        axis.set(xticklabels=range(1, n + 1), yticklabels=range(1, n + 1))
        for (i, j), value in np.ndenumerate(moved):
            ink = "black" if value > 0.6 else "white"
            axis.text(j, i, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=8)
    figure.axes[0].set_ylabel("this output moves")


def show_contributions(added: Mapping[str, Float[np.ndarray, "head token d_model"]], token: int = 0) -> None:
    """Draw what every head adds to one token, a row for each head, and the sum below; one picture for each name."""
    figure, axes = plt.subplots(len(added), 1, figsize=(8.4, 2.3 * len(added)), layout="constrained")
    for axis, (name, parts) in zip(np.atleast_1d(axes), added.items(), strict=True):
        rows = np.vstack([parts[:, token], parts[:, token].sum(axis=0)])
        axis.imshow(rows, cmap="PuOr_r", vmin=-3, vmax=3, aspect="auto")
        labels = [*(f"head {h + 1}" for h in range(len(parts))), "sum"]
        axis.set(title=name, yticks=range(len(rows)), yticklabels=labels)
        axis.axhline(len(parts) - 0.5, color="gray")
    figure.axes[-1].set_xlabel("feature of the output")


def show_losses(final: Mapping[int, Mapping[int, Float[np.ndarray, " seed"]]]) -> None:
    """Draw the last held-out loss of every run: a point for each seed, over the number of heads, by depth."""
    _, axis = plt.subplots(figsize=(7, 3.4), layout="constrained")
    for number, (layers, losses) in enumerate(final.items()):
        label = f"{layers} layer{'s' if layers > 1 else ''}"
        places = np.repeat(np.arange(len(losses)), [len(values) for values in losses.values()]) + 0.16 * (number - 0.5)
        values = np.concatenate(list(losses.values()))
        axis.plot(places, values, "os^D"[number % 4], color=("#0072B2", "#D55E00")[number % 2], alpha=0.7, label=label)
    axis.set(xticks=range(len(losses)), xticklabels=list(losses), xlabel="heads", ylabel="loss on held-out text, nats")
    axis.set_title("Each point is one training run; lower is better")
    axis.legend()
