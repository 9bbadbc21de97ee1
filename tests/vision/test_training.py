"""The digits, the splits, the loop and its arms: what is held out is never trained on, and a seed decides everything."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from course_lib.vision import digits, erasing, record
from course_lib.vision.by_hand import patchify
from course_lib.vision.photographs import photograph, shrunk
from course_lib.vision.training import ARMS, CONFIG, Setting, shuffled, train

SHORT = Setting(steps=3, batch=8)


@pytest.mark.parametrize("kind", digits.SPLITS)
def test_a_split_takes_every_image_once(kind):
    chosen = digits.split(kind, seed=4)
    assert sorted([*chosen.train, *chosen.held_out]) == list(range(1797))
    assert len(chosen.held_out) == digits.N_HELD_OUT
    fewer = digits.split(kind, seed=4, n_train=50)
    assert_array_equal(fewer.train, chosen.train[:50])
    assert_array_equal(fewer.held_out, chosen.held_out)


def test_the_last_fifth_is_the_last_whatever_the_seed_and_a_random_one_is_not():
    for seed in (0, 1):
        assert_array_equal(digits.split("last fifth", seed).held_out, np.arange(1437, 1797))
    first, second = (set(digits.split("random", seed).held_out) for seed in (0, 1))
    assert len(first & second) < 120


@pytest.mark.parametrize(("kind", "n_train"), [("other", None), ("random", 0), ("random", 1438)])
def test_what_cannot_be_split_is_refused(kind, n_train):
    with pytest.raises(ValueError, match="got"):
        digits.split(kind, n_train=n_train)


def test_the_nearest_neighbour_is_that_of_scikit_learn():
    from sklearn.neighbors import KNeighborsClassifier

    chosen, data = digits.split("last fifth"), digits.load()
    x = data.images.reshape(len(data.labels), -1)
    peer = KNeighborsClassifier(1).fit(x[chosen.train], data.labels[chosen.train])
    score = peer.score(x[chosen.held_out], data.labels[chosen.held_out])
    found = digits.baselines(chosen)
    assert found["nearest neighbour"] == pytest.approx(score)
    assert found["nearest neighbour"] == pytest.approx(0.9556, abs=1e-4)
    assert 0.88 < found["logistic regression"] < 0.92


def test_a_shuffle_moves_whole_patches_and_loses_none():
    images = torch.rand(3, 8, 8, 1, generator=torch.Generator().manual_seed(0))
    orders = torch.stack([torch.randperm(16, generator=torch.Generator().manual_seed(k)) for k in range(3)])
    moved = shuffled(images, 2, orders)
    for image, after, order in zip(images, moved, orders, strict=True):
        assert_array_equal(patchify(after.numpy(), 2), patchify(image.numpy(), 2)[order])
    assert torch.equal(shuffled(images, 2, torch.arange(16).expand(3, -1)), images)


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("model", ["ViT", "convolution"])
def test_a_seed_decides_a_run(model, arm):
    first, again, other = (train(digits.split("random", 1), seed, model, arm, SHORT) for seed in (1, 1, 2))
    assert first.losses == again.losses != other.losses
    assert len(first.losses) == 3
    assert (first.on_train, first.on_held_out) == (again.on_train, again.on_held_out)
    if model == "ViT":
        assert (first.model.positions is None) == (arm == "no positions")


def test_training_learns_and_the_held_out_images_are_not_looked_at():
    chosen = digits.split("random", 0, n_train=60)
    run = train(chosen, 0, setting=Setting(steps=120, batch=32))
    assert run.on_train > 0.95
    assert 0.3 < run.on_held_out < run.on_train
    elsewhere = digits.Split(chosen.train, chosen.held_out[5:22])
    same = train(elsewhere, 0, setting=Setting(steps=120, batch=32))
    assert same.losses == run.losses


@pytest.mark.parametrize(("model", "arm"), [("RNN", ARMS[0]), ("ViT", "upside down")])
def test_an_unknown_model_or_arm_is_refused(model, arm):
    with pytest.raises(ValueError, match="got"):
        train(digits.split("random"), 0, model, arm, SHORT)


def test_rankings_rank_and_blank_patches_are_blank():
    images = np.random.default_rng(1).random((2, 4, 4, 1))
    rolled = np.array([[0.5, 0.1, 0.2, 0.05, 0.15], [0.2, 0.2, 0.1, 0.3, 0.2]])
    found = erasing.rankings(images, rolled, 2, np.random.default_rng(0))
    assert tuple(found) == erasing.RANKINGS
    assert found["most rolled out"][0].tolist() == [1, 3, 0, 2]
    assert found["least rolled out"][1, 0] == 1
    ink = patchify(images, 2).sum(axis=-1)
    assert_array_equal(found["most ink"][:, 0], ink.argmax(axis=1))
    changed = erasing.blanked(images, 2, found["most ink"][:, :1])
    assert ((changed == 0).sum(axis=(1, 2, 3)) == 4).all()
    assert (images > 0).all(), "the images themselves are not changed"


def test_blanking_nothing_changes_nothing():
    run, data = train(digits.split("random", 0), 0, setting=SHORT), digits.load()
    images, labels = data.images[:20], data.labels[:20]
    whole = float((run.model(torch.tensor(images, dtype=torch.float32)).argmax(1).numpy() == labels).mean())
    assert set(erasing.still_right(run.model, images, labels, n_blank=0).values()) == {whole}


def test_a_photograph_is_a_square_of_colours():
    for name in ("flower", "temple"):
        image = photograph(name)
        assert image.shape == (224, 224, 3)
        assert image.min() >= 0
        assert image.max() <= 1
        assert image.std() > 0.1
    assert shrunk(image, 16).mean() == pytest.approx(image.mean())
    with pytest.raises(ValueError, match="got 'cat'"):
        photograph("cat")


def test_a_short_record_has_a_row_for_every_run(tmp_path):
    said = []
    rows = list(record.run_all(seeds=(0,), amounts=(20,), setting=SHORT, say=said.append))
    assert len(said) == 6
    assert len(rows) == 2 * 4 + 1 + 2 + 2 + 1
    record.save(tmp_path / "vision.csv", rows)
    lines = (tmp_path / "vision.csv").read_text().splitlines()
    assert lines[0] == ",".join(record.COLUMNS)
    assert len(lines) == len(rows) + 1
    assert CONFIG.position_start == 0.5


def test_what_is_shipped_has_five_seeds_of_everything():
    for model in record.MODELS:
        for kind in digits.SPLITS:
            for images in record.AMOUNTS:
                found = record.recorded(model, kind, images=images)
                assert found.shape == (5,)
                assert ((found > 0.4) & (found <= 1)).all()
    for arm in (*ARMS[1:], "positions start at 0.02"):
        assert record.recorded("ViT", arm=arm).shape == (5,)
    with pytest.raises(LookupError, match="no recorded run"):
        record.recorded("ViT", images=17)
