"""A class of one's own making: right answers, known mistakes, two at once, broken files and hostile code; from a seed.

The answers are those that the exercises hold themselves, so nothing here has to be kept up when an exercise changes. What each
student was made to be stands in ``made_of.csv`` beside the folder of hand-ins, to be compared with what grading found.
"""

import linecache
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.classroom.proving import own_answer
from course_lib.classroom.tables import table_text
from course_lib.practice.exercise import Exercise
from course_lib.practice.judging import judge
from course_lib.practice.markers import answer_line
from course_lib.syllabus import Lesson

__all__ = ["HOSTILE", "Made", "make_class"]

FIRST = (
    *(
        "Ada",
        "Blaise",
        "Carl",
        "Dorothy",
        "Emmy",
        "Florence",
        "Grace",
        "Hedy",
        "Ida",
        "Jürgen",
        "Katherine",
        "Leonhard",
    ),
    *(
        "Maryam",
        "Noether",
        "Olga",
        "Pierre",
        "Qin",
        "Rózsa",
        "Sofia",
        "Terence",
        "Ulugh",
        "Vera",
        "Wang",
        "Xin",
        "Yutaka",
        "Zoë",
    ),
)
LAST = (
    *("Abel", "Bernoulli", "Cantor", "Dürer", "Euler", "Fermat", "Gauss", "Hopper", "Ito", "Johnson", "Kovalevskaya"),
    *("Lovelace", "Mirzakhani", "Nash", "Ōe", "Péter", "Quine", "Ramanujan", "Somerville", "Turing", "Ulam", "Vaughan"),
    *("Weil", "Xu", "Young", "Zermelo"),
)
#: What does harm where nothing holds it: a name, and the body of a function.
HOSTILE = {
    "endless loop": "while True:\n        pass",
    "ends Python": "import os\n    os._exit(0)",
    "takes all memory": "return bytearray(1 << 40)",
    "starts processes": "import os\n    for _ in range(50):\n        os.fork()\n    while True:\n        pass",
    "floods the output": "while True:\n        print('x' * 100_000)",
    "equals everything": "class Equal:\n        __eq__ = lambda self, other: True\n        __array__ = None\n    return Equal()",
    "reads the references": "import glob\n    return open(glob.glob('/**/exercises/*.py', recursive=True)[0]).read()",
    "opens a connection": "import socket\n    return socket.create_connection(('127.0.0.1', 22), 1)",
    "writes outside": "open('/tmp/written-by-a-student', 'w').write('x')",
}
_CHANGES = """
_inner = {name}


def {name}(*given, **more):
    result = _inner(*given, **more)
    try:
        given[0][...] = 0
    except TypeError:
        pass
    return result
"""
_BROKEN: dict[str, Callable[[str], bytes]] = {
    "an empty file": lambda text: b"",
    "merge conflict": lambda text: f"<<<<<<< HEAD\n{text}\n=======\n>>>>>>> theirs\n".encode(),
    "cut off in the middle": lambda text: text.encode()[: len(text) // 2],
    "in UTF-16": lambda text: text.encode("utf-16"),
    "with a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
}


@dataclass(frozen=True)
class Made:
    """A student as made.

    Attributes:
        student: the name of the folder.
        kind: "right", "known mistakes", "two mistakes", "broken", "hostile" or "copied".
        what: which, in words.
    """

    student: str
    kind: str
    what: str


def make_class(
    folder: Path, lesson: Lesson, exercises: Sequence[Exercise], students: int = 30, seed: int = 0, hostile: bool = True
) -> list[Made]:
    """Write the hand-ins of a class into a folder that is new or empty.

    Args:
        folder: where the students' folders go.
        lesson: whose notebook they hand in.
        exercises: of this lesson.
        students: how many.
        seed: the same class again for the same seed.
        hostile: whether there is hostile code among it.
    Raises:
        FileExistsError: there is something in the folder.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    rng = random.Random(seed)
    made: list[Made] = []
    kinds = [
        *["right"] * 4,
        *["known mistakes"] * 9,
        *["two mistakes"] * 3,
        "broken",
        "broken",
        *["hostile"] * hostile,
        "copied",
    ]
    written: dict[str, list[str]] = {}
    for number in range(students):
        student = _name(number, rng)
        kind = kinds[number % len(kinds)]
        cells, what, content = _cells(exercises, kind, written, rng)
        written[student] = cells
        text = nbformat.writes(new_notebook(cells=[_cell(cell) for cell in [f"# {lesson.title}", *cells]]))
        path = folder / student / f"{lesson.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content(text) if content else text.encode())
        made.append(Made(student, kind, what))
    told = table_text(["student", "kind", "what"], [(each.student, each.kind, each.what) for each in made])
    (folder.parent / "made_of.csv").write_text(told, encoding="utf-8")
    return made


def _name(number: int, rng: random.Random) -> str:
    first, last = FIRST[number % len(FIRST)], rng.choice(LAST)
    again = number // len(FIRST)
    return f"{first} {last}{f' {again + 1}' if again else ''}"


def _cell(source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source) if source.startswith("# ") and "\n" not in source else new_code_cell(source)


def _cells(
    exercises: Sequence[Exercise], kind: str, written: dict[str, list[str]], rng: random.Random
) -> tuple[list[str], str, Callable[[str], bytes] | None]:
    """The cells of one student, what was made of them, and what is done to the file."""
    if kind == "copied" and written:
        whose = rng.choice(list(written))
        return written[whose], f"as {whose} has it", None
    cells, wrong = ["import numpy as np"], []
    broken_at = {exercise.id for exercise in rng.sample(list(exercises), min(2, len(exercises)))}
    harm = rng.choice(list(HOSTILE)) if kind == "hostile" else ""
    for exercise in exercises:
        line = answer_line(exercise.id)
        mistakes = list(_mistakes(exercise).items())
        if kind in ("known mistakes", "two mistakes") and exercise.id in broken_at and mistakes:
            name, text = rng.choice(mistakes)
            wrong.append(f"{exercise.id}: {name}")
            if kind == "two mistakes":
                wrong[-1] += ", and an argument changed"
                text += _CHANGES.format(name=exercise.name)
        elif harm and exercise.id == min(broken_at):
            text = f"def {exercise.name}(*given, **more):\n    {HOSTILE[harm]}\n"
            wrong.append(f"{exercise.id}: {harm}")
        else:
            text = rng.choice(_right(exercise))
        cells.append(f"{line}\n{text}")
    if kind == "broken":
        how = rng.choice(list(_BROKEN))
        return cells, how, _BROKEN[how]
    return cells, "; ".join(wrong), None


@cache
def _right(exercise: Exercise) -> list[str]:
    """Answers as text, each of which passes here; at least one.

    Raises:
        ValueError: none does.
    """
    found = [
        text
        for function in (*exercise.also_right, exercise.reference)
        for text in [_text(exercise, function)]
        if text and _state(exercise, text) == "passed"
    ]
    if not found:
        raise ValueError(f"no answer to {exercise.id} that could stand in a cell passes")
    return found


@cache
def _mistakes(exercise: Exercise) -> dict[str, str]:
    """Known mistakes as text, by their names: those that can stand in a cell."""
    texts = {mistake.name: _text(exercise, mistake.function) for mistake in exercise.wrong}
    return {name: text for name, text in texts.items() if text and _state(exercise, text) == "failed"}


def _state(exercise: Exercise, text: str) -> str:
    """What a check says of the course's own text, run here."""
    file = f"<made for {exercise.id}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names = {"np": np}
    try:
        exec(compile(text, file, "exec"), names)
    except Exception:
        return "error"
    return judge(exercise, names[exercise.name], np.random.default_rng(0)).state


def _text(exercise: Exercise, function: Callable) -> str | None:
    """A function of the course's as a cell that defines it, or None where its text is not to be had."""
    try:
        return own_answer(exercise, function, imported=False)
    except (OSError, TypeError, ValueError):
        return None
