"""The students' edition holds no answers, and works."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course_lib.classroom.releasing import HELD_BACK, release, without_right_answers, without_third_hint
from course_lib.cli import main
from course_lib.practice.catalogue import all_exercises

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return release(ROOT, tmp_path_factory.mktemp("release") / "course", third_hints=False)


def run(bundle, *words):
    environment = {"PATH": os.environ["PATH"], "HOME": str(bundle.folder), "PYTHONPATH": str(bundle.folder)}
    return subprocess.run(
        [sys.executable, *words], cwd=bundle.folder, env=environment, capture_output=True, text=True, timeout=120
    )


def test_no_answer_of_a_lesson_is_in_it(bundle):
    assert not (bundle.folder / "lessons").exists()
    shown = "\n".join(path.read_text(encoding="utf-8") for path in bundle.folder.glob("notebooks/*.ipynb"))
    answers = [block for path in (ROOT / "lessons").glob("*.py") for block in _answers(path)]
    assert len(answers) == len(all_exercises())
    for block in answers:  # a line or two may stand in what is given; never all of them
        assert not all(line.replace("\\", "\\\\").replace('"', '\\"') in shown for line in block), block
    assert not list(bundle.folder.rglob("test_*.py"))


def _answers(path):
    """The lines between each pair of marks."""
    block = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() == "# >>> answer":
            block = []
        elif line.strip() == "# <<< answer":
            yield block
            block = None
        elif block is not None and line.strip():
            block.append(line)


def test_no_known_right_answer_is_in_it_unless_a_mistake_is_made_of_it(bundle):
    left = [
        f"{path.parent.parent.name}.{path.stem}/{node.name}"
        for path in bundle.folder.glob("course_lib/*/exercises/*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and any(getattr(mark, "id", "") == "right" for mark in node.decorator_list)
    ]
    assert left == ["backprop.look_up_backward/token_by_token"]
    assert bundle.answers == sum(len(each.also_right) for each in all_exercises()) - len(left)


def test_third_hints_can_be_held_back(bundle, tmp_path):
    assert bundle.hints == len(all_exercises())
    told = run(bundle, "-c", "from course_lib.practice.catalogue import all_exercises as a\n"
               "print({e.hints[2] for e in a()}, {len(e.hints) for e in a()}, sum(len(e.wrong) for e in a()))")  # fmt: skip
    assert told.stdout.strip() == f"{ {HELD_BACK} } {{3}} {sum(len(each.wrong) for each in all_exercises())}", (
        told.stderr
    )
    whole = release(ROOT, tmp_path / "whole")
    assert whole.hints == 0


def test_what_is_left_works_and_does_not_know_how_to_make_solutions(bundle):
    told = run(bundle, "-m", "course_lib", "--help")
    assert told.returncode == 0, told.stderr
    assert "classroom" not in told.stdout
    assert "verdicts" not in told.stdout
    solved = run(bundle, "-m", "course_lib", "build", "--solved")
    assert (solved.returncode, "invalid choice: 'build'" in solved.stderr) == (2, True)
    code = "import numpy as np\nfrom course_lib.practice import check\nprint(check('attention.causal_mask', lambda n: np.tri(n, dtype=bool)).state)"
    assert "passed" in run(bundle, "-c", code).stdout
    assert run(bundle, "start.py", "help").returncode == 0
    assert "nothing was" not in run(bundle, "-m", "course_lib", "progress").stderr
    copies = "from pathlib import Path; from course_lib.worked.folder import copies; print(len(copies(Path('.')).made))"
    assert run(bundle, "-c", copies).stdout.strip() == "17"


def test_the_zip_is_the_folder(bundle):
    with zipfile.ZipFile(bundle.archive) as packed:
        names = {name for name in packed.namelist() if "__pycache__" not in name}
    assert "course/notebooks/04_attention.ipynb" in names
    assert not [name for name in names if "/lessons/" in name or "/tests/" in name]


def test_cutting_leaves_all_else_as_it_is():
    source = '@right\ndef f(x):\n    return x\n\n\n@wrong(1, "é", "why")\ndef g(x):\n    return -x\n\n\nHINTS = ("a", "é é", "c")  # three\n'
    cut, count = without_right_answers(source)
    assert (count, cut) == (1, source[source.index("@wrong") :])
    assert without_third_hint(cut) == cut.replace('"c"', f'"{HELD_BACK}"')
    used = source.replace("return -x", "return -f(x)")
    assert without_right_answers(used) == (used, 0)


def test_what_cannot_be_released_is_said(tmp_path, capsys):
    (tmp_path / "x").write_text("")
    assert main(["classroom", "release", str(tmp_path)]) == 2
    assert "is not an empty folder" in capsys.readouterr().err
