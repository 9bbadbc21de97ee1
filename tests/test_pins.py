"""What is installed, what is pinned and what is asked for are one list, written down in four places."""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from course_lib.install.environment import STAMP
from start import NEWEST, OLDEST

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED_FOR = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
NAMES_IN_CONDA = {"torch": "pytorch", "playwright": "playwright-python"}
ONLY_IN_CONDA = {"python", "pip", "pytorch-cpu"}
LINES = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
# What comes only with the accelerator builds of PyTorch, and differs between computers.
ACCELERATOR = re.compile(r"^(nvidia-|triton|cuda-)")
made_by_make = pytest.mark.skipif(
    not (Path(sys.prefix) / STAMP).exists(),
    reason="this environment was made neither by start.py nor by a make word: it holds what was chosen from the ranges, not the pins",
)


def pins():
    return {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in LINES}


def reachable():
    """Every installed distribution that the project needs, directly or through others: name -> version."""
    found, queue, walked = {}, [Requirement(text) for text in ASKED_FOR], set()
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) in walked:
                continue
            walked.add((name, extra))
            try:
                distribution = importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                pytest.fail(f"{requirement} is needed and not installed")
            found[name] = distribution.version
            inner = map(Requirement, distribution.requires or ())
            queue += [one for one in inner if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {name: version for name, version in found.items() if not ACCELERATOR.match(name)}


def test_every_line_is_an_exact_pin_in_the_order_of_the_alphabet():
    for line in LINES:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!]*", line), line
        Version(line.partition("==")[2])
    names = [line.partition("==")[0].lower() for line in LINES]
    assert sorted(names) == names
    assert len(pins()) == len(LINES), "nothing is pinned twice"


@made_by_make
def test_what_is_needed_is_pinned_and_nothing_else():
    needed = set(reachable())
    assert sorted(needed - set(pins())) == [], "needed, and not pinned"
    superfluous = {name for name in set(pins()) - needed if not needed_elsewhere(name)}
    assert sorted(superfluous) == [], "pinned, and not needed"


def needed_elsewhere(name):
    """Whether something that is needed asks for this on another system or another Python than this one."""
    texts = [text for one in reachable() for text in importlib.metadata.requires(one) or ()]
    return any(canonicalize_name(Requirement(text).name) == name for text in texts)


@made_by_make
def test_what_is_installed_is_what_is_pinned():
    installed = {name: version.partition("+")[0] for name, version in reachable().items()}
    assert {name: version for name, version in installed.items() if pins().get(name) != version} == {}


def pins_that_refuse(python, asked_for):
    """The pins, of those whose own word is at hand, that do not run on a version of Python: name -> what they ask for."""
    return {name: text for name, text in asked_for.items() if not SpecifierSet(text).contains(python)}


@pytest.fixture(scope="module")
def asked_of_python():
    """What each pin asks of Python, where the pinned version is the installed one: name -> a range, "" for any."""
    found = {}
    for name, version in pins().items():
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system
        if distribution.version.partition("+")[0] == version:
            found[name] = distribution.metadata["Requires-Python"] or ""
    return found


@made_by_make
@pytest.mark.parametrize(("major", "minor"), [OLDEST, NEWEST])
def test_every_pin_runs_on_the_first_release_of_the_oldest_and_of_the_newest_python(asked_of_python, major, minor):
    # Debian 12 has 3.11.2, and a pin that asks for 3.11.5 is named by pip only as one of another package's wishes.
    assert len(asked_of_python) > 0.9 * len(pins())
    assert pins_that_refuse(f"{major}.{minor}.0", asked_of_python) == {}


def test_a_pin_that_asks_for_a_later_release_would_be_found():
    asked_for = {"soupsieve": ">=3.11.5", "numpy": ">=3.11", "old": "<3.14", "any": ""}
    assert pins_that_refuse("3.11.0", asked_for) == {"soupsieve": ">=3.11.5"}
    assert pins_that_refuse("3.14.0", asked_for) == {"old": "<3.14"}


def test_the_newest_python_is_one_that_torch_says_it_serves():
    said = importlib.metadata.metadata("torch").get_all("Classifier")
    assert "Programming Language :: Python :: {}.{}".format(*NEWEST) in said


@pytest.mark.parametrize("text", ASKED_FOR)
def test_the_pin_lies_in_the_range_that_is_asked_for(text):
    requirement = Requirement(text)
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_torch_is_a_range_and_its_pin_is_exact():
    (torch,) = [Requirement(text) for text in ASKED_FOR if Requirement(text).name == "torch"]
    assert {(part.operator, part.version) for part in torch.specifier} == {(">=", "2.6"), ("<", "3")}
    assert re.fullmatch(r"\d+\.\d+\.\d+", pins()["torch"])


@pytest.mark.parametrize("text", ASKED_FOR)
def test_conda_is_asked_for_the_same_range(text):
    requirement = Requirement(text)
    name = NAMES_IN_CONDA.get(requirement.name, requirement.name)
    (same,) = [Requirement(line) for line in CONDA if isinstance(line, str) and Requirement(line).name == name]
    assert same.specifier == requirement.specifier


def test_conda_is_asked_for_nothing_else_but_the_course_itself():
    lines = [line for line in CONDA if isinstance(line, str)]
    asked_for = {NAMES_IN_CONDA.get(Requirement(text).name, Requirement(text).name) for text in ASKED_FOR}
    names = [Requirement(line).name for line in lines]
    assert set(names) - asked_for == ONLY_IN_CONDA
    assert len(set(names)) == len(names)
    assert [line for line in CONDA if not isinstance(line, str)] == [{"pip": ["--editable ."]}]


def test_the_range_of_python_is_one():
    (python,) = [Requirement(line) for line in CONDA if isinstance(line, str) and Requirement(line).name == "python"]
    assert str(python.specifier) == PROJECT["requires-python"] == ">={}.{}".format(*OLDEST)


@pytest.mark.parametrize("name", ["constraints.txt", "environment.yml", "pyproject.toml"])
def test_no_version_names_a_build_of_one_computer(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"\d\+[a-z]", text)
    assert not re.search(r"^--|://|\s@\s|\.whl", text, re.MULTILINE)
