"""The functions by hand, their twins in PyTorch, the modules: one function each; and writing with a cache is writing."""

import numpy as np
import pytest
import torch

from course_lib.multi_head.in_torch import MultiHeadAttention
from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.transformer import by_hand, in_torch
from course_lib.transformer.generation import generate
from course_lib.transformer.models import BERT, GPT, EncoderDecoder, ModelConfig, n_parameters
from course_lib.transformer.weights.conversion import as_arrays

SIZES = {"vocab": 13, "context": 11, "layers": 2, "d_model": 6, "n_heads": 3, "d_ff": 7}


def random_model(kind=GPT, seed=0, **more):
    model = kind(ModelConfig(**(SIZES | more)))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for one in model.parameters():
            one.copy_(torch.randn(one.shape, generator=generator) * 0.5)
    return model.double().eval()


def readable(model):
    for layer in model.modules():
        if isinstance(layer, MultiHeadAttention):
            layer.fused = False
    return model


# --- cross-attention ----------------------------------------------------------------------------------------------


def inputs(t=3, s=5, d=7, d_head=2, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in ((t, d), (s, d), (d, d_head), (d, d_head), (d, d_head))]


def test_cross_attention_by_hand():
    eye, zeros = np.eye(2), np.zeros((1, 2))
    source = np.array([[0.0, np.log(3)], [0.0, 0.0]])
    assert by_hand.cross_attention(zeros, source, eye, eye, eye).tolist() == [[0.0, np.log(3) / 2]]
    asking = np.array([[0.0, np.sqrt(2)]])  # scores log 3 and 0: weights 3/4 and 1/4
    np.testing.assert_allclose(by_hand.cross_attention(asking, source, eye, eye, eye), [[0.0, 0.75 * np.log(3)]])


def test_cross_attention_is_that_of_torch_forward_and_gradients():
    arrays = inputs()
    leaves = [torch.tensor(one, requires_grad=True) for one in arrays]
    ours = in_torch.cross_attention(*leaves)
    x, y, W_Q, W_K, W_V = leaves
    theirs = torch.nn.functional.scaled_dot_product_attention(x @ W_Q, y @ W_K, y @ W_V)
    assert largest_difference(ours, by_hand.cross_attention(*arrays)) < 1e-12
    upstream = np.random.default_rng(1).normal(size=(3, 2))
    slopes = torch.autograd.grad(ours, leaves, torch.tensor(upstream))
    for mine, other in zip(slopes, torch.autograd.grad(theirs, leaves, torch.tensor(upstream)), strict=True):
        assert largest_difference(mine, other) < 1e-12
    for which in (0, 1):

        def weighted(changed, which=which):
            return float((by_hand.cross_attention(*arrays[:which], changed, *arrays[which + 1 :]) * upstream).sum())

        assert largest_difference(numerical_gradient(weighted, arrays[which]), slopes[which]) < 1e-8


# --- masks and greedy writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", by_hand.FAMILIES)
@pytest.mark.parametrize(("n_source", "n_target"), [(5, 3), (1, 7), (0, 0)])
def test_the_masks_of_both_are_one(family, n_source, n_target):
    ours, theirs = (one.attention_mask(family, n_source, n_target) for one in (by_hand, in_torch))
    assert ours.keys() == theirs.keys()
    for name, mask in ours.items():
        assert mask.dtype == bool
        np.testing.assert_array_equal(mask, theirs[name].numpy())


@pytest.mark.parametrize("module", [by_hand, in_torch])
def test_a_fourth_family_is_refused(module):
    with pytest.raises(ValueError, match="three families, encoder, decoder, encoder-decoder; got 'recurrent'"):
        module.attention_mask("recurrent", 2, 2)


@pytest.mark.parametrize(
    ("start", "stop", "max_tokens", "written"),
    [([0], 3, 10, [1, 2, 3]), ([0], 9, 2, [1, 2]), ([0, 1], 3, 0, []), ([3], 3, 1, [4]), ([5, 1], 2, 9, [2])],
)
@pytest.mark.parametrize("module", [by_hand, in_torch])
def test_greedy_writing_counts_up_and_stops(module, start, stop, max_tokens, written):
    def next_one(ids):
        logits = np.eye(6)[(ids[-1] + 1) % 6]
        return logits if module is by_hand else torch.tensor(logits)

    before = list(start)
    assert module.greedy_decode(next_one, start, stop, max_tokens) == start + written
    assert start == before


@pytest.mark.parametrize("module", [by_hand, in_torch])
def test_among_equal_logits_the_smallest_id_is_taken(module):
    flat = np.zeros(5) if module is by_hand else torch.zeros(5)
    assert module.greedy_decode(lambda ids: flat, [4], 3, 2) == [4, 0, 0]


def test_the_padding_mask_by_hand_and_its_twin():
    lengths = np.array([2, 0, 3])
    expected = [[True, True, False], [False, False, False], [True, True, True]]
    assert by_hand.padding_mask(lengths, 3).tolist() == expected
    assert in_torch.padding_mask(torch.tensor(lengths), 3).tolist() == expected
    assert by_hand.padding_mask(lengths, 5).sum(axis=1).tolist() == lengths.tolist()


@pytest.mark.parametrize(("module", "kind"), [(by_hand, np.array), (in_torch, torch.tensor)])
@pytest.mark.parametrize("lengths", [[2, 4], [-1, 2]])
def test_a_length_that_does_not_fit_is_refused(module, kind, lengths):
    with pytest.raises(ValueError, match="3 places hold 0 to 3 tokens"):
        module.padding_mask(kind(lengths), 3)


@pytest.mark.parametrize("kind", [BERT, EncoderDecoder])
def test_a_padded_sentence_is_the_sentence_alone(kind):
    model = random_model(kind)
    ids = torch.tensor([[1, 5, 3, 12, 9], [7, 2, 4, 0, 0]])
    present = in_torch.padding_mask(torch.tensor([5, 3]), 5)
    encode = model.encode if kind is EncoderDecoder else lambda ids, present=None: model(ids, present=present)[0]
    alone = encode(ids[1:, :3])
    assert largest_difference(encode(ids, present)[1:, :3], alone) < 1e-12
    assert largest_difference(encode(ids)[1:, :3], alone) > 1e-3


# --- whole models -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tied", [True, False])
def test_a_gpt_by_hand_in_torch_and_as_a_module_is_one_function(tied):
    model = random_model(tied=tied)
    ids = torch.tensor([[1, 5, 3, 12, 0], [7, 7, 2, 9, 4]])
    module = model(ids)
    assert module.abs().max() > 0.5
    assert largest_difference(in_torch.gpt_logits(ids, model.params()), module) < 1e-12
    assert largest_difference(by_hand.gpt_logits(ids.numpy(), as_arrays(model.params())), module) < 1e-12


@pytest.mark.parametrize("kind", [GPT, BERT, EncoderDecoder])
def test_fused_and_readable_are_one_forward_and_gradients(kind):
    ids, target = torch.tensor([[1, 5, 3, 12, 0]]), torch.tensor([[7, 2, 9]])
    outputs = []
    for model in (random_model(kind), readable(random_model(kind))):
        output = model(ids, target) if kind is EncoderDecoder else model(ids)
        output = output[0] if kind is BERT else output
        upstream = torch.randn(output.shape, generator=torch.Generator().manual_seed(2), dtype=output.dtype)
        used = [one for name, one in model.named_parameters() if "pool" not in name]
        outputs.append((output, torch.autograd.grad(output, used, upstream)))
    (first, slopes), (second, others) = outputs
    assert largest_difference(first, second) < 1e-12
    for mine, other in zip(slopes, others, strict=True):
        assert largest_difference(mine, other) < 1e-10


def test_a_gpt_past_its_context_is_refused_by_all_three():
    model, ids = random_model(), torch.zeros(1, 12, dtype=torch.long)
    for run in (
        lambda: model(ids),
        lambda: in_torch.gpt_logits(ids, model.params()),
        lambda: by_hand.gpt_logits(ids.numpy(), as_arrays(model.params())),
    ):
        with pytest.raises(ValueError, match="12 tokens do not fit into a context of 11"):
            run()


@pytest.mark.parametrize("length", [1, 3, 11])
def test_cached_generation_equals_uncached_to_the_token_also_past_the_context(length):
    model = random_model(seed=4)
    with torch.no_grad():
        model.positions *= 6  # so that it does not write the same token for ever
        model.table /= 3
    ids = torch.randint(0, 13, (3, length), generator=torch.Generator().manual_seed(5))
    cached, uncached = (generate(model, ids, 17, cached=cached) for cached in (True, False))
    assert torch.equal(cached, uncached)
    assert torch.equal(cached[:, :length], ids)
    assert cached.shape == (3, length + 17)
    assert (
        length == 11 or len(cached[:, length:].unique()) > 2
    )  # from the context on every token stands at the last position


def test_generation_is_greedy_decoding_within_the_context():
    model = random_model(seed=6)
    start = [3, 1]
    written = by_hand.greedy_decode(lambda ids: model(torch.tensor([ids]))[0, -1].detach().numpy(), start, -1, 7)
    assert generate(model, torch.tensor([start]), 7)[0].tolist() == written


def test_generation_refuses_nothing_and_less_and_leaves_the_mode():
    model = random_model().train()
    with pytest.raises(ValueError, match="at least one token"):
        generate(model, torch.zeros(1, 0, dtype=torch.long), 2)
    with pytest.raises(ValueError, match="at least 0"):
        generate(model, torch.zeros(1, 1, dtype=torch.long), -1)
    assert generate(model, torch.tensor([[2]]), 0).tolist() == [[2]]
    assert model.training


def test_what_is_not_present_is_seen_by_nobody():
    bert, both = random_model(BERT, norm="post"), random_model(EncoderDecoder)
    ids, other = torch.tensor([[1, 5, 3, 12, 0]]), torch.tensor([[1, 5, 3, 7, 9]])
    present = torch.tensor([[True, True, True, False, False]])
    assert torch.equal(bert(ids, present=present)[0][:, :3], bert(other, present=present)[0][:, :3])
    target = torch.tensor([[7, 2, 9]])
    assert torch.equal(both(ids, target, present), both(other, target, present))
    assert not torch.equal(both(ids, target), both(other, target))


def test_parameters_are_counted_and_sizes_refused():
    counts = n_parameters(random_model())
    assert counts["table"] == 13 * 6
    assert counts["stack.blocks.1.attention.W_QKV"] == 6 * 18
    with pytest.raises(ValueError, match="vocab must be at least 1, got 0"):
        ModelConfig(**(SIZES | {"vocab": 0}))
    with pytest.raises(ValueError, match="layers must be at least 0"):
        ModelConfig(**(SIZES | {"layers": -1}))
