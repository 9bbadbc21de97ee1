"""The vectors of one word in many sentences, layer by layer, in two dimensions: do its senses come apart?"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from course_lib.explorer import Choice, Explorer, Note, Points, Slider
from course_lib.interpretation.probing import Occurrences

__all__ = ["drift_explorer", "drift_frame", "plane_of"]

SHOWN = 120


def plane_of(x: Float[np.ndarray, "row d"], sense: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The middle, and two directions (d, 2) in which the centroids of the senses differ most; with two senses, the second direction is
    that in which what is left varies most.

    >>> middle, axes = plane_of(np.array([[1.0, 0.0], [-1.0, 0.1], [1.0, 0.2]]), np.array([0, 1, 0]))
    >>> np.abs(axes[:, 0]).round(1).tolist()
    [1.0, 0.0]
    """
    middle = x.mean(axis=0)
    centroids = np.array([x[sense == each].mean(axis=0) for each in np.unique(sense)])
    between = np.linalg.svd(centroids - centroids.mean(axis=0), full_matrices=False)[2][: min(2, len(centroids) - 1)]
    rest = x - middle
    rest = rest - rest @ between.T @ between
    within = np.linalg.svd(rest, full_matrices=False)[2][: 2 - len(between)]
    return middle, np.concatenate([between, within]).T


def drift_frame(
    found: Occurrences,
    vectors: Float[np.ndarray, "depth row d"],
    layer: int,
    plane: tuple[np.ndarray, np.ndarray] | None = None,
) -> dict[str, object]:
    """The word's vectors in held-out sentences after a layer, in the plane that the training sentences gave for the last one."""
    middle, axes = plane or plane_of(vectors[-1][found.train], found.sense[found.train])
    rows = found.test[:: max(1, len(found.test) // SHOWN)][:SHOWN]
    xy = (vectors[layer][rows] - middle) @ axes
    spread = [xy[found.sense[rows] == each].mean(axis=0) for each in range(len(found.names))]
    apart = np.mean([np.linalg.norm(a - b) for i, a in enumerate(spread) for b in spread[:i]])
    where = "Before the first layer" if layer == 0 else f"After layer {layer}"
    return {
        "xy": xy,
        "sense": found.sense[rows],
        "names": list(found.names),
        "note": f"{where}, the centres of the senses are {apart:.2f} apart on average, in {len(rows)} held-out sentences; the plane was "
        "chosen on others.",
    }


def drift_explorer(
    words: Mapping[str, Occurrences], models: Mapping[str, Mapping[str, Float[np.ndarray, "depth row d"]]]
) -> Explorer:
    """words: each word's occurrences; models: by the model's name and the word, the word's vectors."""
    planes = {
        (model, word): plane_of(x[-1][words[word].train], words[word].sense[words[word].train])
        for model, by_word in models.items()
        for word, x in by_word.items()
    }
    depth = len(next(iter(next(iter(models.values())).values())))

    def frame(word: str, model: str, layer: int) -> dict[str, object]:
        return drift_frame(words[word], models[model][word], layer, planes[model, word])

    return Explorer(
        frame,
        controls=[
            Choice("word", list(words), label="word"),
            Choice("model", list(models), label="model"),
            Slider("layer", list(range(depth)), value=0, label="after layer", format="{:d}"),
        ],
        panels=[
            [Points("xy", groups="sense", group_names="names", x_label="first direction", y_label="second direction")],
            [Note("note", title="What to see")],
        ],
        title="One word, many sentences",
        alt=lambda values, arrays: f"'{values['word']}' in the {values['model']} model. {arrays['note']}",
        name="interpretation.drift",
    )
