"""Two heads name two words where one head cannot, with as many weights."""

import pytest

from course_lib.multi_head.two_looks import train_two_looks


@pytest.mark.parametrize("seed", [0, 1])
def test_one_head_cannot_keep_two_finds_apart_and_two_can(seed):
    one, two = (train_two_looks(n_heads, seed) for n_heads in (1, 2))
    assert one.parameters == two.parameters
    assert two.both > 0.98
    assert one.both < 0.9
    assert max(one.first, one.before) > 0.8, "it finds at least one of them"


def test_the_same_seed_gives_the_same_run():
    assert train_two_looks(2, 3, steps=5) == train_two_looks(2, 3, steps=5)
