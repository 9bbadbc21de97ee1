"""What a hub starts for each learner; ``tests/browser/test_hub.py`` starts a real one."""

import os
import stat
from pathlib import Path

import pytest

from course_lib import hub
from course_lib.worked.folder import copies

ROOT = Path(__file__).resolve().parents[1]


def test_a_learner_gets_copies_settings_and_a_server(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execve", lambda *given: started.append(given))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("COURSE_HOME", raising=False)
    hub.main(["--port=1"])
    ((program, command, environment),) = started
    assert command[:3] == [program, "-m", "jupyterhub.singleuser"]
    assert f"--ServerApp.root_dir={tmp_path / 'transformers'}" in command
    assert command[-1] == "--port=1"
    assert environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0].endswith("lab_config")
    assert len(list((tmp_path / "transformers").glob("*.ipynb"))) == 17


def test_a_course_that_cannot_be_written_is_enough_and_work_stays(tmp_path):
    own = tmp_path / "own"
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "notebooks").iterdir()}
    assert len(copies(ROOT, own).made) == 17
    written = own / "04_attention.ipynb"
    text = written.read_text(encoding="utf-8").replace(
        "# exercise: attention.softmax", "# exercise: attention.softmax\\n# mine", 1
    )
    written.write_text(text, encoding="utf-8")
    (own / "05_multi_head.ipynb").unlink()
    done = copies(ROOT, own)
    assert done.made == ["05_multi_head"]
    assert written.read_text(encoding="utf-8") == text
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "notebooks").iterdir()} == before


@pytest.mark.parametrize(
    ("surroundings", "folder"),
    [
        ({"HOME": "/home/ada"}, "/home/ada/transformers"),
        ({"HOME": "/home/ada", "COURSE_HOME": "~/gpt"}, "/home/ada/gpt"),
        ({"HOME": "/home/ada", "COURSE_HOME": "/work"}, "/work"),
    ],
)
def test_where_a_learner_works(surroundings, folder):
    assert hub.folder_of(surroundings) == Path(folder)


def test_the_files_of_a_hub_start_the_same_thing():
    for name in ("Dockerfile", "values.yaml", "jupyterhub_config.py"):
        assert "course_lib.hub" in (ROOT / "hub" / name).read_text(encoding="utf-8")
    assert not stat.S_IMODE((ROOT / "hub" / "jupyterhub_config.py").stat().st_mode) & stat.S_IWOTH
