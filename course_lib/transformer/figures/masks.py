"""The masks of the three families, side by side, with sliders for the two lengths."""

from course_lib.explorer import Explorer, Heatmap, Note, Predict, Slider
from course_lib.transformer.by_hand import FAMILIES, attention_mask

__all__ = ["masks_explorer", "masks_frame"]

LENGTHS = [1, 2, 3, 4, 5, 6, 7]


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
