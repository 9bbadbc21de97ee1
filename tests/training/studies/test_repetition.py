"""Repeats and joins, counted by hand."""

import pytest

from course_lib import corpus
from course_lib.training.studies.repetition import written_quality


def test_quality_counts_repeats_and_joins_that_the_corpus_never_makes():
    sentence = "the king lives in a castle ."
    assert written_quality(["a b c d e f a b c d e f"])[0] == pytest.approx(1 / 7)
    assert written_quality([sentence])[0] == 0
    assert written_quality([sentence, sentence, "a b c d e f"])[0] == pytest.approx(2 / 5)
    assert written_quality(["castle castle castle"])[1] == 1
    known = corpus.sentences("train")[0].words
    assert written_quality([" ".join(known)]) == (0, 0)
