"""Published weights from a folder that transformers wrote; and what is said where there are none. No network."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from course_lib.numeric import largest_difference
from course_lib.transformer.weights import pretrained
from course_lib.transformer.weights.conversion import ConversionError
from course_lib.transformer.weights.pretrained import NotFound, load_gpt2


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A tiny GPT-2 with random weights and the folder it was saved to."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(2)
    model = GPT2LMHeadModel(
        GPT2Config(vocab_size=29, n_positions=11, n_embd=15, n_layer=2, n_head=5, bos_token_id=0, eos_token_id=0)
    ).eval()
    folder = tmp_path_factory.mktemp("tiny")
    model.save_pretrained(folder)
    return model, folder


@pytest.mark.parametrize("kind", [str, Path])
def test_a_saved_model_is_read_and_equal(saved, kind):
    theirs, folder = saved
    ours = load_gpt2(kind(folder))
    ids = torch.tensor([[3, 1, 4, 1, 5, 9, 2]])
    assert not ours.training
    assert largest_difference(ours(ids), theirs(ids).logits) < 1e-5


def test_a_folder_without_weights_says_what_is_missing_and_what_is_there(saved, tmp_path):
    with pytest.raises(NotFound, match=r"lacks config.json and model.safetensors; there is nothing"):
        load_gpt2(tmp_path)
    (tmp_path / "config.json").write_bytes((saved[1] / "config.json").read_bytes())
    with pytest.raises(NotFound, match=r"lacks model.safetensors; there is config.json"):
        load_gpt2(tmp_path)


def test_weights_of_another_shape_are_refused(saved, tmp_path):
    config = json.loads((saved[1] / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"n_layer": 3}))
    (tmp_path / "model.safetensors").write_bytes((saved[1] / "model.safetensors").read_bytes())
    with pytest.raises(ConversionError, match=r"missing: h.2.ln_1.weight"):
        load_gpt2(tmp_path)


@pytest.mark.parametrize("name", ["./not-here", "a/b/c", "/nowhere/at/all", "two words"])
def test_a_folder_that_is_not_there_is_named(name):
    with pytest.raises(NotFound, match="there is no folder"):
        load_gpt2(name)


def test_without_a_network_it_says_what_was_tried_and_what_to_do(monkeypatch):
    def refuse(name, file):
        raise OSError("We couldn't connect to the hub to load the files\nand more lines")

    monkeypatch.setattr(pretrained, "_fetch", refuse)
    with pytest.raises(NotFound) as said:
        load_gpt2("openai-community/gpt2")
    text = str(said.value)
    for part in (
        "openai-community/gpt2",
        "config.json and model.safetensors",
        "couldn't connect",
        "give load_gpt2 that",
    ):
        assert part in text
    assert "more lines" not in text


def test_the_hub_itself_switched_off_ends_in_the_same_words(tmp_path):
    code = "from course_lib.transformer.weights.pretrained import load_gpt2\nload_gpt2('nobody/nothing')"
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=offline, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NotFound: nobody/nothing is no folder here" in done.stderr
    assert "Without a network: download both files elsewhere" in done.stderr


def test_what_the_hub_gives_is_read(saved, monkeypatch):
    monkeypatch.setattr(pretrained, "_fetch", lambda name, file: str(saved[1] / file))
    assert load_gpt2("someone/tiny").config.d_model == 15
