"""The real thing: an environment of this Python, without the course's packages, and commands that really run."""

import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.install import Trouble, install, interpreter, make, run, version_inside
from course_lib.install.environment import condition, has_pip, read_stamp, remove, stamp_text, write_stamp

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course") / "an environment"  # a space, as in many a learner's path
    make(folder, sys._base_executable)
    return folder


def test_a_fresh_environment_has_its_own_python_and_pip_and_no_stamp(made):
    assert version_inside(made) == "{}.{}".format(*sys.version_info)
    assert has_pip(made)
    assert condition(made) == "half made"


def test_with_its_stamp_it_is_whole_and_with_another_list_it_is_not(made, tmp_path):
    write_stamp(made, stamp_text(made, version_inside(made)))
    assert condition(made) == "whole"
    assert read_stamp(made).splitlines()[0] == f"python {version_inside(made)}"
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text(name)
    assert condition(made, root=tmp_path) == "other pins"


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links, as environments have them on POSIX")
def test_a_bare_link_to_another_python_is_not_an_environment_and_nothing_goes_into_it(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys._base_executable)
    assert version_inside(tmp_path) is None
    with pytest.raises(Trouble, match="nothing was installed"):
        install(tmp_path, "constraints.txt")


def test_pip_refuses_to_leave_an_environment():
    status, output = run([sys._base_executable, "-m", "pip", "install", "course-of-nobody"])
    assert status not in (0, None)
    assert "virtualenv" in output or "No module named pip" in output


def test_what_a_command_prints_is_passed_on_line_by_line_with_its_errors():
    lines = []
    code = "import sys; print('one', flush=True); print('two', file=sys.stderr); sys.exit(3)"
    assert run([sys.executable, "-c", code], lines.append) == (3, "one\ntwo\n")
    assert lines == ["one\n", "two\n"]


def test_a_command_that_cannot_be_started_is_an_answer_and_no_traceback(tmp_path):
    status, output = run([str(tmp_path / "no-such-python")])
    assert status is None
    assert output


def test_a_command_is_ended_when_its_reader_is_interrupted():
    def interrupt(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(200)"], interrupt)


def test_removing_what_is_not_there_is_no_trouble(tmp_path):
    remove(tmp_path / "nothing")
    assert condition(tmp_path / "nothing") == "missing"
    assert interpreter(tmp_path)


def test_what_runs_before_the_installation_needs_the_standard_library_alone():
    code = "import sys, start, course_lib.install; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    modules = {name for name in eval(done.stdout) if not name.startswith("_")}
    assert modules - set(sys.stdlib_module_names) == {"course_lib", "start"}
