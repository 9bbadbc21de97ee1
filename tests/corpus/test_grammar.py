"""Templates become sentences: what each mark leaves behind, how choices are counted, what is refused."""

import math
import random
from collections import Counter

import pytest

from course_lib.corpus.grammar import Chooser, derive
from course_lib.corpus.sentence import join, words

SLOTS = {
    "colour": ("red", "blue", "green"),
    "kind": ("<colour> boat!k", "boat"),
    "maybe": ("", "slowly"),
    "cover": (("fluffy", "fur"), ("scaly", "scales"), ("spiny", "spines")),
}
PEOPLE = {"A": ("Ada", "f"), "B": ("Tom", "m")}


def one(template, seed=0, kept=None):
    return derive([template], SLOTS, PEOPLE, {} if kept is None else kept, random.Random(seed))


def test_marks_by_hand():
    made = one("the fluffy!f blue creature@c licked its@c fur?f , and A thanked A.him .")
    assert made.words == tuple(words("the fluffy blue creature licked its fur, and Ada thanked her."))
    assert made.referents == (-1, -1, -1, -1, -1, 3, -1, -1, -1, -1, -1, 9, -1)
    assert made.cues == (-1, -1, -1, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1)
    assert made.heads == (-1, 3, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)
    assert made.entities[3] == made.entities[5] == "c"
    assert made.entities[9] == made.entities[11] == "A"
    assert made.pos[:6] == ("DET", "ADJ", "ADJ", "NOUN", "VERB", "PRON")
    assert made.nats == 0.0


def test_a_mark_after_an_expansion_goes_to_its_last_word_and_inner_marks_stay():
    for seed in range(20):
        made = one("one <kind>@b was old .", seed)
        assert made.entities[made.words.index("boat")] == "b"


@pytest.mark.parametrize("seed", range(10))
def test_columns_come_from_one_row_and_labels_differ(seed):
    made = one("<cover.0> <cover.1> <cover:x.0> <cover:x.1> .", seed)
    assert (made.words[0], made.words[1]) in SLOTS["cover"]
    assert (made.words[2], made.words[3]) in SLOTS["cover"]
    assert made.words[0] != made.words[2]
    assert made.nats == pytest.approx(math.log(3) + math.log(2))


def test_a_capital_keeps_the_choice_for_the_next_sentence():
    kept = {}
    first = one("a <Cover.0> <Colour> boat .", 3, kept)
    second = one("<Cover.1> and <Colour> .", 4, kept)
    assert (first.words[1], second.words[0]) in SLOTS["cover"]
    assert second.words[2] == first.words[2]
    assert second.nats == 0.0


def test_a_before_a_vowel_is_an():
    assert one("a old boat and a boat .").text == "an old boat and a boat."


def test_the_information_is_that_of_the_frequencies():
    chooser = Chooser(random.Random(5))
    options = ("x", "x", "y", "z")
    counts = Counter(chooser.choose(options) for _ in range(4000))
    assert counts["x"] / 4000 == pytest.approx(0.5, abs=0.03)
    expected = counts["x"] * math.log(2) + (counts["y"] + counts["z"]) * math.log(4)
    assert chooser.nats == pytest.approx(expected)


def test_the_more_likely_sentence_counts_less():
    by_text = {one("A slept <maybe> .", seed).text: one("A slept <maybe> .", seed).nats for seed in range(20)}
    assert by_text == {"Ada slept.": pytest.approx(math.log(2)), "Ada slept slowly.": pytest.approx(math.log(2))}


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("fur?f .", ValueError),
        ("<no_such> .", KeyError),
        ("qwertz .", KeyError),
        ("<a<b> .", ValueError),
        ("x@ .", ValueError),
    ],
)
def test_a_template_that_cannot_be_written_is_refused(template, error):
    with pytest.raises(error):
        one(template)


def test_words_and_join_are_inverse():
    text = "now, in Paris, the tower was tall."
    assert join(words(text)) == text
    assert words("") == []
    assert words("it's 12 o'clock – été!") == ["it's", "12", "o'clock", "–", "été", "!"]
