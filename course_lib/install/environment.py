"""One environment in one folder: whether it is whole, how it is made, how it is removed."""

import hashlib
import os
import shutil
from pathlib import Path

from course_lib.install.commands import ROOT, Run, Trouble, run

__all__ = [
    "STAMP",
    "condition",
    "has_pip",
    "interpreter",
    "make",
    "read_stamp",
    "remove",
    "require_ensurepip",
    "stamp_text",
    "version_inside",
    "write_stamp",
]

#: Written into the environment last of all: where it is missing, the environment is half made.
STAMP = "course-stamp.txt"
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def interpreter(folder: Path | str) -> str:
    """The path of an environment's Python."""
    return str(Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def version_inside(folder: Path | str, run: Run = run) -> str | None:
    """The version of an environment's Python, such as "3.11", or None where there is none of the environment's own.

    A link to the system's Python without its pyvenv.cfg *is* the system's Python: pip would install there.
    """
    status, output = run([interpreter(folder), "-I", "-c", f"{VERSION}; print(sys.prefix)"])
    answer = output.splitlines()
    if status != 0 or len(answer) != 2 or os.path.realpath(answer[1]) != os.path.realpath(folder):
        return None
    return answer[0]


def has_pip(folder: Path | str, run: Run = run) -> bool:
    """Whether the environment's Python has its pip."""
    return run([interpreter(folder), "-I", "-m", "pip", "--version"])[0] == 0


def stamp_text(folder: Path | str, version: str, root: Path = ROOT) -> str:
    """What the stamp of a whole environment says: its Python, its place (its scripts hold paths), and what is pinned."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return f"python {version}\nfolder {os.path.realpath(folder)}\npins {digest.hexdigest()}\n"


def read_stamp(folder: Path | str) -> str:
    """The stamp's text, or "" where there is none."""
    try:
        return (Path(folder) / STAMP).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def write_stamp(folder: Path | str, text: str) -> None:
    """Write the stamp in one move, so that there is never half a stamp."""
    unfinished = Path(folder) / f"{STAMP}.new"
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(Path(folder) / STAMP)


def condition(folder: Path | str, run: Run = run, root: Path = ROOT) -> str:
    """What there is: "whole", "other pins" (whole, by an earlier list of versions), "half made" or "missing"."""
    if not os.path.lexists(folder):
        return "missing"
    stamp = read_stamp(folder)
    version = version_inside(folder, run) if stamp else None
    if version is None:
        return "half made"
    wanted = stamp_text(folder, version, root)
    if stamp == wanted:
        return "whole"
    same_python_and_place = stamp.splitlines()[:2] == wanted.splitlines()[:2]
    return "other pins" if same_python_and_place and has_pip(folder, run) else "half made"


def remove(folder: Path | str) -> None:
    """Remove an environment. Of one that is a link, the link goes, and what it points to stays.

    Raises:
        Trouble: something in it is in use.
    """
    if os.path.islink(folder):
        os.remove(folder)
    elif os.path.lexists(folder):
        try:
            shutil.rmtree(folder)
        except OSError as problem:
            raise Trouble(
                f"{folder} cannot be removed ({problem}).\n"
                "Close what runs from it (JupyterLab, other terminals), then the same command again."
            ) from problem


def make(folder: Path | str, python: str, run: Run = run) -> None:
    """Make an environment that holds pip and nothing else; where that fails, leave nothing behind.

    Raises:
        Trouble: this Python cannot make one, with venv's own words.
    """
    remove(folder)
    status, output = run([python, "-I", "-m", "venv", str(folder)])
    if status != 0 or version_inside(folder, run) is None or not has_pip(folder, run):
        remove(folder)
        raise Trouble(f"{python} could not make an environment in {folder}. It said:\n{output.strip()}")


def require_ensurepip(python: str, run: Run = run) -> None:
    """See that a Python can give an environment its pip. Debian and Ubuntu keep that in a package of its own.

    Raises:
        Trouble: it cannot, with the package that is missing and what to type.
    """
    if run([python, "-I", "-c", "import venv; from ensurepip import bootstrap"])[0] == 0:
        return
    status, output = run([python, "-I", "-c", VERSION])
    package = f"python{output.strip()}-venv" if status == 0 else "python3-venv"
    raise Trouble(
        f"{python} lacks ensurepip, without which no environment can be made; nothing was installed.\n"
        f"On Debian and Ubuntu it is in the package {package} (python3-venv for the system's own Python):\n\n"
        f"    sudo apt install {package}\n\n"
        "Then the same command again. Or name another Python: make lab PYTHON=/path/to/python3.12"
    )
