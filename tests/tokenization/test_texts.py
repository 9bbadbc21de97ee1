"""The text that merges are learned from."""

from course_lib.tokenization.texts import documentation


def test_the_text_to_learn_from_is_large_and_the_same_every_time():
    text = documentation()
    assert len(text) > 500_000
    assert text is documentation()
