"""Shares of a batch, and a run that several could share."""

import os
import signal

import pytest
import torch

from course_lib.numeric import largest_difference
from course_lib.training.engine import data_parallel
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.data_parallel import DistributedTrainer, Place, losses_in, run_together
from course_lib.training.engine.loop import Trainer
from course_lib.transformer.models import GPT, ModelConfig

SHAPE = ModelConfig(vocab=633, context=7, layers=1, d_model=12, n_heads=3)


def small(place=None, accumulate=1, **settings):
    config = TrainConfig(**{"steps": 9, "warmup": 2, "batch_size": 6, "accumulate": accumulate} | settings)
    model = GPT(SHAPE, torch.Generator().manual_seed(0)).double()
    return DistributedTrainer(model, torch.arange(2000) % 633, config, place)


@pytest.mark.parametrize("accumulate", [1, 2, 4])
def test_alone_it_is_the_trainer_of_lesson_10(accumulate):
    ours = small(accumulate=accumulate)
    theirs = Trainer(GPT(SHAPE, torch.Generator().manual_seed(0)).double(), ours.ids, None, ours.config)
    ours.run()
    theirs.run()
    assert largest_difference(ours.losses, theirs.losses) < 1e-12
    for mine, other in zip(ours.model.parameters(), theirs.model.parameters(), strict=True):
        assert largest_difference(mine, other) < 1e-12


def test_an_interrupt_waits_for_the_step_and_the_run_goes_on_to_the_same_losses(tmp_path):
    path, whole, cut = tmp_path / "run.safetensors", small(), small()
    assert run_together(whole, tmp_path / "whole.safetensors", 100)

    def interrupt(step):
        if step.number == 4:
            os.kill(os.getpid(), signal.SIGINT)

    assert not run_together(cut, path, 100, interrupt)
    assert cut.done == 5, "the step under way was finished"
    again = small().load(path)
    assert again.done == 5
    assert run_together(again, path, 100)
    assert losses_in(path) == losses_in(tmp_path / "whole.safetensors")


def test_shares_cover_the_batch_once():
    places = [Place(rank, rank, 3) for rank in range(3)]
    windows = [window for place in places for window in range(12)[place.share(12)]]
    assert windows == list(range(12))
    with pytest.raises(ValueError, match=r"7 windows cannot be shared evenly by 3 processes: take 6 or another"):
        places[0].share(7)
    with pytest.raises(ValueError, match=r"2 windows cannot be shared evenly by 3 processes: take 3 or another"):
        places[0].share(2)


def test_each_process_gets_a_gpu_of_its_own(monkeypatch):
    asked = []
    monkeypatch.setattr(data_parallel, "choose_device", lambda wanted: asked.append(wanted) or torch.device("cpu"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    Place(5, 1, 8).device()
    Place(5, 1, 8).device("cpu")
    Place().device()
    assert asked == ["cuda:1", "cpu", None]
    with pytest.raises(ValueError, match="MPS devices cannot speak"):
        Place(0, 0, 2).device("mps")


def test_dropout_is_refused():
    model = GPT(ModelConfig(vocab=5, context=4, layers=1, d_model=8, n_heads=2, dropout=0.1))
    with pytest.raises(ValueError, match=r"without dropout; got a model with 0\.1"):
        DistributedTrainer(model, torch.arange(50) % 5, TrainConfig())
