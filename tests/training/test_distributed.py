"""Several processes train one model: the gradients of one, a death in the middle, and the run that goes on after it."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
import torch

from course_lib.gpu.launching import MODULE, torchrun
from course_lib.numeric import largest_difference
from course_lib.training.distributed import main, make_trainer
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.data_parallel import DistributedTrainer, losses_in
from course_lib.training.in_torch import batch
from course_lib.transformer.models import ModelConfig

ROOT = Path(__file__).resolve().parents[2]
SHAPE = ModelConfig(vocab=633, context=7, layers=1, d_model=12, n_heads=3)
STEPS = 300
SETTINGS = ["--steps", str(STEPS), "--batch", "4", "--context", "8", "--width", "8", "--heads", "2", "--layers", "1"]
SETTINGS += ["--save-every", "10", "--device", "cpu", "--double"]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def start(path, *more):
    return subprocess.Popen(
        [*torchrun(2), "-m", MODULE, "--checkpoint", str(path), *SETTINGS, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=ENVIRONMENT,
    )  # fmt: skip


def finished(process):
    said, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-3000:]
    return said, errors


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "run.safetensors"
    return path, *finished(start(path))


@pytest.mark.parametrize("dies", [0, 1])
def test_a_process_that_dies_ends_the_job_and_the_run_goes_on_from_its_checkpoint(tmp_path, uninterrupted, dies):
    path = tmp_path / "run.safetensors"
    process, pids = start(path), {}
    for line in process.stdout:
        if born := re.match(r"process (\d) of 2 on cpu, process id (\d+)", line):
            pids[int(born[1])] = int(born[2])
        if line.startswith("step 30 of"):
            os.kill(pids[dies], signal.SIGKILL)
            break
    _, errors = process.communicate(timeout=240)
    assert process.returncode != 0
    last = checkpoint.load(path)[1]["step"]
    assert 10 <= last < STEPS, "it was killed in the middle"
    left = re.search(rf"process {1 - dies} of 2 stops in step (\d+): .*", errors)
    assert left, errors[-3000:]
    assert f"The last checkpoint is {path}, after step {last}: the same command with --resume goes on" in left[0]
    assert last <= int(left[1]) - 1 <= last + 10
    if dies == 0:
        return  # going on is the same in both cases, and takes its time
    said, _ = finished(start(path, "--resume"))
    assert re.search(rf"process 1 of 2 on cpu, process id \d+, after step {last}\n", said)
    assert losses_in(path) == losses_in(uninterrupted[0]), "to the bit"


def test_a_run_of_two_is_the_run_of_one(uninterrupted, tmp_path, capsys):
    path, said, errors = uninterrupted
    assert main(["--checkpoint", str(tmp_path / "one.safetensors"), *SETTINGS]) == 0
    alone = losses_in(tmp_path / "one.safetensors")
    together = losses_in(path)
    assert len(together) == STEPS
    assert together[-1] < together[0] - 1
    # Rounding differs, and a few hundred steps make more of it.
    assert largest_difference(alone[:5], together[:5]) < 1e-12
    assert largest_difference(alone, together) < 1e-6
    assert f"finished: step {STEPS} of {STEPS}, checkpoint {path}" in said
    assert "Warning" not in errors
    assert "process 0 of 1 on cpu" in capsys.readouterr().out


def test_the_gradients_of_two_processes_are_those_of_one(tmp_path):
    path = tmp_path / "gradients.safetensors"
    script = Path(__file__).with_name("gradients_of_two.py")
    line = [*torchrun(2), str(script), str(path)]
    finished(
        subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT)
    )
    together = checkpoint.load(path)[0]
    shape = ModelConfig(vocab=633, context=7, layers=2, d_model=12, n_heads=3)
    trainer = make_trainer(shape, TrainConfig(steps=5, batch_size=12, warmup=0), wanted="cpu", double=True)
    inputs, targets = batch(trainer.ids, 12, trainer.context, trainer._rng)
    trainer._gradients(inputs, targets)
    for name, parameter in trainer.model.named_parameters():
        assert parameter.grad.abs().max() > 0 or "bias" in name
        for accumulate in (1, 3):
            assert largest_difference(together[f"{accumulate}.{name}"], parameter.grad) < 1e-12


def test_a_step_that_is_broken_off_leaves_the_last_checkpoint_alone(tmp_path, monkeypatch, capsys):
    path, step = tmp_path / "run.safetensors", DistributedTrainer.step

    def breaks(self):
        if self.done == 23:
            raise RuntimeError("[gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:4242")
        return step(self)

    monkeypatch.setattr(DistributedTrainer, "step", breaks)
    assert main(["--checkpoint", str(path), *SETTINGS]) == 1
    said = capsys.readouterr().err
    assert said.startswith("process 0 of 1 stops in step 24: another process is gone ([gloo")
    assert f"The last checkpoint is {path}, after step 20" in said
    assert checkpoint.load(path)[1]["step"] == 20


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "memory ran out: take a smaller --batch"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (SystemExit("it was asked to end (SIGTERM)"), "it was asked to end"),
    ],
)
def test_other_ends_are_told_apart(tmp_path, monkeypatch, capsys, problem, said):
    def breaks(self):
        raise problem

    monkeypatch.setattr(DistributedTrainer, "step", breaks)
    assert main(["--checkpoint", str(tmp_path / "run.safetensors"), *SETTINGS]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert "No checkpoint was written" in error


def test_a_mistake_of_our_own_keeps_its_traceback(tmp_path, monkeypatch):
    def breaks(self):
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(DistributedTrainer, "step", breaks)
    with pytest.raises(RuntimeError, match="shapes"):
        main(["--checkpoint", str(tmp_path / "run.safetensors"), *SETTINGS])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--steps", "0"], "steps must be at least 1"),
        (["--steps", "-3"], "steps must be at least 1"),
        (["--batch", "0"], "batch_size must be at least 1"),
        (["--accumulate", "9", "--batch", "8"], "micro-batches"),
        (["--heads", "5"], "5"),
        (["--width", "0"], "d_model"),
        (["--context", "-1"], "context"),
        (["--layers", "-1"], "layers"),
        (["--rate", "0"], "--rate is a learning rate above 0"),
        (["--rate", "nan"], "--rate is a learning rate above 0"),
        (["--save-every", "0"], "--save-every"),
        (["--patience", "0"], "--patience"),
        (["--width", "400000"], "take less"),
        (["--batch", "100000000"], "take less"),
        (["--resume"], "no checkpoint"),
    ],
)
def test_settings_that_make_no_sense_are_refused_before_anything_is_trained(tmp_path, capsys, arguments, said):
    assert main(["--checkpoint", str(tmp_path / "run.safetensors"), "--device", "cpu", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("distributed: ")
    assert said in error
    assert len(error.splitlines()) == 1
    assert os.listdir(tmp_path) == []


def test_a_run_is_not_written_over(tmp_path, capsys):
    path = tmp_path / "run.safetensors"
    path.write_bytes(b"precious")
    assert main(["--checkpoint", str(path), *SETTINGS]) == 2
    assert "is there already: --resume goes on from it" in capsys.readouterr().err
    assert main(["--checkpoint", str(path), "--resume", *SETTINGS]) == 2
    assert "damaged or no checkpoint" in capsys.readouterr().err
    assert path.read_bytes() == b"precious"
