"""Formulas against tensors, a counter and allocation; and against Hugging Face's models of the same shapes."""

import numpy as np
import pytest
import torch
import transformers
from numpy.testing import assert_allclose

from course_lib.block.in_torch import Block, BlockConfig
from course_lib.scale import by_hand, measured, memory
from course_lib.scale.counted import build, count, count_parts
from course_lib.scale.families import FAMILIES, Shape, parameters, parts
from course_lib.scale.flops import forward_flops, step_flops
from course_lib.training.engine import saved_bytes
from course_lib.transformer.models import EncoderDecoder, ModelConfig, n_parameters

SHAPES = [
    Shape("gpt", layers=3, d_model=10, heads=5, vocab=17, context=7),
    Shape("gpt", layers=2, d_model=14, heads=7, vocab=11, context=5, bias=False, d_ff=13),
    Shape("bert", layers=5, d_model=6, heads=3, vocab=13, context=11),
    Shape("vit", layers=2, d_model=22, heads=11, vocab=3, context=5, patch_values=7),
    Shape("llama", layers=3, d_model=20, heads=10, vocab=7, context=5, d_ff=11, key_heads=5),
    Shape("encoder-decoder", layers=2, d_model=9, heads=5, vocab=7, context=5, d_ff=11, d_k=3, d_v=2),
    Shape("encoder-decoder", layers=3, d_model=15, heads=3, vocab=13, context=5),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.family)
def test_every_part_by_formula_is_that_part_counted(shape):
    assert count_parts(shape) == parts(shape)
    assert {tensor.device.type for tensor in build(shape).parameters()} == {"meta"}


def test_every_family_is_among_the_shapes():
    assert {shape.family for shape in SHAPES} == set(FAMILIES)


def test_random_shapes_of_every_family():
    rng = np.random.default_rng(5)
    for _ in range(5):
        heads, d_head, layers = (int(rng.choice([1, 2, 3, 5])) for _ in range(3))
        vocab, context, d_ff = (int(n) for n in rng.integers(2, 40, 3))
        for family in FAMILIES:
            shape = Shape(family, layers, heads * d_head, heads, vocab, context, d_ff=d_ff)
            assert count(shape) == parameters(shape)


def hugging_face(shape):
    """A model of Hugging Face's of the same shape, on the meta device."""
    L, d, heads, f = shape.layers, shape.d_model, shape.heads, shape.inside
    common = {"num_hidden_layers": L, "hidden_size": d, "num_attention_heads": heads, "intermediate_size": f}
    with torch.device("meta"):
        if shape.family == "gpt":
            config = transformers.GPT2Config(
                n_layer=L, n_embd=d, n_head=heads, n_inner=f, vocab_size=shape.vocab, n_positions=shape.context
            )
            return transformers.GPT2LMHeadModel(config)
        if shape.family == "bert":
            sizes = {"vocab_size": shape.vocab, "max_position_embeddings": shape.context}
            return transformers.BertModel(transformers.BertConfig(**common, **sizes))
        if shape.family == "vit":
            config = transformers.ViTConfig(**common, image_size=224, patch_size=16, num_labels=shape.vocab)
            return transformers.ViTForImageClassification(config)
        config = transformers.LlamaConfig(**common, vocab_size=shape.vocab, num_key_value_heads=shape.shared_heads)
        return transformers.LlamaForCausalLM(config)


@pytest.mark.parametrize(
    "shape",
    [
        Shape("gpt", layers=3, d_model=20, heads=5, vocab=17, context=7, d_ff=11),
        Shape("bert", layers=2, d_model=14, heads=7, vocab=13, context=11, d_ff=5),
        Shape("vit", layers=2, d_model=22, heads=11, vocab=3, context=197),
        Shape("llama", layers=3, d_model=20, heads=10, vocab=7, context=5, d_ff=11, key_heads=5),
        Shape("llama", layers=32, d_model=4096, heads=32, vocab=32000, context=2048, d_ff=11008),
    ],
    ids=lambda shape: f"{shape.family}-{shape.d_model}",
)
def test_hugging_faces_models_have_as_many(shape):
    tensors = {id(tensor): tensor for tensor in hugging_face(shape).parameters()}  # a tied one counts once
    assert sum(tensor.numel() for tensor in tensors.values()) == parameters(shape)


def test_the_courses_own_encoder_decoder_differs_by_what_its_docstring_says():
    L, d, V = 3, 10, 17
    own = EncoderDecoder(ModelConfig(vocab=V, context=7, layers=L, d_model=d, n_heads=5, norm="post"))
    second_table, biases, last_norms = V * d, 3 * L * 4 * d, 2 * 2 * d
    formula = parameters(Shape("encoder-decoder", L, d, 5, V, 7))
    assert sum(n_parameters(own).values()) - formula == second_table + biases + last_norms


def test_a_model_too_deep_to_build_is_refused_and_the_formula_is_not():
    deep = Shape("gpt", layers=2001, d_model=2, heads=1, vocab=3, context=5)
    with pytest.raises(ValueError, match="2001 blocks are too many to build, even without memory: at most 2000"):
        build(deep)
    assert parameters(deep) == by_hand.parameter_count(2001, 2, 3, 5)


@pytest.mark.parametrize(
    "shape", [SHAPES[0], SHAPES[1], Shape("gpt", layers=1, d_model=6, heads=3, vocab=5, context=13, d_ff=7)]
)
@pytest.mark.parametrize(("tokens", "batch"), [(5, 2), (3, 1), (1, 7)])
def test_operations_by_formula_are_those_counted(shape, tokens, batch):
    model = measured.small_gpt(shape)
    assert measured.counted_flops(model, tokens, batch) == sum(forward_flops(shape, tokens, batch).values())
    assert measured.counted_flops(model, tokens, batch, backward=True) == step_flops(shape, tokens, batch)


def test_six_n_d_is_the_step_without_scores_vectors_and_positions():
    """What 6 N D takes for granted: N are the matrices, the table among them as the output."""
    shape = SHAPES[0]
    matrices = sum(
        one.numel() for name, one in build(shape).named_parameters() if one.dim() == 2 and name != "positions"
    )
    scores = 3 * forward_flops(shape, 7)["scores and mixing"]
    assert step_flops(shape, 7) - scores == by_hand.training_flops(matrices, 7)


def kept_bytes(model, tokens):
    """What is allocated after one step with Adam, in float32: the bytes of the tensors themselves."""
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.zeros(1, tokens, dtype=torch.long)).sum().backward()
    optimizer.step()
    states = [value for state in optimizer.state.values() for name, value in state.items() if name != "step"]
    return {
        "weights": sum(parameter.nbytes for parameter in model.parameters()),
        "gradients": sum(parameter.grad.nbytes for parameter in model.parameters()),
        "Adam's means": sum(state.nbytes for state in states),
    }


def test_allocation_after_a_step_is_sixteen_bytes_a_parameter():
    kept, formula = (
        kept_bytes(measured.small_gpt(SHAPES[0]), 5),
        memory.training_bytes(parameters(SHAPES[0]), "float32"),
    )
    assert kept == {kind: formula[kind] for kind in ("weights", "gradients", "Adam's means")}
    assert sum(kept.values()) == 16 * parameters(SHAPES[0])


@pytest.mark.parametrize(("tokens", "d_model", "batch"), [(31, 64, 3), (128, 256, 1)])
def test_what_a_block_keeps_is_korthikantis_linear_term_without_dropout(tokens, d_model, batch):
    block = Block(BlockConfig(d_model=d_model, n_heads=4)).to(torch.bfloat16)
    x = torch.ones(batch, tokens, d_model, dtype=torch.bfloat16, requires_grad=True)
    each = saved_bytes(lambda: block(x, causal=True), block.parameters()) / (batch * tokens * d_model)
    # two masks of a byte fewer than 34; two norms keep mean and deviation, fused attention a float32 for each head
    assert_allclose(each, 32 + (2 * 2 * 2 + 4 * 4) / d_model, rtol=1e-3)


def test_the_readable_attention_keeps_two_matrices_and_the_mask():
    tokens, d_model, heads, batch = 64, 32, 2, 3
    x = torch.ones(batch, tokens, d_model, requires_grad=True)
    blocks = [Block(BlockConfig(d_model=d_model, n_heads=heads, fused=fused)) for fused in (False, True)]
    kept = [saved_bytes(lambda block=block: block(x, causal=True), block.parameters()) for block in blocks]
    matrices = 2 * 4 * batch * heads * tokens**2 + tokens**2
    rows = batch * heads * tokens * 4
    assert matrices - 2 * rows <= kept[0] - kept[1] <= matrices + 4 * rows


@pytest.mark.parametrize(("tokens", "batch"), [(7, 3), (1, 2)])
def test_the_cache_of_a_reading_model_has_the_bytes_of_the_formula(tokens, batch):
    caches = measured.cache_of(measured.small_gpt(SHAPES[0]), tokens, batch)
    assert sum(cache.bytes for cache in caches) == by_hand.kv_cache_bytes(3, 10, tokens, batch, 4)
    assert sum(cache.bytes for cache in caches) == memory.cache_bytes(SHAPES[0], tokens, batch, 4)


def test_the_rate_of_this_machine_is_a_range_and_says_so():
    rate = measured.matmul_rate(n=96, rounds=5)
    assert 0 < rate.low <= rate.middle <= rate.high
    assert "GFLOP/s in float32 (rounds from" in repr(rate)


def test_a_small_model_of_another_family_is_refused():
    with pytest.raises(ValueError, match="small_gpt builds the family gpt; got llama"):
        measured.small_gpt(SHAPES[4])
