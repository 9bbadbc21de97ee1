"""The lesson's live figures: the masks of the three families, a translator's cross-attention, and one word after the other."""

from collections.abc import Sequence

import numpy as np
import torch

from course_lib.corpus import Translation
from course_lib.explorer import Bars, Choice, Explorer, Heatmap, Note, Predict, Slider, Steps, TokenRow
from course_lib.transformer.alignment import cross_weights, hits, true_alignment
from course_lib.transformer.by_hand import FAMILIES, attention_mask
from course_lib.transformer.models import EncoderDecoder
from course_lib.transformer.pairs import START, STOP, languages, prepare

__all__ = [
    "alignment_explorer",
    "alignment_frames",
    "decoding_explorer",
    "decoding_frames",
    "masks_explorer",
    "masks_frame",
]

LENGTHS = [1, 2, 3, 4, 5, 6, 7]


# --- the masks of the three families ------------------------------------------------------------------------------


def masks_frame(n_source: int, n_target: int) -> dict[str, object]:
    """All five masks of the three families, as 1 (may attend) and 0.

    >>> masks_frame(3, 2)["cross"].shape
    (2, 3)
    """
    encoder, decoder, both = (attention_mask(family, n_source, n_target) for family in FAMILIES)
    whole, future = n_source**2 + n_target**2 + n_source * n_target, n_target * (n_target - 1) // 2
    return {
        "encoder": encoder["encoder"].astype(float),
        "decoder": decoder["decoder"].astype(float),
        "cross": both["cross"].astype(float),
        "sources": [f"s{i + 1}" for i in range(n_source)],
        "targets": [f"t{i + 1}" for i in range(n_target)],
        "note": f"The encoder allows all {n_source**2} pairs, the decoder {n_target**2 - future} of {n_target**2}. "
        f"The encoder-decoder has both and all {n_source * n_target} pairs of a target with a source word: "
        f"{whole - future} of {whole} in all. Nothing but the future of the target is ever hidden.",
    }


def masks_explorer() -> Explorer:
    """The masks side by side, with sliders for the two lengths."""
    shared = {"vmin": 0, "vmax": 1, "row_label": "query", "col_label": "key"}
    return Explorer(
        masks_frame,
        controls=[
            Slider("n_source", LENGTHS, value=5, label="source words", format="{:d}"),
            Slider("n_target", LENGTHS, value=4, label="target words", format="{:d}"),
        ],
        panels=[
            [
                Heatmap("encoder", rows="sources", cols="sources", title="encoder (BERT)", **shared),
                Heatmap("decoder", rows="targets", cols="targets", title="decoder (GPT)", **shared),
                Heatmap("cross", rows="targets", cols="sources", title="cross: decoder asks encoder", **shared),
            ],
            [Note("note", title="What to see")],
        ],
        title="Who may attend to whom in the three families (1: may, 0: may not)",
        alt=lambda values, arrays: (
            f"Masks for {values['n_source']} source and {values['n_target']} target words. The encoder's is full, the "
            f"decoder's is a lower triangle, the cross mask, {values['n_target']} by {values['n_source']}, is full."
        ),
        predict=Predict(
            "An encoder-decoder reads 5 words and writes 4. How many entries of its cross mask, target by source, are "
            "False?",
            answer=lambda arrays: 0,
            choices=["none", "6, the upper triangle of 4 by 4", "10, the upper triangle of 5 by 5"],
            explain="The source is all there before the first word is written, so there is no future in it to hide.",
        ),
        name="transformer.masks",
    )


# --- cross-attention beside the truth -----------------------------------------------------------------------------


def alignment_frames(model: EncoderDecoder, pairs: Sequence[Translation]) -> list[dict[str, dict[str, object]]]:
    """For every pair and every view of its cross-attention what the figure shows.

    The views are "layer 1, mean" and so on, and each head. The token row holds the target words and then the source
    words, so that row j is target word j everywhere; a target word has its weights on the source words.
    """
    frames = []
    for pair, weights in zip(pairs, cross_weights(model, pairs), strict=True):
        truth = true_alignment(pair)
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
                "tokens": [*pair.target, *pair.source],
                "source": list(pair.source),
                "target": [f"{word} ({gloss})" for word, gloss in zip(pair.target, pair.gloss, strict=True)],
                "hits": int(found.sum()),
                "note": f"{int(found.sum())} of {found.size} target words have their largest weight on the source word "
                f"that they translate. In the row above, the {n_target} words of Toka come first and send arcs to those of Lumi.",
            }
        frames.append(of_pair)
    return frames


def alignment_explorer(model: EncoderDecoder, pairs: Sequence[Translation], view: str | None = None) -> Explorer:
    """Point at a target word and see which source words it asks; beside it the truth.

    Args:
        model: a trained translator.
        pairs: a few sentences.
        view: what is shown at first, such as "layer 2, mean of heads"; the last layer's mean where it is left out.
    """
    frames = alignment_frames(model, pairs)
    views = list(frames[0])
    sentences = {" ".join(pair.target): i for i, pair in enumerate(pairs)}
    shared = {"rows": "target", "cols": "source", "row_label": "target", "col_label": "source", "vmin": 0, "vmax": 1}
    return Explorer(
        lambda sentence, view: frames[sentence][view],
        controls=[
            Choice("sentence", sentences, label="sentence"),
            Choice("view", views, value=view or f"layer {model.config.layers}, mean of heads", label="weights"),
        ],
        panels=[
            [TokenRow("tokens", weights="row", title="Whom a word asks")],
            [
                Heatmap("weights", title="cross-attention", **shared),
                Heatmap("truth", title="true alignment", numbers=False, **shared),
            ],
            [Note("note", title="What to see")],
        ],
        title="What the translator looks at while it writes",
        alt=lambda values, arrays: (
            f"Cross-attention, {values['view']}, for the sentence {' '.join(arrays['source'])}: {arrays['hits']} target "
            "words have their largest weight on the source word that they translate."
        ),
        name="transformer.alignment",
    )


# --- one word after the other -------------------------------------------------------------------------------------


@torch.no_grad()
def decoding_frames(model: EncoderDecoder, pair: Translation, top: int = 6) -> list[dict[str, object]]:
    """Every step of greedy writing: what has been written, and the logits and probabilities of the likeliest next words."""
    _, toka = languages()
    batch = prepare([pair])
    memory = model.encode(batch.source, batch.present)
    written, frames = [START], []
    while written[-1] != STOP and len(written) < model.config.context:
        logits = model.decode(torch.tensor([toka.ids(written)]), memory, batch.present)[0, -1]
        best = logits.topk(top)
        chosen = toka.words[int(best.indices[0])]
        shares = torch.softmax(logits, dim=-1)[best.indices].numpy()
        frames.append(
            {
                "candidates": list(toka.texts(best.indices.tolist())),
                "logits": best.values.numpy(),
                "shares": shares,
                "chosen": chosen,
                "note": f"source: {' '.join(pair.source)}\nwritten so far: {' '.join(written)}\n"
                f"next: {chosen}, with a share of {shares[0]:.2f}; it is appended and read again at the next step.",
            }
        )
        written.append(chosen)
    return frames


def decoding_explorer(model: EncoderDecoder, pair: Translation) -> Explorer:
    """Step through greedy writing, one word at a time."""
    frames = decoding_frames(model, pair)
    low = min(0.0, *(float(frame["logits"].min()) for frame in frames))
    high = max(float(frame["logits"].max()) for frame in frames)
    return Explorer(
        lambda word: frames[word],
        controls=[Steps("word", [str(i + 1) for i in range(len(frames))], value=0, label="word")],
        panels=[
            [
                Bars("logits", labels="candidates", title="logits of the likeliest words", low=low, high=high),
                Bars("shares", labels="candidates", title="after softmax", low=0, high=1),
            ],
            [Note("note", title="What to see")],
        ],
        title="Greedy writing, one word at a time",
        alt=lambda values, arrays: (
            f"At word {values['word'] + 1} the likeliest are "
            f"{', '.join(f'{w} {s:.2f}' for w, s in zip(arrays['candidates'][:3], arrays['shares'][:3], strict=True))}; "
            f"{arrays['chosen']} is written."
        ),
        name="transformer.decoding",
    )
