"""Patches, the count and the roll-out: cases computed by hand, and what must hold for any image and any weights."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.vision import by_hand
from course_lib.vision.by_hand import patchify, roll_out, unpatchify, vit_parameters


def softmax(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def test_a_row_is_a_square_read_line_by_line_with_the_channels_side_by_side():
    image = np.arange(24).reshape(2, 4, 3)
    assert patchify(image, 2).tolist() == [
        [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17],
        [6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23],
    ]


@pytest.mark.parametrize(("height", "width", "channels", "patch"), [(6, 9, 2, 3), (4, 4, 1, 1), (5, 5, 3, 5)])
def test_there_and_back_for_one_image_and_for_a_batch(height, width, channels, patch):
    batch = np.random.default_rng(0).normal(size=(2, 3, height, width, channels))
    cut = patchify(batch, patch)
    assert cut.shape == (2, 3, height * width // patch**2, patch * patch * channels)
    assert_array_equal(cut[1, 2], patchify(batch[1, 2], patch))
    assert_array_equal(unpatchify(cut, height, width, channels), batch)


@pytest.mark.parametrize("patch", [0, 4, 7])
def test_patches_that_do_not_cover_the_image_are_refused(patch):
    with pytest.raises(ValueError, match=r"do not cover an image of 6 x 9"):
        patchify(np.zeros((6, 9, 1)), patch)


def test_the_published_count_of_vit_b_16_and_one_by_hand():
    assert vit_parameters(224, 16, 3, 12, 768, 3072, 1000) == 86_567_656
    # patch 1·1 + 1, class token 1, positions 2, block 4 + 4 + 2 + 1 + 1 + 4, norm 2, classifier 1 + 1
    assert vit_parameters(1, 1, 1, 1, 1, 1, 1) == 2 + 1 + 2 + 16 + 2 + 2


def test_a_count_of_nonsense_is_refused():
    with pytest.raises(ValueError, match="do not cover"):
        vit_parameters(8, 3, 1, 1, 2, 2, 2)
    with pytest.raises(ValueError, match="layers must be a whole number"):
        vit_parameters(8, 2, 1, 0, 2, 2, 2)


def test_two_blocks_that_each_look_at_one_token_by_hand():
    weights = np.zeros((2, 1, 3, 3))
    weights[0, 0, :, 2] = 1
    weights[1, 0, :, 1] = 1
    # last block: half token 0, half token 1; each of them half itself and half token 2 before
    assert_allclose(roll_out(weights), [0.25, 0.25, 0.5])


def test_shares_are_positive_sum_to_one_and_keep_what_the_residual_paths_keep():
    weights = softmax(np.random.default_rng(1).normal(size=(5, 4, 3, 7, 7)))  # a batch of five
    shares = roll_out(weights)
    assert shares.shape == (5, 7)
    assert_allclose(shares.sum(axis=-1), 1)
    assert (shares > 0).all()
    assert (shares[:, 0] >= 0.5**4).all()
    for one, share in zip(weights, shares, strict=True):
        assert_allclose(roll_out(one), share)


def random_params(seed=0, n_patches=4, d=6):
    rng = np.random.default_rng(seed)
    params = {"patch": 2, "W_patch": rng.normal(size=(4, d)), "b_patch": rng.normal(size=d), "eps": 1e-12}
    params |= {"class_token": rng.normal(size=d), "positions": rng.normal(size=(n_patches + 1, d)), "blocks": []}
    for _ in range(2):
        b = {"n_heads": 2} | {f"W_{name}": rng.normal(size=(d, d)) / 2 for name in "QKVO"}
        b |= {f"b_{name}": rng.normal(size=d) for name in "QKVO"}
        b |= {
            "W_1": rng.normal(size=(d, 9)),
            "b_1": rng.normal(size=9),
            "W_2": rng.normal(size=(9, d)),
            "b_2": np.ones(d),
        }
        params["blocks"].append(b | {f"{name}_{k}": rng.normal(size=d) for name in ("gain", "bias") for k in (1, 2)})
    params |= {"gain": np.ones(d), "bias": np.zeros(d)}
    return params | {"W_head": rng.normal(size=(d, 3)), "b_head": rng.normal(size=3)}


def test_without_positions_a_vit_sees_a_bag_of_patches_and_with_them_it_does_not():
    image, params = np.random.default_rng(2).normal(size=(4, 4, 1)), random_params()
    moved = unpatchify(patchify(image, 2)[[2, 0, 3, 1]], 4, 4, 1)
    without = params | {"positions": np.zeros((5, 6))}
    assert_allclose(by_hand.vit_logits(moved, without), by_hand.vit_logits(image, without), atol=1e-12)
    assert abs(by_hand.vit_logits(moved, params) - by_hand.vit_logits(image, params)).max() > 0.01


def test_an_image_of_another_size_than_the_positions_are_for_is_refused():
    with pytest.raises(ValueError, match="6 patches and the class token, and positions for 5"):
        by_hand.vit_logits(np.zeros((4, 6, 1)), random_params())


def test_the_maps_are_weights_of_every_head_of_every_block():
    maps = by_hand.attention_maps(np.random.default_rng(3).normal(size=(4, 4, 1)), random_params())
    assert maps.shape == (2, 2, 5, 5)
    assert_allclose(maps.sum(axis=-1), 1)
