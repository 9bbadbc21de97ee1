"""What writing costs: on paper, at its two limits, and never faster than the bytes arrive."""

import pytest

from course_lib.scale import by_hand, measured
from course_lib.scale.families import Shape, active_parameters, parameters
from course_lib.scale.memory import cache_bytes
from course_lib.scale.writing import pace, weights_read
from course_lib.scale.zoo import modern_models

SMALL = Shape("gpt", layers=3, d_model=10, heads=5, vocab=17, context=40)
MIXTRAL = modern_models()["Mixtral 8x7B"].shape


def test_a_pace_worked_out_on_paper():
    weights, cache = 2 * parameters(SMALL), 2 * 3 * 10 * 7 * 4 * 2
    found = pace(SMALL, read=7, texts=4, bandwidth=1000.0, peak_flops=1e12)
    assert (found.weight_bytes, found.cache_bytes) == (weights, cache)
    assert found.seconds == (weights + cache) / 1000.0
    assert found.together == pytest.approx(4 * found.each)


def test_arithmetic_is_the_limit_where_it_is_slower():
    found = pace(SMALL, read=7, texts=4, bandwidth=1e12, peak_flops=10.0)
    assert found.seconds == found.arithmetic == 2 * parameters(SMALL) * 4 / 10.0


def test_experts_are_read_where_somebody_goes_to_them():
    """A mixture of 8 with 2 chosen: one text reads 2, two read 3.5 on average, many read all."""
    expert = 32 * 3 * 4096 * 14336
    shared = parameters(MIXTRAL) - 8 * expert
    for texts, experts in ((1, 2.0), (2, 3.5), (500, 8.0)):
        assert weights_read(MIXTRAL, texts) == pytest.approx(shared + experts * expert)
    assert weights_read(MIXTRAL, 1) == active_parameters(MIXTRAL)


def test_with_every_expert_chosen_all_are_read():
    shape = Shape("llama", layers=2, d_model=6, heads=3, vocab=7, context=5, d_ff=5, experts=3, chosen=3)
    assert weights_read(shape, 1) == weights_read(shape, 9) == parameters(shape)


@pytest.mark.parametrize("name", list(modern_models()))
def test_more_readers_never_write_slower_together_nor_faster_each(name):
    found = [pace(modern_models()[name].shape, 512, texts, 2e12, 3e14) for texts in (1, 3, 10, 100)]
    assert [one.each for one in found] == sorted((one.each for one in found), reverse=True)
    assert [one.together for one in found] == sorted(one.together for one in found)


def test_a_real_model_does_not_write_faster_than_its_bytes_arrive():
    """A bound: weights and cache larger than any cache of the processor, at the speed of a copy, with room for noise."""
    shape = Shape("gpt", layers=3, d_model=1024, heads=8, vocab=500, context=40)
    bound = by_hand.decode_seconds(
        4 * parameters(shape), cache_bytes(shape, 16, 1, 4), 2 * measured.copy_bandwidth(rounds=3)
    )
    assert measured.writing_seconds(shape, read=16, tokens=6) > 0.5 * bound
