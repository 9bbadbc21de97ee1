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


@pytest.fixture
def worked(lessons, capsys):
    """Two notebooks, somebody has worked in the first."""
    (lessons / "lessons" / "98_sleep.py").write_text("# %% [markdown]\n# # Sleep\n", encoding="utf-8")
    cli.main(["build"])
    path = lessons / "notebooks" / "99_rest.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("3 + 5", "3 + 7"), encoding="utf-8")
    capsys.readouterr()
    return path


def test_build_leaves_work_alone_builds_the_others_and_says_so_with_status_1(worked, capsys):
    before, other = worked.read_bytes(), worked.with_name("98_sleep.ipynb")
    other.unlink()
    assert cli.main(["build"]) == 1
    said = capsys.readouterr()
    assert said.out.split() == [str(other)]
    assert said.err.startswith(
        "course_lib: left alone, for somebody has worked there: 99_rest.ipynb; all others are built"
    )
    assert "--force 99_rest, which moves the work to" in said.err
    assert said.err.count("\n") == 1
    assert worked.read_bytes() == before
    assert other.is_file()


def test_build_with_force_and_a_name_keeps_the_work_and_ends_with_0(worked, capsys):
    before = worked.read_bytes()
    assert cli.main(["build", "--force", "99"]) == 0
    kept = list((worked.parent / "kept").iterdir())
    assert [path.read_bytes() for path in kept] == [before]
    assert f"what 99_rest.ipynb held is in {kept[0]}" in capsys.readouterr().out
    assert "3 + 5" in worked.read_text(encoding="utf-8")


def test_force_wants_names_and_says_which_there_are(worked, capsys):
    before = worked.read_bytes()
    assert cli.main(["build", "--force"]) == 2
    assert "--force 99_rest. Work is in 99_rest\n" in capsys.readouterr().err
    assert cli.main(["build", "--force", "97"]) == 2
    assert "no notebook is called '97': there are 98_sleep, 99_rest" in capsys.readouterr().err
    assert worked.read_bytes() == before
    assert cli.main(["build", "--force", "all"]) == 0
    assert cli.main(["build", "--force"]) == 2
    assert "holds work" in capsys.readouterr().err


def test_the_readme_way_to_begin_afresh_works_beside_other_work(worked, lessons):
    (lessons / "notebooks" / "98_sleep.ipynb").rename(lessons / "notebooks" / "98_mine.ipynb")
    assert cli.main(["build"]) == 1
    assert (lessons / "notebooks" / "98_sleep.ipynb").is_file()
    assert (lessons / "notebooks" / "98_mine.ipynb").is_file()


def test_a_folder_that_cannot_be_written_to_is_said_with_what_to_do(lessons, monkeypatch, capsys):
    def refuses(*arguments):
        raise PermissionError(13, "Permission denied", "99_rest.ipynb.part")

    monkeypatch.setattr("os.replace", refuses)
    assert cli.main(["build"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"course_lib: cannot write to {lessons / 'notebooks'} (")
    assert "--out FOLDER" in said
    (lessons / "file").write_text("in the way")
    assert cli.main(["build", "--out", str(lessons / "file")]) == 2
    assert f"cannot write to {lessons / 'file'}" in capsys.readouterr().err


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
