"""The same numbers in other people's models and in ours: equal outputs, and names for whatever does not fit."""

import dataclasses

import pytest
import torch
from torch import nn

from course_lib.numeric import largest_difference
from course_lib.transformer.models import BERT, GPT, EncoderDecoder, ModelConfig
from course_lib.transformer.weights import bert, gpt2, torch_transformer
from course_lib.transformer.weights.conversion import ConversionError, Row, compare, tied_head

VOCAB, CONTEXT, LAYERS, WIDTH, HEADS, INSIDE = 31, 13, 2, 15, 3, 17
DTYPES = pytest.mark.parametrize(("dtype", "close"), [(torch.float32, 1e-5), (torch.float64, 1e-10)], ids=str)


def scatter(model, dtype, seed=0):
    """Random numbers in every tensor, biases and norms included, so that none can be left out unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, one in model.named_parameters():
            spread = torch.randn(one.shape, generator=generator) * 0.3
            one.copy_(1 + spread if (one.dim() == 1 and "norm" in name.lower()) or ".ln_" in name else spread)
    return model.to(dtype).eval()


def some_ids(*shape, seed=1):
    return torch.randint(0, VOCAB, shape, generator=torch.Generator().manual_seed(seed))


def their_gpt2(dtype=torch.float32, activation="gelu_new", tied=True, inner=None):
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=VOCAB, n_positions=CONTEXT, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_inner=inner,
        activation_function=activation, tie_word_embeddings=tied, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    return scatter(GPT2LMHeadModel(config), dtype)


def their_bert(dtype=torch.float32, activation="gelu"):
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=VOCAB, max_position_embeddings=CONTEXT, hidden_size=WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=INSIDE, hidden_act=activation, type_vocab_size=3, pad_token_id=0,
    )  # fmt: skip
    return scatter(BertModel(config), dtype)


def their_transformer(dtype=torch.float32, first=True, activation="gelu"):
    model = nn.Transformer(
        d_model=WIDTH, nhead=HEADS, num_encoder_layers=LAYERS, num_decoder_layers=LAYERS, dim_feedforward=INSIDE,
        dropout=0.0, activation=activation, batch_first=True, norm_first=first,
    )  # fmt: skip
    return scatter(model, dtype)


def our_config(first=True, activation="gelu"):
    return ModelConfig(
        vocab=1, context=1, layers=LAYERS, d_model=WIDTH, n_heads=HEADS, d_ff=INSIDE,
        norm="pre" if first else "post", activation=activation,
    )  # fmt: skip


# --- GPT-2 --------------------------------------------------------------------------------------------------------


@DTYPES
@pytest.mark.parametrize(("activation", "tied", "inner"), [("gelu_new", True, None), ("relu", False, INSIDE)])
def test_the_logits_of_gpt2(dtype, close, activation, tied, inner):
    theirs = their_gpt2(dtype, activation, tied, inner)
    ours = gpt2.from_theirs(theirs.state_dict(), gpt2.config_from(theirs.config))
    ids = some_ids(2, CONTEXT)
    expected = theirs(ids).logits
    assert expected.abs().max() > 1
    assert ours(ids).dtype == dtype
    assert largest_difference(ours(ids), expected) < close


def test_the_gradients_of_gpt2_with_a_random_upstream():
    theirs = their_gpt2(torch.float64)
    ours = gpt2.from_theirs(theirs.state_dict(), gpt2.config_from(theirs.config))
    ids = some_ids(2, 7)
    upstream = torch.randn(2, 7, VOCAB, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    (theirs(ids).logits * upstream).sum().backward()
    (ours(ids) * upstream).sum().backward()
    gradients = {name: one.grad for name, one in theirs.transformer.named_parameters()}
    for row in gpt2.rows(ours.config):
        parts = row.part(ours.get_parameter(row.ours).grad)
        for name, part in zip(row.theirs, parts, strict=True):
            assert gradients[name].abs().max() > 1e-6
            assert largest_difference(part, gradients[name]) < 1e-9, name


def test_gpt2_there_and_back():
    theirs = their_gpt2()
    state = theirs.state_dict()
    ours = gpt2.from_theirs(state, gpt2.config_from(theirs.config))
    back = gpt2.to_theirs(ours)
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], state[name]) for name in state)
    again = GPT(ours.config)
    theirs.load_state_dict(gpt2.to_theirs(again))
    assert largest_difference(theirs(some_ids(1, 5)).logits, again(some_ids(1, 5))) < 1e-5


def test_names_without_the_prefix_and_masks_of_old_checkpoints_are_known():
    theirs = their_gpt2()
    config = gpt2.config_from(theirs.config.to_dict())
    old = {name.removeprefix("transformer."): one for name, one in theirs.state_dict().items()}
    del old["lm_head.weight"]
    old |= {"h.0.attn.bias": torch.ones(1, 1, CONTEXT, CONTEXT), "h.1.attn.masked_bias": torch.tensor(-1e4)}
    ours = gpt2.from_theirs(old, config)
    assert largest_difference(ours(some_ids(1, 5)), theirs(some_ids(1, 5)).logits) < 1e-5
    assert compare(gpt2.rows(config), old, gpt2.SKIP).skipped == (
        "h.0.attn.bias", "h.1.attn.masked_bias",
    )  # fmt: skip


def test_gpt2_refuses_unknown_missing_and_wrongly_shaped_tensors_all_by_name():
    theirs = their_gpt2()
    config, state = gpt2.config_from(theirs.config), dict(theirs.state_dict())
    del state["transformer.h.1.ln_2.bias"]
    state["transformer.h.0.attn.rotary"] = torch.ones(3)
    state["transformer.wpe.weight"] = torch.ones(CONTEXT, WIDTH + 1)
    with pytest.raises(ConversionError) as refused:
        gpt2.from_theirs(state, config)
    for said in (
        "unknown: h.0.attn.rotary",
        "missing: h.1.ln_2.bias",
        f"wpe.weight has ({CONTEXT}, {WIDTH + 1}) where",
    ):
        assert said in str(refused.value)


def test_every_single_tensor_of_gpt2_is_missed_by_name():
    theirs = their_gpt2()
    config = gpt2.config_from(theirs.config)
    for name in theirs.state_dict():
        if name != "lm_head.weight":
            state = {other: one for other, one in theirs.state_dict().items() if other not in (name, "lm_head.weight")}
            with pytest.raises(ConversionError, match=f"missing: {name.removeprefix('transformer.')}"):
                gpt2.from_theirs(state, config)


def test_a_tied_output_that_differs_is_refused():
    theirs = their_gpt2()
    state = dict(theirs.state_dict())
    state["lm_head.weight"] = state["lm_head.weight"] + 1
    with pytest.raises(ConversionError, match=r"lm_head.weight differs from wte.weight"):
        gpt2.from_theirs(state, gpt2.config_from(theirs.config))
    assert tied_head({"wte.weight": torch.ones(1)}, "lm_head.weight", "wte.weight").keys() == {"wte.weight"}


def test_a_tensor_given_twice_is_refused():
    state = dict(their_gpt2().state_dict())
    state["wte.weight"] = state["transformer.wte.weight"]
    with pytest.raises(ConversionError, match="given twice"):
        gpt2.from_theirs(state, ModelConfig(VOCAB, CONTEXT, LAYERS, WIDTH, HEADS))


@pytest.mark.parametrize(
    "strange",
    [{"scale_attn_by_inverse_layer_idx": True}, {"activation_function": "silu"}, {"scale_attn_weights": False}],
)
def test_a_gpt2_that_ours_cannot_be_is_refused(strange):
    config = their_gpt2().config.to_dict() | strange
    with pytest.raises(ConversionError, match=next(iter(strange))):
        gpt2.config_from(config)


# --- BERT ---------------------------------------------------------------------------------------------------------


@DTYPES
@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_the_outputs_of_bert(dtype, close, activation):
    theirs = their_bert(dtype, activation)
    ours = bert.from_theirs(theirs.state_dict(), bert.config_from(theirs.config), kinds=3)
    ids, kinds = some_ids(2, CONTEXT), some_ids(2, CONTEXT, seed=2) % 3
    present = torch.ones(2, CONTEXT, dtype=torch.bool)
    present[1, 7:] = False
    expected = theirs(ids, attention_mask=present.long(), token_type_ids=kinds)
    tokens, sentence = ours(ids, kinds, present)
    assert largest_difference(tokens[present], expected.last_hidden_state[present]) < close
    assert largest_difference(sentence, expected.pooler_output) < close


def test_bert_there_and_back():
    theirs = their_bert()
    state = {name: one for name, one in theirs.state_dict().items() if "position_ids" not in name}
    ours = bert.from_theirs(theirs.state_dict(), bert.config_from(theirs.config), kinds=3)
    back = bert.to_theirs(ours)
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], state[name]) for name in state)
    again = BERT(ours.config, kinds=3).eval()
    theirs.load_state_dict(bert.to_theirs(again), strict=False)
    assert largest_difference(theirs(some_ids(1, 5)).last_hidden_state, again(some_ids(1, 5))[0]) < 1e-5


def test_bert_refuses_by_name_and_skips_position_ids():
    theirs = their_bert()
    config, state = bert.config_from(theirs.config), dict(theirs.state_dict())
    state["embeddings.position_ids"] = torch.arange(CONTEXT)[None]
    assert bert.from_theirs({f"bert.{name}": one for name, one in state.items()}, config, kinds=3)
    state["cls.predictions.bias"] = torch.ones(VOCAB)
    state["pooler.dense.weight"] = torch.ones(WIDTH, WIDTH - 1)
    del state["encoder.layer.0.attention.self.key.weight"]
    with pytest.raises(ConversionError) as refused:
        bert.from_theirs(state, config, kinds=3)
    for said in ("unknown: cls.predictions.bias", "missing: encoder.layer.0.attention.self.key.weight", "pooler.dense"):
        assert said in str(refused.value)


def test_a_bert_that_ours_cannot_be_is_refused():
    with pytest.raises(ConversionError, match="is_decoder=True"):
        bert.config_from(their_bert().config.to_dict() | {"is_decoder": True})


# --- torch.nn.Transformer -----------------------------------------------------------------------------------------


@DTYPES
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
@pytest.mark.parametrize(("first", "activation"), [(True, "gelu"), (False, "relu")])
def test_the_output_of_an_encoder_decoder_of_torch(dtype, close, first, activation):
    theirs = their_transformer(dtype, first, activation)
    config = our_config(first, activation)
    ours = torch_transformer.from_theirs(theirs.state_dict(), config)
    generator = torch.Generator().manual_seed(4)
    source = torch.randn(2, 7, WIDTH, generator=generator).to(dtype)
    target = torch.randn(2, 5, WIDTH, generator=generator).to(dtype)
    present = torch.ones(2, 7, dtype=torch.bool)
    present[0, 5:] = False
    # torch.nn.Transformer marks what is forbidden, we mark what is allowed
    expected = theirs(
        source, target, tgt_mask=~torch.ones(5, 5, dtype=torch.bool).tril(), src_key_padding_mask=~present,
        memory_key_padding_mask=~present,
    )  # fmt: skip
    mask = present[:, None, :]
    memory = ours["encoder"](source, mask=mask)
    assert largest_difference(ours["decoder"](target, causal=True, source=memory, source_mask=mask), expected) < close


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
def test_torch_there_and_back_and_into_an_encoder_decoder():
    theirs = their_transformer()
    config = our_config()
    state = theirs.state_dict()
    back = torch_transformer.to_theirs(torch_transformer.from_theirs(state, config), config)
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], state[name]) for name in state)
    config = dataclasses.replace(config, vocab=VOCAB, context=CONTEXT, d_model=14, n_heads=7)  # positions come in pairs
    whole, generator = EncoderDecoder(config), torch.Generator().manual_seed(5)
    even = nn.Transformer(14, 7, LAYERS, LAYERS, INSIDE, 0.0, "gelu", batch_first=True, norm_first=True).eval()
    even.load_state_dict(torch_transformer.to_theirs(whole, config))
    source = torch.randn(1, 3, 14, generator=generator)
    assert largest_difference(even.encoder(source), whole.encoder(source)) < 1e-5


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
def test_torch_refuses_by_name():
    state = dict(their_transformer().state_dict())
    state["decoder.layers.2.norm1.bias"] = torch.ones(WIDTH)
    del state["decoder.layers.1.multihead_attn.in_proj_bias"]
    with pytest.raises(ConversionError) as refused:
        torch_transformer.from_theirs(state, our_config())
    assert "unknown: decoder.layers.2.norm1.bias" in str(refused.value)
    assert "missing: decoder.layers.1.multihead_attn.in_proj_bias" in str(refused.value)


# --- the machinery ------------------------------------------------------------------------------------------------


def test_a_row_joins_and_parts():
    row = Row("QKV", ("q", "k"), (2, 3), turned=True)
    q, k = torch.arange(6.0).reshape(2, 3), torch.arange(6.0, 12).reshape(2, 3)
    joined = row.join([q, k])
    assert joined.tolist() == [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]
    assert all(torch.equal(a, b) for a, b in zip(row.part(joined), (q, k), strict=True))
    assert str(compare([row], {"q": q, "k": k})) == "every tensor fits"
