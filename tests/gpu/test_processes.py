"""Compiling and launching happen in processes of their own, with a budget of time, and say why there is no result."""

import json
import sys
import time

import pytest

from course_lib.gpu import compiling, launching
from course_lib.gpu.compiling import compare, run_for


def test_a_command_says_what_it_says():
    program = "import os, sys; print(os.environ['COLOUR']); sys.stderr.write('oh'); sys.exit(3)"
    assert run_for([sys.executable, "-c", program], 60, COLOUR="blue") == (3, "blue\n", "oh")


def test_a_command_that_takes_too_long_is_stopped_with_its_children(tmp_path):
    mark = tmp_path / "alive"
    child = f"import time, pathlib; time.sleep(4); pathlib.Path({str(mark)!r}).touch()"
    program = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    started = time.monotonic()
    status, _, _ = run_for([sys.executable, "-c", program], 2)
    assert status is None
    assert time.monotonic() - started < 30
    time.sleep(3)
    assert not mark.exists()


def test_without_a_compiler_it_says_so(monkeypatch):
    monkeypatch.setattr(compiling.shutil, "which", lambda name: None)
    assert "no C++ compiler" in compare()["missing"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ((None, "", ""), "longer than the 40 seconds"),
        ((1, "", "Traceback\nInductorError: no header"), "failed here: InductorError: no header"),
        ((1, "", ""), "failed here: no message"),
    ],
)
def test_a_compiler_that_gives_nothing_is_no_error(monkeypatch, outcome, said):
    monkeypatch.setattr(compiling.shutil, "which", lambda name: name)
    monkeypatch.setattr(compiling, "run_for", lambda command, budget: outcome)
    assert said in compare()["missing"]


def test_what_was_measured_is_handed_on(monkeypatch):
    measured = {"eager": 2.0, "compiled": 1.0, "compiling": 9.0, "difference": 0.0}
    monkeypatch.setattr(compiling.shutil, "which", lambda name: name)
    monkeypatch.setattr(compiling, "run_for", lambda command, budget: (0, f"chatter\n{json.dumps(measured)}\n", ""))
    assert compare() == measured


@pytest.mark.parametrize("bad", [{"budget": 0}, {"budget": -1.0}, {"what": "all"}, {"batch": 0}])
def test_orders_to_the_compiler_that_make_no_sense(bad):
    with pytest.raises(ValueError, match="what is compiled is one of chain, step"):
        compare(**bad)


def test_both_forms_of_the_chain_compute_the_same(monkeypatch):
    """Without compiling, which takes too long here: the compiler is replaced by one that changes nothing."""
    import torch

    monkeypatch.setattr(torch, "compile", lambda function: function)
    _, eager, compiled = compiling._works("chain", "cpu", 1)
    assert eager().shape == (2048, 1024)
    assert torch.equal(eager(), compiled())
    _, eager, compiled = compiling._works("step", "cpu", 2)
    assert eager().item() == compiled().item()


@pytest.mark.slow
def test_the_compiler_of_this_machine():
    compiled = compare(budget=200)
    assert "missing" in compiled or compiled["difference"] < 1e-4


@pytest.mark.parametrize("processes", [0, -2, 65])
def test_a_number_of_processes_that_makes_no_sense(processes, tmp_path):
    with pytest.raises(ValueError, match=f"1 to 64 processes here; got {processes}"):
        launching.launch(processes, tmp_path / "run.safetensors")


def test_a_run_that_fails_says_why_in_one_line(monkeypatch, tmp_path):
    noise = "W1121 torch noise\ncourse_lib: a batch of 9 windows cannot be shared\nTraceback"
    monkeypatch.setattr(launching, "run_for", lambda line, budget, **more: (1, "", noise))
    run = launching.launch(2, tmp_path / "run.safetensors", "--batch", "9")
    assert run.missing == "course_lib: a batch of 9 windows cannot be shared"
    assert run.losses == []
    assert run.command == ("python -m course_lib train --processes 2 --checkpoint run.safetensors --batch 9")


def test_a_run_that_takes_too_long_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(launching, "run_for", lambda line, budget, **more: (None, "process 0 of 2", ""))
    run = launching.launch(2, tmp_path / "run.safetensors", budget=7.0)
    assert run.missing == "it took longer than the 7 seconds it was given"
    assert run.said == "process 0 of 2"
