"""The module with shared keys and values: by hand with its weights, the usual layer where every head has its own."""

import pytest
import torch

from course_lib.multi_head import in_torch
from course_lib.multi_head.grouped import GroupedQueryAttention
from course_lib.numeric import largest_difference


@pytest.mark.parametrize("n_groups", [1, 2, 3, 6])
def test_the_module_is_the_function_with_its_weights(n_groups):
    torch.manual_seed(1)
    made = GroupedQueryAttention(18, 6, n_groups).double()
    x = torch.randn(2, 5, 18, dtype=torch.float64)
    Q = in_torch.split_heads(x @ made.W_Q, 6)
    K, V = (in_torch.split_heads(x @ W, n_groups) for W in (made.W_K, made.W_V))
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    expected = in_torch.merge_heads(in_torch.grouped_attention(Q, K, V, mask)) @ made.W_O
    assert largest_difference(made(x), expected) < 1e-12
    assert largest_difference(made(x, causal=False), expected) > 1e-3


def test_a_group_for_each_head_is_the_usual_layer():
    torch.manual_seed(2)
    made, usual = GroupedQueryAttention(12, 3, 3).double(), in_torch.MultiHeadAttention(12, 3, bias=False).double()
    with torch.no_grad():
        usual.W_QKV.copy_(torch.cat([made.W_Q, made.W_K, made.W_V], dim=1))
        usual.W_O.copy_(made.W_O)
    x = torch.randn(2, 5, 12, dtype=torch.float64)
    assert largest_difference(made(x), usual(x, causal=True)) < 1e-12


def test_groups_that_do_not_divide_the_heads_are_refused():
    with pytest.raises(ValueError, match="6 heads cannot share 4 groups"):
        GroupedQueryAttention(12, 6, 4)
