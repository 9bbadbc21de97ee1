"""Counting models: probabilities that are probabilities, counts worked out by hand, and a ladder that goes down."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib import corpus
from course_lib.loss import ladder
from course_lib.loss.by_hand import log_sum_exp

SEEN = np.array([0, 1, 0, 1, 0, 2])


def probability(token, context, order, strength=3.0):
    """p_order(token | context), read from the surprise at the end of a text."""
    text = np.array([*context, token])
    return math.exp(-ladder.surprises(SEEN, text, 3, order, strength)[order][-1])


def test_the_counts_worked_out_by_hand():
    # Order 1: 0 occurs 3 times of 6, and 3 imaginary counts are spread over 3 words: (3 + 1) / (6 + 3).
    assert_allclose(probability(0, [], 1), 4 / 9)
    # Order 2: 0 was followed three times, twice by 1; order 1 says (2 + 1) / 9 for it: (2 + 3 * 3/9) / (3 + 3).
    assert_allclose(probability(1, [0], 2), 3 / 6)
    # Order 3: "0 1" was followed twice, both times by 0; order 2 says of 0 after 1: (2 + 3 * 4/9) / (2 + 3) = 2/3.
    assert_allclose(probability(0, [0, 1], 3), (2 + 3 * (2 + 3 * 4 / 9) / 5) / (2 + 3))


@pytest.mark.parametrize("order", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("context", [[0, 1, 0, 1, 0], [2, 2, 2, 2, 2], [1, 0, 2, 0, 1]])
@pytest.mark.parametrize("strength", [0.5, 3.0])
def test_probabilities_of_all_tokens_sum_to_one(order, context, strength):
    total = sum(probability(token, context, order, strength) for token in range(3))
    assert_allclose(total, 1.0)


def test_at_the_start_a_model_says_what_the_next_lower_one_says():
    found = ladder.surprises(SEEN, np.array([1, 0, 2]), 3, 3)
    assert_allclose(found[2][0], found[1][0])
    assert_allclose(found[3][:2], found[2][:2])
    assert found[3][2] != found[2][2]


def test_nothing_to_read_and_too_much_to_count():
    assert ladder.surprises(SEEN, np.zeros(0, dtype=int), 3, 2).shape == (3, 0)
    with pytest.raises(ValueError, match="do not fit into 64 bits"):
        ladder.surprises(SEEN, SEEN, 633, 7)
    with pytest.raises(ValueError, match="'word' or 'byte'; got 'letter'"):
        ladder.tokens_of("train", "letter")


def test_the_ladder_of_words_goes_down_and_ends_above_the_grammar():
    rungs = ladder.ladder("word", 5)
    losses = [rung.loss for rung in rungs]
    assert losses == sorted(losses, reverse=True)
    assert_allclose(losses[0], math.log(len(corpus.vocabulary())))
    assert_allclose(losses[:4], [6.45, 5.09, 2.47, 1.49], atol=0.01)
    assert losses[-1] > corpus.entropy("held_out") + 0.5
    assert_allclose([rung.perplexity for rung in rungs], np.exp(losses))
    n_bytes = len(corpus.text("held_out").encode())
    assert_allclose(rungs[2].bits_per_byte, losses[2] * len(corpus.stream("held_out")) / n_bytes / math.log(2))


def test_bytes_have_the_smaller_loss_and_the_larger_number_of_bits_per_byte():
    by_words, by_bytes = ladder.ladder("word", 5)[2], ladder.ladder("byte", 5)[5]
    assert by_bytes.loss < by_words.loss / 3
    assert by_bytes.bits_per_byte > by_words.bits_per_byte * 1.2
    assert_allclose(ladder.ladder("byte", 5)[0].bits_per_byte, 8.0)


def test_words_and_story_starts_hold_the_whole_text():
    """Bits per byte of words and of bytes are comparable only if the words give the bytes back."""
    lines, sentence = [], []
    for word in corpus.stream("held_out"):
        if word == corpus.START:
            lines += [""] if lines else []
            continue
        sentence.append(word)
        if word == ".":
            lines.append(corpus.join(sentence))
            sentence = []
    assert "\n".join(lines) + "\n" == corpus.text("held_out").removeprefix("\n")


def test_the_table_of_logits_is_the_model_of_order_2():
    table = ladder.next_word_logits()
    ids, vocab = ladder.tokens_of("held_out", "word")
    assert table.shape == (vocab, vocab)
    assert_allclose(log_sum_exp(table), 0.0, atol=1e-12)
    expected = ladder.surprises(ladder.tokens_of("train", "word")[0], ids, vocab, 2)[2][1:]
    assert_allclose(-table[ids[:-1], ids[1:]], expected)
