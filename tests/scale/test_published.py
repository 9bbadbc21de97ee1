"""Every published figure, to its printed digits; and those that do not follow, by how much."""

import math

import pytest
from numpy.testing import assert_allclose

from course_lib.block.by_hand import gelu, gelu_tanh
from course_lib.data import read_table
from course_lib.positional_encoding.by_hand import sinusoidal
from course_lib.scale import by_hand, cost, memory
from course_lib.scale.counted import count
from course_lib.scale.digits import rounds_to
from course_lib.scale.families import Shape, parameters, parts
from course_lib.scale.flops import flops_per_token
from course_lib.scale.units import PF_DAY
from course_lib.scale.zoo import chinchilla_rows, compute_rows, fixture, gpt3_rows, published_models, variants

KNOWN = [model for model in published_models().values() if model.shape is not None]
BY_NAME = published_models()
GPT3 = gpt3_rows()[-1].shape


@pytest.mark.parametrize("model", KNOWN, ids=lambda model: model.name)
def test_formula_tensors_and_published_count_are_one_number(model):
    assert parameters(model.shape) == count(model.shape) == model.exact
    if model.shape.family == "gpt" and model.shape.bias:
        shape = model.shape
        assert by_hand.parameter_count(shape.layers, shape.d_model, shape.vocab, shape.context) == model.exact


def test_the_labels_that_are_not_the_count_rounded_are_these():
    odd = {model.name for model in KNOWN if not rounds_to(model.label, model.exact)}
    assert odd == {
        "GPT-3 Medium",  # 355.9
        "GPT-3 13B",  # 12.85, rounded to billions and printed with a decimal
        "GPT-3 175B",  # 174.6, the same
        "ViT-B/16",  # 86.57, cut
        "Transformer base",  # 63.05
        "Transformer big",  # 214.17
        "nanoGPT shakespeare_char GPU config",  # without positions
    }
    for kind in ("GPU", "CPU"):
        model = BY_NAME[f"nanoGPT shakespeare_char {kind} config"]
        assert rounds_to(model.label, model.exact - parts(model.shape)["positions"])


@pytest.mark.parametrize("row", gpt3_rows(), ids=lambda row: row.model)
def test_table_2_1_agrees_with_table_d_1_at_the_sizes_that_multiply_out(row):
    printed = {other.model: other.params_millions for other in compute_rows()}[row.model]
    assert rounds_to(f"{printed}M", parameters(row.shape))
    assert count(row.shape) == parameters(row.shape)
    assert row.multiplies_out == (row.model not in ("GPT-3 XL", "GPT-3 13B")) == (row.note == "")
    assert row.shape.layers == row.layers


def test_the_two_rows_that_do_not_multiply_out_do_not_agree_as_printed():
    xl, thirteen = (next(row for row in gpt3_rows() if row.model == name) for name in ("GPT-3 XL", "GPT-3 13B"))
    assert (xl.heads * xl.d_head, xl.d_model) == (3072, 2048)
    assert (thirteen.heads * thirteen.d_head, thirteen.d_model) == (5120, 5140)
    as_printed = by_hand.parameter_count(40, 5140, 50257, 2048)
    assert as_printed == 12_952_938_780
    assert not rounds_to("12850M", as_printed)
    # 24 heads of 128 in a width of 2048: attention's matrices would be 2048 x 3072
    wide = parameters(xl.shape) + 24 * (4 * 2048 * 1024 + 3 * 1024)
    assert wide // 10**5 == 15171
    assert not rounds_to("1320M", wide)


@pytest.mark.parametrize("row", compute_rows(), ids=lambda row: row.model)
def test_table_d_1_is_the_product_of_its_inputs(row):
    assert rounds_to(row.flops, row.computed)
    assert rounds_to(row.pf_days, row.computed / PF_DAY)


@pytest.mark.parametrize("row", read_table("gpt3_table_d_1.csv"), ids=lambda row: row["model"])
def test_the_factor_of_table_d_1_is_the_product_of_its_own_columns(row):
    forward, backward = int(row["fwd_flops_per_active_param_per_token"]), int(row["mult_for_bwd_pass"])
    # T5's forward column counts one product for the half of the parameters that a token passes: 1 x 3 = 3
    assert forward * backward == int(row["flops_per_param_per_token"])
    assert forward == 2 * float(row["frac_params_active"])


def test_the_seventeen_and_the_eight_are_all_there():
    sizes = (len(compute_rows()), len(gpt3_rows()), len(chinchilla_rows()), len(variants()), len(BY_NAME))
    assert sizes == (17, 8, 9, 20, 19)


def test_berts_row_in_table_d_1_has_the_size_of_roberta():
    bert = parameters(Shape("bert", layers=24, d_model=1024, heads=16, vocab=30522, context=512))
    assert bert == 335_141_888
    assert not rounds_to("355M", bert)
    roberta = parameters(Shape("bert", layers=24, d_model=1024, heads=16, vocab=50265, context=514)) - 1024
    assert rounds_to("355M", roberta)  # with a single kind of sentence


def test_chinchillas_operations_are_six_n_d_but_for_one_row():
    ratios = {row.params: by_hand.training_flops(row.params, row.tokens) / row.flops for row in chinchilla_rows()}
    assert round(ratios.pop(67e9), 4) == 1.0469
    assert all(abs(ratio - 1) < 0.01 for ratio in ratios.values())
    assert [round(ratio, 4) for ratio in ratios.values()] == [
        1.0,
        1.0017,
        1.0005,
        1.0091,
        1.0012,
        1.0006,
        1.0016,
        0.9978,
    ]
    assert all(20 <= row.tokens / row.params < 22.4 for row in chinchilla_rows())


def test_the_transformer_of_2017_does_not_follow_from_37000_tokens():
    base, big = parameters(variants()["base"].shape()), parameters(variants()["big"].shape())
    assert (base, big) == (63_045_632, 214_171_648)
    assert not rounds_to("65M", base)
    assert not rounds_to("213M", big)
    assert round(100 * (base / 65e6 - 1), 1) == -3.0
    assert round(100 * (big / 213e6 - 1), 2) == 0.55


@pytest.mark.parametrize("name", ["B1", "B2", "C1", "C2", "C3", "C4", "C6", "C7"])
def test_differences_between_the_rows_of_2017_do_follow(name):
    """Each printed size is off by at most half a million, so a difference by at most one."""
    base, row = variants()["base"], variants()[name]
    difference = (parameters(row.shape()) - parameters(base.shape())) / 1e6
    assert abs(difference - (row.millions - base.millions)) <= 1
    assert count(row.shape()) == parameters(row.shape())


def test_one_vocabulary_fits_ten_of_the_eleven_sizes_of_2017():
    for vocab, fits in ((41_100, True), (37_000, False)):
        printed = {name: row for name, row in variants().items() if row.millions and name != "big"}
        assert len(printed) == 10
        assert (
            all(rounds_to(f"{row.millions}.", parameters(row.shape(vocab)) / 1e6) for row in printed.values()) is fits
        )
    assert not rounds_to("213M", parameters(variants()["big"].shape(41_100)))


@pytest.mark.parametrize(("name", "printed"), [("Gopher 280B", "280."), ("Chinchilla 70B", "70.")])
def test_a_thirteenth_square_explains_gopher_and_chinchilla(name, printed):
    model = BY_NAME[name]
    squares, table = model.layers * model.d_model**2, 32_000 * model.d_model
    assert rounds_to(printed, (13 * squares + table) / 1e9)
    assert not rounds_to(printed, (12 * squares + table) / 1e9)
    assert (model.shape, model.exact, model.d_ff) == (None, None, 4 * model.d_model)


def noam(d, step):
    return d**-0.5 * min(step**-0.5, step * 4000**-1.5)


LLAMA = BY_NAME["LLaMA-7B"].shape
NANO = BY_NAME["nanoGPT GPT-2 124M"]
FIXTURES = {
    "noam_lr_d512_step1": noam(512, 1),
    "noam_lr_d512_step4000_peak": noam(512, 4000),
    "noam_lr_d512_step100000": noam(512, 100_000),
    "noam_lr_d1024_step4000_peak": noam(1024, 4000),
    "noam_lr_d1024_step300000": noam(1024, 300_000),
    **{
        f"sinusoidal_pe_d512_pos{pos}_dim{dim}": sinusoidal(101, 512)[pos, dim]
        for pos, dim in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (1, 3), (10, 256), (10, 257), (100, 510), (100, 511)]
    },
    **{f"init_loss_vocab{vocab}": math.log(vocab) for vocab in (65, 50257, 50304)},
    "gelu_exact_at_1": gelu(1.0),
    "gelu_tanh_at_1": gelu_tanh(1.0),
    "exp_overflow_x_fp32": math.log((2 - 2**-23) * 2.0**127),
    "exp_overflow_x_fp16": math.log(65504),
    "kv_bytes_per_token_gpt3_fp16": by_hand.kv_cache_bytes(96, 12288, 1, 1, 2),
    "kv_bytes_gpt3_2048_fp16": memory.cache_bytes(GPT3, 2048),
    "kv_bytes_llama7b_2048_fp16": memory.cache_bytes(LLAMA, 2048),
    "kv_bytes_gpt2_124m_1024_fp16": memory.cache_bytes(BY_NAME["GPT-2 124M"].shape, 1024),
    "act_bytes_gpt3_layer_s2048_b1": memory.activation_bytes(2048, 12288, 96),
    "gpt3_175b_params_tied_exact": by_hand.parameter_count(96, 12288, 50257, 2048),
    "gpt3_175b_params_3b1b": 12 * 96 * 12288**2 + 2 * 50257 * 12288,
    "energy_mwh_gpt3": cost.energy_mwh(3.14e23, 24.6e12, 330, 1.10),
    "days_10000_v100_24p6": by_hand.training_days(3.14e23, 10_000, 125e12, 24.6 / 125),
    "days_megatron_1024_a100_140t_8TP": cost.megatron_days(300e9, 175e9, 1024, 140e12),
    "nanogpt_palm_flops_gpt2_seq1024": 1024
    * flops_per_token(NANO.exact - parts(NANO.shape)["positions"], 12, 12, 64, 1024),
}


def test_every_single_figure_has_its_formula_here():
    assert set(FIXTURES) == {row["key"] for row in read_table("numeric_fixtures.csv")}


@pytest.mark.parametrize("key", FIXTURES)
def test_a_single_figure_follows_from_its_formula(key):
    assert_allclose(FIXTURES[key], fixture(key), rtol=1e-9, atol=1e-12)


def test_exact_binary_sizes_of_the_caches():
    assert fixture("kv_bytes_gpt3_2048_fp16") == 9 * 2**30
    assert fixture("kv_bytes_llama7b_2048_fp16") == 2**30
    assert fixture("kv_bytes_gpt2_124m_1024_fp16") == 36 * 2**20


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("275.4", 96 * memory.activation_bytes(2048, 12288, 96) / 1e9),
        ("82.1", 96 * memory.activation_bytes(2048, 12288, 96, recompute="selective") / 1e9),
        ("4.83", 96 * memory.activation_bytes(2048, 12288, 96, recompute="full") / 1e9),
        ("14.8", by_hand.training_days(3.14e23, 10_000, 125e12, 24.6 / 125)),
        ("33.9", cost.megatron_days(300e9, 175e9, 1024, 140e12)),
        ("34.", cost.megatron_days(300e9, 175e9, 1024, 140e12)),
        ("1287", cost.energy_mwh(3.14e23, 24.6e12, 330, 1.10)),
    ],
)
def test_published_memory_time_and_energy(printed, value):
    assert rounds_to(printed, value)


def test_an_unknown_figure_is_answered_with_the_list():
    with pytest.raises(LookupError, match=r"no figure 'nothing' .* it has noam_lr_d512_step1, "):
        fixture("nothing")
