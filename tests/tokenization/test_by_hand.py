"""The plain tokenizer: cases worked out on paper, what it must hold to on any text, and what it says to bad input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import (
    count_pairs,
    decode,
    decode_bytes,
    encode,
    encode_with_special,
    merge,
    split_words,
    split_words_by_loops,
    text_bytes,
    train,
    train_on_words,
    vocabulary,
)

TEXTS = st.text(st.one_of(st.sampled_from("aab é漢🌲\n"), st.characters(exclude_categories=["Cs"])), max_size=60)
BLUE = [(98, 108), (117, 101), (256, 257), (32, 258), (259, 98)]


def test_five_rounds_on_paper():
    assert train("blue bluebell bluebird", 5) == BLUE
    assert train("blue bluebell bluebird", 50) == BLUE, "then no pair occurs twice"
    assert vocabulary(BLUE)[256:] == [b"bl", b"ue", b"blue", b" blue", b" blueb"]
    assert encode("blue bluebird", BLUE) == [258, 260, *b"ird"]
    assert decode([258, 260, *b"ird"], BLUE) == "blue bluebird"


@pytest.mark.parametrize(
    ("ids", "expected"),
    [([], {}), ([7], {}), ([1, 1, 1], {(1, 1): 2}), ([1, 2, 1, 2], {(1, 2): 2, (2, 1): 1}), ([300, 0], {(300, 0): 1})],
)
def test_pairs_are_counted_with_overlaps_and_in_order(ids, expected):
    assert count_pairs(ids) == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [([1, 1, 1], [9, 1]), ([1, 1, 1, 1], [9, 9]), ([2, 1, 1], [2, 9]), ([], []), ([1], [1]), ([1, 2, 1], [1, 2, 1])],
)
def test_a_merge_goes_from_left_to_right(ids, expected):
    before = list(ids)
    assert merge(ids, (1, 1), 9) == expected
    assert ids == before, "the list that came in is as it was"


def test_ties_go_to_the_smallest_pair_and_new_ids_are_larger_than_bytes():
    assert train("zyzyxwxwbaba", 3) == [(98, 97), (120, 119), (122, 121)]
    assert train("aaaa", 5) == [(97, 97)]
    assert train("aaaaaaaa", 5) == [(97, 97), (256, 256)]


def test_the_first_learned_goes_first_when_encoding():
    merges = [(98, 99), (97, 98), (256, 100)]
    assert encode("abcd", merges) == [97, 258], "not ab, c, d, which is what comes first from the left"
    assert encode("abab", merges) == [257, 257]


@pytest.mark.parametrize("text", ["", "a", "ab"])
def test_nothing_is_learned_from_next_to_nothing(text):
    assert train(text, 9) == []
    assert encode(text, []) == list(text.encode())
    assert train("abab", 0) == []


def test_an_incomplete_character_becomes_the_replacement_sign():
    assert decode([0xE6, 0xBC], []) == "\ufffd"
    assert decode([0xA2, 97], []) == "\ufffda"
    assert decode([*"漢".encode()], []) == "漢", "spread over three ids, and whole all the same"


@given(TEXTS, st.integers(0, 30))
@settings(deadline=None, max_examples=60)
def test_every_text_comes_back(text, n_merges):
    merges = train(text, n_merges)
    ids = encode(text, merges)
    assert decode(ids, merges) == text
    assert decode_bytes(ids, merges) == text.encode()
    assert len(ids) <= len(text.encode())


@given(st.binary(max_size=80), TEXTS)
@settings(deadline=None, max_examples=60)
def test_every_byte_string_comes_back_text_or_not(data, text):
    merges = train(text, 12)
    ids = list(data)
    for rank, pair in enumerate(merges):
        ids = merge(ids, pair, 256 + rank)
    assert decode_bytes(ids, merges) == data
    assert decode(ids, merges) == data.decode("utf-8", errors="replace")


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_every_merge_joins_ids_that_are_there_and_each_token_is_new(text):
    merges = train(text, 30)
    assert all(max(pair) < 256 + rank for rank, pair in enumerate(merges))
    pieces = vocabulary(merges)
    assert len(set(pieces)) == len(pieces) == 256 + len(merges)


@given(TEXTS)
@settings(deadline=None, max_examples=30)
def test_more_merges_begin_with_the_fewer(text):
    assert train(text, 7) == train(text, 20)[:7]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: train(b"bytes", 3), TypeError, "expected a text .str., got bytes"),
        (lambda: encode(None, []), TypeError, "got NoneType"),
        (lambda: train("ab", -1), ValueError, "n_merges is -1"),
        (lambda: text_bytes("ab\ud83c"), ValueError, "position 2 of the text holds U.D83C"),
        (lambda: vocabulary([(97, 256)]), ValueError, "merge 0 joins 97 and 256"),
        (lambda: vocabulary([(-1, 97)]), ValueError, "merge 0 joins -1"),
        (lambda: decode([256], []), ValueError, "the id 256 is not in the vocabulary, which has the ids 0 to 255"),
        (lambda: decode_bytes([-1], []), ValueError, "the id -1"),
    ],
)
def test_bad_input_is_refused_with_what_came_and_what_was_expected(call, error, words):
    with pytest.raises(error, match=words):
        call()


CUT = {
    "": [],
    " ": [" "],
    "the fox": ["the", " fox"],
    "I'll count 12 foxes,  twice.": ["I", "'ll", " count", " 12", " foxes", ",", " ", " twice", "."],
    "IT'S x2": ["IT", "'", "S", " x", "2"],
    "a\nb\n\n  c ": ["a", "\n", "b", "\n\n ", " c", " "],
    "snake_case": ["snake", "_", "case"],
    "1½ 漢🌲": ["1½", " 漢", "🌲"],
}


@pytest.mark.parametrize(("text", "words"), CUT.items())
def test_words_as_gpt_2_cuts_them(text, words):
    assert split_words(text) == split_words_by_loops(text) == words


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_words_joined_are_the_text(text):
    assert "".join(split_words(text)) == text


@given(st.text(st.sampled_from("aab ,\n"), max_size=80), st.integers(0, 20))
@settings(deadline=None, max_examples=60)
def test_merges_learned_on_words_are_those_of_the_fast_way(text, n_merges):
    words = split_words(text)
    assert train_on_words(words, n_merges) == fast.train(words, n_merges)


def test_special_tokens_are_found_before_anything_is_cut_or_merged():
    merges = [(97, 98), (256, 256)]
    special = {"<|end|>": 300, "<|end|>2": 301}
    assert encode_with_special("abab<|end|>ab", merges, special) == [257, 300, 256]
    assert encode_with_special("a<|end|>b", merges, special) == [97, 300, 98]
    assert encode_with_special("<|end|>2", merges, special) == [301], "the longer of two that begin alike"
    assert encode_with_special("<|end|>2", merges, dict(reversed(special.items()))) == [301]
    assert encode_with_special("<|END|>", merges, special) == list(b"<|END|>")
    assert encode_with_special("", merges, {}) == []


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_without_special_tokens_and_without_words_it_is_encode(text):
    merges = [(97, 97), (97, 98)]
    expected = [one for word in split_words(text) for one in encode(word, merges)]
    assert encode_with_special(text, merges, {}) == expected


def test_bytes_are_no_text_to_cut():
    with pytest.raises(TypeError, match=r"expected a text \(str\), got bytes"):
        split_words(b"the fox")
