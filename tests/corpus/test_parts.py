"""What is shipped: the same bytes from the same seed, two parts that share nothing, words as ids, the entropy."""

import math
import random
import time
from collections import Counter
from itertools import pairwise

import pytest

from course_lib.corpus import START, UNKNOWN, Vocabulary, entropy, sentences, stream, text, vocabulary, words
from course_lib.corpus.stories import CARRIED, part_of, stories
from course_lib.data import data_file

PARTS = ("train", "held_out")


@pytest.mark.parametrize("part", PARTS)
def test_the_file_is_what_the_seed_gives_byte_for_byte(part):
    assert data_file(f"world_{part}.txt").read_bytes() == text(part).encode()


def test_it_is_between_one_and_two_megabytes_and_small_in_words():
    assert 1e6 < sum(data_file(f"world_{part}.txt").stat().st_size for part in PARTS) < 2e6
    assert 300 < len(vocabulary()) < 800


def test_the_parts_share_no_sentence_and_held_out_has_no_word_of_its_own():
    train, held_out = ({one.text for one in sentences(part)} for part in PARTS)
    assert not train & held_out
    assert min(len(train), len(held_out)) > 1000
    assert {w for one in sentences("held_out") for w in one.words} <= {
        w for one in sentences("train") for w in one.words
    }


def test_the_parts_are_told_apart_by_the_text_alone():
    for part in PARTS:
        assert {part_of(one.text) for one in sentences(part)} == {part}
    assert part_of(CARRIED) == "held_out"
    assert all(word in vocabulary() for word in words(CARRIED))


def test_the_text_is_the_sentences_a_line_each():
    lines = text("held_out").splitlines()
    assert [line for line in lines if line] == [one.text for one in sentences("held_out")]
    assert lines.count("") == sentences("held_out")[-1].story
    assert all(tuple(words(one.text)) == one.words for part in PARTS for one in sentences(part))


def test_the_first_stories_do_not_depend_on_how_many_follow():
    few = [one for story in stories("train", 3) for one in story]
    assert few == list(sentences("train")[: len(few)])


def test_writing_it_anew_takes_seconds_at_most():
    start = time.process_time()
    assert len(list(stories("train"))) == sentences("train")[-1].story + 1
    assert time.process_time() - start < 5


def test_there_is_no_other_part():
    with pytest.raises(ValueError, match="train, held_out"):
        sentences("test")


def test_encode_and_decode_are_inverse():
    table = vocabulary()
    assert table.words[:2] == (START, UNKNOWN)
    for one in sentences("held_out")[:200]:
        assert table.encode(one.text) == table.encode(one.words)
        assert table.decode(table.encode(one.text)) == one.text
    assert table.encode("") == []
    assert table.decode([]) == ""


def test_a_word_that_is_not_known_is_named_or_passes_as_unknown():
    table = Vocabulary(["a", "b"])
    with pytest.raises(KeyError, match="c, d"):
        table.encode("a c d c")
    assert table.encode("a c", unknown=True) == [2, 1]
    with pytest.raises(IndexError, match="no word has the id -1"):
        table.decode([0, -1])
    with pytest.raises(IndexError, match="from 0 to 3"):
        table.decode([4])


def test_the_stream_starts_each_story():
    tokens = stream("held_out")
    assert tokens[0] == START
    assert tokens.count(START) == sentences("held_out")[-1].story + 1
    assert [token for token in tokens if token != START] == [w for one in sentences("held_out") for w in one.words]


def bigram_cross_entropy():
    """Add-0.1 bigrams of the training part, in nats per token of the held-out part."""
    train, test, size = stream("train"), stream("held_out"), len(vocabulary())
    pairs, singles = Counter(pairwise(train)), Counter(train)
    logs = [math.log((pairs[a, b] + 0.1) / (singles[a] + 0.1 * size)) for a, b in pairwise(test)]
    return -sum(logs) / len(logs)


def test_the_entropy_is_positive_alike_in_both_parts_and_below_what_bigrams_reach():
    assert 0.3 < entropy() < bigram_cross_entropy() < math.log(len(vocabulary()))
    assert entropy("train") == pytest.approx(entropy("held_out"), rel=0.03)


def test_the_entropy_of_some_stories_is_their_information_by_their_tokens():
    chosen = [one for one in sentences("train") if one.story < 2]
    tokens = sum(len(one.words) for one in chosen) + 2
    assert entropy("train", chosen) == pytest.approx(sum(one.nats for one in chosen) / tokens)
    with pytest.raises(ValueError, match="without a sentence"):
        entropy("train", [])


def openings():
    """The first sentence of each training story."""
    first = {}
    for one in sentences("train"):
        first.setdefault(one.story, one)
    return first.values()


def test_a_name_costs_what_its_frequency_says():
    """Sixteen names to choose the hero from: ln 16 by the grammar, and about as much when counted in the text."""
    heroes = Counter(next(w for w, e in zip(one.words, one.entities, strict=True) if e == "A") for one in openings())
    total = sum(heroes.values())
    assert -sum(n / total * math.log(n / total) for n in heroes.values()) == pytest.approx(math.log(16), abs=0.02)


def test_randomness_is_that_of_the_generator_alone():
    random.seed(1)
    first = [one.text for story in stories("train", 2) for one in story]
    random.seed(2)
    assert [one.text for story in stories("train", 2) for one in story] == first
