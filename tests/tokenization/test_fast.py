"""The fast tokenizer gives the same merges and ids as the plain one, ties included, in memory linear in the text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.timing import peak_bytes
from course_lib.tokenization import by_hand, fast

# Few letters, so that ties and runs are everywhere.
TIED = st.text(st.sampled_from("ab"), max_size=80) | st.text(st.sampled_from("aabc é漢"), max_size=80)


def plain_on_several(texts, n_merges):
    """by_hand.train on several texts: the rounds of one text, with the counts of all of them added."""
    pieces, merges = [by_hand.text_bytes(text) for text in texts], []
    while len(merges) < n_merges:
        counts = {}
        for piece in pieces:
            for pair, count in by_hand.count_pairs(piece).items():
                counts[pair] = counts.get(pair, 0) + count
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        pieces = [by_hand.merge(piece, best, 256 + len(merges)) for piece in pieces]
        merges.append(best)
    return merges


@given(TIED, st.integers(0, 40))
@settings(deadline=None, max_examples=300)
def test_the_same_merges_on_texts_full_of_ties(text, n_merges):
    assert fast.train(text, n_merges) == by_hand.train(text, n_merges)


@given(st.lists(TIED, max_size=7))
@settings(deadline=None, max_examples=150)
def test_no_pair_reaches_from_one_text_into_the_next(texts):
    assert fast.train(texts, 20) == plain_on_several(texts, 20)


@given(TIED, TIED)
@settings(deadline=None, max_examples=200)
def test_the_same_ids(learn_from, text):
    merges = by_hand.train(learn_from, 25)
    assert fast.encode(text, merges) == by_hand.encode(text, merges)


@pytest.mark.parametrize("length", [*range(14), 61, 62, 63, 64, 65])
def test_runs_of_one_letter(length):
    for text in ("a" * length, "b" + "a" * length + "b", ("a" * length + "b") * 3):
        assert fast.train(text, 30) == by_hand.train(text, 30)


def test_the_same_merges_and_ids_on_prose(prose):
    part = prose[:11_000]
    merges = by_hand.train(part, 120)
    assert fast.train(part, 120) == merges
    assert fast.encode(prose[-3000:], merges) == by_hand.encode(prose[-3000:], merges)


def test_the_same_merges_on_your_own_text(own_text):
    assert fast.train(own_text, 24) == by_hand.train(own_text, 24)


def test_memory_is_linear_in_the_text_and_does_not_grow_with_the_merges(prose):
    once, twice = (peak_bytes(lambda n=n: fast.train(prose[:n], 64)) for n in (20_000, 40_000))
    assert twice < 2.3 * once
    assert twice < 200 * 40_000
    assert peak_bytes(lambda: fast.train(prose, 400)) < 1.2 * peak_bytes(lambda: fast.train(prose, 8))


def test_the_symbols_are_256_different_printable_characters():
    symbols = fast.byte_symbols()
    assert len(set(symbols)) == 256
    assert all(symbol.isprintable() and symbol != " " for symbol in symbols)
    assert symbols[65] == "A"


def test_the_two_tie_rules_differ_only_in_ties():
    # Two spaces, and ya, occur twice each. A space is 32, and in the other order it comes after z: it is written as U+0120.
    assert fast.train("  .  .yaya", 1) == [(32, 32)]
    assert fast.train("  .  .yaya", 1, tie="huggingface") == [(121, 97)]
    assert fast.train("ababab  .  .", 1) == fast.train("ababab  .  .", 1, tie="huggingface") == [(97, 98)]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: fast.train("ab", -2), ValueError, "n_merges is -2"),
        (lambda: fast.train("ab", 1, tie="first"), ValueError, "tie='first': expected one of"),
        (lambda: fast.train(["ab", 3], 1), TypeError, "got int"),
        (lambda: fast.encode(3, []), TypeError, "got int"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_no_text_at_all():
    assert fast.train([], 5) == fast.train("", 5) == fast.train(["", ""], 5) == []
    assert fast.encode("", [(97, 97)]) == []
    assert all(
        isinstance(token, int) and not isinstance(token, np.integer) for pair in fast.train("abab", 1) for token in pair
    )
