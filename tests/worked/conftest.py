"""A course of two small lessons, in a folder or in a real git repository with its origin, and a learner at work in it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from course_lib.publish import build
from course_lib.worked.folder import copies

ROOT = Path(__file__).resolve().parents[2]
LESSON = """# %% [markdown]
# # {title}

# %%
import numpy as np

# %% [markdown]
# Now you.
#
# {{exercise {id}}}

# %%
# exercise: {id}
def {function}(x):
    # >>> answer
    return x
    # <<< answer


# %%
check("{id}", {function})
"""
MEAN, SOFTMAX = "start_here.mean_of_rows", "attention.softmax"
ANSWER = f"# exercise: {MEAN}\ndef half(x):\n    return x / 2\n\n\ndef mean_of_rows(x):\n    return 2 * half(x).mean(1)"


class Course:
    """A folder with lessons/ and what is built from them, and my_notebooks/, where a learner works."""

    MEAN, SOFTMAX, ANSWER = MEAN, SOFTMAX, ANSWER

    def __init__(self, root):
        self.root, self.own = root, root / "my_notebooks"

    def lesson(self, name, exercise=None, title="A lesson", more=""):
        """Write a lesson with one exercise, or none, and build all."""
        path = self.root / "lessons" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = LESSON.format(title=title, id=exercise, function=exercise.partition(".")[2]) if exercise else ""
        path.write_text((text or f"# %% [markdown]\n# # {title}\n") + more, encoding="utf-8")
        build(self.root / "lessons", self.root / "notebooks")
        return path

    def drop(self, name):
        """Take a lesson out of the course."""
        (self.root / "lessons" / f"{name}.py").unlink()
        (self.root / "notebooks" / f"{name}.ipynb").unlink()

    def work(self, name, change, folder="my_notebooks"):
        """Do something to a notebook as Jupyter does: read it, change it, write it. Returns its bytes."""
        path = self.root / folder / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change(notebook)
        nbformat.write(notebook, path)
        return path.read_bytes()

    def solve(self, name, exercise=MEAN, source=ANSWER, folder="my_notebooks"):
        """Write an answer into the exercise's cell."""

        def change(notebook):
            (cell,) = [cell for cell in notebook.cells if cell.source.startswith(f"# exercise: {exercise}")]
            cell.source = source

        return self.work(name, change, folder)

    def run(self, name, folder="my_notebooks"):
        """Run and save a notebook."""
        return self.work(name, run_and_save, folder)

    def cells(self, name, folder="my_notebooks"):
        content = json.loads((self.root / folder / f"{name}.ipynb").read_text(encoding="utf-8"))
        return ["".join(cell["source"]) for cell in content["cells"]]

    def kept(self):
        """What is kept: name -> bytes."""
        return {path.name: path.read_bytes() for path in sorted((self.own / "kept").glob("*"))}


def run_and_save(notebook):
    """What JupyterLab writes after a run: outputs, counts, its kernel's and its own notes."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = [nbformat.v4.new_output("stream", text="ran\n" * 100)]
            cell.metadata["execution"] = {"iopub.execute_input": "2026-11-26T10:00:00Z"}
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata.language_info = {"name": "python", "version": "3.12.1", "file_extension": ".py"}
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


@pytest.fixture
def course(tmp_path):
    """The course in its first version, and a learner's copies."""
    course = Course(tmp_path / "course")
    course.lesson("50_means", MEAN)
    course.lesson("51_weights", SOFTMAX)
    copies(course.root)
    return course


def git(folder, *words):
    """What a git command says, which must succeed."""
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout


class Shared:
    """A maintainer's checkout, the bare origin, and a learner's clone."""

    def __init__(self, tmp_path):
        self.origin = tmp_path / "origin.git"
        self.maintainer = Course(tmp_path / "maintainer")
        self.maintainer.lesson("50_means", MEAN)
        self.maintainer.lesson("51_weights", SOFTMAX)
        shutil.copy(ROOT / ".gitignore", self.maintainer.root)
        shutil.copy(ROOT / ".gitattributes", self.maintainer.root)
        (self.maintainer.root / "library.py").write_text("x = 3\n")
        git(self.maintainer.root, "init", "--quiet", "--initial-branch=main")
        git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
        git(self.maintainer.root, "remote", "add", "origin", str(self.origin))
        self.publish("first")
        git(tmp_path, "clone", "--quiet", str(self.origin), "learner")
        self.learner = Course(tmp_path / "learner")
        copies(self.learner.root)

    def publish(self, message):
        git(self.maintainer.root, "add", "--all")
        git(self.maintainer.root, "commit", "--quiet", "--message", message)
        git(self.maintainer.root, "push", "--quiet", "origin", "main")

    def newer(self):
        """A newer version: another text in both lessons, a third one, a new file and one less in the library."""
        self.maintainer.lesson("50_means", MEAN, title="A better lesson")
        self.maintainer.lesson("51_weights", SOFTMAX, title="Another better lesson")
        self.maintainer.lesson("52_rest", title="Rest")
        (self.maintainer.root / "new.py").write_text("z = 7\n")
        (self.maintainer.root / "library.py").write_text("x = 5\n")
        self.publish("newer")

    def status(self):
        """What git says of the learner's checkout."""
        return git(self.learner.root, "status", "--porcelain")

    def head(self):
        return git(self.learner.root, "rev-parse", "HEAD").strip()

    def is_newest(self):
        return self.head() == git(self.origin, "rev-parse", "main").strip() and self.status() == ""


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """Three real repositories, whatever the person who runs the tests has set for git."""
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.org")
    return Shared(tmp_path)
