"""The loop: it learns, it can be cut into parts, and what is taken up again goes on to the same bits."""

import os
import signal
import threading

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.training.engine.adamw import adamw, two_groups
from course_lib.training.engine.checkpoint import CheckpointError
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.muon import muon
from course_lib.training.engine.not_a_number import NotANumber
from course_lib.training.engine.resuming import load_model
from course_lib.transformer.models import GPT, ModelConfig

TEXT = torch.from_numpy(np.random.default_rng(0).integers(0, 11, 997))
TEXT[1::2] = (TEXT[::2][: len(TEXT[1::2])] + 3) % 11  # every second token follows from the one before


def trainer(seed=0, optimizer=adamw, dropout=0.0, **settings):
    shape = ModelConfig(vocab=11, context=7, layers=2, d_model=12, n_heads=3, dropout=dropout)
    config = TrainConfig(**{"steps": 13, "warmup": 3, "batch_size": 5} | settings)
    return Trainer(GPT(shape, torch.Generator().manual_seed(seed)), TEXT[:800], TEXT[800:], config, optimizer=optimizer)


def test_it_learns_what_there_is_to_learn():
    run = trainer(steps=200, peak=1e-2, batch_size=16)
    before = mean_loss(run.model, TEXT[800:])
    run.run()
    # Half of the tokens follow from the one before, if one knows whether it is their turn; the other half cost ln 11.
    assert run.losses[0] == pytest.approx(np.log(11), abs=0.1)
    assert mean_loss(run.model, TEXT[800:]) < before - 0.5


def test_the_first_step_is_the_one_written_out_by_hand():
    run, same = trainer(), trainer()
    made = run.step()
    starts = np.random.default_rng(0).integers(0, 800 - 7, 5)
    places = torch.tensor(starts[:, None] + np.arange(7))
    logits = same.model(TEXT[places])
    loss = -logits.log_softmax(-1).gather(-1, TEXT[places + 1][..., None]).mean()
    loss.backward()
    length = torch.sqrt(sum((one.grad**2).sum() for one in same.model.parameters()))
    assert_allclose([made.loss, made.length, made.rate], [loss.item(), length.item(), 1e-2 / 3], rtol=1e-5)


@pytest.mark.parametrize("optimizer", [adamw, muon], ids=["AdamW", "Muon"])
@pytest.mark.parametrize("stop", [1, 7, 12])
def test_a_run_that_was_saved_goes_on_to_the_same_bits(tmp_path, optimizer, stop):
    settings = {"optimizer": optimizer, "dropout": 0.3, "accumulate": 2, "evaluate_every": 4}
    whole, first = trainer(**settings), trainer(**settings)
    whole.run()
    first.run(until=stop, path=tmp_path / "a")
    torch.rand(17)  # what else the program draws must not matter
    second = trainer(seed=5, **settings).load(tmp_path / "a")
    second.run()
    assert second.losses.tolist() == whole.losses.tolist()
    assert second.measured == whole.measured
    assert [step.number for step in second.history] == list(range(1, 14))
    for one, other in zip(whole.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_micro_batches_give_the_gradient_of_the_whole_batch():
    losses = {}
    for parts in (1, 2, 5):
        run = trainer(accumulate=parts, batch_size=5)
        run.model.double()
        run.optimizer = adamw(run.model, run.config)
        losses[parts] = [step.loss for step in run.run()]
    assert_allclose(losses[2], losses[1], rtol=1e-10)
    assert_allclose(losses[5], losses[1], rtol=1e-10)


def test_decay_is_for_matrices_alone():
    matrices, vectors = two_groups(trainer().model, 0.1)
    assert {one.dim() for one in matrices["params"]} == {2}
    assert {one.dim() for one in vectors["params"]} == {1}
    assert (matrices["weight_decay"], vectors["weight_decay"]) == (0.1, 0.0)
    assert len(matrices["params"]) + len(vectors["params"]) == len(list(trainer().model.parameters()))


def test_an_interrupt_waits_for_its_step_and_loses_nothing(tmp_path):
    whole, run = trainer(), trainer()
    whole.run()

    def interrupt(trainer, step):
        if step.number == 5:
            os.kill(os.getpid(), signal.SIGINT)

    handler = signal.getsignal(signal.SIGINT)
    made = run.run(path=tmp_path / "a", watchers=[interrupt])
    assert (len(made), run.done, run.interrupted) == (5, 5, True)
    assert signal.getsignal(signal.SIGINT) is handler
    run.run()
    assert (run.done, run.interrupted) == (13, False)
    resumed = trainer().load(tmp_path / "a")
    resumed.run()
    assert resumed.losses.tolist() == run.losses.tolist() == whole.losses.tolist()


def test_a_second_interrupt_is_raised_and_the_checkpoint_written_all_the_same(tmp_path):
    run = trainer()

    def impatient(trainer, step):
        if step.number == 3:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run.run(path=tmp_path / "a", watchers=[impatient])
    assert trainer().load(tmp_path / "a").done == 3


@pytest.mark.parametrize("where", ["forward", "clip"])
def test_a_step_that_breaks_off_before_its_update_is_as_if_it_had_not_begun(tmp_path, monkeypatch, where):
    whole, run = trainer(dropout=0.1), trainer(dropout=0.1)
    whole.run()
    run.run(until=4)

    def breaks(*_, **__):
        raise MemoryError("nothing left")

    with monkeypatch.context() as patch:
        place = (type(run.model), "forward") if where == "forward" else (torch.nn.utils, "clip_grad_norm_")
        patch.setattr(*place, breaks)
        with pytest.raises(MemoryError, match="nothing left"):
            run.run(path=tmp_path / "a")
    assert run.done == 4
    resumed = trainer(dropout=0.1).load(tmp_path / "a")
    for one in (resumed, run):
        one.run()
        assert one.losses.tolist() == whole.losses.tolist()


def test_after_half_an_update_the_checkpoint_stays_what_it_was(tmp_path, monkeypatch):
    run = trainer()
    run.run(until=4, path=tmp_path / "a")

    def breaks():
        raise MemoryError("nothing left")

    with monkeypatch.context() as patch:
        patch.setattr(run.optimizer, "step", breaks)
        with pytest.raises(MemoryError, match="nothing left"):
            run.run(path=tmp_path / "a")
    resumed, whole = trainer().load(tmp_path / "a"), trainer()
    assert resumed.done == 4
    whole.run()
    assert resumed.run()
    assert resumed.losses.tolist() == whole.losses.tolist()


def test_it_runs_in_a_thread_that_no_signal_reaches():
    run = trainer()
    thread = threading.Thread(target=run.run)
    thread.start()
    thread.join()
    assert run.done == 13


def test_a_watcher_that_fails_leaves_a_checkpoint(tmp_path):
    def fails(trainer, step):
        raise RuntimeError("the watcher broke")

    with pytest.raises(RuntimeError, match="the watcher broke"):
        trainer().run(path=tmp_path / "a", watchers=[fails])
    assert trainer().load(tmp_path / "a").done == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"peak": 0.5}, "its peak is 0.01, here it is 0.5"),
        ({"dropout": 0.1}, "its dropout is 0.0, here it is 0.1"),
        ({"steps": 11}, "its steps is 13, here it is 11"),
        ({"steps": 17, "clip": 2.0}, "its clip is 1.0, here it is 2.0"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused_and_nothing_changed(tmp_path, change, words):
    trainer().run(until=2, path=tmp_path / "a")
    other = trainer(**change)
    before = [one.clone() for one in other.model.parameters()]
    with pytest.raises(CheckpointError, match=words):
        other.load(tmp_path / "a")
    assert all(torch.equal(one, kept) for one, kept in zip(other.model.parameters(), before, strict=True))
    assert other.done == 0


@pytest.mark.parametrize("stop", [2, 13])
def test_a_run_can_be_made_longer_and_goes_on_with_the_rates_of_the_longer_schedule(tmp_path, stop):
    first = trainer()
    first.run(until=stop, path=tmp_path / "a")
    longer = trainer(steps=20, warmup=5).load(tmp_path / "a")
    longer.run(path=tmp_path / "a")
    assert longer.done == 20
    assert longer.losses[:stop].tolist() == first.losses.tolist()
    rates = [step.rate for step in longer.history]
    assert rates[:stop] == [trainer().config.rate(number) for number in range(1, stop + 1)]
    assert rates[stop:] == [longer.config.rate(number) for number in range(stop + 1, 21)]
    assert trainer(steps=20, warmup=5).load(tmp_path / "a").done == 20
    with pytest.raises(CheckpointError, match="its steps is 20, here it is 13"):
        trainer().load(tmp_path / "a")


# ---------------------------------------------------------------- numbers that are none


def poisoned(run, number, monkeypatch, value=float("nan")):
    """From this step on the loss is no number."""
    gradients = run._gradients
    monkeypatch.setattr(
        run, "_gradients", lambda *batch: value if run.done + 1 >= number else gradients(*batch), raising=True
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("every", [0, 2])
def test_a_loss_that_is_no_number_stops_the_run_and_leaves_the_last_good_file(tmp_path, monkeypatch, value, every):
    trainer().run(until=4, path=tmp_path / "a")
    good, run = (tmp_path / "a").read_bytes(), trainer().load(tmp_path / "a")
    poisoned(run, 8, monkeypatch, value)
    with pytest.raises(NotANumber, match=r"step 8: the loss is (nan|inf)") as stopped:
        run.run(path=tmp_path / "a", save_every=every)
    assert stopped.value.step == 8
    assert trainer().load(tmp_path / "a").done == (6 if every else 4)
    if not every:
        assert (tmp_path / "a").read_bytes() == good


@pytest.mark.parametrize("peak", [1e20, 1e30])
def test_a_rate_far_too_high_is_found_before_its_first_checkpoint_replaces_a_good_one(tmp_path, peak):
    trainer().run(until=4, path=tmp_path / "a")
    good, run = (tmp_path / "a").read_bytes(), trainer(peak=peak)
    with pytest.raises(NotANumber, match=r"step [12]: "):
        run.run(path=tmp_path / "a", save_every=1)
    assert (tmp_path / "a").read_bytes() == good


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_weights_that_are_no_numbers_are_not_kept(tmp_path, value):
    run = trainer()
    run.run(until=3, path=tmp_path / "a")
    good = (tmp_path / "a").read_bytes()
    with torch.no_grad():
        next(run.model.parameters())[0, 0] = value
    with pytest.raises(NotANumber, match="are not all numbers any more"):
        run.run(until=3, path=tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == good


def test_looking_at_the_numbers_changes_none_of_them(tmp_path):
    looked, plain = trainer(dropout=0.3), trainer(dropout=0.3)
    looked.run(path=tmp_path / "a", save_every=1)
    plain.run()
    assert looked.losses.tolist() == plain.losses.tolist()
    assert looked.model.training


def test_a_saved_model_can_be_had_without_its_run(tmp_path):
    run = trainer(dropout=0.2)
    run.run(path=tmp_path / "a")
    model, about = load_model(tmp_path / "a")
    assert about["step"] == 13
    assert not model.training
    run.model.eval()
    assert torch.equal(model(TEXT[None, :7]), run.model(TEXT[None, :7]))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"steps": 0}, "steps must be at least 1"),
        ({"peak": float("nan")}, "peak is a learning rate, at least 0 and finite; got nan"),
        ({"floor": -1.0}, "floor is a learning rate"),
        ({"warmup": 13}, "does not fit into 13 steps"),
        ({"accumulate": 6}, "cannot be cut into 6"),
        ({"clip": 0.0}, "above 0, or None"),
        ({"fall": "stairs"}, 'by "cosine" or in a "line"'),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        trainer(**wrong)


def test_a_rate_may_fall_in_a_straight_line():
    config = TrainConfig(steps=13, warmup=3, peak=0.5, floor=0.1, fall="line")
    rates = [config.rate(step) for step in (0, 1, 3, 8, 13, 20)]
    assert_allclose(rates, [0, 0.5 / 3, 0.5, 0.3, 0.1, 0.1])


def test_without_clipping_the_gradient_keeps_its_length():
    run, clipped = trainer(clip=None), trainer(clip=1e-4)
    assert run.step().length == clipped.step().length > 1e-3


# ---------------------------------------------------------------- the loss held out


@pytest.mark.parametrize("length", [2, 7, 8, 9, 15, 100])
def test_every_token_but_the_first_is_predicted_once(length):
    model = trainer().model
    ids, total = TEXT[:length], 0.0
    for start in range(0, length - 1, 7):
        window = ids[start : start + 7][: length - 1 - start]
        logits = model(window[None])[0].log_softmax(-1)
        total -= sum(logits[i, ids[start + i + 1]].item() for i in range(len(window)))
    assert mean_loss(model, ids, windows=3) == pytest.approx(total / (length - 1), rel=1e-5)


def test_the_loss_is_measured_without_dropout_and_the_model_left_as_it_was():
    model = trainer(dropout=0.5).model.train()
    assert mean_loss(model, TEXT) == mean_loss(model, TEXT)
    assert model.training
    with pytest.raises(ValueError, match="at least two are needed, got 1"):
        mean_loss(model, TEXT[:1])
