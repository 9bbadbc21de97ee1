"""The figure of greedy writing writes what the model writes."""

import numpy as np

from course_lib.corpus import parallel_corpus
from course_lib.transformer.figures.decoding import decoding_explorer, decoding_frames
from course_lib.transformer.translation.translator import translate

PAIRS = parallel_corpus("held_out", 3)


def test_the_writing_figure_writes_what_the_model_writes(translator):
    frames = decoding_frames(translator, PAIRS[0])
    (written,) = translate(translator, PAIRS[:1])
    assert tuple(frame["chosen"] for frame in frames) == written
    for frame in frames:
        assert frame["candidates"][0] == frame["chosen"]
        assert (np.diff(frame["logits"]) <= 0).all()
        assert 0 < frame["shares"].sum() <= 1 + 1e-6
    explorer = decoding_explorer(translator, PAIRS[0])
    for word in (0, len(frames) - 1):
        explorer.set(word=word)
        assert explorer.drawn()
        assert f"{frames[word]['chosen']} is written" in explorer.alt()
