"""Every parameter is counted once, in its part."""

import pytest

from course_lib.transformer.models import BERT, GPT, EncoderDecoder, ModelConfig
from course_lib.transformer.parameters import PARTS, parameter_table, parameters_by_part

SIZES = {"vocab": 13, "context": 11, "layers": 2, "d_model": 6, "n_heads": 3, "d_ff": 7}


@pytest.mark.parametrize("kind", [GPT, BERT, EncoderDecoder])
def test_the_table_counts_every_parameter_once(kind):
    model = kind(ModelConfig(**SIZES, tied=False))
    parts = parameters_by_part(model)
    assert list(parts) == list(PARTS)
    assert sum(parts.values()) == sum(weight.numel() for weight in model.parameters())


def test_the_parts_by_hand():
    parts = parameters_by_part(EncoderDecoder(ModelConfig(**SIZES)))
    attention, feed_forward = 4 * 36 + 4 * 6, 6 * 7 + 7 + 7 * 6 + 6
    assert parts["self-attention"] == 4 * attention
    assert parts["cross-attention"] == 2 * attention
    assert parts["feed-forward"] == 4 * feed_forward
    assert parts["norms"] == (2 * 2 + 2 * 3 + 2) * 12
    assert parts["token tables"] == 2 * 13 * 6
    assert parts["positions"] == parts["output"] == 0
    text = parameter_table({"GPT": GPT(ModelConfig(**SIZES)), "BERT": BERT(ModelConfig(**SIZES))})
    assert text.splitlines()[-1].split()[0] == "all"
    assert len({len(line) for line in text.splitlines()}) == 1
