"""The figure of the whole model: its last box is the forward pass, and its boxes hold all parameters there are."""

import numpy as np
import pytest

from course_lib.transformer.by_hand import gpt_logits
from course_lib.transformer.figures.forward_pass import (
    EDGES,
    IN_A_BLOCK,
    NAMES,
    forward_pass,
    forward_pass_explorer,
    forward_pass_frame,
    small_params,
)


@pytest.mark.parametrize("n_tokens", [1, 8])
@pytest.mark.parametrize("block", [0, 1])
def test_the_last_box_is_the_forward_pass(n_tokens, block):
    params, ids = small_params(), np.arange(n_tokens)
    outs = forward_pass(ids, params, block)
    np.testing.assert_allclose(outs[-1], gpt_logits(ids, params), atol=1e-12)
    assert [len(out) for out in outs] == [n_tokens] * len(NAMES)
    named = dict(zip(NAMES, outs, strict=True))
    np.testing.assert_allclose(named["add 2"], named["add 1"] + named["feed-forward"], atol=1e-12)


def test_the_boxes_hold_all_parameters():
    params = small_params()
    b = params["blocks"][0]
    in_a_block = sum(array.size for name, array in b.items() if name != "n_heads")
    whole = sum(params[name].size for name in ("table", "positions", "gain", "bias")) + 2 * in_a_block
    frame = forward_pass_frame(0, 6, "2")
    assert frame["counts"][IN_A_BLOCK].sum() == in_a_block
    assert f"of {whole:,} in all" in frame["note"]


def test_every_box_is_reached_and_one_is_lit():
    assert {end for _, end in EDGES} == set(range(1, len(NAMES)))
    explorer = forward_pass_explorer()
    assert explorer.mode == "frames"
    for part in range(len(NAMES)):
        for n_tokens in (1, 8):
            explorer.set(part=part, n_tokens=n_tokens)
            assert explorer.frame()["lit"].nonzero()[0].tolist() == [part]
            assert explorer.drawn()
    assert "(8, 8)" in explorer.alt()
    assert "lesson 07" in explorer.alt()
    explorer.set(part=NAMES.index("attention"), block="2")
    assert "attention of block 2" in explorer.alt()
