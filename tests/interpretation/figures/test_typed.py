"""All heads on a typed sentence."""

import numpy as np
import pytest

from course_lib.interpretation.figures.typed import EXAMPLES, gpt2_explorer, reader_of, typed_explorer, typed_frame
from course_lib.interpretation.trained import load_trained
from course_lib.transformer.models import GPT, ModelConfig


@pytest.mark.parametrize("text", [*EXAMPLES, "", "a", "dragon \ud83d 森林", "a " * 60])
def test_any_text_can_be_typed(text):
    frame = typed_frame(load_trained(0), text)
    n = len(frame["tokens"])
    assert 1 <= n <= 20
    assert frame["weights"].shape == (3, 4, n, n)
    np.testing.assert_allclose(frame["weights"].sum(-1), 1.0, atol=1e-5)


def test_unknown_words_are_named():
    frame = typed_frame(load_trained(0), "a blue dragon met a griffin")
    assert "dragon, griffin" in frame["note"]
    assert frame["tokens"].count("<unknown>") == 2


class Letters:
    """A tokenizer whose tokens are letters."""

    def encode(self, text):
        return [ord(letter) % 128 for letter in text]

    def decode(self, ids):
        return "".join(map(chr, ids))


def test_a_model_with_other_tokens_is_read_as_well():
    model = GPT(ModelConfig(vocab=128, context=32, layers=2, d_model=12, n_heads=3)).eval()
    figure = typed_explorer(model, reader_of(Letters()), "a cat", examples=("a dog",), title="Letters")
    assert figure.frame()["tokens"] == list("a·cat")
    assert figure.png()
    figure.set(text="")
    assert figure.frame()["tokens"] == ["."]


def test_gpt2_is_read_from_a_folder(tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path)
    shape = GPT2Config(vocab_size=len(letters), n_positions=32, n_embd=12, n_layer=2, n_head=3)
    GPT2LMHeadModel(shape).save_pretrained(tmp_path)
    figure = gpt2_explorer(str(tmp_path), "a cat")
    assert figure.frame()["weights"].shape == (2, 3, 5, 5)
    assert figure.png()
