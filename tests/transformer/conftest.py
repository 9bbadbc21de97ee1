"""A translator that has seen a few batches, for whoever draws one."""

import pytest

from course_lib.transformer.translation.translator import train_translator


@pytest.fixture(scope="module")
def translator():
    return train_translator(steps=6).model
