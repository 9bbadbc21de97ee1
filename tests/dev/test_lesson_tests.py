"""The fast tests of a lesson: found by number, name or concept, and all of them there."""

import pytest

from course_lib.syllabus import LESSONS, Lesson, lesson_of
from dev import lesson_tests


@pytest.fixture
def asked(monkeypatch):
    """What pytest would have been asked."""
    calls = []
    monkeypatch.setattr(lesson_tests.pytest, "main", lambda arguments: calls.append(arguments) or 3)
    return calls


@pytest.mark.parametrize("name", ["04", "attention", "04_attention"])
def test_a_lesson_is_named_in_three_ways_and_its_tests_are_its_packages_its_notebooks_and_the_houses(asked, name):
    assert lesson_tests.main([name, "-n", "2"]) == 3
    assert asked == [
        [
            *("-m", "not slow", "-n", "2", "tests/attention", "course_lib/attention"),
            *("tests/notebooks/test_three_states.py::Test_04_attention", "tests/test_house.py"),
        ]
    ]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_file_that_it_names_is_there(lesson):
    assert [
        one for one in lesson_tests.targets(lesson) if not (lesson_tests.ROOT / one.partition("::")[0]).exists()
    ] == []


def test_a_lesson_that_is_not_written_yet_has_the_houses_tests_alone(tmp_path):
    assert lesson_tests.targets(Lesson(99, "rest", "Rest", "nothing"), tmp_path) == ["tests/test_house.py"]
    assert len(lesson_tests.targets(lesson_of("attention"))) == 4


@pytest.mark.parametrize("arguments", [[], [""], ["44"]])
def test_a_lesson_that_there_is_not_is_answered_with_those_that_there_are(asked, capsys, arguments):
    assert lesson_tests.main(arguments) == 2
    said = capsys.readouterr().err
    assert "attention" in said
    assert "make test-lesson LESSON=04" in said
    assert asked == []
