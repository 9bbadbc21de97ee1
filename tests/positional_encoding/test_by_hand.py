"""The table of sinusoids, the rotation and the sum: hand cases, twins, and what they promise."""

import numpy as np
import pytest
import torch

from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.positional_encoding import by_hand, in_torch

# Entries of the paper's table at d_model = 512, worked out from the formula with a calculator: (position, column, value).
PUBLISHED = [
    (0, 0, 0.0),
    (0, 1, 1.0),
    (1, 0, 0.841470984808),
    (1, 1, 0.540302305868),
    (1, 2, 0.821856190018),
    (1, 3, 0.569695008693),
    (10, 256, 0.0998334166468),
    (10, 257, 0.995004165278),
    (100, 510, 0.0103661436231),
    (100, 511, 0.99994627009),
]


@pytest.mark.parametrize(("position", "column", "value"), PUBLISHED)
def test_entries_of_the_paper_s_table(position, column, value):
    assert by_hand.sinusoidal(101, 512)[position, column] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(("n", "d"), [(7, 10), (13, 2), (1, 6), (0, 4), (101, 22)])
def test_loops_arrays_and_torch_are_one_table(n, d):
    table = by_hand.sinusoidal(n, d)
    assert table.shape == (n, d)
    assert largest_difference(by_hand.sinusoidal_by_loops(n, d), table) < 1e-12
    assert largest_difference(in_torch.sinusoidal(n, d, dtype=torch.float64), table) < 1e-12
    assert in_torch.sinusoidal(n, d).dtype == torch.float32


def test_every_position_has_the_same_length_and_no_two_are_equal():
    table = by_hand.sinusoidal(500, 14)
    np.testing.assert_allclose((table**2).sum(axis=1), 7.0, rtol=1e-12)
    gaps = np.linalg.norm(table[:, None] - table, axis=-1) + np.eye(500)
    assert gaps.min() > 0.01


@pytest.mark.parametrize("k", [-13, -1, 0, 1, 7, 100])
@pytest.mark.parametrize("d", [2, 14, 64])
def test_one_matrix_shifts_every_position_and_is_a_rotation(k, d):
    table, M = by_hand.sinusoidal(300, d), by_hand.shift_matrix(k, d)
    first, last = max(0, -k), min(300, 300 - k)
    moved = table[first:last] @ M.T
    assert largest_difference(moved, table[first + k : last + k]) < 1e-12
    assert largest_difference(M @ M.T, np.eye(d)) < 1e-12
    assert np.linalg.det(M) == pytest.approx(1.0)
    assert largest_difference(in_torch.shift_matrix(k, d, dtype=torch.float64), M) < 1e-12


def test_shifts_compose():
    both = by_hand.shift_matrix(3, 10) @ by_hand.shift_matrix(-5, 10)
    assert largest_difference(both, by_hand.shift_matrix(-2, 10)) < 1e-14


def test_integers_hold_the_position_in_every_column():
    assert by_hand.integers(3, 5).tolist() == [[0.0] * 5, [1.0] * 5, [2.0] * 5]
    assert largest_difference(in_torch.integers(7, 3), by_hand.integers(7, 3)) == 0.0


def test_adding_is_the_same_in_torch_and_gradients_flow_to_both_terms():
    rng = np.random.default_rng(5)
    x, table, upstream = rng.normal(size=(5, 3, 7)), rng.normal(size=(11, 7)), rng.normal(size=(5, 3, 7))
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, table)]
    result = in_torch.add_positions(*leaves)
    assert largest_difference(result, by_hand.add_positions(x, table)) == 0.0
    result.backward(torch.tensor(upstream))
    slopes = numerical_gradient(lambda rows: float((by_hand.add_positions(x, rows) * upstream).sum()), table)
    assert largest_difference(leaves[1].grad, slopes) < 1e-7
    assert largest_difference(leaves[0].grad, upstream) == 0.0
    assert largest_difference(leaves[1].grad[3:], np.zeros((8, 7))) == 0.0


@pytest.mark.parametrize("module", [by_hand, in_torch])
def test_bad_input_says_what_came_and_what_was_expected(module):
    make = np.zeros if module is by_hand else torch.zeros
    with pytest.raises(ValueError, match="must be even and at least 2, got 7"):
        module.sinusoidal(3, 7)
    with pytest.raises(ValueError, match="must be even"):
        module.shift_matrix(1, 0)
    with pytest.raises(ValueError, match=r"table of shape \(3, 5\) has no row for every token"):
        module.add_positions(make((2, 4, 5)), make((3, 5)))
    with pytest.raises(ValueError, match="the same width"):
        module.add_positions(make((2, 3, 5)), make((3, 7)))


def test_a_negative_number_of_positions_is_refused():
    with pytest.raises(ValueError, match="at least 0, got -1"):
        by_hand.sinusoidal(-1, 4)


@pytest.mark.parametrize("make", [by_hand.sinusoidal, by_hand.sinusoidal_by_loops])
@pytest.mark.parametrize("width", [0, 1, 7])
def test_a_width_without_pairs_is_refused_by_both_ways(make, width):
    with pytest.raises(ValueError, match="even and at least 2"):
        make(3, width)


def turned_as_complex_numbers(x, positions, base=10000.0):
    """An independent rotation in PyTorch: a pair is a complex number, and turning it is one multiplication."""
    frequencies = base ** (-torch.arange(0, x.shape[-1], 2, dtype=torch.float64) / x.shape[-1])
    turns = torch.polar(
        torch.ones(len(positions), len(frequencies), dtype=torch.float64), positions[:, None] * frequencies
    )
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
    return torch.view_as_real(pairs * turns).flatten(-2)


def test_a_quarter_turn_leads_from_the_first_feature_to_the_second():
    x = np.array([[1.0, 0.0], [0.0, 1.0]])
    turned = by_hand.rotate(x, np.array([np.pi / 2, np.pi / 2]))
    np.testing.assert_allclose(turned, [[0.0, 1.0], [-1.0, 0.0]], atol=1e-15)


@pytest.mark.parametrize("base", [10000.0, 500.0])
@pytest.mark.parametrize("shape", [(5, 2), (7, 14), (3, 5, 6), (2, 3, 7, 10)])
def test_arrays_loops_torch_and_complex_numbers_are_one_rotation(shape, base):
    rng = np.random.default_rng(11)
    x, positions = rng.normal(size=shape), rng.integers(0, 5000, size=shape[-2])
    turned = by_hand.rotate(x, positions, base)
    leaves = [torch.tensor(x, requires_grad=True) for _ in range(2)]
    versions = [
        in_torch.rotate(leaves[0], torch.tensor(positions), base),
        turned_as_complex_numbers(leaves[1], torch.tensor(positions), base),
    ]
    for other in (by_hand.rotate_by_loops(x, positions, base), *versions):
        assert largest_difference(other, turned) < 1e-11
    upstream = torch.tensor(rng.normal(size=shape))
    gradients = [
        torch.autograd.grad(version, leaf, upstream)[0] for version, leaf in zip(versions, leaves, strict=True)
    ]
    assert largest_difference(*gradients) < 1e-11
    # A rotation is undone by its transpose: the gradient is what arrives, turned back.
    assert largest_difference(gradients[0], by_hand.rotate(upstream.numpy(), -positions, base)) < 1e-11


def test_a_product_of_rotated_vectors_depends_on_the_distance_alone():
    rng = np.random.default_rng(13)
    q, k = rng.normal(size=(2, 1, 22))
    for distance in (-3, 0, 1, 17):
        products = [
            (by_hand.rotate(q, np.array([p])) @ by_hand.rotate(k, np.array([p - distance])).T).item()
            for p in (20, 333, 7001)
        ]
        assert np.ptp(products) < 1e-10
    assert abs(products[0] - (q @ k.T).item()) > 0.01


def test_rotating_is_the_shift_matrix_of_the_position_and_keeps_lengths():
    rng = np.random.default_rng(17)
    x = rng.normal(size=(7, 10))
    turned = by_hand.rotate(x, np.arange(7))
    for p, row in enumerate(x):
        assert largest_difference(row @ by_hand.shift_matrix(p, 10), turned[p]) < 1e-12
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(x, axis=1))


def test_rotation_in_single_precision_keeps_its_type_and_stays_close():
    x = torch.randn(3, 5, 6, generator=torch.Generator().manual_seed(0))
    turned = in_torch.rotate(x, torch.arange(5) + 3000)
    assert turned.dtype == torch.float32
    assert largest_difference(turned, by_hand.rotate(x.numpy(), np.arange(5) + 3000)) < 1e-5


@pytest.mark.parametrize("module", [by_hand, in_torch])
def test_rotation_refuses_odd_widths_and_missing_positions(module):
    make, count = (np.zeros, np.arange) if module is by_hand else (torch.zeros, torch.arange)
    with pytest.raises(ValueError, match="must be even"):
        module.rotate(make((3, 5)), count(3))
    with pytest.raises(ValueError, match=r"one position for each token .* positions of shape \(5,\)"):
        module.rotate(make((3, 4)), count(5))
