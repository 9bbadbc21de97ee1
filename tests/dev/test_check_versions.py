"""The ends of the ranges, and what is run at each of them."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_lib.install import Trouble
from dev import check_versions

PROJECT = tomllib.loads((check_versions.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (check_versions.ROOT / "constraints.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("requirement", ["numpy", "numpy<3", "numpy>=2,>=1", "numpy~=2.0"])
def test_a_range_without_one_lower_end_is_refused(requirement):
    with pytest.raises(ValueError, match="lower end"):
        check_versions.lowest(requirement)


def test_the_lowest_leg_holds_every_package_to_the_lower_end_of_its_range():
    lines = check_versions.constraints_for("lowest", PROJECT, PINS, with_torch=True).splitlines()
    asked_for = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    assert len(lines) == len(asked_for)
    assert {"transformers==5.1.0", "torch==2.6"} <= set(lines)
    for line, text in zip(lines, asked_for, strict=True):
        (pin,) = Requirement(line).specifier
        assert Requirement(text).specifier.contains(pin.version)


def test_the_newest_leg_adds_nothing_to_what_the_project_says():
    assert check_versions.constraints_for("newest", PROJECT, PINS, with_torch=True) == ""


@pytest.mark.parametrize("leg", check_versions.ENDS)
def test_no_leg_fetches_another_torch_than_the_pinned_one_unless_it_is_asked_to(leg):
    lines = check_versions.constraints_for(leg, PROJECT, PINS).splitlines()
    (pin,) = [line for line in PINS.splitlines() if line.startswith("torch==")]
    assert [line for line in lines if Requirement(line).name == "torch"] == [pin]
    assert "transformers==5.1.0" in lines or leg == "newest"


@pytest.fixture
def legs(monkeypatch):
    """What would be made, installed and run; the tests fail where versions are the lowest."""
    calls = []
    monkeypatch.setattr(check_versions, "make", lambda folder, python: calls.append(f"make by {python}"))
    monkeypatch.setattr(check_versions, "prepare", lambda folder, python: calls.append(f"pins by {python}"))
    monkeypatch.setattr(
        check_versions, "install", lambda folder, constraints: calls.append(Path(constraints).read_text()[:8])
    )

    def run(command, cwd, env, check):
        calls.append(command)
        return subprocess.CompletedProcess(command, int("course-lowest-" in command[0]))

    monkeypatch.setattr(check_versions.subprocess, "run", run)
    return calls


def test_both_ends_are_tested_even_where_the_first_fails(legs, capsys):
    assert check_versions.main(["--python", "py"]) == 1
    assert [one for one in legs if isinstance(one, str)] == ["make by py", "anywidge", "make by py", "torch==2"]
    assert capsys.readouterr().out.endswith("lowest: FAILED\nnewest: passed\n")


def test_with_torch_its_own_range_is_tested_too(legs):
    assert check_versions.main(["newest", "--python", "py", "--with-torch"]) == 0
    assert [one for one in legs if isinstance(one, str)] == ["make by py", ""]


def test_the_pins_can_be_tested_on_another_python(legs):
    assert check_versions.main(["pinned", "--python", "/usr/bin/python3", "--workers", "1"]) == 0
    prepared, tests = legs
    assert prepared == "pins by /usr/bin/python3"
    assert tests[1:6] == ["-m", "pytest", "-q", "-n", "1"]
    assert "not slow and not browser" in tests


def test_an_environment_that_cannot_be_made_is_a_failure(monkeypatch, legs, capsys):
    def make(folder, python):
        raise Trouble("python3.11-venv is missing")

    monkeypatch.setattr(check_versions, "make", make)
    assert check_versions.main(["newest"]) == 2
    assert "python3.11-venv" in capsys.readouterr().err
    assert legs == []
