"""Two processes average their gradients: they are those of one process with the whole batch."""

import os
import subprocess
from pathlib import Path

from course_lib.gpu.launching import torchrun
from course_lib.numeric import largest_difference
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.data_parallel import make_trainer
from course_lib.training.in_torch import batch
from course_lib.training.studies import stream
from course_lib.transformer.models import ModelConfig

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def test_the_gradients_of_two_processes_are_those_of_one(tmp_path):
    path = tmp_path / "gradients.safetensors"
    script = Path(__file__).with_name("gradients_of_two.py")
    line = [*torchrun(2), str(script), str(path)]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    together = checkpoint.load(path)[0]
    shape = ModelConfig(vocab=633, context=7, layers=2, d_model=12, n_heads=3)
    config = TrainConfig(steps=5, batch_size=12, warmup=0)
    trainer = make_trainer(shape, stream("train"), config, wanted="cpu", double=True)
    inputs, targets = batch(trainer.ids, 12, trainer.context, trainer._rng)
    trainer._gradients(inputs, targets)
    for name, parameter in trainer.model.named_parameters():
        assert parameter.grad.abs().max() > 0 or "bias" in name
        for accumulate in (1, 3):
            assert largest_difference(together[f"{accumulate}.{name}"], parameter.grad) < 1e-12
