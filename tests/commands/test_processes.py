"""`python -m course_lib train --processes`: a death in the middle, the run that goes on after it, and what is refused beforehand."""

import argparse
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from course_lib import cli
from course_lib.commands import processes as command
from course_lib.numeric import largest_difference
from course_lib.training.engine import checkpoint
from course_lib.training.engine.data_parallel import DistributedTrainer, losses_in

ROOT = Path(__file__).resolve().parents[2]
STEPS = 300
SETTINGS = ["--steps", str(STEPS), "--batch", "4", "--context", "8", "--width", "8", "--heads", "2", "--layers", "1"]
SETTINGS += ["--rate", "0.01", "--save-every", "10", "--device", "cpu", "--double", "--sample", "0"]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def main(arguments):
    """One process, here."""
    return cli.main(["train", "--processes", "1", *arguments])


def start(path, *more):
    """Two processes, as one types it."""
    line = [
        sys.executable,
        "-m",
        "course_lib",
        "train",
        "--processes",
        "2",
        "--checkpoint",
        str(path),
        *SETTINGS,
        *more,
    ]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT)


def finished(process):
    said, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-3000:]
    return said, errors


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "run.safetensors"
    return path, *finished(start(path))


@pytest.mark.parametrize("dies", [pytest.param(0, marks=pytest.mark.slow), 1])
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
    assert process.returncode == 1
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


def test_not_a_number_stops_the_run_in_words_and_keeps_the_last_good_file(tmp_path, monkeypatch, capsys):
    path, whole = tmp_path / "run.safetensors", DistributedTrainer._gradients

    def gradients(self, inputs, targets):
        return whole(self, inputs, targets) if self.done < 23 else float("nan")

    monkeypatch.setattr(DistributedTrainer, "_gradients", gradients)
    assert main(["--checkpoint", str(path), *SETTINGS]) == 1
    said = capsys.readouterr().err
    assert said.startswith("course_lib: step 24: the loss is nan")
    assert "a smaller --rate, such as 0.001 (it was 0.01)" in said
    assert f"{path} holds the last good state, after step 20" in said
    assert checkpoint.load(path)[1]["step"] == 20


def test_a_finished_run_can_be_made_longer_and_not_be_another(tmp_path, capsys):
    path = tmp_path / "run.safetensors"
    options = ["--checkpoint", str(path), *SETTINGS]
    assert main([*options, "--steps", "10"]) == 0
    assert main([*options, "--steps", "15", "--resume"]) == 0
    assert len(losses_in(path)) == 15
    capsys.readouterr()
    assert main([*options, "--steps", "12", "--resume"]) == 2
    assert "give --steps 15 or more; got 12" in capsys.readouterr().err
    assert main([*options, "--steps", "15", "--resume", "--rate", "0.02"]) == 2
    assert "it was made with --rate 0.01, here it is 0.02" in capsys.readouterr().err


def test_a_second_interrupt_ends_it_in_words(tmp_path, monkeypatch, capsys):
    def impatient(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(DistributedTrainer, "step", impatient)
    assert main(["--checkpoint", str(tmp_path / "run.safetensors"), *SETTINGS]) == 130
    assert "stopped at once, in step 1. No checkpoint was written" in capsys.readouterr().err


def test_a_checkpoint_that_cannot_be_written_is_known_beforehand(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main(["--checkpoint", str(tmp_path / "file" / "run"), *SETTINGS]) == 2
    assert "name another place with --checkpoint" in capsys.readouterr().err


def test_a_mistake_of_our_own_keeps_its_traceback(tmp_path, monkeypatch):
    def breaks(self):
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(DistributedTrainer, "step", breaks)
    with pytest.raises(RuntimeError, match="shapes"):
        main(["--checkpoint", str(tmp_path / "run.safetensors"), *SETTINGS])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--steps", "0"], "--steps is a number of updates, at least 1"),
        (["--steps", "-3"], "--steps is a number of updates"),
        (["--batch", "0"], "--batch is a number of windows, at least 1"),
        (["--accumulate", "9", "--batch", "8"], "micro-batches"),
        (["--heads", "5"], "5"),
        (["--width", "0"], "--width"),
        (["--context", "-1"], "context"),
        (["--layers", "-1"], "layers"),
        (["--rate", "0"], "--rate is a learning rate, above 0"),
        (["--rate", "nan"], "--rate is a learning rate, above 0"),
        (["--save-every", "0"], "--save-every"),
        (["--patience", "0"], "--patience"),
        (["--width", "400000"], "take less"),
        (["--batch", "100000000"], "take less"),
        (["--resume"], "no checkpoint"),
        (["--dropout", "0.1"], "without dropout"),
        (["--prompt", "zebra"], "'zebra' is none of them"),
        (["--top-p", "0"], "--top-p is a probability"),
        (["--tokenizer", "words"], "go with a TEXT of yours"),
    ],
)
def test_settings_that_make_no_sense_are_refused_before_anything_is_trained(tmp_path, capsys, arguments, said):
    assert main(["--checkpoint", str(tmp_path / "run.safetensors"), "--device", "cpu", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("course_lib: ")
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


def test_more_processes_than_one_are_refused_by_the_one_that_would_start_them(tmp_path, capsys):
    options = ["train", "--checkpoint", str(tmp_path / "run.safetensors"), *SETTINGS]
    for processes, said in (
        ("0", "--processes is a number of processes on this machine, at least 1"),
        ("65", "at most 64; got 65"),
        ("3", "cannot be shared evenly by 3"),
    ):
        assert cli.main([*options, "--processes", processes]) == 2
        assert said in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_torchrun_and_the_option_must_not_contradict_one_another(tmp_path, monkeypatch, capsys):
    for name, value in {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "4"}.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["train", "--processes", "2", "--checkpoint", str(tmp_path / "run")]) == 2
    assert "--processes 2, but torchrun has started 4: leave --processes to it" in capsys.readouterr().err


def test_a_text_of_ones_own_is_learned_and_the_run_of_one_goes_on_as_that_of_several(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("story.txt").write_text("the mole digs, and the fox says so.\n" * 40, encoding="utf-8")
    options = ["--layers", "1", "--width", "12", "--heads", "2", "--context", "8", "--batch", "4", "--steps", "12"]
    options += ["--sample", "9", "--prompt", "the"]
    assert cli.main(["train", "story.txt", "--processes", "1", "--device", "cpu", *options]) == 0
    said = capsys.readouterr().out
    assert "finished: step 12 of 12, checkpoint story-model.safetensors\n\nthe" in said
    assert cli.main(["train", "story.txt", "--checkpoint", "other", *options]) == 0
    alone = losses_in("other")
    assert largest_difference(losses_in("story-model.safetensors"), alone) < 1e-6
    assert cli.main(["train", "story.txt", "--resume", *options]) == 0
    assert "going on after step 12" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to another process")
def test_an_interrupt_reaches_all_and_nothing_is_lost(tmp_path):
    path = tmp_path / "run.safetensors"
    process = start(path, "--steps", "900", "--save-every", "900")
    for line in process.stdout:
        if line.startswith("step "):
            process.send_signal(signal.SIGINT)
            break
    said, errors = process.communicate(timeout=240)
    assert process.returncode == 130
    assert "Traceback" not in errors
    done = int(re.search(r"interrupted; the same command with --resume goes on: step (\d+) of 900", said)[1])
    assert checkpoint.load(path)[1]["step"] == done >= 45


def test_a_process_of_a_job_leaves_without_tidying_up_but_with_everything_said():
    code = (
        "import atexit; atexit.register(print, 'tidied up')\n"
        "from course_lib.commands.processes import leave\n"
        "print('all is said', end='')\n"
        "leave(3)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (3, "all is said"), done.stderr


@pytest.mark.parametrize("count", [1, 2])
def test_only_a_process_of_several_leaves_at_once(monkeypatch, count):
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", str(count))
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setattr(command, "_prepare", lambda chosen, place: (None, None))
    monkeypatch.setattr(command, "_take_part", lambda *arguments: 130)
    left = []
    monkeypatch.setattr(command, "leave", lambda status: left.append(status) or status)
    assert command.run(argparse.Namespace(processes=None)) == 130
    assert left == ([130] if count == 2 else [])
