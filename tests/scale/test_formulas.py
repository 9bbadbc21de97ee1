"""The formulas on sizes that can be worked out on paper, their properties, and what is said to bad values."""

import math

import pytest
from numpy.testing import assert_allclose

from course_lib.scale import by_hand, cost, memory
from course_lib.scale.digits import rounds_to
from course_lib.scale.families import PARTS, Shape, parameters, parts
from course_lib.scale.flops import (
    flops_per_token,
    forward_flops,
    model_flops_utilisation,
    scores_share,
    step_flops,
)
from course_lib.scale.limits import positive, share, split_evenly, whole
from course_lib.scale.units import bytes_text, count_text, three_digits

SMALL = Shape("gpt", layers=2, d_model=3, heads=1, vocab=5, context=7)


def test_a_model_counted_on_paper():
    # tables 5x3 and 7x3; a block: 3x9 + 9, 3x3 + 3, 3x12 + 12, 12x3 + 3, norms 4x3; last norm 6
    block = 36 + 12 + 48 + 39 + 12
    assert by_hand.parameter_count(2, 3, 5, 7) == 15 + 21 + 2 * block + 6 == 336
    assert parts(SMALL) == {
        "table": 15, "positions": 21, "attention": 96, "feed-forward": 174, "norms": 30, "output": 0,
    }  # fmt: skip


def test_training_operations_days_and_batches_on_paper():
    assert by_hand.training_flops(7, 11) == 462.0
    assert by_hand.training_days(86_400.0 * 30, 3, 20.0, 0.5) == 1.0
    assert by_hand.sequences_per_batch(35, 10) == 3.5
    assert by_hand.kv_cache_bytes(3, 5, 7, 11, 2) == 2 * 3 * 5 * 7 * 11 * 2
    assert type(by_hand.kv_cache_bytes(3.0, 5, 7, 11, 2)) is int
    assert by_hand.grouped_cache_bytes(3, 2, 5, 7, 11, 4) == 2 * 3 * (2 * 5) * 7 * 11 * 4
    assert by_hand.decode_seconds(12.0, 3.0, 5.0) == 3.0
    # an expert of 3 x 2 x 5 and a router of 2 x 4, in 7 blocks; 3 of 4 chosen
    assert by_hand.expert_parameters(7, 2, 5, 4, 3) == (7 * (4 * 30 + 8), 7 * (3 * 30 + 8))


@pytest.mark.parametrize("heads", [1, 3, 7])
def test_as_many_shared_heads_as_heads_are_no_sharing(heads):
    assert by_hand.grouped_cache_bytes(3, heads, 5, 7, 11, 2) == by_hand.kv_cache_bytes(3, heads * 5, 7, 11, 2)


def test_what_makes_no_mixture_and_no_pace_is_refused():
    with pytest.raises(ValueError, match="cannot go to 5 of 4 experts"):
        by_hand.expert_parameters(2, 3, 5, 4, 5)
    with pytest.raises(ValueError, match="bandwidth must be a number above 0"):
        by_hand.decode_seconds(1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="cache_bytes must be a number above 0"):
        by_hand.decode_seconds(1.0, -1.0, 1.0)


def test_whole_numbers_stay_exact_where_floats_would_round():
    layers, d = 1999, 10**9 + 7
    assert by_hand.parameter_count(layers, d, 3, 5) == d * (3 + 5 + 2 + layers * (12 * d + 13))
    assert by_hand.parameter_count(layers, d, 3, 5) > 2**63


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: by_hand.parameter_count(bad, 3, 5, 7),
        lambda bad: by_hand.parameter_count(2, bad, 5, 7),
        lambda bad: by_hand.parameter_count(2, 3, bad, 7),
        lambda bad: by_hand.parameter_count(2, 3, 5, bad),
        lambda bad: by_hand.training_flops(bad, 3),
        lambda bad: by_hand.training_flops(3, bad),
        lambda bad: by_hand.kv_cache_bytes(bad, 3, 5, 7, 2),
        lambda bad: by_hand.kv_cache_bytes(2, bad, 5, 7, 2),
        lambda bad: by_hand.kv_cache_bytes(2, 3, bad, 7, 2),
        lambda bad: by_hand.kv_cache_bytes(2, 3, 5, bad, 2),
        lambda bad: by_hand.kv_cache_bytes(2, 3, 5, 7, bad),
        lambda bad: by_hand.training_days(bad, 3, 5.0, 0.5),
        lambda bad: by_hand.training_days(1.0, bad, 5.0, 0.5),
        lambda bad: by_hand.training_days(1.0, 3, bad, 0.5),
        lambda bad: by_hand.training_days(1.0, 3, 5.0, bad),
        lambda bad: by_hand.sequences_per_batch(bad, 3),
        lambda bad: by_hand.sequences_per_batch(3, bad),
        lambda bad: Shape("gpt", bad, 4, 2, 5, 7),
        lambda bad: Shape("gpt", 2, bad, 2, 5, 7),
        lambda bad: Shape("gpt", 2, 4, bad, 5, 7),
        lambda bad: Shape("gpt", 2, 4, 2, bad, 7),
        lambda bad: Shape("gpt", 2, 4, 2, 5, bad),
        lambda bad: Shape("gpt", 2, 4, 2, 5, 7, d_ff=bad),
        lambda bad: Shape("llama", 2, 4, 2, 5, 7, key_heads=bad),
        lambda bad: forward_flops(SMALL, bad),
        lambda bad: flops_per_token(bad, 2, 3, 5, 7),
        lambda bad: scores_share(2, 3, bad, 7),
        lambda bad: model_flops_utilisation(bad, 1.0, 3, 1.0),
        lambda bad: memory.training_bytes(bad),
        lambda bad: memory.activation_bytes(bad, 4, 2),
        lambda bad: memory.cache_bytes(SMALL, bad),
        lambda bad: cost.energy_mwh(1e20, 1e12, bad, 1.1),
        lambda bad: cost.energy_mwh(1e20, 1e12, 330, bad),
        lambda bad: cost.megatron_days(bad, 1e9, 3, 1e12),
        lambda bad: cost.device_years(1e20, bad, 0.5),
        lambda bad: cost.money(2.0, bad, 1.0),
    ],
)
@pytest.mark.parametrize("bad", [0, -3, math.nan, math.inf, "seven", True, 1e50])
def test_no_bad_value_gets_an_answer(call, bad):
    with pytest.raises(ValueError, match=r"got |nothing here goes beyond"):
        call(bad)


@pytest.mark.parametrize("bad", [2.5, 0.5])
def test_sizes_are_whole_numbers(bad):
    with pytest.raises(ValueError, match=f"layers must be a whole number of at least 1; got {bad}"):
        whole("layers", bad)
    assert positive("tokens", bad) == bad


@pytest.mark.parametrize("bad", [20, 1.0001, 0.0])
def test_percent_are_not_taken_for_a_share(bad):
    with pytest.raises(ValueError, match=r"above 0 and at most 1; got .* Twenty percent is 0\.2\."):
        share("utilisation", bad)
    assert share("utilisation", 1) == 1


@pytest.mark.parametrize(("d_model", "heads", "near"), [(2048, 24, "16 or 32"), (7, 3, "1 or 7"), (4, 8, "4")])
def test_heads_that_do_not_divide_are_told_which_would(d_model, heads, near):
    with pytest.raises(ValueError, match=rf"{heads} heads do not divide a width of {d_model}.* {near} heads? do"):
        split_evenly(d_model, heads)


def test_an_absurd_size_is_asked_for_its_unit():
    with pytest.raises(ValueError, match=r"d_model is 1\.23e\+22, .* is the unit the right one\?"):
        by_hand.parameter_count(96, 12288 * 10**18, 50257, 2048)


def test_families_and_shared_heads_that_there_are_not_are_named():
    with pytest.raises(ValueError, match="family must be one of gpt, bert, vit, llama, encoder-decoder; got 'rnn'"):
        Shape("rnn", 2, 4, 2, 5, 7)
    with pytest.raises(ValueError, match="3 heads of keys cannot serve 4 heads of queries evenly"):
        Shape("llama", 2, 8, 4, 5, 7, key_heads=3)


def test_shared_keys_save_what_they_do_not_hold():
    all_keys, shared = (Shape("llama", 2, 24, 12, 5, 7, d_ff=11, key_heads=k) for k in (12, 3))
    assert parameters(all_keys) - parameters(shared) == 2 * 2 * 24 * 9 * 2
    assert memory.cache_bytes(all_keys, 7) == 4 * memory.cache_bytes(shared, 7)
    assert memory.cache_bytes(all_keys, 7, 3, 2) == by_hand.kv_cache_bytes(2, 24, 7, 3, 2)


def test_every_family_has_every_part_and_heads_cost_nothing():
    for family in ("gpt", "bert", "vit", "llama", "encoder-decoder"):
        found = [parts(Shape(family, 2, 12, heads, 5, 7)) for heads in (1, 3, 4)]
        assert list(found[0]) == list(PARTS)
        assert found[0] == found[1] == found[2]


def test_operations_on_paper_and_the_share_of_scores():
    # 3 tokens, width 2, d_ff 8: attention 8 x 4 x 3, feed-forward 4 x 2 x 8 x 3, scores 4 x 9 x 2, output 2 x 5 x 2 x 3
    shape = Shape("gpt", layers=1, d_model=2, heads=1, vocab=5, context=3)
    assert list(forward_flops(shape, 3).values()) == [96, 72, 192, 60]
    assert step_flops(shape, 3, 7) == 3 * 7 * 420
    assert_allclose(scores_share(7, 11, 13, 17), 12 * 7 * 11 * 17 / (6 * 13 + 12 * 7 * 11 * 17))
    assert_allclose(model_flops_utilisation(100.0, 60.0, 3, 4000.0), 0.5)
    with pytest.raises(ValueError, match="4 tokens do not fit into a context of 3"):
        forward_flops(shape, 4)
    with pytest.raises(ValueError, match="for the family gpt; got llama"):
        forward_flops(Shape("llama", 1, 2, 1, 5, 3), 3)


def test_bytes_a_parameter_by_precision():
    sums = {kind: sum(memory.training_bytes(7, kind).values()) for kind in ("float32", "mixed")}
    assert sums == {"float32": 112, "mixed": 112}
    assert sum(memory.training_bytes(7, "mixed, float32 gradients").values()) == 126
    with pytest.raises(ValueError, match=r"precision must be one of 'float32', 'mixed', .*; got 'int8'"):
        memory.training_bytes(7, "int8")
    with pytest.raises(ValueError, match="recompute must be one of 'nothing', 'selective', 'full'; got 'some'"):
        memory.activation_bytes(2, 4, 2, recompute="some")
    with pytest.raises(ValueError, match="8 tokens do not fit into a context of 7"):
        memory.cache_bytes(SMALL, 8)


def test_time_energy_and_money():
    assert_allclose(cost.device_years(365.25 * 86_400 * 5.0, 10.0, 0.5), 1.0)
    assert_allclose(cost.energy_mwh(3.6e9, 1e3, 500, 1.2), 0.6)
    assert cost.money(2.0, 3, 0.5) == 72.0
    assert cost.money(2.0, 3, 0) == 0.0
    with pytest.raises(ValueError, match="price_per_device_hour must be a number above 0; got -1"):
        cost.money(2.0, 3, -1)
    with pytest.raises(ValueError, match=r"overhead \(PUE\) is at least 1, the computers themselves; got 0.9"):
        cost.energy_mwh(1e20, 1e12, 330, 0.9)


@pytest.mark.parametrize(
    ("printed", "value", "fits"),
    [
        ("1320", 1315, True),
        ("1320", 1314.9, False),
        ("1320", 1325, False),
        ("125M", 124_500_000, True),
        ("125M", 124_499_999, False),
        ("13.0B", 12_949_999_999, False),
        ("13B", 12_500_000_000, True),
        ("5.33E+20", 5325 * 10**17, True),
        ("5.32E+20", 5325 * 10**17, False),
        ("2.00", 1.996, True),
        ("2.00", 2.006, False),
        ("0.80M", 804_096, True),
    ],
)
def test_the_printed_digits_decide_halves_up(printed, value, fits):
    assert rounds_to(printed, value) is fits


def test_nothing_rounds_to_zero():
    with pytest.raises(ValueError, match=r"'0\.0' has no digit"):
        rounds_to("0.0", 0.01)


@pytest.mark.parametrize(
    ("size", "text"),
    [(999, "999 B"), (1000, "1 KB = 0.977 KiB"), (9 * 2**30, "9.66 GB = 9 GiB"), (2.79e12, "2.79 TB = 2.54 TiB")],
)
def test_bytes_are_written_both_ways(size, text):
    assert bytes_text(size) == text


def test_counts_in_words():
    assert [count_text(n) for n in (7, 1000, 1.5e6, 2e9, 3e12)] == [
        "7", "1 thousand", "1.5 million", "2 billion", "3 trillion",
    ]  # fmt: skip
    assert [three_digits(n) for n in (3637.5, 99.96, 99.9, 0.0123, 1e20)] == ["3,638", "100", "99.9", "0.0123", "1e+20"]
