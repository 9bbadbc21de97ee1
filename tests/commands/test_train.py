"""``python -m course_lib train``: any text file, from a terminal or a script; interrupted, taken up again, or refused with words."""

import argparse
import ast
import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.commands import COMMANDS
from course_lib.commands import train as train_command
from course_lib.commands.limits import TRAIN
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.resuming import load_model

ROOT = Path(__file__).resolve().parents[2]

SMALL = ["--layers", "1", "--width", "12", "--heads", "2", "--context", "8", "--batch", "3", "--steps", "12"]


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "story.txt"
    path.write_text("the mole digs, naïve and happy. “森林” says the fox.\n" * 40, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _interrupts_reach_python():
    """A job that a shell has put into the background ignores them, and hands that on to what it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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
        (["--heads", "5"], "--width 12 cannot be shared evenly by --heads 5: take a multiple of 5, such as --width 10"),
        (["--context", "5000"], "take a longer text, or a smaller --context"),
        (["--accumulate", "4"], "--accumulate 4 micro-batches cannot be cut from --batch 3 windows"),
        (["--width", "400000"], "a model of 1 layers of width 400000 needs about"),
        (["--batch", "1000000000"], "a batch of 1000000000 needs about"),
        (["--resume"], "no checkpoint story-model.safetensors"),
        (["--prompt", "Ω", "--sample", "3"], "has no 'Ω'"),
        (["--prompt", "Q"], "has no 'Q'"),
        (["--prompt", "", "--sample", "3"], "the prompt is empty"),
        (["--prompt", "\udcff", "--tokenizer", "bpe", "--tokens", "3"], "the prompt has bytes that are no text"),
        (["--checkpoint", "/proc/x/y"], "cannot write the checkpoint /proc/x/y ("),
        (["--checkpoint", "story.txt/model"], "cannot write the checkpoint story.txt/model ("),
        (["--checkpoint", "n" * 245], "name another place with --checkpoint"),
        (["--checkpoint", "."], "--checkpoint . is a folder: name a file in it"),
        (["--encoding", "klingon"], "no encoding is called 'klingon'"),
        (["--device", "cpu"], "--device belongs to --processes"),
        (["--double"], "--double belongs to --processes"),
        (["--patience", "3"], "--patience belongs to --processes"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(text, capsys, options, words):
    refused(capsys, options, words)


def options_of(command):
    """Every option that a command has, or one of the words below it."""
    parser = argparse.ArgumentParser()
    COMMANDS[command].add_arguments(parser)
    below = [action.choices.values() for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    parsers = [parser, *(word for words in below for word in words)]
    return set().union(*(each._option_string_actions for each in parsers))


def refused(capsys, options, words):
    """Nothing is trained, and what is said names the options that there are."""
    assert train(*options) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.startswith("course_lib: ")
    assert said.count("\n") == 1
    assert os.listdir() == ["story.txt"], "said before anything is trained"
    assert set(re.findall(r"--[a-z][a-z-]*", said)) <= options_of("train")


BEYOND = {"int": ["-1", "99999999999999999999"], "float": ["-0.5", "nan", "inf", "-inf"]}
NUMBERS = [
    (option, value)
    for option, kind in {
        "tokens": "int", "layers": "int", "width": "int", "heads": "int", "context": "int", "dropout": "float",
        "steps": "int", "batch": "int", "accumulate": "int", "rate": "float", "seed": "int", "save-every": "int",
        "processes": "int", "patience": "float", "sample": "int", "temperature": "float", "top-k": "int",
        "top-p": "float",
    }.items()
    for value in BEYOND[kind]
]  # fmt: skip
ZEROS = ["tokens", "width", "heads", "context", "steps", "batch", "accumulate", "rate", "save-every", "processes"]
ZEROS += ["patience", "top-k", "top-p"]
HUGE = [("rate", "1e30"), ("top-p", "1.5"), ("dropout", "1"), ("patience", "1e12"), ("processes", "65")]


@pytest.mark.parametrize(("option", "value"), [*NUMBERS, *((option, "0") for option in ZEROS), *HUGE])
def test_a_number_that_makes_no_sense_is_refused_by_the_name_of_its_option(text, capsys, option, value):
    refused(
        capsys,
        [f"--{option}={value}"],
        f"course_lib: --{option} is a" if option != "sample" else "--sample is how many",
    )


def test_every_number_that_the_command_takes_has_its_limits():
    parser = argparse.ArgumentParser()
    train_command.add_arguments(parser)
    assert {action.dest for action in parser._actions if action.type in (int, float)} == set(TRAIN)
    assert {option.replace("-", "_") for option, _ in NUMBERS} == set(TRAIN)


#: Options of other programs that our messages may name.
OTHERS = {"--nproc-per-node", "--rdzv-backend", "--rdzv-endpoint", "--local-addr"}
OTHERS |= {"--constraint", "--editable", "--file", "--log-level"}  # of pip, conda and ipykernel
OTHERS |= {
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
}  # of Chromium
OTHERS |= {"--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"}
OTHERS |= {"--course"}  # a variable of style sheets


def test_every_option_that_a_message_names_exists():
    every = set().union(*(options_of(command) for command in COMMANDS)) | OTHERS
    named, places = set(), [ROOT / "course_lib" / folder for folder in ("commands", "training", "publish", "corpus")]
    for path in (path for place in places for path in place.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", node.value))
                assert found <= every, f"{path}:{node.lineno} names {found - every}"
                named |= found
    assert {"--rate", "--checkpoint", "--resume", "--force", "--encoding"} <= named, "it looks at messages indeed"


def test_a_file_that_is_not_there_or_no_text_is_named(text, capsys):
    assert cli.main(["train", "nothing.txt"]) == 2
    assert "no file nothing.txt" in capsys.readouterr().err
    text.with_name("picture.png").write_bytes(b"\x89PNG\0\0")
    assert cli.main(["train", "picture.png"]) == 2
    assert "not a text file" in capsys.readouterr().err


def test_an_older_encoding_is_said_as_the_option_that_it_is(text, capsys):
    text.write_bytes(("süß und heiß ist der Kaffee.\n" * 40).encode("latin-1"))
    assert train("--sample", "0") == 2
    said = capsys.readouterr().err
    assert '--encoding cp1252 or "latin-1"' in said
    assert "encoding=" not in said
    assert train("--sample", "0", "--encoding", "latin-1") == 0
    capsys.readouterr()
    text.write_text("süß und heiß ist der Kaffee.\n" * 40, encoding="utf-16")
    assert train("--sample", "0") == 2
    assert "in another encoding: say --encoding utf-16" in capsys.readouterr().err


def test_a_checkpoint_is_never_overwritten_unasked(text, capsys):
    train("--sample", "0")
    assert train("--sample", "0") == 2
    assert "story-model.safetensors is there already" in capsys.readouterr().err
    assert train("--sample", "0", "--checkpoint", "other/one") == 0
    text.write_text("quite another text, long enough to be cut in windows\n" * 20, encoding="utf-8")
    assert train("--sample", "0", "--resume") == 2
    assert "belongs to another run" in capsys.readouterr().err


def test_a_finished_run_can_be_made_longer_and_never_shorter(text, capsys):
    train("--sample", "0")
    assert train("--sample", "0", "--resume") == 0
    assert "the run is finished, and more --steps would make it longer" in capsys.readouterr().out
    assert train("--sample", "0", "--steps", "20", "--resume") == 0
    said = capsys.readouterr().out
    assert "going on after step 12 of story-model.safetensors; the run is 20 steps long now (it was 12)" in said
    assert "step 20 of 20: loss" in said
    assert load_model("story-model.safetensors")[1]["step"] == 20
    assert train("--sample", "0", "--steps", "15", "--resume") == 2
    assert "give --steps 20 or more; got 15" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "was"),
    [("rate", "0.001", "0.003"), ("batch", "2", "3"), ("width", "24", "12"), ("seed", "5", "0")],
)
def test_settings_of_another_run_are_named_as_the_options_they_are(text, capsys, option, value, was):
    train("--sample", "0")
    before = text.with_name("story-model.safetensors").read_bytes()
    assert train("--sample", "0", "--resume", f"--{option}", value) == 2
    assert f"it was made with --{option} {was}, here it is {value}" in capsys.readouterr().err
    assert text.with_name("story-model.safetensors").read_bytes() == before


def breaking(monkeypatch, step, problem):
    """From this step on the loss is what `problem` says, or it is raised."""
    whole = Trainer._gradients

    def gradients(self, inputs, targets):
        if self.done + 1 < step:
            return whole(self, inputs, targets)
        if isinstance(problem, float):
            return problem
        raise problem

    monkeypatch.setattr(Trainer, "_gradients", gradients)


@pytest.mark.parametrize("step", [1, 9])
def test_not_a_number_stops_the_run_in_words_and_keeps_the_last_good_file(text, monkeypatch, capsys, step):
    breaking(monkeypatch, step, float("nan"))
    assert train("--save-every", "4") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"course_lib: step {step}: the loss is nan")
    assert "Most likely the learning rate is too high: begin anew with" in said
    assert "a smaller --rate, such as 0.0003 (it was 0.003)" in said
    assert ("holds the last good state, after step 8" if step == 9 else "No checkpoint was written") in said
    assert said.count("\n") == 1
    assert set(re.findall(r"--[a-z][a-z-]*", said)) <= options_of("train")
    if step == 9:
        model, about = load_model("story-model.safetensors")
        assert about["step"] == 8
        assert all(bool(weight.isfinite().all()) for weight in model.parameters())
    else:
        assert os.listdir() == ["story.txt"]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (MemoryError(), "memory ran out: take a smaller --batch, or more --accumulate"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 8 bytes"),
            "memory ran out",
        ),
    ],
)
def test_what_breaks_a_run_off_is_said_with_what_is_left(text, monkeypatch, capsys, problem, words):
    breaking(monkeypatch, 9, problem)
    assert train("--save-every", "4") == 1
    said = capsys.readouterr().err
    assert "broken off after step 8: " in said
    assert words in said
    assert "story-model.safetensors holds the last good state, after step 8" in said


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("course_lib.corpus.load", ""),
        ("course_lib.training.engine.tokens.learn", ""),
        ("course_lib.training.engine.tokens.TextTokens.encode", ""),
        ("course_lib.transformer.models.GPT.__init__", ""),
        ("course_lib.training.engine.loop.Trainer.run", "No checkpoint was written"),
        ("course_lib.training.engine.evaluate.mean_loss", "the run is finished and saved in story-model.safetensors"),
        ("course_lib.commands.train.written", "the run is finished and saved in story-model.safetensors"),
    ],
)
def test_an_interrupt_is_never_a_traceback(text, monkeypatch, capsys, place, words):
    def interrupted(*arguments, **named):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(place, interrupted)
    assert train() == 130
    assert words in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_import_that_an_interrupt_broke_is_an_interrupt(text, monkeypatch, capsys):
    def half_imported(*arguments):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise SystemError("initialization of _C raised unreported exception")

    monkeypatch.setattr("course_lib.commands.train._train", half_imported)
    assert train() == 130
    assert capsys.readouterr().err == "\n"


def test_a_mistake_of_our_own_keeps_its_traceback(text, monkeypatch):
    breaking(monkeypatch, 2, RuntimeError("shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        train()


def test_a_terminal_that_cannot_write_a_letter_gets_all_the_others(text, tmp_path):
    command = [sys.executable, "-m", "course_lib", "train", "story.txt", *SMALL, "--prompt", "naïve", "--sample", "2"]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=surroundings, check=False)
    assert done.returncode == 0, done.stderr
    assert "na\\xefve" in done.stdout


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
