"""From cells to a notebook: answers cut or kept, headers filled in, ids that stay, the same bytes every time."""

import json

import nbformat
import pytest

from course_lib.practice.catalogue import find_exercise
from course_lib.publish import notebook_text, read_lesson

STUB = 'raise NotImplementedError("write your answer here, in place of this line")'


def built(path, solved=False):
    return json.loads(notebook_text(path.stem, read_lesson(path), solved))


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def ids(notebook):
    return [cell["id"] for cell in notebook["cells"]]


def test_the_stub_asks_for_an_answer_and_holds_nothing_of_it(lesson):
    answer = sources(built(lesson()))[3]
    assert answer == f"# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n    {STUB}"


def test_the_solved_variant_keeps_the_answer_and_drops_the_markers(lesson):
    answer = sources(built(lesson(), solved=True))[3]
    assert answer == "# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n    return x.mean(axis=0)"


def test_what_stands_around_several_answers_stays_in_both_variants(lesson):
    path = lesson(
        answer="# %%\n# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n    # >>> answer\n    n = len(x)\n"
        "    # <<< answer\n    if True:\n        # >>> answer\n        return x.sum(axis=0) / n\n        # <<< answer\n"
    )
    around = "# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n    {}\n    if True:\n        {}"
    assert sources(built(path))[3] == around.format(STUB, STUB)
    assert sources(built(path, solved=True))[3] == around.format("n = len(x)", "return x.sum(axis=0) / n")


@pytest.mark.parametrize("solved", [False, True])
def test_the_stub_is_python_and_the_other_cells_are_the_same_in_both(lesson, solved):
    cells = sources(built(lesson(), solved))
    compile(cells[3], "answer", "exec")
    others = [*cells[:3], *cells[4:]]
    assert others == [source for place, source in enumerate(sources(built(lesson()))) if place != 3]


def test_the_line_that_names_an_exercise_becomes_its_header(lesson):
    header = sources(built(lesson()))[2]
    assert header == "Now you.\n\n" + find_exercise("start_here.mean_of_rows").header()


@pytest.mark.parametrize("solved", [False, True])
def test_the_notebook_is_valid_and_has_no_outputs(lesson, solved):
    notebook = built(lesson(), solved)
    nbformat.validate(nbformat.from_dict(notebook))
    assert notebook["metadata"]["course"]["lesson"] == "50_made_up"
    for cell in notebook["cells"]:
        assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == ([], None)


def test_the_text_is_what_jupyter_would_write_itself(lesson):
    text = notebook_text("50_made_up", read_lesson(lesson()))
    assert nbformat.writes(nbformat.reads(text, as_version=4)).rstrip("\n") == text.rstrip("\n")
    assert "×" in text, "not escaped: a diff can be read"


def test_ids_are_unique_and_name_the_exercise(lesson):
    named = ids(built(lesson()))
    assert len(set(named)) == len(named) == 6
    assert named[3:5] == ["exercise-start_here-mean_of_rows", "check-start_here-mean_of_rows"]


def test_cells_with_the_same_text_have_different_ids(lesson):
    same = "# %%\nx = 1\n"
    named = ids(built(lesson(code=same, end=same + "\n" + same)))
    assert len(set(named)) == 7


@pytest.mark.parametrize(
    ("part", "text", "place", "keeps_its_own"),
    [
        ("title", "# %% [markdown]\n# # Another\n", 0, False),
        ("code", "# %%\nx = 7\n", 1, False),
        ("end", "# %% [markdown]\n# Go on.\n", 5, False),
        ("answer", "# %%\n# exercise: start_here.mean_of_rows\ndef mean_of_rows(y):\n    # >>> answer\n    return 1\n    # <<< answer\n", 3, True),
        ("check", '# %%\ncheck("start_here.mean_of_rows", mean_of_rows)  # again\n', 4, True),
    ],
)  # fmt: skip
def test_an_edit_of_one_cell_leaves_the_ids_of_the_others(lesson, part, text, place, keeps_its_own):
    before, after = ids(built(lesson())), ids(built(lesson(**{part: text})))
    assert (before[place] == after[place]) is keeps_its_own
    assert [*before[:place], *before[place + 1 :]] == [*after[:place], *after[place + 1 :]]


def test_a_new_cell_leaves_the_ids_of_the_others(lesson):
    before, after = (
        ids(built(lesson())),
        ids(
            built(
                lesson(
                    title="# %%\nnew = 1\n\n# %% [markdown]\n# # A lesson\n#\n# with two paragraphs, a sign × and a “quote”.\n"
                )
            )
        ),
    )
    assert after[1:] == before


def test_a_stub_and_its_answer_have_the_same_ids(lesson):
    assert ids(built(lesson())) == ids(built(lesson(), solved=True))


@pytest.mark.parametrize("solved", [False, True])
def test_tags_are_kept_and_tell_nbval_what_differs_from_run_to_run(lesson, solved):
    notebook = built(lesson(code='# %% tags=["times"]\nx = 1\n'), solved)
    metadata = [cell["metadata"] for cell in notebook["cells"]]
    assert metadata == [{}, {"tags": ["nbval-ignore-output", "times"]}, {}, {}, {}, {}]
