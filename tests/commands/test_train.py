"""``python -m course_lib train``: any text file, from a terminal or a script; interrupted, taken up again, or refused with words."""

import os
import signal
import subprocess
import sys

import pytest

from course_lib import cli
from course_lib.training.engine.resuming import load_model

SMALL = ["--layers", "1", "--width", "12", "--heads", "2", "--context", "8", "--batch", "3", "--steps", "12"]


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "story.txt"
    path.write_text("the mole digs, naïve and happy. “森林” says the fox.\n" * 40, encoding="utf-8")
    return path


def train(*options):
    return cli.main(["train", "story.txt", *SMALL, *options])


@pytest.mark.parametrize("kind", ["characters", "words", "bpe"])
def test_it_trains_saves_and_writes(text, capsys, kind):
    assert train("--tokenizer", kind, "--tokens", "20", "--sample", "9", "--prompt", "the mole") == 0
    said = capsys.readouterr().out
    assert "parameters" in said
    assert "step 12 of 12: loss" in said
    assert "held-out loss" in said
    assert "tokens per second; checkpoint: story-model.safetensors" in said
    assert "the mole" in said.split("safetensors\n")[1]
    model, about = load_model("story-model.safetensors")
    assert about["about"]["tokens"]["kind"] == kind
    assert model.config.layers == 1


def test_without_a_text_it_learns_the_small_world(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "course_lib.training.engine.evaluate.mean_loss", lambda model, ids: 5.0
    )  # of all that is held out: long
    assert cli.main(["train", *SMALL, "--sample", "5", "--prompt", "the mole"]) == 0
    said = capsys.readouterr().out
    assert "tokens of 633 kinds, a tenth held out" in said
    assert "checkpoint: world-model.safetensors\n\nthe mole" in said


def test_a_finished_run_can_be_asked_to_write_again_and_writes_the_same(text, capsys):
    train("--temperature", "0", "--sample", "30")
    first = capsys.readouterr().out.split("safetensors\n")[-1]
    assert train("--temperature", "0", "--sample", "30", "--resume") == 0
    said = capsys.readouterr().out
    assert "going on after step 12" in said
    assert said.split("safetensors\n")[-1] == first


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--steps", "0"], "steps must be at least 1"),
        (["--heads", "5"], "5"),
        (["--context", "5000"], "take a longer text, or a smaller --context"),
        (["--dropout", "1"], "dropout is a share"),
        (["--resume"], "no checkpoint story-model.safetensors"),
        (["--tokens", "0", "--tokenizer", "bpe"], "size of at least 1"),
        (["--prompt", "Ω", "--sample", "3"], "has no 'Ω'"),
        (["--prompt", "", "--sample", "3"], "the prompt is empty"),
        (["--temperature", "-1"], "a temperature is 0 or more"),
        (["--temperature", "nan"], "--temperature"),
        (["--top-k", "0"], "--top-k is a number of tokens, at least 1"),
        (["--top-p", "1.5"], "--top-p is a probability"),
        (["--seed", "-1"], "--seed is 0 or more"),
        (["--rate", "nan"], "--rate is a learning rate above 0"),
        (["--save-every", "0"], "--save-every is a number of steps"),
        (["--device", "cpu"], "--device belongs to --processes"),
        (["--double"], "--double belongs to --processes"),
        (["--patience", "3"], "--patience belongs to --processes"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(text, capsys, options, words):
    assert train(*options) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.startswith("course_lib: ")
    assert said.count("\n") == 1
    assert os.listdir() == ["story.txt"], "said before anything is trained"


def test_a_file_that_is_not_there_or_no_text_is_named(text, capsys):
    assert cli.main(["train", "nothing.txt"]) == 2
    assert "no file nothing.txt" in capsys.readouterr().err
    text.with_name("picture.png").write_bytes(b"\x89PNG\0\0")
    assert cli.main(["train", "picture.png"]) == 2
    assert "not a text file" in capsys.readouterr().err


def test_a_checkpoint_is_never_overwritten_unasked(text, capsys):
    train("--sample", "0")
    assert train("--sample", "0") == 2
    assert "story-model.safetensors is there already" in capsys.readouterr().err
    assert train("--sample", "0", "--checkpoint", "other/one") == 0
    text.write_text("quite another text, long enough to be cut in windows\n" * 20, encoding="utf-8")
    assert train("--sample", "0", "--resume") == 2
    assert "belongs to another run" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to another process")
def test_an_interrupted_command_goes_on_where_it_was(text, tmp_path):
    command = [sys.executable, "-m", "course_lib", "train", "story.txt", *SMALL, "--steps", "1500", "--sample", "0"]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=surroundings) as run:
        lines = [run.stdout.readline(), run.stdout.readline()]
        assert "step 150 of 1500" in lines[1]
        run.send_signal(signal.SIGINT)
        said = run.stdout.read()
    assert run.returncode == 130
    assert "--resume goes on from story-model.safetensors" in said
    done = subprocess.run(
        [*command, "--resume"], capture_output=True, text=True, cwd=tmp_path, env=surroundings, check=True
    )
    whole = subprocess.run(
        [*command, "--checkpoint", "whole"], capture_output=True, text=True, cwd=tmp_path, env=surroundings, check=True
    )
    loss = [
        line.split(" after ")[0]
        for out in (done.stdout, whole.stdout)
        for line in out.split("\n")
        if "held-out loss" in line
    ]
    assert loss[0] == loss[1]
