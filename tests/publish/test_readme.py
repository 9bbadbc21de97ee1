"""README's list of lessons is the syllabus's, and a build writes it where it belongs and nowhere else."""

from pathlib import Path

import pytest

from course_lib.publish import build
from course_lib.publish.readme import BEGIN, END, lesson_list, with_lesson_list
from course_lib.syllabus import LESSONS

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_of_the_course_lists_what_the_syllabus_lists():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)
    assert text == with_lesson_list(text, ROOT / "lessons"), "run make notebooks: it writes README's list of lessons"


def test_a_lesson_whose_text_is_there_has_its_row_and_the_others_are_named(tmp_path):
    first, *others = LESSONS
    (tmp_path / f"{first.name}.py").touch()
    *table, _, last = lesson_list(tmp_path).splitlines()
    assert table[2:] == [f"| 00 | {first.title} | {first.summary} | `notebooks/{first.name}.ipynb` |"]
    assert last == f"In preparation: {', '.join(f'{lesson.number:02d} {lesson.title}' for lesson in others)}."
    for lesson in others:
        (tmp_path / f"{lesson.name}.py").touch()
    assert len(lesson_list(tmp_path).splitlines()) == 2 + len(LESSONS)


@pytest.mark.parametrize(("folder", "written"), [("notebooks", True), ("elsewhere", False)])
def test_a_build_writes_the_list_where_the_notebooks_lie_beside_it(lesson, tmp_path, folder, written):
    lessons = lesson("00_start_here.py").parent
    before = f"# A course\n\n{BEGIN}\nold\n{END}\n\n## More\n"
    (tmp_path / "README.md").write_text(before)
    build(lessons, tmp_path / folder)
    after = (tmp_path / "README.md").read_text()
    assert after == (before.replace("\nold\n", f"\n\n{lesson_list(lessons)}\n\n") if written else before)


def test_a_readme_without_marks_stays_as_it_is(tmp_path):
    assert with_lesson_list("# Another\n", tmp_path) == "# Another\n"
