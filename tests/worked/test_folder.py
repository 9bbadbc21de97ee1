"""One's own copies: made once, brought up to date where nobody has worked, never written over."""

import os
from datetime import date

import pytest

from course_lib.worked import folder
from course_lib.worked.folder import Copies, adopt, afresh, copies, fresh, keep, named, opened

TODAY = date.today().isoformat()


def contents(place):
    return {path.name: path.read_bytes() for path in sorted(place.iterdir()) if path.is_file()}


def test_a_copy_of_every_notebook_is_made_and_is_the_same(course):
    assert contents(course.own) == contents(course.root / "notebooks")
    assert copies(course.root) == Copies()


def test_what_is_opened_are_the_copies_or_where_there_are_none_the_shipped_notebooks(course):
    assert opened(course.root) == course.own
    assert opened(course.own) == course.own / "notebooks"


def test_what_is_missing_is_made_and_the_others_are_left_with_their_outputs(course):
    course.run("50_means")
    ran = course.own / "50_means.ipynb"
    before = ran.read_bytes()
    (course.own / "51_weights.ipynb").unlink()
    assert copies(course.root) == Copies(made=["51_weights"])
    assert ran.read_bytes() == before


def test_of_a_newer_course_only_what_nobody_worked_in_is_taken(course):
    course.run("50_means")
    worked = course.solve("51_weights", course.SOFTMAX)
    course.lesson("50_means", course.MEAN, title="Newer")
    course.lesson("51_weights", course.SOFTMAX, title="Newer")
    assert copies(course.root) == Copies(renewed=["50_means"], older=["51_weights"])
    assert course.cells("50_means")[0] == "# Newer"
    assert (course.own / "51_weights.ipynb").read_bytes() == worked


@pytest.mark.parametrize("text", [b"", b"not json", b"\xff", b'{"cells": 3}'])
def test_whatever_lies_in_a_notebooks_place_is_left(course, text):
    (course.own / "50_means.ipynb").write_bytes(text)
    (course.own / "51_weights.ipynb").unlink()
    (course.own / "51_weights.ipynb").mkdir()
    assert copies(course.root) == Copies()
    assert (course.own / "50_means.ipynb").read_bytes() == text


def test_a_byte_order_mark_is_taken_off_as_jupyterlab_would_not_open_the_notebook(course):
    worked = course.solve("50_means")
    (course.own / "50_means.ipynb").write_bytes(b"\xef\xbb\xbf" + worked)
    copies(course.root)
    assert (course.own / "50_means.ipynb").read_bytes() == worked


def test_a_shipped_notebook_that_was_run_or_worked_in_is_made_fresh_from_its_lesson(course):
    before = fresh(course.root, "50_means")
    course.run("50_means", folder="notebooks")
    assert fresh(course.root, "50_means") == before
    course.solve("50_means", folder="notebooks")
    assert fresh(course.root, "50_means") == before
    (course.root / "notebooks" / "50_means.ipynb").unlink()
    assert fresh(course.root, "50_means") == before


def test_without_the_lessons_the_notebooks_are_all_there_is(course):
    for lesson in (course.root / "lessons").iterdir():
        lesson.unlink()
    (course.own / "50_means.ipynb").unlink()
    assert copies(course.root) == Copies(made=["50_means"])


def test_work_in_notebooks_itself_becomes_the_copy_once(course):
    worked = course.solve("50_means", folder="notebooks")
    adopt(course.root, "50_means")
    assert (course.own / "50_means.ipynb").read_bytes() == worked
    afresh(course.root, "50_means")
    for _ in range(2):
        copies(course.root)
        assert (course.own / "50_means.ipynb").read_bytes() == fresh(course.root, "50_means")
    assert course.kept() == {f"50_means.{TODAY}.ipynb": worked}


def test_work_in_both_places_is_kept_twice(course):
    here = course.solve("50_means", source=f"{course.ANSWER}\n# later")
    there = course.solve("50_means", folder="notebooks")
    adopt(course.root, "50_means")
    assert (course.own / "50_means.ipynb").read_bytes() == here
    assert list(course.kept().values()) == [there]


def test_what_a_learner_has_put_into_notebooks_is_taken_along(course):
    there = course.root / "notebooks"
    for name in ("kept", "pictures", ".ipynb_checkpoints"):
        (there / name).mkdir()
    (there / "progress.sqlite").write_bytes(b"progress")
    (there / "50_mine.ipynb").write_bytes((there / "50_means.ipynb").read_bytes())
    (there / "helper.py").write_text("x = 3")
    (there / "notes.ipynb").write_text("mine")
    (course.own / "notes.ipynb").write_text("others")
    copies(course.root)
    assert (course.own / "progress.sqlite").read_bytes() == b"progress"
    assert (course.own / "notes.ipynb").read_text() == "others"
    left = {".ipynb_checkpoints", "kept", "50_means.ipynb", "51_weights.ipynb", "notes.ipynb"}
    assert {path.name for path in there.iterdir()} == left
    moved = {"progress.sqlite", "50_mine.ipynb", "helper.py", "pictures"}
    assert {path.name for path in course.own.iterdir()} == {"50_means.ipynb", "51_weights.ipynb", "notes.ipynb"} | moved


def test_what_others_have_put_there_stays(course, monkeypatch):
    (course.root / "notebooks" / "progress.sqlite").touch()
    monkeypatch.setattr("course_lib.practice.progress.owner_of", lambda path: "anna")
    copies(course.root)
    assert not (course.own / "progress.sqlite").exists()


def test_afresh_works_with_whatever_there_is_and_keeps_work(course):
    path, new = course.own / "50_means.ipynb", fresh(course.root, "50_means")
    assert afresh(course.root, "50_means") is None, "nobody has worked there"
    for number in range(2):
        worked = course.solve("50_means", source=f"# exercise: {course.MEAN}\nx = {number}")
        kept = afresh(course.root, "50_means")
        assert kept.read_bytes() == worked
        assert path.read_bytes() == new
    path.write_bytes(b"torn")
    assert afresh(course.root, "50_means").read_bytes() == b"torn"
    path.unlink()
    assert afresh(course.root, "50_means") is None
    path.unlink()
    path.mkdir()
    (path / "note").touch()
    assert (afresh(course.root, "50_means") / "note").is_file()
    assert path.read_bytes() == new
    assert len(list((course.own / "kept").iterdir())) == 4


def test_the_same_bytes_are_kept_once(course):
    path = course.own / "50_means.ipynb"
    first = keep(path, path)
    assert keep(path, path) == first
    path.write_bytes(b"other")
    assert keep(path, path).name == f"50_means.{TODAY}-2.ipynb"


@pytest.mark.parametrize("word", ["50", "means", "50_means", "50_means.ipynb"])
def test_a_notebook_is_named_in_four_ways_and_other_words_stay(course, word):
    assert named(course.root, word) == "50_means.ipynb"
    assert named(course.root, "my own.ipynb") == "my own.ipynb"


def test_a_write_that_is_broken_off_leaves_the_old_notebook(course, monkeypatch):
    worked = course.solve("50_means")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        folder.replace(course.own / "50_means.ipynb", b"new")
    assert (course.own / "50_means.ipynb").read_bytes() == worked
