"""`python -m course_lib write`: a finished model writes; whatever it cannot write from is refused by name."""

import argparse

import pytest
import torch

from course_lib import cli
from course_lib.commands import write as write_command
from course_lib.commands.limits import WRITE
from course_lib.data import data_file
from course_lib.training.engine import checkpoint
from course_lib.training.engine.loop import Trainer
from course_lib.transformer.models import GPT, ModelConfig

SMALL = ["--layers", "1", "--width", "12", "--heads", "2", "--context", "8", "--batch", "3", "--steps", "3"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A finished model for each way to cut a text."""
    folder = tmp_path_factory.mktemp("models")
    text = folder / "story.txt"
    text.write_text("the mole digs, naïve and happy. “森林” says the fox.\n" * 40, encoding="utf-8")
    for kind in ("characters", "words", "bpe"):
        options = ["--tokenizer", kind, "--tokens", "9", "--sample", "0", "--checkpoint", str(folder / kind)]
        assert cli.main(["train", str(text), *SMALL, *options]) == 0
    return folder


def write(path, *options):
    return cli.main(["write", str(path), *options])


@pytest.mark.parametrize("kind", ["characters", "words", "bpe"])
def test_it_goes_on_from_the_prompt_the_same_for_a_seed(models, kind, capsys):
    said = []
    for seed in ("3", "3", "4"):
        assert write(models / kind, "--prompt", "the mole", "--tokens", "40", "--seed", seed) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]
    if kind != "words":  # of words nine are known, and the rest is one unknown word
        assert said[0].startswith("the mole")


def test_it_writes_what_train_writes(models, capsys):
    options = ["--prompt", "the", "--temperature", "0.5", "--top-k", "5", "--top-p", "0.9", "--seed", "0"]
    train = ["train", str(models / "story.txt"), *SMALL, "--checkpoint", str(models / "characters"), "--resume"]
    assert cli.main([*train, *options, "--tokenizer", "characters", "--tokens", "9", "--sample", "20"]) == 0
    trained = capsys.readouterr().out
    assert write(models / "characters", *options, "--tokens", "20") == 0
    written = capsys.readouterr().out
    assert len(written) == len("the") + 20 + len("\n")
    assert trained.endswith(f"\n\n{written}")


def test_the_model_of_the_course_writes(capsys):
    path = data_file("world_model.safetensors")
    assert write(path, "--prompt", "a fluffy blue creature", "--tokens", "6", "--temperature", "0") == 0
    said = capsys.readouterr().out
    assert said.startswith("a fluffy blue creature ")
    assert len(said.split()) > 6


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--prompt", "Ωmega"], "has no 'Ω'"),
        (["--prompt", ""], "the prompt is empty"),
        (
            ["--prompt", "the", "--tokens", "0"],
            "--tokens is how many to write, at least 1 and at most 10,000,000; got 0",
        ),
        (["--prompt", "the", "--temperature", "-1"], "--temperature is a temperature, at least 0 and finite; got -1"),
        (["--prompt", "the", "--temperature", "inf"], "--temperature is a temperature, at least 0 and finite; got inf"),
        (
            ["--prompt", "the", "--top-k", "0"],
            "--top-k is a number of tokens, at least 1 and at most 1,000,000,000; got 0",
        ),
        (["--prompt", "the", "--top-p", "nan"], "--top-p is a probability, above 0 and at most 1; got nan"),
        (
            ["--prompt", "the", "--seed", "-1"],
            "--seed is a whole number, at least 0 and at most 9,223,372,036,854,775,807; got -1",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_on_one_line(models, options, words, capsys):
    refused(models / "characters", options, words, capsys)


def refused(path, options, words, capsys):
    capsys.readouterr()
    assert write(path, *options) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("course_lib: ")
    assert words in said.err
    assert said.err.count("\n") == 1


def test_words_that_the_course_has_not_are_named(capsys):
    path = data_file("world_model.safetensors")
    refused(path, ["--prompt", "a Zebra and a gnu"], "633 words, lower case except names, and 'Zebra', 'gnu'", capsys)


def test_a_file_that_is_no_finished_model_is_named(tmp_path, capsys):
    refused(tmp_path / "none", ["--prompt", "a"], f"no checkpoint {tmp_path / 'none'}", capsys)
    refused(tmp_path, ["--prompt", "a"], f"no checkpoint {tmp_path}", capsys)
    (tmp_path / "text").write_text("precious", encoding="utf-8")
    refused(tmp_path / "text", ["--prompt", "a"], "damaged or no checkpoint", capsys)
    refused(data_file("embedding.safetensors"), ["--prompt", "a"], "no checkpoint of this course", capsys)


def test_a_model_of_tokens_that_nobody_wrote_down_is_refused(tmp_path, capsys):
    model = GPT(ModelConfig(vocab=5, context=4, layers=1, d_model=8, n_heads=2))
    Trainer(model, torch.arange(50) % 5).save(tmp_path / "five")
    refused(tmp_path / "five", ["--prompt", "a"], "does not say what its 5 tokens stand for", capsys)
    checkpoint.save(tmp_path / "bare", {"x": torch.zeros(2)}, {"step": 0})
    refused(tmp_path / "bare", ["--prompt", "a"], "no GPT of this course", capsys)


def test_a_model_whose_weights_are_no_numbers_is_refused_in_words(models, tmp_path, capsys):
    tensors, about = checkpoint.load(models / "characters")
    next(tensor for name, tensor in tensors.items() if name.startswith("model."))[0] = float("nan")
    checkpoint.save(tmp_path / "gone", tensors, about)
    refused(tmp_path / "gone", ["--prompt", "the"], "take an older checkpoint, or train anew", capsys)


def test_a_model_that_is_not_what_it_says_is_refused_in_words(models, tmp_path, capsys):
    tensors, about = checkpoint.load(models / "characters")
    checkpoint.save(tmp_path / "wider", tensors, {**about, "model": {**about["model"], "d_model": 24}})
    refused(tmp_path / "wider", ["--prompt", "the"], "holds other tensors than its own description says", capsys)
    checkpoint.save(tmp_path / "odd", tensors, {**about, "model": {**about["model"], "colour": "blue"}})
    refused(tmp_path / "odd", ["--prompt", "the"], "holds other tensors than its own description says", capsys)


@pytest.mark.parametrize(
    "options",
    [
        ["--top-k", "1000000000"],
        ["--top-p", "1e-300"],
        ["--temperature", "1e-40"],
        ["--temperature", "1e300"],
        ["--seed", "9223372036854775807"],
    ],
)
def test_the_far_ends_of_what_is_allowed_write(models, options, capsys):
    assert write(models / "characters", "--prompt", "the", "--tokens", "5", *options) == 0
    assert len(capsys.readouterr().out) == len("the") + 5 + len("\n")


def test_every_number_that_the_command_takes_has_its_limits():
    parser = argparse.ArgumentParser()
    write_command.add_arguments(parser)
    assert {action.dest for action in parser._actions if action.type in (int, float)} == set(WRITE)


def test_a_prompt_must_be_given(models, capsys):
    with pytest.raises(SystemExit) as ended:
        write(models / "bpe")
    assert ended.value.code == 2
    assert "--prompt" in capsys.readouterr().err


def test_an_interrupt_ends_it_quietly(models, monkeypatch, capsys):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.commands.write.written", interrupted)
    assert write(models / "bpe", "--prompt", "the") == 130
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "\n")
