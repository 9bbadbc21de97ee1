"""All notebooks after the course has become newer: answers stand in the new ones, everything is kept, and it can break off anywhere."""

import os
import shutil
from datetime import date

import nbformat
import pytest

from course_lib.worked import folder
from course_lib.worked.renewing import renew

TODAY = date.today().isoformat()
WEIGHTS = "# exercise: attention.softmax\ndef softmax(x):\n    return x / x.sum()"


@pytest.fixture
def newer(course):
    """Somebody has worked in both notebooks, and both lessons are newer."""
    course.solve("50_means")
    course.solve("51_weights", course.SOFTMAX, WEIGHTS)
    course.lesson("50_means", course.MEAN, title="Newer", more="\n\n# %% [markdown]\n# More.\n")
    course.lesson("51_weights", course.SOFTMAX, title="Newer, too")
    return course


def test_answers_are_carried_over_whole_and_what_was_there_is_kept(newer):
    before = {name: (newer.own / f"{name}.ipynb").read_bytes() for name in ("50_means", "51_weights")}
    done = renew(newer.root)
    assert [(one.name, one.carried, one.own) for one in done.told] == [
        ("50_means", [newer.MEAN], 0),
        ("51_weights", [newer.SOFTMAX], 0),
    ]
    assert newer.cells("50_means")[0] == "# Newer"
    assert newer.cells("50_means")[3:6] == [newer.ANSWER, f'check("{newer.MEAN}", mean_of_rows)', "More."]
    assert newer.kept() == {f"{name}.{TODAY}.ipynb": data for name, data in before.items()}
    for name in before:
        nbformat.validate(nbformat.read(newer.own / f"{name}.ipynb", as_version=4))
    said = str(done)
    assert f"50_means: a newer version; all that yours held is in {done.told[0].kept}" in said
    assert f"    answers carried over: {newer.MEAN}\n" in said


def test_run_again_it_changes_nothing(newer):
    renew(newer.root)
    before = {path: path.read_bytes() for path in newer.own.rglob("*.ipynb")}
    assert str(renew(newer.root)) == "Your notebooks are those of this version already."
    assert {path: path.read_bytes() for path in newer.own.rglob("*.ipynb")} == before


def test_notebooks_that_nobody_worked_in_and_new_ones_are_told_in_a_line_each(course):
    course.run("50_means")
    course.lesson("50_means", course.MEAN, title="Newer")
    course.lesson("52_rest", title="Rest")
    assert str(renew(course.root)) == ("new: 52_rest\nbrought up to date (nobody had worked there): 50_means")
    assert course.kept() == {}


def test_cells_of_ones_own_stay_in_the_kept_copy_and_are_told_with_what_an_answer_misses(course):
    def change(notebook):
        notebook.cells.insert(1, nbformat.v4.new_code_cell("def helper(x):\n    return x"))
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("My note"))

    course.work("50_means", change)
    course.solve("50_means", source=f"# exercise: {course.MEAN}\ndef mean_of_rows(x):\n    return helper(x)")
    course.lesson("50_means", course.MEAN, title="Newer")
    done = renew(course.root)
    assert done.told[0].own == 2
    assert "    2 cells that you added or changed are in the kept notebook only\n" in str(done)
    assert str(done).endswith(f"    {course.MEAN} uses helper of such a cell: copy it over")


def test_an_exercise_that_the_course_has_no_more_is_told(newer):
    newer.lesson("50_means", title="No exercise any more")
    done = renew(newer.root)
    assert done.told[0].gone == [newer.MEAN]
    assert f"the course has no exercise {newer.MEAN} any more; your answer is in the kept notebook" in str(done)
    assert newer.ANSWER.encode()[:20] in newer.kept()[f"50_means.{TODAY}.ipynb"]


def test_an_exercise_that_has_moved_to_another_lesson_takes_its_answer_along(newer):
    newer.drop("50_means")
    newer.lesson("52_means", newer.MEAN, title="Moved")
    newer.work("51_weights", lambda notebook: notebook.cells.append(nbformat.v4.new_code_cell("3")))
    done = renew(newer.root)
    assert newer.ANSWER in newer.cells("52_means")
    assert not (newer.own / "50_means.ipynb").exists()
    said = str(done)
    assert "50_means: the course has no such notebook any more; all that yours held is in " in said
    assert f"    carried over to 52_means: {newer.MEAN}" in said
    assert done.told[-1].gone == []
    assert str(renew(newer.root)).startswith("Your notebooks are")


def test_an_answer_is_not_put_over_one_that_another_notebook_holds(newer):
    newer.drop("50_means")
    newer.lesson("52_means", newer.MEAN, title="Moved")
    folder.copies(newer.root)
    newer.solve("52_means", source=f"# exercise: {newer.MEAN}\nlater = 3")
    done = renew(newer.root)
    assert done.told[-1].held == [newer.MEAN]
    assert f"another notebook holds an answer to {newer.MEAN} already" in str(done)
    assert f"# exercise: {newer.MEAN}\nlater = 3" in newer.cells("52_means")


def test_a_notebook_of_a_lesson_that_is_gone_goes_where_nobody_worked_in_it_and_ones_own_files_stay(course):
    shutil.copy(course.own / "50_means.ipynb", course.own / "50_mine.ipynb")
    (course.own / "53_notes.ipynb").write_text("mine")
    course.drop("50_means")
    renew(course.root)
    assert sorted(path.name for path in course.own.iterdir()) == ["50_mine.ipynb", "51_weights.ipynb", "53_notes.ipynb"]


@pytest.mark.parametrize("torn", [b"", b"not json", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_notebook_that_cannot_be_read_is_kept_and_made_anew(course, torn):
    (course.own / "50_means.ipynb").write_bytes(torn)
    done = renew(course.root)
    assert "it could not be read as a notebook (" in str(done)
    assert course.kept() == {f"50_means.{TODAY}.ipynb": torn}
    assert course.cells("50_means") == course.cells("50_means", "notebooks")


def test_a_byte_order_mark_and_half_a_surrogate_cost_no_answer(newer):
    path = newer.own / "50_means.ipynb"
    newer.solve("50_means", source=f"{newer.ANSWER}\nx = 'HALF'")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"HALF", b"\\ud83d"))
    assert renew(newer.root).told[0].carried == [newer.MEAN]
    assert newer.cells("50_means")[3] == f"{newer.ANSWER}\nx = '\ud83d'"


class Broken(BaseException):
    """The power goes."""


@pytest.mark.parametrize("after", range(12))
def test_broken_off_after_any_write_the_same_command_finishes_it(newer, monkeypatch, after):
    newer.lesson("53_rest", title="Rest")
    newer.lesson("50_means", title="The exercise has gone to a later lesson")
    newer.lesson("54_means", newer.MEAN, title="Here it is")
    worked = {path.name: path.read_bytes() for path in newer.own.glob("*.ipynb")}
    left, replace = [after], os.replace

    def fails(*arguments):
        if not left[0]:
            raise Broken
        left[0] -= 1
        replace(*arguments)

    monkeypatch.setattr(folder.os, "replace", fails)
    try:
        renew(newer.root)
    except Broken:
        for path in newer.own.glob("*.ipynb"):
            nbformat.read(path, as_version=4)
    monkeypatch.setattr(folder.os, "replace", replace)
    renew(newer.root)
    assert newer.ANSWER in newer.cells("54_means")
    assert WEIGHTS in newer.cells("51_weights")
    assert newer.cells("50_means") == newer.cells("50_means", "notebooks")
    assert {f"{name[:-6]}.{TODAY}.ipynb": data for name, data in worked.items()} == newer.kept()
    assert list(newer.own.rglob("*.part")) == []
