"""The still pictures: four bars for each probe, patching in both directions, what each head costs, where some heads look."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots

__all__ = ["show_four_bars", "show_gazes", "show_heads", "show_patching"]


def show_four_bars(words: Mapping[str, Mapping[str, Float[np.ndarray, "seed depth"]]]) -> None:
    """Draw the probes of some words: for each depth four bars, the mean over the seeds, with a dot for each seed."""
    figure, axes = subplots(1, len(words), size=(8.2, 3.1), sharey=True)
    said = []
    for axis, (word, bars) in zip(np.atleast_1d(axes), words.items(), strict=True):
        for k, (name, values) in enumerate(bars.items()):
            at = np.arange(values.shape[1]) + (k - 1.5) * 0.2
            axis.bar(at, values.mean(axis=0), width=0.19, color=SERIES[k], label=name)
            axis.plot(np.tile(at, len(values)), values.ravel(), ".", color=SERIES[4], markersize=3)
            said.append(f"{word}, {name}: {', '.join(f'{value:.2f}' for value in values.mean(axis=0))}")
        depths = ["before", *(f"layer {layer + 1}" for layer in range(values.shape[1] - 1))]
        axis.set(title=f"“{word}”", xticks=range(len(depths)), xticklabels=depths, ylim=(0, 1.08))
        axis.grid(axis="x", visible=False)
    figure.axes[0].set_ylabel("right on held-out sentences")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    picture(figure, alt="Accuracy of four probes before and after each layer. " + "; ".join(said) + ".")


def show_patching(words: Sequence[str], grids: Mapping[str, Float[np.ndarray, "layer token"]], title: str = "") -> None:
    """Draw what one vector does to the answer, at every layer and place; one picture for each direction."""
    figure, axes = subplots(len(grids), 1, size=(8.2, 1.9 * len(grids) + 0.6), sharex=True)
    said = []
    for axis, (name, grid) in zip(np.atleast_1d(axes), grids.items(), strict=True):
        axis.imshow(grid, cmap="viridis", vmin=0, vmax=1, aspect="auto")
        depths = ["before", *(f"layer {layer}" for layer in range(1, len(grid)))]
        axis.set(title=f"{title}: {name}" if title else name, yticks=range(len(grid)), yticklabels=depths)
        for (layer, place), value in np.ndenumerate(grid):
            if value > 0.05:
                axis.text(
                    place,
                    layer,
                    f"{value:.2f}",
                    ha="center",
                    va="center",
                    color="black" if value > 0.6 else "white",
                    fontsize=8,
                )
        best = [f"{words[row.argmax()]} {row.max():.2f} at {depth}" for depth, row in zip(depths, grid, strict=True)]
        said.append(f"{name}: {', '.join(best)}")
    figure.axes[-1].set_xticks(range(len(words)), words, rotation=40, ha="right")
    picture(figure, alt="What one vector does to the answer, by layer and word. " + "; ".join(said) + ".")


def show_heads(costs: Mapping[str, Float[np.ndarray, "layer head"]], unit: str = "nats") -> None:
    """Draw what taking out each head costs, a row for each layer; one picture for each name."""
    figure, axes = subplots(1, len(costs), size=(8.2, 2.4))
    high = max(float(cost.max()) for cost in costs.values())
    said = []
    for axis, (name, cost) in zip(np.atleast_1d(axes), costs.items(), strict=True):
        axis.imshow(cost, cmap="viridis", vmin=0, vmax=high, aspect="auto")
        layers, heads = cost.shape
        axis.set(title=name, xticks=range(heads), xticklabels=range(1, heads + 1), xlabel="head", yticks=range(layers))
        axis.set_yticklabels(range(1, layers + 1))
        for (layer, head), value in np.ndenumerate(cost):
            axis.text(
                head,
                layer,
                f"{value:.2f}",
                ha="center",
                va="center",
                color="black" if value > 0.6 * high else "white",
                fontsize=8,
            )
        layer, head = np.unravel_index(cost.argmax(), cost.shape)
        said.append(f"{name}: most at layer {layer + 1}, head {head + 1}, {cost.max():.2f} {unit}")
    figure.axes[0].set_ylabel("layer")
    picture(figure, alt="The loss without each head. " + "; ".join(said) + ".")


def show_gazes(words: Sequence[str], heads: Mapping[str, Float[np.ndarray, "query key"]]) -> None:
    """Draw the weights of some heads on one sentence, side by side: a row is a word that looks, a column one looked at."""
    figure, axes = subplots(1, len(heads), size=(8.2, 3.4), sharey=True)
    said = []
    for axis, (name, weights) in zip(np.atleast_1d(axes), heads.items(), strict=True):
        axis.imshow(weights, cmap="viridis", vmin=0, vmax=1)
        axis.grid(visible=False)
        axis.set(yticks=range(len(words)), yticklabels=words)
        axis.set_title(name, fontsize=9)
        axis.set_xticks(range(len(words)), words, rotation=90)
        most = weights[-1].argmax()
        said.append(
            f"{' '.join(name.split())}: the last word looks most at {words[most]}, {len(words) - 1 - most} back ({weights[-1].max():.2f})"
        )
    picture(figure, alt=f"Where some heads look in '{' '.join(words)}'. " + "; ".join(said) + ".")
