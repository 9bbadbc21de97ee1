"""The parts of a model of today: cases worked out on paper, PyTorch's twins, and properties that hold for every input."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import causal_mask
from course_lib.block.by_hand import swiglu
from course_lib.modern import by_hand, in_torch
from course_lib.modern.by_hand import balance, llama_block, logits, mixture, route, sliding_mask

EXACT = {"rtol": 0, "atol": 1e-12}


def draw(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def some_params(d_model=10, n_heads=6, n_kv_heads=3, d_head=4, d_ff=7, **more):
    queries, keys = n_heads * d_head, n_kv_heads * d_head
    shapes = {
        "W_Q": (d_model, queries), "W_K": (d_model, keys), "W_V": (d_model, keys), "W_O": (queries, d_model),
        "W_gate": (d_model, d_ff), "W_up": (d_model, d_ff), "W_down": (d_ff, d_model),
    }  # fmt: skip
    params = {name: 0.4 * draw(*shape, seed=i) for i, (name, shape) in enumerate(shapes.items())}
    params |= {f"gain_{k}": 1 + 0.3 * draw(d_model, seed=10 + k) for k in (1, 2)}
    return params | {"n_heads": n_heads, "n_kv_heads": n_kv_heads, "eps": 1e-5, "base": 300.0} | more


def with_norms(**more):
    return some_params(gain_Q=1 + 0.3 * draw(4, seed=20), gain_K=1 + 0.3 * draw(4, seed=21), **more)


def with_experts():
    experts = [(draw(10, 7, seed=30 + e), draw(10, 7, seed=40 + e), draw(7, 10, seed=50 + e)) for e in range(5)]
    return some_params(router=draw(10, 5, seed=60), experts=experts, chosen=2)


def in_tensors(value):
    if isinstance(value, np.ndarray):
        return torch.tensor(value, requires_grad=value.dtype == float)
    if isinstance(value, dict):
        return {name: in_tensors(part) for name, part in value.items()}
    return type(value)(map(in_tensors, value)) if isinstance(value, list | tuple) else value


VARIANTS = pytest.mark.parametrize(
    "params", [some_params(), with_norms(window=3), with_experts()], ids=["llama", "norms and window", "experts"]
)


@VARIANTS
def test_the_block_equals_its_twin_forward_and_every_gradient_has_the_slope_of_the_numpy(params):
    x, positions, upstream = draw(7, 10, seed=2), np.array([0, 1, 2, 5, 6, 11, 40]), draw(7, 10, seed=3)
    tensors, tokens = in_tensors(params), torch.tensor(x, requires_grad=True)
    out = in_torch.llama_block(tokens, tensors, torch.tensor(positions))
    assert_allclose(out.detach().numpy(), llama_block(x, params, positions), **EXACT)
    (out * torch.tensor(upstream)).sum().backward()

    def value(**changed):
        return (llama_block(changed.pop("x", x), params | changed, positions) * upstream).sum()

    rng = np.random.default_rng(4)
    for name in ("x", *(name for name, part in params.items() if isinstance(part, np.ndarray))):
        at, slope = (x, tokens.grad) if name == "x" else (params[name], tensors[name].grad)
        if "router" in params and name in ("W_gate", "W_up", "W_down"):
            assert slope is None  # experts take its place
            continue
        place = tuple(rng.integers(0, size) for size in at.shape)
        step = np.zeros(at.shape)
        step[place] = 1e-6
        by_differences = (value(**{name: at + step}) - value(**{name: at - step})) / 2e-6
        assert_allclose(slope.numpy()[place], by_differences, rtol=1e-5, atol=1e-7, err_msg=name)


@VARIANTS
def test_no_token_is_moved_by_a_later_one(params):
    x = draw(7, 10, seed=5)
    changed = x.copy()
    changed[4] += 1
    before, after = (llama_block(tokens, params, np.arange(7)) for tokens in (x, changed))
    assert_array_equal(before[:4], after[:4])
    assert abs(before[4:] - after[4:]).max(axis=1).min() > 1e-4 or "window" in params


@VARIANTS
def test_only_distances_of_positions_count(params):
    x = draw(5, 10, seed=6)
    assert_allclose(
        llama_block(x, params, np.arange(5)), llama_block(x, params, np.arange(5) + 1000), rtol=0, atol=1e-9
    )


def test_as_many_key_heads_as_query_heads_with_the_shared_ones_repeated_are_the_same():
    params = some_params(n_heads=6, n_kv_heads=3)
    spread = {name: np.repeat(params[name].reshape(10, 3, 4), 2, axis=1).reshape(10, 24) for name in ("W_K", "W_V")}
    x = draw(5, 10, seed=7)
    assert_allclose(
        llama_block(x, params, np.arange(5)), llama_block(x, params | spread | {"n_kv_heads": 6}, np.arange(5)), **EXACT
    )


def test_logits_without_blocks_compare_the_normed_row_with_the_table_or_with_the_head():
    table = np.array([[3.0, 4.0], [1.0, 0.0]])
    params = {"table": table, "blocks": [], "gain": np.array([1.0, 2.0]), "eps": 0.0}
    row = np.array([3.0, 8.0]) / np.sqrt(12.5)
    assert_allclose(logits(np.array([0]), params), [[row @ table[0], row @ table[1]]], **EXACT)
    assert_allclose(logits(np.array([0]), params | {"head": -table}), [[-row @ table[0], -row @ table[1]]], **EXACT)


@pytest.mark.parametrize(("n", "window"), [(1, 1), (5, 1), (7, 3), (7, 7), (3, 11)])
def test_each_row_of_a_sliding_mask_has_the_query_and_those_right_before_it(n, window):
    mask = sliding_mask(n, window)
    assert mask.dtype == bool
    for query, row in enumerate(mask):
        assert np.flatnonzero(row).tolist() == list(range(max(0, query - window + 1), query + 1))
    assert_array_equal(mask, in_torch.sliding_mask(n, window).numpy())
    assert_array_equal(sliding_mask(n, n), causal_mask(n))


@pytest.mark.parametrize("function", [by_hand.sliding_mask, in_torch.sliding_mask])
def test_a_window_of_nothing_is_refused(function):
    with pytest.raises(ValueError, match="at least the token itself; got 0"):
        function(3, 0)


def test_a_mixture_on_paper():
    ones, eye = np.array([[1.0]]), np.eye(1)
    experts = [(100 * eye, eye, scale * eye) for scale in (1.0, 10.0, 100.0)]  # silu(100) is 100
    router = np.array([[0.0, np.log(3.0), -5.0]])
    assert_allclose(mixture(ones, router, experts, 2), [[100 * (0.25 * 1 + 0.75 * 10)]], **EXACT)
    weights, ids = route(ones, np.array([[2.0, 2.0, 2.0]]), 2)
    assert ids.tolist() == [[0, 1]]
    assert_allclose(weights, [[1 / 3] * 3], **EXACT)


def test_a_mixture_of_equal_experts_is_one_of_them_and_of_all_experts_a_weighted_sum():
    x, router, one = draw(7, 3, seed=1), draw(3, 4, seed=2), (draw(3, 5), draw(3, 5, seed=1), draw(5, 3))
    for chosen in (1, 2, 4):
        assert_allclose(mixture(x, router, [one] * 4, chosen), swiglu(x, *one), **EXACT)


def test_balance_on_paper_and_its_twin():
    even = np.full((4, 4), 0.25), np.array([[0, 1], [2, 3], [1, 0], [3, 2]])
    assert balance(*even) == 1.0
    weights, chosen = np.array([[0.7, 0.2, 0.1], [0.6, 0.1, 0.3]]), np.array([[0, 1], [0, 2]])
    assert balance(weights, chosen) == pytest.approx(3 * (0.5 * 0.65 + 0.25 * 0.15 + 0.25 * 0.2))
    twin = in_torch.balance(torch.tensor(weights, requires_grad=True), torch.tensor(chosen))
    assert float(twin.detach()) == pytest.approx(balance(weights, chosen), abs=1e-15)


def test_the_slope_of_balance_pushes_down_the_busy_expert():
    scores = torch.zeros(6, 3, dtype=torch.float64, requires_grad=True)
    in_torch.balance(scores.softmax(dim=-1), torch.tensor([[0]] * 5 + [[1]])).backward()
    slope = scores.grad.sum(dim=0)
    assert slope[0] > 0 > slope[1] > slope[2]


def test_balance_against_mixtrals_own_loss():
    from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

    scores = torch.tensor(draw(11, 5, seed=3))
    weights, ids = in_torch.route(torch.eye(11, dtype=torch.float64), scores, 2)
    theirs = load_balancing_loss_func((scores,), num_experts=5, top_k=2)
    assert float(theirs) == pytest.approx(2 * float(in_torch.balance(weights, ids)), rel=1e-6)
