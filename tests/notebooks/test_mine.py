"""Every exercise of the course is used, through `mine`, in a cell after its check, and the lesson says whose function it was."""

import ast
from pathlib import Path

import pytest

from course_lib.practice.catalogue import exercises_of
from course_lib.publish.source import read_lesson
from course_lib.syllabus import LESSONS

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "lessons" / f"{lesson.name}.py").exists()]


def used_through_mine(source: str) -> tuple[set[str], set[str]]:
    """The functions that a cell takes from `mine`, and those of which it says whose they are."""
    taken, told = set(), set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("mine"), attr="whose"), args=args):
                told |= {arg.value.rpartition(".")[2] for arg in args if isinstance(arg, ast.Constant)}
            case ast.Attribute(value=ast.Name("mine"), attr=name):
                taken.add(name)
            case ast.Subscript(value=ast.Name("mine"), slice=ast.Constant(str(name))):
                taken.add(name.rpartition(".")[2])
    return taken - {"whose"}, told


def test_what_a_cell_uses_is_read_from_its_tree():
    cell = 'y = mine.softmax(x)\nz = mine["tokenization.train"](t, 3)\nprint("by", mine.whose("softmax", "loss.shift"))'
    assert used_through_mine(cell) == ({"softmax", "train"}, {"softmax", "shift"})
    assert used_through_mine("x = softmax(3)  # mine.softmax") == (set(), set())


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.name)
def test_every_exercise_is_used_after_its_check_and_the_lesson_says_whose_it_was(lesson):
    waiting = {exercise.id: exercise.name for exercise in exercises_of(lesson)}
    open_ids: dict[str, str] = {}
    cells = read_lesson(ROOT / "lessons" / f"{lesson.name}.py")
    for cell in (found.source for found in cells if found.kind == "code"):
        taken, told = used_through_mine(cell)
        open_ids = {exercise_id: name for exercise_id, name in open_ids.items() if not (name in taken and name in told)}
        for exercise_id in [known for known in waiting if f'check("{known}"' in cell]:
            open_ids[exercise_id] = waiting.pop(exercise_id)
    assert not waiting, "no cell checks these"
    assert not open_ids, "no later cell uses these through `mine` and says whose they are"
