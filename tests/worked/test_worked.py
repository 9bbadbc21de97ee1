"""The whole of it, as a learner types it: the real course in three real repositories, `python -m course_lib update` in a process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.worked.folder import copies

ROOT = Path(__file__).resolve().parents[2]
SOFTMAX = "# exercise: attention.softmax\ndef softmax(scores):\n    return scores  # not yet"


@pytest.fixture
def real(shared):
    """The real course in the place of the small one, published and pulled; a learner has begun lesson 04."""
    maintainer, learner = shared.maintainer, shared.learner
    for folder in ("lessons", "notebooks"):
        shutil.rmtree(maintainer.root / folder)
    for folder in ("course_lib", "lessons", "notebooks"):
        leave_out = shutil.ignore_patterns("__pycache__", "progress*.sqlite*", "kept")
        shutil.copytree(ROOT / folder, maintainer.root / folder, ignore=leave_out)
    shared.publish("the real course")
    subprocess.run(["git", "-C", str(learner.root), "pull", "--quiet"], check=True)
    shutil.rmtree(learner.own)
    copies(learner.root)
    learner.solve("04_attention", "attention.softmax", SOFTMAX)
    learner.run("00_start_here")
    return shared


def test_the_newer_course_brings_the_answers_into_its_notebooks(real):
    lesson = real.maintainer.root / "lessons" / "04_attention.py"
    lesson.write_text(lesson.read_text(encoding="utf-8") + "\n\n# %% [markdown]\n# A newer end.\n", encoding="utf-8")
    library = real.maintainer.root / "course_lib" / "worked" / "renewing.py"
    text = library.read_text(encoding="utf-8").replace("answers carried over: ", "answers carried over by the newer: ")
    library.write_text(text, encoding="utf-8")
    surroundings = {**os.environ, "PYTHONPATH": str(real.maintainer.root)}
    build = [sys.executable, "-m", "course_lib", "build"]
    subprocess.run(build, check=True, cwd=real.maintainer.root, env=surroundings, capture_output=True)
    real.publish("lesson 04 ends otherwise")

    surroundings["PYTHONPATH"] = str(real.learner.root)
    update = [sys.executable, "-m", "course_lib", "update"]
    done = subprocess.run(update, cwd=real.learner.root, env=surroundings, capture_output=True, text=True, check=True)
    assert "The course is 1 commit newer" in done.stdout
    assert "answers carried over by the newer: attention.softmax" in done.stdout
    assert real.is_newest()
    cells = real.learner.cells("04_attention")
    assert (SOFTMAX in cells, cells[-1]) == (True, "A newer end.")
    assert len(list((real.learner.own / "kept").iterdir())) == 1
