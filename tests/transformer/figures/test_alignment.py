"""The figure of the translator's attention: every layer and head."""

import numpy as np

from course_lib.corpus import parallel_corpus
from course_lib.transformer.figures.alignment import alignment_explorer, alignment_frames
from course_lib.transformer.translation.alignment import hits, true_alignment

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
            assert not frame["row"][n:].any()
            assert not frame["row"][:, :n].any()
            assert frame["hits"] == hits(frame["weights"], pair).sum()
    explorer.set(sentence=2, view="layer 1, head 4")
    np.testing.assert_allclose(
        explorer.drawn()["Heatmap 1"]["cells"], frames[2]["layer 1, head 4"]["weights"], atol=1e-6
    )
    assert "layer 1, head 4" in explorer.alt()
    assert explorer.mode == "frames"
