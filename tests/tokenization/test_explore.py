"""The lesson's figures: their pure functions at the ends of every slider and on odd texts, and their declarations."""

import numpy as np
import pytest

from course_lib.explorer import TextInput
from course_lib.tokenization import by_hand, explore
from course_lib.tokenization.explore import MERGES, curve_explorer, curve_frame, piece, typed_explorer, typed_frame
from course_lib.tokenization.texts import STORY, documentation


@pytest.mark.parametrize("n_merges", MERGES)
@pytest.mark.parametrize("text", ["", " ", "a", "the array", "naïve 森林 🌲\n\tend", "👩‍🚀", "\x00", "x" * 300])
def test_the_tokens_of_any_text_are_those_of_the_plain_encoder(text, n_merges):
    frame = typed_frame(text, n_merges)
    merges = list(explore.learned()[:n_merges])
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
    assert all(piece(token).isprintable() and piece(token) for token in by_hand.vocabulary(explore.learned()))


def test_half_an_emoji_while_it_is_being_typed_is_no_error():
    assert typed_frame("a\ud83c", 0)["tokens"] == ["a", "?"]


def test_a_long_text_is_cut_off_in_the_picture_and_says_so():
    frame = typed_frame("漢" * 2000, 512)
    assert len(frame["tokens"]) == len(frame["ids"]) == explore.MOST < frame["count"] == 6000
    assert "The first 800 are shown." in frame["note"]


def test_the_curves_fall_and_are_the_tokens_per_word():
    frame = curve_frame(1024)
    for name in ("seen", "unseen"):
        assert (np.diff(frame[name]) <= 0).all()
    words = len(STORY.split())
    assert frame["unseen"][0] == len(STORY.encode()) / words
    assert frame["unseen"][-1] == len(by_hand.encode(STORY, list(explore.learned()))) / words
    assert frame["seen"][-1] < frame["unseen"][-1], "what it was trained on ends up shorter"
    assert curve_frame(0)["at"] == frame["x"][0] == 0.5
    assert curve_frame(0)["tokens"] == list(explore.SENTENCE.replace(" ", "·"))


def test_the_figures_are_declared_without_a_contradiction():
    typed, curve = typed_explorer(), curve_explorer()
    assert isinstance(typed.controls[0], TextInput)
    assert typed.mode == "ask"
    assert curve.mode == "frames"
    assert curve.predict.low < curve.answer < curve.predict.high
    assert typed.alt().endswith(f"becomes {typed.frame()['count']} tokens.")
    for explorer in (typed, curve):
        assert explorer.png().startswith(b"\x89PNG")


def test_the_text_to_learn_from_is_large_and_the_same_every_time():
    text = documentation()
    assert len(text) > 500_000
    assert text is documentation()
