"""A computer that only pretends: it answers what a Python, its venv and its pip would, and keeps what was asked."""

from pathlib import Path

import pytest

PIP_SAYS = [
    "Collecting numpy==2.4.6\n",
    "  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (16.0 MB)\n",
    "Progress 0 of 16000000\n",
    "Progress 16000000 of 16000000\n",
    "Installing collected packages: six, numpy\n",
]


class Computer:
    """Stands in for `run`; change its attributes to break it."""

    def __init__(self, folder):
        self.folder, self.asked = Path(folder), []
        self.version = "3.11"
        self.ensurepip = True
        self.prefix = None  # where the environment's Python says that it lives: in the environment, if None
        self.venv_status = 0
        self.pip_works = True
        self.pip_status = 0
        self.interrupted = ""  # where Ctrl-C comes: "venv" or "pip"

    def __call__(self, command, each_line=None):
        words = [str(word) for word in command]
        self.asked.append(" ".join(words))
        inside = words[0].startswith(str(self.folder))
        if inside and not (self.folder / "bin" / "python").exists():
            return None, "no such file"
        if "ensurepip" in words[-1]:
            return (0, "") if self.ensurepip else (1, "ModuleNotFoundError: No module named 'ensurepip'")
        if "sys.prefix" in words[-1]:
            return 0, f"{self.version}\n{self.prefix or self.folder}\n"
        if "version_info" in words[-1]:
            return 0, f"{self.version}\n"
        if words[-2] == "venv":
            return self.venv(Path(words[-1]))
        if words[-1] == "--version":
            return (0, "pip 25") if self.pip_works else (1, "No module named pip")
        return self.pip(words, each_line)

    def venv(self, folder):
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()
        if self.interrupted == "venv":
            raise KeyboardInterrupt
        return self.venv_status, "venv's own words"

    def pip(self, words, each_line):
        assert words[0].startswith(str(self.folder)), "only ever into the environment"
        if "--quiet" in words:
            return 0, ""
        if self.interrupted == "pip":
            raise KeyboardInterrupt
        for line in PIP_SAYS:
            each_line(line)
        return self.pip_status, "".join([*PIP_SAYS, "ERROR: no matching distribution\n" if self.pip_status else ""])

    def installations(self):
        """How often pip was asked for the course."""
        return sum("--editable" in one for one in self.asked)


@pytest.fixture
def course(tmp_path):
    """A folder with the two lists of versions."""
    (tmp_path / "pyproject.toml").write_text("asked for")
    (tmp_path / "constraints.txt").write_text("pinned")
    return tmp_path


@pytest.fixture
def computer(course):
    """A computer on which all goes well."""
    return Computer(course / ".venv")
