"""Numbers in the static picture, held to the table that the page is held to as well (tests/explorer/page/numbers.test.js)."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_lib.explorer import Bars, Explorer, Heatmap, Slider
from course_lib.explorer.numbers import long, short, tick

TABLE = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))
WRITE = {"short": short, "whole": lambda value: short(value, whole=True), "long": long, "tick": tick}
PAIRS = [(kind, float(value), text) for kind, pairs in TABLE.items() for value, text in pairs]


@pytest.mark.parametrize(("kind", "value", "text"), PAIRS)
def test_every_number_of_the_table_is_written_as_it_says(kind, value, text):
    assert WRITE[kind](value) == text
    assert WRITE[kind](np.float32(value)) == text, "the page gets float32"


def test_an_eighth_in_the_picture():
    explorer = Explorer(lambda n: {"a": [[0.125, -0.125, 0.145 * n]]}, [Slider("n", [1])], [[Heatmap("a"), Bars("a")]])
    texts = [text.get_text() for axes in explorer.figure().axes for text in axes.texts]
    assert {"0.13", "−0.13", "0.15"} <= set(texts)
    assert not {"0.12", "−0.12", "0.14"} & set(texts)


def test_numbers_are_whole_where_the_whole_array_is_not_only_the_part_that_is_shown():
    explorer = Explorer(lambda: {"a": [[1.0, 2.0], [0.5, 3.0]]}, [], [[Bars("a")]])
    texts = [text.get_text() for axes in explorer.figure().axes for text in axes.texts]
    assert texts == ["1.00", "2.00"]
