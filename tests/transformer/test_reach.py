"""What reaches what is what the masks say."""

import numpy as np
import torch

from course_lib.transformer.by_hand import attention_mask
from course_lib.transformer.models import BERT, GPT, EncoderDecoder, ModelConfig
from course_lib.transformer.reach import reach

SIZES = {"vocab": 13, "context": 11, "layers": 2, "d_model": 6, "n_heads": 3, "d_ff": 7}


def random_numbers(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator) * 0.5)
    return model.eval()


def test_what_reaches_what_is_the_mask():
    config = ModelConfig(**SIZES)
    ids = torch.tensor([[5, 3, 8, 2, 9]])
    gpt, bert, both = (random_numbers(kind(config)) for kind in (GPT, BERT, EncoderDecoder))
    masks = attention_mask("encoder-decoder", 5, 3)
    np.testing.assert_array_equal(reach(gpt, ids, 13), attention_mask("decoder", 0, 5)["decoder"])
    np.testing.assert_array_equal(reach(lambda ids: bert(ids)[0], ids, 13), masks["encoder"])
    np.testing.assert_array_equal(reach(lambda target: both(ids, target), ids[:, :3], 13), masks["decoder"])
    np.testing.assert_array_equal(reach(lambda source: both(source, ids[:, :3]), ids, 13), masks["cross"])
