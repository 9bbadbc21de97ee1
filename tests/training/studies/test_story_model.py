"""Writing with a model of the course's words."""

import pytest

from course_lib.training.studies.shipped_model import load_shipped
from course_lib.training.studies.story_model import write, write_all


def test_writing_is_the_same_with_and_without_the_cache_and_differs_by_seed():
    made = load_shipped()
    texts = [
        write(made, "the mole", 30, seed=seed, cached=cached) for seed, cached in ((1, True), (1, False), (2, True))
    ]
    assert texts[0] == texts[1] != texts[2]
    with pytest.raises(KeyError, match="not in the vocabulary"):
        write(made, "a dragon")


def test_several_prompts_are_gone_on_with_in_one_batch():
    made = load_shipped()
    greedy = write_all(made, ["the mole", "a tower"], 12, temperature=0)
    assert greedy == [write(made, prompt, 12, temperature=0) for prompt in ("the mole", "a tower")]
    with pytest.raises(ValueError, match="prompts of equal length"):
        write_all(made, ["the", "the mole"], 3)
