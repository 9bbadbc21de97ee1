"""The sentences with a gap are held out, and training teaches to fill them."""

import numpy as np

from course_lib.corpus import words
from course_lib.data import data_file
from course_lib.embedding.figures.gap import GAPS, gap_frame


def test_the_gap_sentences_are_held_out_and_their_gaps_have_room():
    held_out = data_file("world_held_out.txt").read_text(encoding="utf-8").splitlines()
    train = data_file("world_train.txt").read_text(encoding="utf-8")
    for text, place in GAPS:
        assert text in held_out
        assert text not in train
        assert 4 <= place < len(words(text)) - 4


def test_training_teaches_to_fill_the_gaps():
    def first(trained):
        frames = [gap_frame(gap, trained) for gap in range(len(GAPS))]
        hidden = [words(text)[place] for text, place in GAPS]
        assert all(np.all(np.diff(frame["scores"]) <= 0) for frame in frames)
        return sum(word in frame["words"] for word, frame in zip(hidden, frames, strict=True))

    assert first(True) == len(GAPS)
    assert first(False) <= 1
