"""Models that others wrote hold as many numbers as the formula says, the published ones and small odd ones."""

import pytest

from course_lib.scale import counted, hugging_face
from course_lib.scale.digits import rounds_to
from course_lib.scale.families import Shape, active_parameters, parameters, parts
from course_lib.scale.zoo import modern_models, published_models

SIZES = {"layers": 3, "d_model": 20, "heads": 10, "vocab": 7, "context": 5, "d_ff": 11, "key_heads": 5}
SHAPES = {
    "plain": Shape("llama", **SIZES),
    "tied": Shape("llama", **SIZES, tied=True),
    "heads wider than the model": Shape("llama", **SIZES, d_k=6, d_v=6),
    "norms on queries and keys": Shape("llama", **SIZES, d_k=6, d_v=6, head_norms=True, tied=True),
    "experts": Shape("llama", **SIZES, experts=3, chosen=2),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_formula_tensors_and_the_models_of_others_agree(shape):
    assert parameters(shape) == counted.count(shape) == hugging_face.count(shape)
    assert counted.count_parts(shape) == parts(shape)


@pytest.mark.parametrize("name", list(modern_models()))
def test_models_since_2023_are_exact_four_times(name):
    model = modern_models()[name]
    assert parameters(model.shape) == counted.count(model.shape) == hugging_face.count(model.shape) == model.exact
    assert active_parameters(model.shape) == model.active


def test_labels_are_the_counts_rounded_but_for_one_that_was_cut():
    rounded = {name: model for name, model in modern_models().items() if name != "Mixtral 8x7B"}
    odd = {name for name, model in rounded.items() if not rounds_to(model.label, model.exact)}
    assert odd == {"LLaMA-3.1 405B"}  # 405.85
    assert modern_models()["LLaMA-2 7B"].exact == published_models()["LLaMA-7B"].exact


def test_other_families_and_odd_mixtures_are_refused():
    with pytest.raises(ValueError, match="only shapes of the family llama"):
        hugging_face.model_of(Shape("gpt", layers=2, d_model=4, heads=2, vocab=5, context=3))
    with pytest.raises(ValueError, match="is not built here"):
        hugging_face.model_of(Shape("llama", **SIZES, experts=3, chosen=2, tied=True))
    with pytest.raises(ValueError, match="cannot go to 3 of 2 experts"):
        Shape("llama", **SIZES, experts=2, chosen=3)
