"""Sentence pairs as rows of numbers."""

import pytest

from course_lib.corpus import Translation, parallel_corpus
from course_lib.transformer.translation.batches import FILL, START, languages, prepare

TOY = Translation(("le", "palo", "."), ("ziri", "."), ((1, 0), (2, 1)), ("child", "."))


def test_pairs_become_rows_of_numbers():
    lumi, toka = languages()
    long = parallel_corpus("held_out", 2)[0]
    batch = prepare([TOY, long])
    assert lumi.texts(batch.source[0].tolist())[:4] == ("le", "palo", ".", FILL)
    assert batch.present[0].tolist() == [True] * 3 + [False] * (len(long.source) - 3)
    assert toka.texts(batch.target_in[0].tolist())[:3] == (START, "ziri", FILL)
    assert toka.texts(batch.target_out[0].tolist())[:3] == ("ziri", ".", FILL)
    assert toka.texts(batch.target_out[1].tolist()) == long.target
    assert prepare([]).source.shape == (0, 0)


def test_a_word_of_another_language_is_refused_by_name():
    with pytest.raises(KeyError, match="bonjour"):
        languages()[0].ids(["le", "bonjour"])
