"""Answers as a learner types them: source text in a notebook cell, with its lines kept where tracebacks look."""

import importlib
import itertools
import linecache
import textwrap
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from course_lib.practice.catalogue import find_exercise
from course_lib.practice.judging import judge
from course_lib.practice.markers import answer_line
from course_lib.practice.verdict import Verdict

CELL_NUMBERS = itertools.count(1)


@pytest.fixture(autouse=True)
def no_hint_seen_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hints that are counted without a file would reach the next test."""
    module = importlib.import_module("course_lib.practice.check")  # the package exports a function of that name
    monkeypatch.setattr(module, "_hints_without_a_file", {})


@pytest.fixture
def run_cell() -> Iterator[Callable[..., dict]]:
    """Run source text as ipykernel runs a cell: `__main__`, a file name of its own, and its lines in linecache."""
    files = []

    def run(source: str, **names: object) -> dict:
        file = f"/nowhere/ipykernel_{next(CELL_NUMBERS)}/cell.py"
        files.append(file)
        source = textwrap.dedent(source).strip("\n") + "\n"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        namespace = {"np": np, "__name__": "__main__", **names}
        exec(compile(source, file, "exec"), namespace)
        return namespace

    yield run
    for file in files:
        linecache.cache.pop(file, None)


@pytest.fixture
def typed(run_cell: Callable[..., dict]) -> Callable[..., Callable]:
    """A softmax with this body, as the learner's own function."""

    def function(body: str, **names: object) -> Callable:
        indented = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
        return run_cell(f"{answer_line('attention.softmax')}\ndef softmax(scores):\n{indented}", **names)["softmax"]

    return function


@pytest.fixture
def verdict_on(typed: Callable[..., Callable]) -> Callable[..., Verdict]:
    """The verdict on a softmax with this body."""

    def verdict(body: str, time_limit: float = 10.0, seed: int = 0, **names: object) -> Verdict:
        rng = np.random.default_rng(seed)
        return judge(find_exercise("attention.softmax"), typed(body, **names), rng, time_limit)

    return verdict
