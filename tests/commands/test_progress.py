"""`python -m course_lib progress`: the board, and which file it was read from, also where nothing can be written."""

import pytest

from course_lib import cli
from course_lib.practice.progress import Progress

SOFTMAX = "attention.softmax"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where progress is kept; one exercise has passed."""
    path = tmp_path / "progress.sqlite"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    Progress(path).record(SOFTMAX, "passed", 2.0, 2.0, None, None)
    return path


def test_the_board_says_which_file_it_was_read_from(path, capsys):
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    assert "1 of " in said
    assert said.endswith(f"\nRead from {path}.\n")


def test_another_file_can_be_named_and_one_that_is_not_there_is_said(path, tmp_path, capsys):
    (tmp_path / "other.sqlite").write_bytes(path.read_bytes())
    path.unlink()
    assert cli.main(["progress", str(tmp_path / "other.sqlite")]) == 0
    assert capsys.readouterr().out.endswith(f"\nRead from {tmp_path / 'other.sqlite'}.\n")
    assert cli.main(["progress"]) == 0
    assert capsys.readouterr().out.endswith(f"\nNothing is kept in {path} yet.\n")
    assert cli.main(["progress", str(path)]) == 2
    assert f"no file {path}" in capsys.readouterr().err


def test_where_nothing_can_be_written_it_is_read_all_the_same(path, monkeypatch, capsys):
    """Whoever runs the tests may be root, who may write anywhere: so the system's word is faked."""
    monkeypatch.setattr("course_lib.practice.progress.os.access", lambda path, mode: False)
    path.chmod(0o444)
    before = path.read_bytes()
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    assert "1 of " in said
    assert f"Read from {path}. {path} cannot be written to. Set the environment variable COURSE_PROGRESS" in said
    assert path.read_bytes() == before


def test_switched_off_is_said(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    assert cli.main(["progress"]) == 0
    assert capsys.readouterr().out.endswith("\nProgress is switched off (COURSE_PROGRESS=off).\n")


def test_in_a_shared_folder_it_is_said_whose_file_is_read(path, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "04_attention.ipynb").touch()
    owner = path.stat().st_uid
    monkeypatch.setattr("course_lib.practice.progress.os.getuid", lambda: owner + 12345, raising=False)
    monkeypatch.setattr("course_lib.practice.progress.getpass.getuser", lambda: "anna")
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    assert (
        f"Nothing is kept in {tmp_path / 'progress-anna.sqlite'} yet. progress.sqlite in this folder belongs to" in said
    )


def test_a_byte_order_mark_in_the_file_is_named_with_what_to_do(path, capsys):
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert cli.main(["progress"]) == 2
    said = capsys.readouterr().out
    assert f"Your progress in {path} could not be read (" in said
    assert "begins with a byte-order mark" in said
    assert "move it away" in said
    path.write_bytes(b"no database at all, and no byte-order mark either")
    assert cli.main(["progress"]) == 2
    assert "byte-order" not in capsys.readouterr().out
