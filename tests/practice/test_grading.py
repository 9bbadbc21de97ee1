"""Whole notebooks, run again and marked: right and wrong answers, lost cells, kernels that die, files that are none."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.cli import main
from course_lib.practice.catalogue import all_exercises
from course_lib.practice.grading import grade
from course_lib.practice.markers import answer_line
from course_lib.practice.marks import Mark, marks_table
from course_lib.practice.progress import Progress
from course_lib.practice.report import SIGNS
from course_lib.publish import notebook_text, read_lesson
from course_lib.syllabus import LESSONS


def answer(exercise, body, arguments, before=""):
    """The source of an answer cell."""
    return f"{answer_line(exercise)}\n{before}def {exercise.partition('.')[2]}({arguments}):\n    {body}"


ROOT = Path(__file__).resolve().parents[2]
MEAN = answer("start_here.mean_of_rows", "return x.mean(axis=0)", "x")
SOFTMAX = "attention.softmax"
STABLE = "e = np.exp(scores - scores.max(-1, keepdims=True)); return e / e.sum(-1, keepdims=True)"
UNSTABLE = "e = np.exp(scores); return e / e.sum(-1, keepdims=True)"


def write(path, cells, **metadata):
    """A notebook of these sources; a tuple holds Markdown."""
    made = [new_markdown_cell(*cell) if isinstance(cell, tuple) else new_code_cell(cell) for cell in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=made, metadata=metadata), path)
    return path


def lesson_04(path):
    """One notebook with one of everything that does not bring a kernel down."""
    return write(
        path,
        [
            "import numpy as np\nfrom course_lib.practice import check",
            ("# exercise: start_here.mean_of_rows",),  # named in prose only: not an answer
            answer(SOFTMAX, UNSTABLE, "scores"),
            "check('attention.softmax', softmax)",
            "def check(*anything):\n    return 'passed'",  # a check of the learner's own changes nothing
            answer("attention.scaled_scores", "return Q @ K.T", "Q, K"),
            "check('attention.scaled_scores', scaled_scores)",
            answer("attention.causal_mask", "raise NotImplementedError", "n"),
            f"{answer_line('attention.attention')}\ndef attention(Q, K, V, mask=None:\n    return V",  # a SyntaxError
            answer(SOFTMAX, STABLE, "scores"),  # once more, and right: the last one counts; its check is gone
            "# exercise: my own\nthis_name_is_unknown",
        ],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder such as a learner has."""
    folder = tmp_path_factory.mktemp("notebooks")
    write(folder / "00_start_here.ipynb", ["import numpy as np", MEAN])
    lesson_04(folder / "04_attention.ipynb")
    write(folder / "scratch.ipynb", ["1 / 0"])  # no exercise in it, so that it is not even run
    write(folder / ".ipynb_checkpoints" / "00_start_here-checkpoint.ipynb", [MEAN])
    (folder / "broken.ipynb").write_text("<<<<<<< HEAD", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def before_and_marks(folder):
    """The files before, and the marks, graded where checks are strict and progress is kept."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_STRICT", "1")
        patch.setenv("COURSE_PROGRESS", str(folder / "progress.sqlite"))
        return before, grade(folder)


def test_every_exercise_of_a_folder_gets_its_mark(before_and_marks):
    marks = {mark.exercise: mark for mark in before_and_marks[1]}
    assert [(mark.notebook, mark.exercise, mark.state, mark.score, mark.points) for mark in marks.values()] == [
        ("00_start_here.ipynb", "start_here.mean_of_rows", "passed", 1.0, 1.0),
        ("04_attention.ipynb", "attention.softmax", "passed", 2.0, 2.0),
        ("04_attention.ipynb", "attention.scaled_scores", "failed", 0.0, 1.0),
        ("04_attention.ipynb", "attention.causal_mask", "not attempted", 0.0, 1.0),
        ("04_attention.ipynb", "attention.attention", "error", 0.0, 4.0),
        ("04_attention.ipynb", "attention.single_head", "not attempted", 0.0, 2.0),
        ("broken.ipynb", "-", "error", 0.0, 0.0),
    ]
    assert marks["attention.scaled_scores"].remark == "no scale"
    assert marks["attention.causal_mask"].remark == ""
    assert "without defining attention" in marks["attention.attention"].remark
    assert marks["attention.single_head"].remark == "no cell begins with # exercise: attention.single_head"
    assert marks["-"].remark.startswith("this file cannot be read as a notebook: ")


def test_grading_leaves_every_file_as_it_was_and_adds_none(folder, before_and_marks):
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before_and_marks[0]


def test_the_table_has_a_line_for_every_mark_and_the_sum(before_and_marks):
    marks = before_and_marks[1]
    lines = marks_table(marks).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "00_start_here.ipynb",
        "04_attention.ipynb",
        "broken.ipynb",
        "2 of 7 exercises passed, 3 of 11 points",
    ]
    inside = [line.split() for line in lines if line.startswith("  ") and not line.startswith("    ")]
    assert [words[:2] for words in inside] == [[SIGNS[mark.state][0], mark.exercise] for mark in marks]
    assert lines[4].endswith("0 of 1  failed  no scale")


def test_a_remark_of_several_lines_is_one_line_of_the_table():
    mark = Mark("a.ipynb", SOFTMAX, "error", 0.0, 2.0, "raised\n  ValueError:\n\n  x")
    assert marks_table([mark]).splitlines()[1].endswith("error  raised ValueError: x")


def test_cells_that_never_end_are_interrupted_and_the_rest_is_marked(tmp_path):
    endless = answer("start_here.mean_of_rows", "while True: pass", "x")
    cells = [
        "import numpy as np",
        "while True: pass",
        answer("attention.softmax", STABLE, "scores"),
        endless,
        answer("attention.scaled_scores", "return Q @ K.T / len(Q[0]) ** 0.5", "Q, K") + "\nwhile True: pass",
    ]
    path = write(tmp_path / "my homework.ipynb", cells, course={"lesson": "04_attention"})
    marks = {mark.exercise: (mark.state, mark.remark) for mark in grade(path, cell_seconds=2.5, whole=True)}
    assert marks.pop("start_here.mean_of_rows")[0] == "error"  # copied in from another lesson, and marked as well
    assert marks.pop("attention.softmax") == ("passed", "")
    assert marks.pop("attention.scaled_scores") == ("passed", "")  # defined before its cell was stopped
    assert {state for state, remark in marks.values()} == {"not attempted"}
    assert len(marks) == 3


NUMPY = "import numpy as np\nimport os, time"
DEADLY = {
    "ends the process": "os._exit(3)",
    "swallows the interrupt": "while True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass",
}


@pytest.mark.parametrize("deadly", DEADLY.values(), ids=DEADLY)
def test_after_a_cell_that_ends_the_kernel_or_will_not_stop_the_rest_is_marked(tmp_path, deadly):
    cells = [
        NUMPY,
        answer(SOFTMAX, STABLE, "scores"),
        deadly,
        answer("attention.causal_mask", "return np.tri(n, dtype=bool)", "n"),
        answer("attention.scaled_scores", f"return softmax(Q @ K.T)\n{deadly}", "Q, K"),
        answer("attention.attention", "return V", "Q, K, V, mask=None"),
    ]
    path = write(tmp_path / "04_attention (copy).ipynb", cells)
    marks = {mark.exercise: mark for mark in grade(path, cell_seconds=2.0, whole=True)}
    assert (marks[SOFTMAX].state, marks[SOFTMAX].score) == ("passed", 2.0)
    assert (marks["attention.causal_mask"].state, marks["attention.causal_mask"].score) == ("passed", 1.0)
    lost = marks["attention.scaled_scores"]
    assert lost.state == "error"
    assert ("the kernel died in this cell" if "_exit" in deadly else "still running after 2 seconds") in lost.remark
    assert marks["attention.attention"].state == "failed"
    assert marks["attention.single_head"].state == "not attempted"


def test_what_a_kernel_has_started_ends_with_it(tmp_path):
    starts = f"import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))"
    grade(
        write(tmp_path / "a.ipynb", [MEAN.replace("# exercise", f"{starts}\n# exercise"), starts + "\n" + MEAN]),
        whole=True,
    )
    child = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    raise AssertionError(f"process {child} outlives its kernel")


def test_a_flood_is_stopped_long_before_the_time_is_up(tmp_path):
    flood = answer(SOFTMAX, "while True:\n        print('a' * 10_000)", "scores")
    cells = [
        NUMPY,
        "while True:\n    print('a' * 10_000)",
        flood,
        answer("attention.causal_mask", "return np.tri(n, dtype=bool)", "n"),
    ]
    began = time.monotonic()
    marks = {
        mark.exercise: mark
        for mark in grade(write(tmp_path / "04_attention.ipynb", cells), cell_seconds=120, whole=True)
    }
    assert time.monotonic() - began < 60
    assert marks["attention.causal_mask"].state == "passed"
    assert marks[SOFTMAX].state == "error"


def test_the_time_of_a_notebook_is_limited(tmp_path):
    slow = "time.sleep(3)\n"
    cells = [
        NUMPY,
        slow + answer(SOFTMAX, STABLE, "scores"),
        slow + answer("attention.causal_mask", "return np.tri(n, dtype=bool)", "n"),
    ]
    marks = {mark.exercise: mark for mark in grade(write(tmp_path / "04_attention.ipynb", cells), notebook_seconds=5)}
    assert marks[SOFTMAX].state == "passed"
    assert marks["attention.causal_mask"].state == "error"


SHADOWED = "globals = locals = print = dict = list = None\nget_ipython = display = check = json = exit = None\n_course_asks = 3\n"


def test_names_of_the_learner_cost_a_right_answer_nothing(tmp_path):
    (mark,) = grade(write(tmp_path / "a.ipynb", [SHADOWED, SHADOWED + MEAN]), whole=True)
    assert (mark.state, mark.remark) == ("passed", "")


def test_a_kernel_registered_for_another_python_is_not_used(tmp_path, monkeypatch):
    spec = tmp_path / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    gone = {"argv": ["/no/such/python", "-f", "{connection_file}"], "display_name": "gone", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(gone))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/proc/no/such/folder")  # and a home in which nothing can be written
    (mark,) = grade(write(tmp_path / "a.ipynb", [MEAN]))
    assert mark.state == "passed", mark.remark


def test_an_answer_for_tensors_is_judged_as_one_where_torch_is_imported_elsewhere(tmp_path):
    (mark,) = grade(write(tmp_path / "a.ipynb", ["import torch", MEAN.replace("axis=0", "dim=0")]))
    assert mark.state == "passed", mark.remark


# --- only what is needed ------------------------------------------------------------------------------------------


def test_cells_that_no_answer_needs_are_not_run(tmp_path):
    touched = tmp_path / "touched"
    cells = [
        "import numpy as np",
        f"open({str(touched)!r}, 'w').write('x')",
        "def shifted(scores):\n    return scores - scores.max(-1, keepdims=True)",
        answer(SOFTMAX, "e = np.exp(shifted(scores)); return e / e.sum(-1, keepdims=True)", "scores"),
        "1 / 0",
    ]
    path = write(tmp_path / "04_attention.ipynb", cells)
    assert next(mark for mark in grade(path) if mark.exercise == SOFTMAX).state == "passed"
    assert not touched.exists()
    assert next(mark for mark in grade(path, whole=True) if mark.exercise == SOFTMAX).state == "passed"
    assert touched.exists()


def test_where_a_name_is_missing_the_whole_notebook_is_run(tmp_path):
    hidden = "import builtins\nbuiltins.shifted = lambda scores: scores - scores.max(-1, keepdims=True)"
    uses = answer(SOFTMAX, "e = np.exp(shifted(scores)); return e / e.sum(-1, keepdims=True)", "scores")
    path = write(tmp_path / "04_attention.ipynb", ["import numpy as np", hidden, uses])
    assert next(mark for mark in grade(path) if mark.exercise == SOFTMAX).state == "passed"


@pytest.mark.parametrize("solved", [pytest.param(False, marks=pytest.mark.slow), True], ids=["untouched", "solved"])
@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(lesson, marks=() if lesson.number in (0, 4) else pytest.mark.slow, id=lesson.name)
        for lesson in LESSONS
        if (ROOT / "lessons" / f"{lesson.name}.py").exists() and lesson.seconds < 30
    ],
)
def test_the_marks_are_those_of_the_whole_notebook(tmp_path, lesson, solved):
    """Of the short lessons. What a longer one gets as a whole, tests/notebooks shows; and from the needed cells, tests/classroom."""
    path = tmp_path / f"{lesson.name}.ipynb"
    path.write_text(
        notebook_text(lesson.name, read_lesson(ROOT / "lessons" / f"{lesson.name}.py"), solved), encoding="utf-8"
    )
    needed = grade(path)
    assert needed == grade(path, whole=True)
    assert {mark.state for mark in needed} == {"passed" if solved else "not attempted"}


def test_notebooks_of_older_formats_and_with_doubled_cell_ids_are_marked(tmp_path):
    """Colab writes format 4.0, without ids; JupyterLab has copied a cell together with its id."""
    wrong = answer("start_here.mean_of_rows", "return x.sum(axis=0)", "x")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    for minor, ids in ((0, ({}, {})), (5, ({"id": "twin"}, {"id": "twin"}))):
        cells = [{**cell, **own, "source": source} for own, source in zip(ids, (wrong, MEAN), strict=True)]
        path = tmp_path / f"minor_{minor}.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": cells}))
        assert [(mark.exercise, mark.state) for mark in grade(path)] == [("start_here.mean_of_rows", "passed")]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"nbformat": 4}',
        '{"nbformat": 99, "cells": []}',
        '{"nbformat": 4, "cells": 3}',
        "[" * 9999,
    ],
)
def test_a_file_that_is_no_notebook_is_an_error_in_its_own_line(tmp_path, content):
    path = tmp_path / "04_attention.ipynb"
    path.write_text(content)
    (mark,) = grade(path)
    assert (mark.state, mark.exercise, mark.points) == ("error", "-", 0.0)
    assert "cannot be read as a notebook" in marks_table([mark])


@pytest.mark.parametrize("metadata", [{}, {"course": []}, {"course": {"lesson": 4}}, {"course": {"lesson": "99_x"}}])
def test_a_notebook_of_another_course_has_nothing_to_be_marked(tmp_path, metadata):
    assert grade(write(tmp_path / "99_x.ipynb", ["1 / 0", "# exercise: theirs.first"], **metadata)) == []


# --- the commands -------------------------------------------------------------------------------------------------


def test_grade_ends_with_0_where_all_passes(tmp_path, capsys):
    path = write(tmp_path / "00_start_here.ipynb", ["import numpy as np", MEAN])
    assert main(["grade", str(path), "--cell-timeout", "30"]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 exercises passed, 1 of 1 points\n")


def test_grade_ends_with_1_where_something_does_not_pass(tmp_path, capsys):
    (tmp_path / "broken.ipynb").write_text("no")
    assert main(["grade", str(tmp_path)]) == 1
    assert "0 of 1 exercises passed" in capsys.readouterr().out


def test_grade_ends_with_2_where_there_is_nothing_to_grade(tmp_path, capsys):
    write(tmp_path / "other" / "diary.ipynb", ["1 / 0"])
    (tmp_path / "empty").mkdir()
    for path, complaint in (
        (tmp_path / "nowhere", "no file or folder"),
        (tmp_path / "empty", "no notebook"),
        (tmp_path / "other", "no exercise of this course"),
    ):
        assert main(["grade", str(path)]) == 2
        out, err = capsys.readouterr()
        assert (out, complaint in err, str(path) in err) == ("", True, True)


def test_trouble_with_one_notebook_is_its_line_and_the_others_are_graded(tmp_path, capsys):
    good = write(tmp_path / "00_start_here.ipynb", ["import numpy as np", MEAN]).read_bytes()
    good = json.loads(good)
    (tmp_path / "01_bom.ipynb").write_bytes(b"\xef\xbb\xbf" + json.dumps(good).encode())
    (tmp_path / "02_utf16.ipynb").write_text(json.dumps(good), encoding="utf-16")
    good["cells"][0].pop("source")
    (tmp_path / "03_no_source.ipynb").write_text(json.dumps(good))
    good["cells"][0]["source"] = "x = '\ud800'"
    (tmp_path / "04_attention.ipynb").write_text(json.dumps(good))
    write(tmp_path / "05_last.ipynb", ["import numpy as np", MEAN])
    assert main(["grade", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("0")] == [
        f"{name}.ipynb" for name in ("00_start_here", "01_bom", "02_utf16", "03_no_source", "04_attention", "05_last")
    ]
    assert lines[-1].startswith("5 of 11 exercises passed"), "a cell that cannot be sent costs only what needs it"


def test_a_cell_that_lost_its_parts_is_an_empty_one_and_the_others_are_graded(tmp_path):
    path = write(tmp_path / "a.ipynb", [MEAN])
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"] += [{"cell_type": "markdown"}, {"source": "1 + 1"}, {"cell_type": "code", "metadata": {}}]
    path.write_text(json.dumps(book), encoding="utf-8")
    assert [mark.state for mark in grade(path)] == ["passed"]


def test_a_terminal_that_is_not_utf_8_costs_no_mark(tmp_path):
    write(tmp_path / "a.ipynb", [MEAN])
    done = subprocess.run(
        [sys.executable, "-m", "course_lib", "grade", str(tmp_path)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert b"1 of 1 exercises passed, 1 of 1 points" in done.stdout


def test_an_answer_that_waits_for_input_is_told_so(tmp_path):
    asks = "# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n    input('which axis? ')\n    return x.mean(axis=0)"
    path = write(tmp_path / "a.ipynb", [asks])
    (mark,) = grade(path)
    assert (mark.state, mark.remark) == ("error", "waits for input")


def test_an_interrupt_prints_what_there_is_and_ends_with_130(tmp_path, capsys, monkeypatch):
    for name in "ab":
        write(tmp_path / f"{name}.ipynb", [MEAN])

    def grade_one(path, *limits):
        if path.stem == "b":
            raise KeyboardInterrupt
        return [Mark(path.name, SOFTMAX, "passed", 2.0, 2.0, "")]

    monkeypatch.setattr("course_lib.practice.grading.grade_notebook", grade_one)
    assert main(["grade", str(tmp_path)]) == 130
    out = capsys.readouterr().out
    assert "a.ipynb" in out
    assert "interrupted; so far 1 of 1 exercises passed, 2 of 2 points" in out


def test_progress_prints_the_board_of_a_file(tmp_path, capsys):
    file = Progress(tmp_path / "mine.sqlite")
    file.record(SOFTMAX, "passed", 2.0, 2.0, None, None)
    assert main(["progress", str(file.path)]) == 0
    out = capsys.readouterr().out
    (line,) = (line for line in out.splitlines() if SOFTMAX in line)
    assert line.split()[:5] == ["✓", SOFTMAX, "2", "of", "2"]
    assert main(["progress"]) == 0  # none is kept while tests run, and the board says what there is to do
    assert "0 of " in capsys.readouterr().out


def test_progress_ends_with_2_for_a_file_that_is_missing_or_broken(tmp_path, capsys):
    (tmp_path / "broken.sqlite").write_bytes(b"broken" * 999)
    assert main(["progress", str(tmp_path / "broken.sqlite")]) == 2
    assert "could not be read" in capsys.readouterr().out
    assert main(["progress", str(tmp_path / "missing.sqlite")]) == 2
    assert "no file" in capsys.readouterr().err
    assert not (tmp_path / "missing.sqlite").exists()


def test_verdicts_ends_with_0_where_all_is_as_expected_and_with_1_elsewhere(capsys, monkeypatch):
    some = all_exercises()[:3]  # all of them are tried by test_exercises.py
    monkeypatch.setattr("course_lib.practice.verdicts.all_exercises", lambda: some)
    assert main(["verdicts", "--seed", "3"]) == 0
    assert "none not as expected" in capsys.readouterr().out
    monkeypatch.setattr("course_lib.practice.verdicts.table", lambda seed: (f"BAD {seed}", False))
    assert main(["verdicts", "--seed", "5"]) == 1
    assert capsys.readouterr().out == "BAD 5\n"


@pytest.mark.parametrize("arguments", [[], ["exam"], ["grade", "--cell-timeout", "soon"], ["verdicts", "--seed", "x"]])
def test_a_command_that_is_not_understood_ends_with_2_and_shows_how_to_use_it(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m course_lib")
