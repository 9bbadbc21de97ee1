"""The arrays beside the stream say what the sentences say, and follow a person from one sentence to the next."""

import numpy as np
import pytest

from course_lib.corpus import annotations, sentences, stream

COLUMNS = annotations("held_out")


def test_every_column_is_as_long_as_the_stream():
    assert {len(column) for column in COLUMNS.values()} == {len(stream("held_out"))}
    assert COLUMNS["word"].tolist() == stream("held_out")


def test_the_columns_of_a_sentence_are_those_of_the_sentence():
    for number in (0, 7, 300, len(sentences("held_out")) - 1):
        one = sentences("held_out")[number]
        rows = np.flatnonzero((COLUMNS["sentence"] == number) & (COLUMNS["pos"] != "START"))
        assert tuple(COLUMNS["word"][rows]) == one.words
        assert tuple(COLUMNS["pos"][rows]) == one.pos
        assert tuple(COLUMNS["sense"][rows]) == one.senses
        assert set(COLUMNS["story"][rows]) == {one.story}
        for column, own in (("cue", one.cues), ("head", one.heads)):
            assert [j - rows[0] if j >= 0 else -1 for j in COLUMNS[column][rows]] == list(own)


def test_a_referent_is_earlier_in_the_same_story_and_the_same_one():
    at = np.flatnonzero(COLUMNS["referent"] >= 0)
    to = COLUMNS["referent"][at]
    assert len(at) > 2000
    assert np.all(to < at)
    for column in ("entity", "story"):
        np.testing.assert_array_equal(COLUMNS[column][to], COLUMNS[column][at])
    across = COLUMNS["sentence"][to] < COLUMNS["sentence"][at]
    assert across.sum() > 1000
    assert (~across).sum() > 500


def test_a_person_is_named_once_without_a_referent_in_each_story():
    heroes = (COLUMNS["entity"] == "A") & (COLUMNS["referent"] < 0)
    assert np.bincount(COLUMNS["story"][heroes]).tolist() == [1] * 160
    assert set(COLUMNS["pos"][heroes]) == {"NAME"}


def test_there_is_no_other_part():
    with pytest.raises(ValueError, match="train, held_out"):
        annotations("test")
