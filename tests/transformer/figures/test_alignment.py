"""The figure of the translator's attention: every layer and head, and whose query each row is."""

import numpy as np
import torch

from course_lib.corpus import parallel_corpus
from course_lib.transformer.figures.alignment import alignment_explorer, alignment_frames
from course_lib.transformer.looking import looking_at
from course_lib.transformer.translation.alignment import hits, true_alignment
from course_lib.transformer.translation.batches import prepare

PAIRS = parallel_corpus("held_out", 3)


def test_the_alignment_figure_shows_every_layer_and_head(translator):
    explorer = alignment_explorer(translator, PAIRS)
    frames = alignment_frames(translator, PAIRS)
    assert len(frames) == 3
    assert len(frames[0]) == 2 * (1 + 4)
    for pair, views in zip(PAIRS, frames, strict=True):
        heads = [views[f"layer 2, head {h}"]["weights"] for h in (1, 2, 3, 4)]
        np.testing.assert_allclose(views["layer 2, mean of heads"]["weights"], np.mean(heads, axis=0), atol=1e-6)
        for frame in views.values():
            n = len(pair.target)
            np.testing.assert_array_equal(frame["truth"], true_alignment(pair))
            np.testing.assert_array_equal(frame["row"][:n, n:], frame["weights"])
            assert frame["tokens"] == ["<start>", *pair.target[:-1], *pair.source]
            assert frame["steps"][1] == f"{pair.target[0]} → {pair.target[1]}"
            assert not frame["row"][n:].any()
            assert not frame["row"][:, :n].any()
            assert frame["hits"] == hits(frame["weights"], pair).sum()
    explorer.set(sentence=2, view="layer 1, head 4")
    np.testing.assert_allclose(
        explorer.drawn()["Heatmap 1"]["cells"], frames[2]["layer 1, head 4"]["weights"], atol=1e-6
    )
    assert "layer 1, head 4" in explorer.alt()
    assert explorer.mode == "frames"


def test_a_row_belongs_to_the_word_that_is_read_not_to_the_one_that_is_written(translator):
    """Exchange target word j: the row of the step that writes it stays, and the row of the step that reads it moves."""
    pair = PAIRS[0]
    batch = prepare([pair])

    def rows(target):
        found = looking_at(translator, lambda: translator(batch.source, target, batch.present))
        return torch.cat([found[f"decoder.blocks.{i}.cross"] for i in (0, 1)], dim=1)[0]

    before = rows(batch.target_in)
    for j in range(len(pair.target) - 1):
        exchanged = batch.target_in.clone()
        exchanged[0, j + 1] = 2 if exchanged[0, j + 1] != 2 else 3
        moved = (rows(exchanged) - before).abs().amax(dim=(0, 2))
        assert moved[: j + 1].max() == 0
        assert moved[j + 1] > 0
