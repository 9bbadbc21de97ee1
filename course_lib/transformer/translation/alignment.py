"""Does cross-attention find the word that a word translates? Measured against the true alignment.

The measure: for every target word that has a partner in the source, whether the source word with the largest weight is
that partner. The weights are those of one head, or the mean over the heads of a layer. Row j of the weights belongs to
the step that writes target word j; its query is made of what is read there, the word before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from course_lib.corpus import Translation
from course_lib.transformer.looking import looking_at
from course_lib.transformer.models import EncoderDecoder
from course_lib.transformer.translation.batches import prepare

__all__ = ["Agreement", "agreement", "baselines", "cross_weights", "hits", "true_alignment"]


def true_alignment(pair: Translation) -> Bool[np.ndarray, "target source"]:
    """True where a target word says what a source word says.

    >>> from course_lib.corpus import parallel_corpus
    >>> int(true_alignment(parallel_corpus("held_out", 1)[0]).sum(axis=1).max())
    1
    """
    aligned = np.zeros((len(pair.target), len(pair.source)), dtype=bool)
    for i, j in pair.alignment:
        aligned[j, i] = True
    return aligned


def cross_weights(
    model: EncoderDecoder, pairs: Sequence[Translation]
) -> list[Float[np.ndarray, "layer head target source"]]:
    """The cross-attention of a model for each pair, with the true words before each target word as its text so far."""
    batch = prepare(pairs)
    found = looking_at(model, lambda: model(batch.source, batch.target_in, batch.present))
    layers = [found[f"decoder.blocks.{i}.cross"] for i in range(model.config.layers)]
    stacked = torch.stack(layers, dim=1).numpy()
    return [stacked[b, :, :, : len(pair.target), : len(pair.source)] for b, pair in enumerate(pairs)]


def hits(weights: Float[np.ndarray, "... target source"], pair: Translation) -> Bool[np.ndarray, "... aligned"]:
    """For every target word with a partner: whether its largest weight lies on the partner.

    >>> pair = Translation(("le", "palo", "."), ("ziri", "."), ((1, 0), (2, 1)), ("child", "."))
    >>> hits(np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]]), pair).tolist()
    [True, False]
    """
    source, target = (list(side) for side in zip(*pair.alignment, strict=True))
    return weights.argmax(axis=-1)[..., target] == np.array(source)


@dataclass(frozen=True)
class Agreement:
    """The share of hits over many sentences.

    Attributes:
        heads: (layer, head), each head on its own.
        layers: (layer,), the mean over the heads of each layer.
        words: how many target words were counted.
    """

    heads: Float[np.ndarray, "layer head"]
    layers: Float[np.ndarray, "layer"]
    words: int


def agreement(
    weights: Sequence[Float[np.ndarray, "layer head target source"]], pairs: Sequence[Translation]
) -> Agreement:
    """Measure every head, and the mean over heads of every layer."""
    by_head = np.concatenate([hits(heads, pair) for heads, pair in zip(weights, pairs, strict=True)], axis=-1)
    by_layer = np.concatenate(
        [hits(heads.mean(axis=1), pair) for heads, pair in zip(weights, pairs, strict=True)], axis=-1
    )
    return Agreement(by_head.mean(axis=-1), by_layer.mean(axis=-1), by_head.shape[-1])


def baselines(pairs: Sequence[Translation]) -> dict[str, float]:
    """What guessing gives: any source word, and the one at the same relative place in its sentence.

    >>> pair = Translation(("le", "palo", "."), ("ziri", "."), ((1, 0), (2, 1)), ("child", "."))
    >>> {name: round(share, 2) for name, share in baselines([pair]).items()}
    {'any word': 0.33, 'same place': 0.5}
    """
    any_word, same_place = [], []
    for pair in pairs:
        source, target = len(pair.source), len(pair.target)
        for i, j in pair.alignment:
            any_word.append(1 / source)
            same_place.append(round(j * (source - 1) / max(1, target - 1)) == i)
    return {"any word": float(np.mean(any_word)), "same place": float(np.mean(same_place))}
