"""Whoever is told to type something can type it: every make word, command and module that a text names exists."""

import importlib.util
import re
from pathlib import Path

import pytest

from course_lib import cli

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("course_lib", "tests", "lessons", "benchmarks", "docs", "dev", "data")
ENDINGS = (".py", ".md", ".json", ".toml", ".yml", ".js")
TEXTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "Makefile", ".ci/run", "pyproject.toml", "start.py")),
    *(path for name in FOLDERS for path in sorted((ROOT / name).rglob("*")) if path.suffix in ENDINGS),
]
#: "make" is an English word too: it is a command between backticks, after a word that asks for it, or in a code block.
MAKE = re.compile(r"(?:`|\b(?:run|say|type|with|by) |\((?:run )?)make ([a-z][a-z-]*)")
IN_A_BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
AT_THE_START = re.compile(r"^(?:\$ )?make ([a-z][a-z-]*)", re.MULTILINE)
COMMAND = re.compile(r"-m course_lib ([a-z][a-z-]*)")
MODULE = re.compile(r"-m (course_lib\.[a-z_.]*[a-z_]|benchmarks|dev\.[a-z_]+)")


def named(text):
    """What a text tells its reader to type: the words after make, the commands, and the modules that are run."""
    blocks = "\n".join(IN_A_BLOCK.findall(text))
    return {*MAKE.findall(text), *AT_THE_START.findall(blocks)}, set(COMMAND.findall(text)), set(MODULE.findall(text))


def make_words():
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    return set(re.findall(r"^    ([a-z][a-z-]*)\b", capsys.readouterr().out, re.MULTILINE))


def can_be_run(module):
    """Whether ``python -m`` does something with a module: a package with a __main__, or a file that asks for its name."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        return False
    if found.submodule_search_locations:
        return importlib.util.find_spec(f"{module}.__main__") is not None
    return '__name__ == "__main__"' in Path(found.origin).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Say `make lab`, or make do.", ({"lab"}, set(), set())),
        ("(make lab installs it); then run make test-all", ({"lab", "test-all"}, set(), set())),
        ("all make the same\n\n```\nmake exam\n$ make grade ARGS=x\n```\n", ({"exam", "grade"}, set(), set())),
        ("`python -m course_lib train TEXT`", (set(), {"train"}, set())),
        ("torchrun -m course_lib.training.distributed --steps 3", (set(), set(), {"course_lib.training.distributed"})),
    ],
)
def test_what_a_reader_is_told_to_type_is_found(text, expected):
    assert named(text) == expected


def test_what_cannot_be_run_is_known():
    assert can_be_run("course_lib")
    assert not can_be_run("course_lib.claims")
    assert not can_be_run("course_lib.nothing")


def test_every_word_command_and_module_that_a_text_names_exists(capsys):
    words, known, missing, seen = make_words(), commands(capsys), [], set()
    for path in TEXTS:
        if not path.is_file() or path.name == Path(__file__).name:
            continue
        make, command, modules = named(path.read_text(encoding="utf-8"))
        seen |= make | command
        wrong = [*(f"make {word}" for word in make - words), *(f"-m course_lib {word}" for word in command - known)]
        wrong += [f"-m {module}" for module in modules if not can_be_run(module)]
        missing += [f"{path.relative_to(ROOT)}: {what}" for what in sorted(wrong)]
    assert {"lab", "notebooks", "grade"} <= seen
    assert missing == []
