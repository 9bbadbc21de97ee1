"""Ours against tiny models of other people, at two seeds; and the comparison can fail."""

import pytest
import torch

from course_lib.numeric import largest_difference
from course_lib.transformer import by_hand
from course_lib.transformer.weights import gpt2
from course_lib.transformer.weights.conversion import as_arrays
from course_lib.transformer.weights.peers import bert_gap, fused_gaps, tiny_gpt2, torch_gap

IDS = torch.tensor([[5, 41, 7, 96, 0, 13]])


@pytest.mark.parametrize("seed", [0, 1])
def test_ours_are_theirs(seed):
    theirs = tiny_gpt2(seed)
    ours = gpt2.from_theirs(theirs.state_dict(), gpt2.config_from(theirs.config))
    assert theirs(IDS).logits.abs().max() > 1
    assert largest_difference(ours(IDS), theirs(IDS).logits) < 1e-12
    params = as_arrays(ours.params())
    assert largest_difference(by_hand.gpt_logits(IDS[0].numpy(), params), theirs(IDS).logits[0]) < 1e-12
    assert bert_gap(IDS, seed) < 1e-12
    assert torch_gap(seed) < 1e-12
    assert max(fused_gaps(ours, IDS)) < 1e-12


@pytest.mark.parametrize("name", ["b_QKV", "b_O"])
def test_a_bias_that_is_left_out_shows(name):
    theirs = tiny_gpt2()
    ours = gpt2.from_theirs(theirs.state_dict(), gpt2.config_from(theirs.config))
    with torch.no_grad():
        getattr(ours.stack.blocks[1].attention, name).zero_()
    assert largest_difference(ours(IDS), theirs(IDS).logits) > 1e-3
