"""Which cells are answers, which are somebody's own, and where an answer is put."""

import json
from pathlib import Path

import nbformat
import pytest

from course_lib.practice.markers import answers_in
from course_lib.worked.carrying import answers_of, fill, needed_from, own_cells, written
from course_lib.worked.state import book_of, read_book, source_of

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
STUB = '# exercise: a.b\ndef b(x):\n    """x: # rows."""\n    raise NotImplementedError("write your answer here")'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (STUB, False),
        (f"import math\n{STUB}", False),
        (STUB.replace("raise", "y = 3\n    raise"), True),
        (f"{STUB}\n\n\ndef helper(x):\n    return x", True),
        (f"{STUB}  # the mean first?", True),
        (f"x = 3\n{STUB}", True),
        ("# exercise: a.b\ndef b(x):\n    return x.mean(", True),
        ("# exercise: a.b\n%timeit 3", True),
    ],
)
def test_an_answer_is_what_holds_more_than_its_stub(source, expected):
    assert written(source) is expected


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_in_a_notebook_of_the_course_nothing_is_written_and_no_cell_is_ones_own(path):
    book = read_book(path)
    assert answers_of(book) == {}
    assert own_cells(book, newer=()) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_exercise_of_the_course_can_be_carried_and_comes_out_as_it_went_in(path):
    book = read_book(path)
    asked = [one for cell in book.cells if cell["cell_type"] == "code" for one in answers_in(source_of(cell))]
    answers = {one: f"# exercise: {one}\nanswer = {one!r}" for one in asked}
    assert fill(book.cells, answers) == asked
    assert answers_of(book_of(json.dumps(book.content).encode())) == answers


def cells(*sources):
    return [{"cell_type": "code", "source": source, "outputs": [3], "execution_count": 3} for source in sources]


def test_of_several_answers_the_last_counts_and_what_is_written_is_not_written_over():
    first, last = "# exercise: a.b\nb = 1", "# exercise: a.b\nb = 2"
    book = book_of(json.dumps({"cells": cells(first, last, STUB)}).encode())
    assert answers_of(book) == {"a.b": last}
    new = cells(STUB, first)
    assert fill(new, {"a.b": last}) == ["a.b"]
    assert [source_of(cell) for cell in new] == [last, first]
    assert (new[0]["outputs"], new[0]["execution_count"]) == ([], None)


def test_a_cell_with_two_answers_is_put_once_and_referred_to():
    both = "# exercise: a.b\n# exercise: a.c\nb = c = abs"
    new = cells(STUB, STUB.replace("a.b", "a.c"))
    assert fill(new, answers_of(book_of(json.dumps({"cells": cells(both)}).encode()))) == ["a.b", "a.c"]
    assert source_of(new[0]) == both
    assert source_of(new[1]).startswith("# exercise: a.c\n")
    assert "cell of a.b" in source_of(new[1])


def test_cells_of_ones_own_are_those_that_no_build_made(course):
    def change(notebook):
        notebook.cells[1].source += "\nnp.eye(3)"
        notebook.cells[-1].source += "\nx = 3"
        notebook.cells.insert(
            2, nbformat.from_dict({"cell_type": "markdown", "id": "x", "metadata": {}, "source": "My note"})
        )
        notebook.cells.insert(
            2, nbformat.from_dict({"cell_type": "markdown", "id": "y", "metadata": {}, "source": " \n"})
        )
        notebook.cells.insert(2, nbformat.from_dict({**notebook.cells[0], "id": "z"}))

    course.work("50_means", change)
    book = read_book(course.own / "50_means.ipynb")
    check = 'check("start_here.mean_of_rows", mean_of_rows)'
    assert own_cells(book, newer=["# A lesson"]) == ["import numpy as np\nnp.eye(3)", "My note", f"{check}\nx = 3"]


def test_an_answer_that_has_lost_a_helper_is_known():
    mine = ["def helper(x):\n    return x", "scale = 3\nclass Box:\n    pass"]
    assert needed_from("def f(x):\n    return helper(x) * scale + len(x)", mine) == ["helper", "scale"]
    assert needed_from("def helper(x):\n    return x", mine) == []
    assert needed_from("def f(x:", mine) == []
