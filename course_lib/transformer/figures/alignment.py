"""A translator's cross-attention beside the true alignment."""

from collections.abc import Sequence

import numpy as np

from course_lib.corpus import Translation
from course_lib.explorer import Choice, Explorer, Heatmap, Note, TokenRow
from course_lib.transformer.models import EncoderDecoder
from course_lib.transformer.translation.alignment import cross_weights, hits, true_alignment
from course_lib.transformer.translation.batches import START

__all__ = ["alignment_explorer", "alignment_frames"]


def alignment_frames(model: EncoderDecoder, pairs: Sequence[Translation]) -> list[dict[str, dict[str, object]]]:
    """For every pair and every view of its cross-attention what the figure shows.

    The views are "layer 1, mean" and so on, and each head. Row j belongs to the step that writes target word j, and its
    query is made of the word read there: the one before, or the start token. The token row holds the words that are read
    and then the source words.
    """
    frames = []
    for pair, weights in zip(pairs, cross_weights(model, pairs), strict=True):
        truth, read = true_alignment(pair), (START, *pair.target[:-1])
        views = {}
        for layer, heads in enumerate(weights, 1):
            views[f"layer {layer}, mean of heads"] = heads.mean(axis=0)
            views |= {f"layer {layer}, head {h}": head for h, head in enumerate(heads, 1)}
        n_target, total = len(pair.target), len(pair.source) + len(pair.target)
        of_pair = {}
        for name, view in views.items():
            row = np.zeros((total, total))
            row[:n_target, n_target:] = view
            found = hits(view, pair)
            of_pair[name] = {
                "weights": view,
                "truth": truth.astype(float),
                "row": row,
                "tokens": [*read, *pair.source],
                "source": list(pair.source),
                "steps": [f"{asks} → {word}" for asks, word in zip(read, pair.target, strict=True)],
                "hits": int(found.sum()),
                "note": f"{int(found.sum())} of the {found.size} steps that write a word with a partner have their largest "
                f"weight on that partner. In the row above, the {n_target} words that the decoder reads come first; each asks "
                f"the words of Lumi, in order to write the word after it.\nIn English: {' '.join(pair.gloss)}",
            }
        frames.append(of_pair)
    return frames


def alignment_explorer(model: EncoderDecoder, pairs: Sequence[Translation], view: str | None = None) -> Explorer:
    """Point at a word that is read and see which source words it asks to write the next; beside it the truth.

    Args:
        model: a trained translator.
        pairs: a few sentences.
        view: what is shown at first, such as "layer 2, mean of heads"; the last layer's mean where it is left out.
    """
    frames = alignment_frames(model, pairs)
    views = list(frames[0])
    sentences = {" ".join(pair.target): i for i, pair in enumerate(pairs)}
    shared = {
        "rows": "steps",
        "cols": "source",
        "row_label": "reads → writes",
        "col_label": "source",
        "vmin": 0,
        "vmax": 1,
    }
    return Explorer(
        lambda sentence, view: frames[sentence][view],
        controls=[
            Choice("sentence", sentences, label="sentence"),
            Choice("view", views, value=view or f"layer {model.config.layers}, mean of heads", label="weights"),
        ],
        panels=[
            [TokenRow("tokens", weights="row", title="Whom each word asks")],
            [
                Heatmap("weights", title="cross-attention", **shared),
                Heatmap("truth", title="true alignment", numbers=False, **shared),
            ],
            [Note("note", title="What to see")],
        ],
        title="What the translator looks at while it writes",
        alt=lambda values, arrays: (
            f"Cross-attention, {values['view']}, for the sentence {' '.join(arrays['source'])}: at {arrays['hits']} "
            "steps the largest weight lies on the source word whose translation is written."
        ),
        name="transformer.alignment",
    )
