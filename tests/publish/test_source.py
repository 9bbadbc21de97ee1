"""Every rule that a lesson can break is found, with file and line."""

from dataclasses import replace

import pytest

from course_lib import syllabus
from course_lib.practice.catalogue import find_exercise
from course_lib.publish import LessonError, read_lesson, source
from course_lib.syllabus import Lesson

# In the sound lesson the title's text begins on line 2, the answer's on line 17, and its check is line 24.
ANSWER = 17
DEF = "# %%\n# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n"
BODY = "    # >>> answer\n    return x.mean(axis=0)\n    # <<< answer\n"

BROKEN = {
    "an answer that is opened and not closed": (
        {"answer": DEF + "    # >>> answer\n    return 1\n"},
        ANSWER + 2,
        "'# >>> answer' without '# <<< answer' after it in the same cell",
    ),
    "an answer that is closed and not opened": (
        {"answer": DEF + "    return 1\n    # <<< answer\n"},
        ANSWER + 3,
        "'# <<< answer' without '# >>> answer' before it",
    ),
    "an answer inside an answer": (
        {"answer": DEF + "    # >>> answer\n" + BODY},
        ANSWER + 3,
        f"a second '# >>> answer'; the one on line {ANSWER + 2} is still open",
    ),
    "an answer closed twice": ({"answer": DEF + BODY + "    # <<< answer\n"}, ANSWER + 5, "without '# >>> answer'"),
    "an answer closed in the next cell": (
        {"answer": DEF + "    # >>> answer\n    return 1\n\n# %%\n    # <<< answer\n"},
        ANSWER + 2,
        "in the same cell",
    ),
    "an exercise that does not exist, in an answer cell": (
        {"answer": DEF.replace("mean_of_rows", "mean_of_row") + BODY},
        ANSWER,
        "there is no exercise 'start_here.mean_of_row'. Did you mean 'start_here.mean_of_rows'?",
    ),
    "an exercise that does not exist, in a header": (
        {"header": "# %% [markdown]\n# Now you.\n#\n# {exercise start_here.nothing}\n"},
        14,
        "there is no exercise 'start_here.nothing'",
    ),
    "an exercise of a lesson that does not exist": (
        {"header": "# %% [markdown]\n# {exercise nowhere.nothing}\n"},
        12,
        "there is no exercise 'nowhere.nothing', as there is no lesson 'nowhere'; the lessons are start_here, ",
    ),
    "an exercise of a lesson without a package": (
        {"header": "# %% [markdown]\n# {exercise unwritten.nothing}\n"},
        12,
        "there is no exercise 'unwritten.nothing': course_lib/unwritten/ has none yet; write it there first",
    ),
    "a header that is missing": (
        {"header": "# %% [markdown]\n# Now you.\n"},
        15,
        "without its header; write the line {exercise start_here.mean_of_rows} in the Markdown cell before it",
    ),
    "a header that is misspelt": (
        {"header": "# %% [markdown]\n# Now you.\n#\n# {excercise start_here.mean_of_rows}\n"},
        14,
        "'{excercise start_here.mean_of_rows}' is nearly the line of an exercise; write {exercise concept.name}, alone",
    ),
    "a header after its answer": (
        {"header": None, "end": "# %% [markdown]\n# {exercise start_here.mean_of_rows}\n"},
        12,
        "without its header",
    ),
    "a header that stands twice": (
        {"title": "# %% [markdown]\n# {exercise start_here.mean_of_rows}\n"},
        12,
        "{exercise start_here.mean_of_rows} stands twice, first on line 2; keep one",
    ),
    "a header without an answer cell": (
        {"answer": None, "check": None},
        14,
        "{exercise start_here.mean_of_rows} without its answer cell after it; write a cell that begins with # exercise: start",
    ),
    "an answer comment with other spaces": (
        {"answer": "# %%\n#exercise:  start_here.mean_of_rows\n" + DEF.split("\n", 2)[2] + BODY},
        ANSWER,
        "write # exercise: start_here.mean_of_rows, with these spaces and no others",
    ),
    "a tag that is none": (
        {"code": '# %% tags=["time"]\nx = 1\n'},
        6,
        "'time' in a cell's header means nothing here; there may stand tags=[\"times\"] (the cell prints times",
    ),
    "a word of a cell's header that is none": (
        {"code": '# %% tag=["times"]\nx = 1\n'},
        6,
        "'tag' in a cell's header means nothing here",
    ),
    "an exercise that stands twice": (
        {"end": DEF + BODY + '\n# %%\ncheck("start_here.mean_of_rows", mean_of_rows)\n'},
        27,
        f"exercise start_here.mean_of_rows stands twice, first on line {ANSWER}",
    ),
    "a check without an answer cell": (
        {"answer": None},
        ANSWER,
        'check("start_here.mean_of_rows", ...) without its answer cell before it',
    ),
    "a check before its answer cell": (
        {"code": '# %%\ncheck("start_here.mean_of_rows", mean_of_rows)\n\n\n'},
        7,
        "without its answer cell before it",
    ),
    "an answer cell without a check": (
        {"check": None},
        ANSWER,
        'the cell after the answer must call check("start_here.mean_of_rows", mean_of_rows), and no other check',
    ),
    "an answer cell at the end of the lesson": ({"check": None, "end": None}, ANSWER, "the cell after the answer"),
    "an answer cell with the check of another": (
        {"check": '# %%\ncheck("attention.softmax", mean_of_rows)\n'},
        ANSWER,
        "the cell after the answer must call",
    ),
    "an answer outside an answer cell": (
        {"code": "# %%\nx = 1\n# >>> answer\nx = 2\n# <<< answer\n"},
        7,
        "an answer in a cell that does not begin with # exercise: concept.name",
    ),
    "an answer cell that does not begin with the name of the exercise": (
        {"answer": "# %%\n\nx = 1\n" + DEF[5:] + BODY},
        None,
        "an answer in a cell that does not begin with # exercise: concept.name",
    ),
    "an answer cell without markers": (
        {"answer": DEF + "    return x.mean(axis=0)\n"},
        ANSWER,
        "an answer cell without '# >>> answer': its answer would be published",
    ),
    "an answer cell that defines another function": (
        {"answer": DEF.replace("def mean_of_rows(", "def mean_of_columns(") + BODY},
        ANSWER,
        "the answer cell of start_here.mean_of_rows does not define a function mean_of_rows",
    ),
    "a raw cell": ({"end": "# %% [raw]\n# text\n"}, 26, "a raw cell; use # %% or # %% [markdown]"),
    "text before the first cell": ({"title": "import numpy\n\n# %% [markdown]\n# # A lesson\n"}, 1, "text before the first"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found_with_file_and_line(lesson, monkeypatch, changed, line, message):
    unwritten = Lesson(51, "unwritten", "Not written", "a lesson that has no package")
    monkeypatch.setattr(syllabus, "LESSONS", (*syllabus.LESSONS, unwritten))
    path = lesson(**changed)
    with pytest.raises(LessonError) as caught:
        read_lesson(path)
    text = str(caught.value)
    assert message in text
    assert text.startswith(f"{path}:{line}: " if line else f"{path}:")


def test_an_exercise_of_the_lesson_that_is_left_out_is_named(lesson):
    path = lesson("00_start_here.py", header=None, answer=None, check=None)
    with pytest.raises(
        LessonError,
        match=r"00_start_here\.py:1: the lesson leaves out its exercise start_here\.mean_of_rows; ask for it by \{exercise",
    ):
        read_lesson(path)
    read_lesson(lesson("00_start_here.py"))


def test_an_exercise_that_lacks_a_hint_is_refused_with_the_file_to_mend(lesson, monkeypatch):
    whole = find_exercise("start_here.mean_of_rows")
    monkeypatch.setattr(source, "find_exercise", lambda exercise_id: replace(whole, hints=whole.hints[:2]))
    with pytest.raises(
        LessonError, match=r"py:14: .* has 2 of 3 hints .* course_lib/start_here/exercises/mean_of_rows\.py"
    ):
        read_lesson(lesson())


def test_a_sound_lesson_has_its_cells_with_their_lines(lesson):
    path = lesson()
    cells, lines = read_lesson(path), path.read_text(encoding="utf-8").splitlines()
    assert [cell.kind for cell in cells] == ["markdown", "code", "markdown", "code", "code", "markdown"]
    assert [cell.line for cell in cells] == [2, 7, 12, ANSWER, 24, 27]
    for cell in cells:
        first = lines[cell.line - 1]
        assert cell.source.splitlines()[0] == (first if cell.kind == "code" else first.removeprefix("# "))


def test_only_the_answer_cell_knows_its_exercise(lesson):
    found = [cell.exercise and cell.exercise.id for cell in read_lesson(lesson())]
    assert found == [None, None, None, "start_here.mean_of_rows", None, None]


def test_a_cell_knows_its_tags(lesson):
    cells = read_lesson(lesson(code='# %% tags=["times"]\nx = 1\n'))
    assert [cell.tags for cell in cells] == [(), ("times",), (), (), (), ()]
