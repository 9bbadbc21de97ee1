"""`python -m course_lib build`: where notebooks are written, and what is never written over."""

import os

import pytest

from course_lib import cli
from course_lib.commands import common


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """A course of one lesson without exercises."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "99_rest.py").write_text("# %% [markdown]\n# # Rest\n\n# %%\n3 + 5\n", encoding="utf-8")
    monkeypatch.setattr(common, "ROOT", tmp_path)
    return tmp_path


def test_build_writes_the_notebooks_and_prints_their_paths(lessons, capsys):
    assert cli.main(["build"]) == 0
    assert capsys.readouterr().out.split() == [str(lessons / "notebooks" / "99_rest.ipynb")]
    assert (lessons / "notebooks" / "99_rest.ipynb").is_file()


def test_build_puts_solved_notebooks_where_no_learner_finds_them_and_others_where_it_is_told(lessons):
    assert cli.main(["build", "--solved"]) == 0
    assert cli.main(["build", "--out", str(lessons / "elsewhere")]) == 0
    built = sorted(str(path.relative_to(lessons)) for path in lessons.rglob("*.ipynb"))
    assert built == [os.path.join("build", "solved", "99_rest.ipynb"), os.path.join("elsewhere", "99_rest.ipynb")]


def test_build_over_somebodys_work_ends_with_2_and_with_force_with_0(lessons, capsys):
    cli.main(["build"])
    path = lessons / "notebooks" / "99_rest.ipynb"
    worked = path.read_text(encoding="utf-8").replace("3 + 5", "3 + 7")
    path.write_text(worked, encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["build"]) == 2
    assert "holds somebody's work" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == worked
    assert cli.main(["build", "--force"]) == 0
    assert "3 + 5" in path.read_text(encoding="utf-8")


def test_build_of_a_broken_or_missing_lesson_ends_with_2_and_says_where(lessons, capsys):
    broken = lessons / "lessons" / "98_broken.py"
    broken.write_text("# %%\n# >>> answer\n", encoding="utf-8")
    assert cli.main(["build"]) == 2
    assert f"course_lib: {broken}:2:" in capsys.readouterr().err
    assert not (lessons / "notebooks").exists()
    for lesson in (lessons / "lessons").iterdir():
        lesson.unlink()
    assert cli.main(["build"]) == 2
    assert "no lessons" in capsys.readouterr().err
