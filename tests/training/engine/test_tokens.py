"""Any text as ids and back."""

import pytest

from course_lib.training.engine.tokens import KINDS, TextTokens, learn


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_comes_back_from_its_ids(kind):
    text = "the mole digs, the mole sleeps; naïve 森林"
    tokens = learn(text, kind, 50)
    back = tokens.decode(tokens.encode(text))
    assert back == text if kind != "words" else "".join(back.split()) == "".join(text.split())
    assert max(tokens.encode(text)) < len(tokens)
    assert TextTokens.from_json(tokens.as_json()) == tokens


def test_rare_words_become_one_unknown_word():
    tokens = learn("a a a b b c", "words", 2)
    assert tokens.table == ("<unknown>", "a", "b")
    assert tokens.encode("c a d") == [0, 1, 0]
    with pytest.raises(ValueError, match="can be cut into characters, words, bpe"):
        learn("a", "syllables")
