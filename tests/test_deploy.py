"""What others need to run the course elsewhere names what there is. Workflow, Binder and image themselves need their services."""

import re
import tomllib
from pathlib import Path

import yaml

from course_lib.lab import CONFIG
from start import NEWEST, OLDEST

ROOT = Path(__file__).resolve().parents[1]


def test_the_workflow_runs_words_that_exist_on_versions_that_are_promised():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))["jobs"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    words = [word for run in runs for word in re.findall(r"^make ([a-z-]+)", run)]
    assert "test" in words
    assert all(re.search(rf"^{word}:", makefile, re.MULTILINE) for word in words)
    assert "start.py run -m pytest" in runs[-1]
    legs = jobs["elsewhere"]["strategy"]["matrix"]["include"]
    assert {leg["os"].partition("-")[0] for leg in legs} == {"ubuntu", "macos", "windows"}
    versions = [tuple(map(int, leg["python"].split("."))) for leg in legs]
    assert all(OLDEST <= version <= NEWEST for version in versions)
    assert NEWEST in versions


def test_binder_and_the_image_install_what_conda_is_asked_for_and_give_the_settings():
    asked = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    lean = yaml.safe_load((ROOT / ".binder" / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert set(lean) < {line for line in asked if isinstance(line, str)}
    needed = {re.split("[<>=]", text)[0] for text in _project()["dependencies"]} - {"torch"} | {
        "python",
        "pytorch-cpu",
        "pip",
    }
    assert needed <= {re.split("[<>=]", text)[0] for text in lean}
    script = ROOT / ".binder" / "postBuild"
    text = script.read_text(encoding="utf-8")
    assert f"{CONFIG.relative_to(ROOT).as_posix()}/." in text
    assert "pip install --no-deps --editable ." in text
    assert script.stat().st_mode & 0o100
    assert "--file environment.yml" in (ROOT / "hub" / "Dockerfile").read_text(encoding="utf-8")


def _project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_citation_has_the_projects_version_and_licence():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = _project()
    assert (str(citation["version"]), citation["license"]) == (project["version"], project["license"])
    assert {"cff-version", "title", "authors", "message"} <= set(citation)
