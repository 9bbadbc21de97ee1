"""The tokens of any text, at both ends of the slider and on odd texts."""

import pytest

from course_lib.tokenization import by_hand
from course_lib.tokenization.figures.merges import MERGES, learned
from course_lib.tokenization.figures.typed import MOST, piece, typed_frame


@pytest.mark.parametrize("n_merges", MERGES)
@pytest.mark.parametrize("text", ["", " ", "a", "the array", "naïve 森林 🌲\n\tend", "👩‍🚀", "\x00", "x" * 300])
def test_the_tokens_of_any_text_are_those_of_the_plain_encoder(text, n_merges):
    frame = typed_frame(text, n_merges)
    merges = list(learned()[:n_merges])
    ids = by_hand.encode(text, merges)
    assert frame["ids"].astype(int).tolist() == ids
    assert frame["tokens"] == [piece(by_hand.vocabulary(merges)[token]) for token in ids]
    assert frame["count"] == len(ids)
    assert f"{256 + n_merges} entries" in frame["note"]
    assert "nan" not in frame["note"]


@pytest.mark.parametrize(
    ("token", "shown"),
    [(b"a b", "a·b"), (b"\n\t", "↵→"), (b"\xf0\x9f", "F0 9F"), ("🌲".encode(), "🌲"), (b"\x00", "00"), (b"\x7f", "7F")],
)
def test_what_cannot_be_seen_is_made_visible(token, shown):
    assert piece(token) == shown


def test_every_entry_of_the_vocabulary_can_be_shown():
    assert all(piece(token).isprintable() and piece(token) for token in by_hand.vocabulary(learned()))


def test_half_an_emoji_while_it_is_being_typed_is_no_error():
    assert typed_frame("a\ud83c", 0)["tokens"] == ["a", "?"]


def test_a_long_text_is_cut_off_in_the_picture_and_says_so():
    frame = typed_frame("漢" * 2000, 512)
    assert len(frame["tokens"]) == len(frame["ids"]) == MOST < frame["count"] == 6000
    assert "The first 800 are shown." in frame["note"]
