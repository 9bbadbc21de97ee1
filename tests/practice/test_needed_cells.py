"""Which cells the answers of a notebook need, from their syntax trees."""

from pathlib import Path

import pytest

from course_lib.practice.markers import answers_in
from course_lib.practice.needed_cells import needed_cells
from course_lib.publish import read_lesson

ROOT = Path(__file__).resolve().parents[2]
ANSWER = "def f(x):\n    return helper(x)"


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (["import numpy as np", "slow()", "def f(x):\n    return np.exp(x)"], [0, 2]),
        (["k = 1", "k = 2", "def f(x):\n    return k"], [1, 2]),
        (["k = 1", "if slow():\n    k = 2", "def f(x):\n    return k"], [0, 1, 2]),
        (["k = 1", "for k in range(3):\n    pass", "def f(x):\n    return k"], [0, 1, 2]),
        (["words = []", "words.append(1)", "other = words", "def f(x):\n    return words"], [0, 1, 3]),
        (["table = {}", "table['a'] = 1", "def f(x):\n    return table"], [0, 1, 2]),
        (["k = 1", "k += 1", "def f(x):\n    return k"], [0, 1, 2]),
        (["import numpy as np", "np.seterr(all='ignore')", "def f(x):\n    return np.exp(x)"], [0, 2]),
        (["def helper(x):\n    return late", "late = 3", ANSWER], [0, 1, 2]),
        (["def helper(x):\n    return x", "early = helper(1)", ANSWER], [0, 2]),
        (["from math import *", "slow()", ANSWER], [0, 2]),
        (["exec('helper = abs')", "slow()", ANSWER], [0, 2]),
        (["%run other.py", "slow()", ANSWER], [0, 2]),
        (["%matplotlib inline", "slow()", "def f(x):\n    return x"], [2]),
        (["%%time\nslow()", "def helper(x):\n    return x", ANSWER], [1, 2]),
        (["a = 1", "b = [a for _ in range(3)]", "def f(x):\n    return b"], [0, 1, 2]),
        (["a = 1", "class B:\n    c = a", "def f(x):\n    return B"], [0, 1, 2]),
        (["base = 3", "def f(x, k=base):\n    return x"], [0, 1]),
        (["def g(): return 1", "def f(x):\n    x = 1\n    return (lambda: x)()"], [1]),
        (["x, (y, *z) = 1, (2, 3)", "def f(a):\n    return z"], [0, 1]),
        (["with open('a') as handle:\n    pass", "def f(a):\n    return handle"], [0, 1]),
        (["helper = (", "def helper(x):\n    return x", ANSWER], [1, 2]),
        (["slow()\nw = 1", "def f(x):\n    w = x\n    w /= 2\n    w.sort()\n    return w"], [1]),
        (["w = slow()", "w.sort()", "def f(x):\n    return w.sum()"], [0, 1, 2]),
        (["def set_it():\n    global k\n    k = 3", "set_it()", "def f(x):\n    return k"], [0, 2]),
    ],
)
def test_the_cells_that_an_answer_needs(cells, needed):
    assert needed_cells(cells, [len(cells) - 1]) == needed


def test_two_answers_each_get_what_stands_above_them():
    cells = ["k = 1", "def f(x):\n    return k", "k = 2", "def g(x):\n    return f(x) + k"]
    assert needed_cells(cells, [1]) == [0, 1]
    assert needed_cells(cells, [1, 3]) == [0, 1, 2, 3]


def test_of_a_lesson_that_trains_only_a_few_cells_are_needed():
    """The training of lesson 07 takes half a minute; its answers need none of it."""
    cells = [cell.source for cell in read_lesson(ROOT / "lessons" / "07_transformer.py") if cell.kind == "code"]
    answers = [place for place, cell in enumerate(cells) if answers_in(cell)]
    needed = needed_cells(cells, answers)
    assert set(answers) <= set(needed)
    assert len(needed) <= len(answers) + 2, "besides the answers the imports, and the parts of a GPT"
    assert not any("train_translator" in cells[place] for place in needed)
