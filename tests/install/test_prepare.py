"""Whatever state an environment is in, the next command makes it whole, or says what is missing and leaves nothing."""

import io
import sys
import threading

import pytest

from course_lib.install import Trouble, prepare
from course_lib.install.environment import STAMP, condition, interpreter
from course_lib.install.prepare import announcement, own_python

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the pretended environment is laid out as on POSIX")
pytestmark = posix_only


@pytest.fixture
def get_ready(course, computer):
    """Prepare the pretended environment and return what was said."""

    def get_ready():
        out = io.StringIO()
        prepare(course / ".venv", "python3", computer, out, course)
        return out.getvalue()

    return get_ready


def state(course, computer):
    return condition(course / ".venv", computer, course)


def test_a_missing_environment_is_announced_made_and_stamped(course, computer, get_ready):
    said = get_ready()
    assert "1.7 GB" in said
    assert said.index("1.7 GB") < said.index("numpy") < said.index("done")
    assert state(course, computer) == "whole"
    (course_installed,) = [one for one in computer.asked if "--editable" in one]
    assert f"--constraint {course / 'constraints.txt'} --editable .[test]" in course_installed


def test_a_whole_one_is_left_alone_without_a_word(computer, get_ready):
    get_ready()
    del computer.asked[:]
    assert get_ready() == ""
    assert len(computer.asked) == 1, "one question, and no pip"


def half_made(course, kind):
    folder = course / ".venv"
    if kind == "no stamp":
        (folder / STAMP).unlink()
    elif kind == "half a stamp":
        (folder / STAMP).write_text("python 3.11\n")
    elif kind == "no Python":
        (folder / "bin" / "python").unlink()
    elif kind == "an empty folder":
        (folder / "bin" / "python").unlink()
        (folder / "bin").rmdir()
        (folder / STAMP).unlink()
    elif kind == "moved":
        text = (folder / STAMP).read_text()
        (folder / STAMP).write_text(text.replace(str(course), "/elsewhere"))


@pytest.mark.parametrize("kind", ["no stamp", "half a stamp", "no Python", "an empty folder", "moved"])
def test_a_half_made_one_is_made_again(course, computer, get_ready, kind):
    get_ready()
    (course / ".venv" / "left over").touch()
    half_made(course, kind)
    assert state(course, computer) == "half made"
    assert "made again" in get_ready()
    assert not (course / ".venv" / "left over").exists()
    assert (state(course, computer), computer.installations()) == ("whole", 2)


def test_another_python_under_the_same_folder_makes_it_again(course, computer, get_ready):
    get_ready()
    computer.version = "3.12"
    assert "made again" in get_ready()
    assert "python 3.12" in (course / ".venv" / STAMP).read_text()


def test_a_link_to_the_systems_python_is_no_environment(course, computer, get_ready):
    get_ready()
    computer.prefix = "/usr"
    with pytest.raises(Trouble, match="could not make an environment"):
        get_ready()
    assert computer.installations() == 1, "nothing was installed into /usr"
    assert not (course / ".venv").exists()


def test_a_link_is_removed_and_what_it_points_to_stays(tmp_path, course, get_ready):
    kept = tmp_path / "somebody's"
    kept.mkdir()
    (kept / "work").touch()
    (course / ".venv").symlink_to(kept)
    get_ready()
    assert (kept / "work").exists()
    assert not (course / ".venv").is_symlink()


def test_changed_pins_are_installed_over_what_is_there(course, computer, get_ready):
    get_ready()
    (course / "constraints.txt").write_text("pinned otherwise")
    assert state(course, computer) == "other pins"
    assert "brought up to date" in get_ready()
    assert state(course, computer) == "whole"
    assert sum("venv " in one for one in computer.asked if "import" not in one) == 1, "made once only"


def test_changed_pins_without_a_pip_make_it_again(course, computer, get_ready):
    get_ready()
    (course / "constraints.txt").write_text("pinned otherwise")
    computer.pip_works = False
    assert state(course, computer) == "half made"


def test_where_an_update_fails_the_earlier_environment_stays_what_it_was(course, computer, get_ready):
    get_ready()
    (course / "constraints.txt").write_text("pinned otherwise")
    computer.pip_status = 1
    with pytest.raises(Trouble, match="connection"):
        get_ready()
    assert state(course, computer) == "other pins"


def test_an_update_that_is_broken_off_is_made_again_next_time(course, computer, get_ready):
    get_ready()
    (course / "constraints.txt").write_text("pinned otherwise")
    computer.interrupted = "pip"
    with pytest.raises(KeyboardInterrupt):
        get_ready()
    assert state(course, computer) == "half made"
    computer.interrupted = ""
    assert "made again" in get_ready()


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"pip_status": 1}, Trouble),
        ({"interrupted": "pip"}, KeyboardInterrupt),
        ({"interrupted": "venv"}, KeyboardInterrupt),
    ],
)
def test_an_installation_that_does_not_end_leaves_nothing(course, computer, get_ready, broken, problem):
    vars(computer).update(broken)
    with pytest.raises(problem):
        get_ready()
    assert state(course, computer) == "missing"


def test_pips_last_words_are_shown(computer, get_ready):
    computer.pip_status = 1
    with pytest.raises(Trouble, match="no matching distribution") as caught:
        get_ready()
    assert "Progress" not in str(caught.value)


def test_without_ensurepip_the_missing_package_and_what_to_type_are_named(course, computer, get_ready):
    (course / ".venv").mkdir()  # what a first try left
    computer.ensurepip = False
    with pytest.raises(Trouble, match=r"sudo apt install python3\.11-venv\n") as caught:
        get_ready()
    assert "python3-venv" in str(caught.value)
    assert state(course, computer) == "missing"
    assert computer.installations() == 0


@pytest.mark.parametrize("broken", [{"venv_status": 1}, {"pip_works": False}])
def test_a_venv_that_fails_or_has_no_pip_leaves_nothing(course, computer, get_ready, broken):
    vars(computer).update(broken)
    with pytest.raises(Trouble, match="venv's own words"):
        get_ready()
    assert state(course, computer) == "missing"


def test_a_second_command_waits_for_the_first_and_then_has_nothing_to_do(course, computer):
    begun, go_on, said = threading.Event(), threading.Event(), io.StringIO()
    slow_pip = computer.pip

    def pip(words, each_line):
        begun.set()
        go_on.wait(20)
        return slow_pip(words, each_line)

    computer.pip = pip
    arguments = (course / ".venv", "python3", computer)
    first = threading.Thread(target=prepare, args=(*arguments, io.StringIO(), course))
    first.start()
    assert begun.wait(20)
    second = threading.Thread(target=prepare, args=(*arguments, said, course))
    second.start()
    while "waiting" not in said.getvalue() and second.is_alive():
        threading.Event().wait(0.01)
    go_on.set()
    first.join(20)
    second.join(20)
    assert said.getvalue().splitlines() == ["Another command is installing here; waiting for it."]
    assert computer.installations() == 1


def test_cuda_is_spoken_of_on_linux_alone():
    assert "CUDA" in announcement("f", "python", system="linux")
    assert "CUDA" not in announcement("f", "python", system="darwin")


def test_an_environment_is_never_made_by_the_python_inside_it(monkeypatch, tmp_path):
    assert own_python(tmp_path) == sys.executable
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "_base_executable", "/usr/bin/python3")
    assert own_python(tmp_path) == "/usr/bin/python3"
    assert interpreter(tmp_path).startswith(str(tmp_path))
