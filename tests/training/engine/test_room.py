"""Whether a run fits is said before it begins."""

import pytest
import torch

from course_lib.device import DoesNotFit
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.room import need_room
from course_lib.transformer.models import ModelConfig

CPU = torch.device("cpu")


def shape(**changes):
    return ModelConfig(**{"vocab": 100, "context": 64, "layers": 2, "d_model": 16, "n_heads": 2} | changes)


def test_a_small_run_fits():
    need_room(shape(), TrainConfig(), CPU)


@pytest.mark.parametrize("changes", [{"d_model": 10**6}, {"vocab": 10**12}, {"context": 10**12}])
def test_a_model_that_is_too_large_is_refused(changes):
    with pytest.raises(DoesNotFit, match=r"a model of 2 layers of width .* take less"):
        need_room(shape(**changes), TrainConfig(), CPU)


def test_a_batch_that_is_too_large_is_refused_until_it_is_shared_or_cut(monkeypatch):
    monkeypatch.setattr("course_lib.device._main_memory", lambda: 100 * 10**6)
    config = TrainConfig(batch_size=10_000)  # logits of 10,000 x 64 x 100 numbers: 256 MB; the ids 10 MB
    with pytest.raises(DoesNotFit, match="a batch of 10000 needs"):
        need_room(shape(), config, CPU)
    need_room(shape(), config, CPU, processes=4)
    need_room(shape(), TrainConfig(batch_size=10_000, accumulate=4), CPU)
