"""``make check-versions``: do the ranges in pyproject.toml hold? Each end of them is installed and tested.

    make check-versions                                 both ends: lowest, newest
    make check-versions ARGS=lowest                     one of them
    make check-versions ARGS="pinned --python PATH"     the pins, on another Python (CI: on Debian's own)
    make check-versions ARGS="lowest --with-torch"      PyTorch at that end, too

Each is installed in an environment of its own, which is removed afterwards, and runs the tests that need neither a browser
nor a notebook. PyTorch stays at the pin of constraints.txt at both ends unless --with-torch asks for more: on Linux every
other version of it brings several gigabytes of CUDA.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement

from course_lib.install import Trouble, install, interpreter, make, prepare

__all__ = ["constraints_for", "lowest", "main", "quick_tests"]

ROOT = Path(__file__).resolve().parents[1]
ENDS = ("lowest", "newest")


def lowest(requirement: str) -> str:
    """The exact version at the lower end of a range.

    Raises:
        ValueError: the range has no lower end, or more than one.

    >>> lowest("jupyterlab>=4.4,<5"), lowest("numpy==2.4.6")
    ('jupyterlab==4.4', 'numpy==2.4.6')
    """
    parsed = Requirement(requirement)
    ends = [part.version for part in parsed.specifier if part.operator in (">=", "==")]
    if len(ends) != 1:
        raise ValueError(f"{requirement!r} has {len(ends)} lower ends; write one, such as {parsed.name}>=1.2")
    return f"{parsed.name}=={ends[0]}"


def constraints_for(leg: str, project: dict, pins: str, with_torch: bool = False) -> str:
    """The text of the file of allowed versions: every lower end, or nothing beyond what pyproject.toml says.

    Args:
        leg: "lowest" or "newest".
        project: the table of that name in pyproject.toml.
        pins: the text of constraints.txt, from which PyTorch's version is taken.
        with_torch: take PyTorch's own end of its range instead.
    """
    asked_for = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    lines = [lowest(part) for part in asked_for] if leg == "lowest" else []
    if not with_torch:
        lines = [line for line in lines if not line.startswith("torch==")]
        lines += [line for line in pins.splitlines() if line.startswith("torch==")]
    return "".join(f"{line}\n" for line in lines)


def quick_tests(python: str, workers: int) -> list[str]:
    """The command line for the tests that need neither a browser nor a notebook."""
    without = [f"--ignore=tests/{folder}" for folder in ("browser", "notebooks")]
    return [python, "-m", "pytest", "-q", "-n", str(workers), "-m", "not slow and not browser", *without]


def check(leg: str, python: str, workers: int, with_torch: bool = False) -> int:
    """Install one leg, run the quick tests in it, remove it. Returns the status of the tests, or 2 without an environment."""
    print(f"\n=== {leg} versions, {python}", flush=True)
    with tempfile.TemporaryDirectory(prefix=f"course-{leg}-") as place:
        folder = Path(place) / "environment"
        try:
            if leg == "pinned":
                prepare(folder, python)
            else:
                project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
                constraints = Path(place) / "constraints.txt"
                pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
                constraints.write_text(constraints_for(leg, project, pins, with_torch), encoding="utf-8")
                make(folder, python)
                install(folder, constraints)
        except Trouble as trouble:
            print(trouble, file=sys.stderr)
            return 2
        surroundings = {**os.environ, "OMP_NUM_THREADS": "1"}
        return subprocess.run(
            quick_tests(interpreter(folder), workers), cwd=ROOT, env=surroundings, check=False
        ).returncode


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the legs that are named, each of them even where one before it failed; return the worst status."""
    parser = argparse.ArgumentParser(prog="make check-versions", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "legs",
        nargs="*",
        choices=[*ENDS, "pinned", []],
        metavar="LEG",
        help="lowest, newest, pinned (default: lowest newest)",
    )
    parser.add_argument("--python", default=sys._base_executable, help="the Python to install them for")
    parser.add_argument("--workers", type=int, default=2, help="processes that test (default: 2)")
    parser.add_argument(
        "--with-torch", action="store_true", help="PyTorch, too, at the end of its range (on Linux gigabytes of CUDA)"
    )
    chosen = parser.parse_args(arguments)
    statuses = {leg: check(leg, chosen.python, chosen.workers, chosen.with_torch) for leg in chosen.legs or ENDS}
    print("\n" + "\n".join(f"{leg}: {'passed' if status == 0 else 'FAILED'}" for leg, status in statuses.items()))
    return max(statuses.values())


if __name__ == "__main__":
    sys.exit(main())
