"""Building a folder: no lesson that is broken, never over somebody's work, and notebooks/ is what lessons/ builds."""

import json
from pathlib import Path

import nbformat
import pytest

from course_lib.publish import Built, LessonError, build
from course_lib.worked.state import holds_work

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def change(path, work):
    """Do something to a notebook in the way Jupyter does: read it, change it, write it."""
    notebook = nbformat.read(path, as_version=4)
    work(notebook)
    nbformat.write(notebook, path)


def run(notebook):
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = [nbformat.v4.new_output("stream", text="ran\n")]


def answer(notebook):
    notebook.cells[3].source = "def mean_of_rows(x):\n    return x.mean(axis=0)"


WORK = {
    "an answer": answer,
    "a note in the text": lambda notebook: notebook.cells[0].update(source="# My notes"),
    "a new cell": lambda notebook: notebook.cells.append(nbformat.v4.new_code_cell("1 + 1")),
    "a cell removed": lambda notebook: notebook.cells.pop(),
    "cells in another order": lambda notebook: notebook.cells.reverse(),
    "a cell of another kind": lambda notebook: notebook.cells.__setitem__(
        1, nbformat.v4.new_markdown_cell(notebook.cells[1].source)
    ),
}


def test_each_lesson_becomes_a_notebook_in_order(lesson, out):
    lesson("51_b.py", header=None, answer=None, check=None)
    folder = lesson("50_a.py").parent
    (folder / "notes.py").write_text("not a lesson\n")
    assert build(folder, out) == Built(paths=[out / "50_a.ipynb", out / "51_b.ipynb"])
    assert sorted(contents(out)) == ["50_a.ipynb", "51_b.ipynb"]
    assert not holds_work(out / "50_a.ipynb")


@pytest.mark.parametrize("solved", [False, True])
def test_building_again_writes_the_same_bytes_and_touches_nothing(lesson, out, solved, tmp_path):
    folder = lesson().parent
    build(folder, out, solved=solved)
    before, times = contents(out), [path.stat().st_mtime_ns for path in out.iterdir()]
    build(folder, out, solved=solved)
    assert contents(out) == before
    assert [path.stat().st_mtime_ns for path in out.iterdir()] == times
    build(folder, tmp_path / "elsewhere", solved=solved)
    assert contents(tmp_path / "elsewhere") == before


def test_an_edited_lesson_replaces_its_notebook(lesson, out):
    folder = lesson().parent
    build(folder, out)
    lesson(end="# %% [markdown]\n# Another end.\n")
    build(folder, out)
    assert "Another end." in (out / "50_made_up.ipynb").read_text()


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_a_notebook_that_holds_work_is_left_alone_and_the_others_are_built(lesson, out, work):
    folder = lesson("50_a.py").parent
    lesson("51_b.py", header=None, answer=None, check=None)
    build(folder, out)
    change(out / "50_a.ipynb", work)
    worked = (out / "50_a.ipynb").read_bytes()
    lesson("50_a.py", end="# %% [markdown]\n# Newer.\n")
    lesson("51_b.py", header=None, answer=None, check=None, end="# %% [markdown]\n# New.\n")
    assert holds_work(out / "50_a.ipynb")
    assert build(folder, out) == Built(paths=[out / "51_b.ipynb"], left=[out / "50_a.ipynb"])
    assert (out / "50_a.ipynb").read_bytes() == worked
    assert "New." in (out / "51_b.ipynb").read_text(encoding="utf-8")
    assert sorted(path.name for path in out.iterdir()) == ["50_a.ipynb", "51_b.ipynb"]


@pytest.mark.parametrize(
    "name", ["50", "made_up", "50_made_up", "50_made_up.ipynb", "notebooks/50_made_up.ipynb", "all"]
)
def test_what_is_made_afresh_is_moved_aside_first_and_nothing_is_lost(lesson, out, name):
    folder = lesson().parent
    build(folder, out)
    path, fresh, worked = out / "50_made_up.ipynb", contents(out), []
    for number in range(3):  # on one day: no name is used twice
        change(path, lambda notebook, number=number: notebook.cells[0].update(source=f"Note {number}"))
        worked.append(path.read_bytes())
        built = build(folder, out, afresh=[name])
        assert (built.paths, built.left) == ([path], [])
        assert built.kept[path].read_bytes() == worked[-1]
        assert path.read_bytes() == fresh["50_made_up.ipynb"]
    assert len(contents(out / "kept")) == 3


def test_work_comes_back_where_nothing_new_can_be_written_in_its_place(lesson, out, monkeypatch):
    folder = lesson().parent
    build(folder, out)
    change(out / "50_made_up.ipynb", answer)
    worked = (out / "50_made_up.ipynb").read_bytes()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        build(folder, out, afresh=["50"])
    assert (out / "50_made_up.ipynb").read_bytes() == worked


def test_only_the_one_that_is_named_is_made_afresh(lesson, out):
    folder = lesson("50_a.py").parent
    lesson("51_b.py", header=None, answer=None, check=None)
    build(folder, out)
    for name in ("50_a", "51_b"):
        change(out / f"{name}.ipynb", WORK["a new cell"])
    built = build(folder, out, afresh=["51"])
    assert (built.paths, built.left, list(built.kept)) == (
        [out / "51_b.ipynb"],
        [out / "50_a.ipynb"],
        [out / "51_b.ipynb"],
    )
    assert build(folder, out, afresh=["51"]).kept == {}, "it holds no work any more, and is not moved"


def test_a_name_that_is_no_notebooks_is_refused_before_anything_is_moved(lesson, out):
    folder = lesson().parent
    build(folder, out)
    change(out / "50_made_up.ipynb", answer)
    before = contents(out)
    with pytest.raises(ValueError, match="no notebook is called '05': there are 50_made_up, and all"):
        build(folder, out, afresh=["50", "05"])
    assert contents(out) == before


def test_whatever_lies_in_a_notebooks_place_is_left_and_what_lies_beside_is_nobodys_business(lesson, out):
    folder = lesson("50_a.py").parent
    lesson("51_b.py", header=None, answer=None, check=None)
    (out / "50_a.ipynb").mkdir(parents=True)
    (out / "50_a.ipynb" / "notes").write_text("mine")
    (out / "50_mine.ipynb").write_text("renamed")
    assert build(folder, out).left == [out / "50_a.ipynb"]
    built = build(folder, out, afresh=["50"])
    assert (built.kept[out / "50_a.ipynb"] / "notes").read_text() == "mine"
    assert (out / "50_mine.ipynb").read_text() == "renamed"
    (out / "51_b.ipynb").unlink()
    assert build(folder, out).paths == [out / "50_a.ipynb", out / "51_b.ipynb"]


def test_a_notebook_that_was_only_run_counts_as_no_work(lesson, out):
    folder = lesson().parent
    build(folder, out)
    before = contents(out)
    change(out / "50_made_up.ipynb", run)
    assert contents(out) != before
    assert not holds_work(out / "50_made_up.ipynb")
    build(folder, out)
    assert contents(out) == before


def test_a_byte_order_mark_in_a_lesson_or_a_notebook_is_read_over(lesson, out):
    path = lesson()
    build(path.parent, out)
    before = contents(out)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (out / "50_made_up.ipynb").write_bytes(b"\xef\xbb\xbf" + before["50_made_up.ipynb"])
    assert build(path.parent, out).left == [], "nobody has worked there"
    assert contents(out) == before
    change(out / "50_made_up.ipynb", answer)
    (out / "50_made_up.ipynb").write_bytes(b"\xef\xbb\xbf" + (out / "50_made_up.ipynb").read_bytes())
    assert build(path.parent, out).left == [out / "50_made_up.ipynb"]


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}", '{"metadata": {}, "cells": []}', '{"metadata": 3}'])
def test_a_file_that_no_build_has_made_counts_as_work(out, text):
    out.mkdir()
    (out / "50_made_up.ipynb").write_text(text)
    assert holds_work(out / "50_made_up.ipynb")


def test_bytes_that_are_no_text_count_as_work_and_nothing_counts_as_none(out):
    out.mkdir()
    (out / "50_made_up.ipynb").write_bytes(b"\xff\xfe\x00")
    assert holds_work(out / "50_made_up.ipynb")
    assert not holds_work(out / "missing.ipynb")


def test_one_bad_lesson_and_nothing_is_written(lesson, out):
    folder = lesson("50_a.py").parent
    lesson("51_b.py", check=None)
    with pytest.raises(LessonError, match=r"51_b\.py:17"):
        build(folder, out)
    assert not out.exists()


def test_an_exercise_stands_in_one_lesson_only(lesson, out):
    folder = lesson("50_a.py").parent
    lesson("51_b.py")
    with pytest.raises(LessonError, match=r"51_b\.py:17: exercise start_here\.mean_of_rows stands in 50_a\.py already"):
        build(folder, out)
    assert not out.exists()


def test_a_folder_without_lessons_is_said(tmp_path, out):
    with pytest.raises(FileNotFoundError, match="no lessons"):
        build(tmp_path, out)


def test_the_notebooks_of_the_course_are_what_its_lessons_build(out):
    paths = build(ROOT / "lessons", out).paths
    assert len(paths) == len(list((ROOT / "lessons").glob("*.py"))) > 0
    there = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert sorted(there) == sorted(path.name for path in paths)
    stale = [name for name, built in contents(out).items() if there[name] != built]
    assert stale == [], "lessons/ has changed since: run make notebooks, and commit what it wrote"


@pytest.mark.parametrize("solved", [False, True])
def test_every_notebook_of_the_course_is_valid(out, solved):
    for path in build(ROOT / "lessons", out, solved=solved).paths:
        nbformat.validate(nbformat.from_dict(json.loads(path.read_text(encoding="utf-8"))))
