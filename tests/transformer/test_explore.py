"""The lesson's figures at both ends of every slider."""

import itertools

import numpy as np
import pytest

from course_lib.corpus import parallel_corpus
from course_lib.transformer import explore, translation
from course_lib.transformer.alignment import hits, true_alignment

PAIRS = parallel_corpus("held_out", 3)


@pytest.fixture(scope="module")
def model():
    return translation.train(steps=6).model


@pytest.mark.parametrize(("n_source", "n_target"), list(itertools.product([1, 4, 7], [1, 3, 7])))
def test_the_masks_figure(n_source, n_target):
    frame = explore.masks_frame(n_source, n_target)
    assert frame["encoder"].shape == (n_source, n_source)
    assert frame["cross"].shape == (n_target, n_source)
    assert frame["encoder"].all()
    assert frame["cross"].all()
    np.testing.assert_array_equal(frame["decoder"], np.tri(n_target))
    allowed = int(sum(frame[name].sum() for name in ("encoder", "decoder", "cross")))
    assert f"{allowed} of {n_source**2 + n_target**2 + n_source * n_target} in all" in frame["note"]


def test_the_masks_figure_sends_all_frames_and_knows_its_answer():
    explorer = explore.masks_explorer()
    assert explorer.mode == "frames"
    assert explorer.answer == 0
    assert not (explorer.frame()["cross"] == 0).any()
    explorer.set(n_source=7, n_target=1)
    assert explorer.drawn()
    assert "1 by 7" in explorer.alt()


def test_the_alignment_figure_shows_every_layer_and_head(model):
    explorer = explore.alignment_explorer(model, PAIRS)
    frames = explore.alignment_frames(model, PAIRS)
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


def test_the_writing_figure_writes_what_the_model_writes(model):
    frames = explore.decoding_frames(model, PAIRS[0])
    (written,) = translation.translate(model, PAIRS[:1])
    assert tuple(frame["chosen"] for frame in frames) == written
    for frame in frames:
        assert frame["candidates"][0] == frame["chosen"]
        assert (np.diff(frame["logits"]) <= 0).all()
        assert 0 < frame["shares"].sum() <= 1 + 1e-6
    explorer = explore.decoding_explorer(model, PAIRS[0])
    for word in (0, len(frames) - 1):
        explorer.set(word=word)
        assert explorer.drawn()
        assert f"{frames[word]['chosen']} is written" in explorer.alt()
