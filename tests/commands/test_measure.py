"""`python -m course_lib measure`: the table printed, added to a file, or refused. (What is measured has its tests in tests/gpu.)"""

import json
import os

import pytest
import torch

from course_lib.cli import main
from course_lib.gpu import measure, records
from course_lib.transformer.models import ModelConfig

TINY = measure.Sizes(
    1, ModelConfig(vocab=11, context=5, layers=1, d_model=4, n_heads=2), (2, 3), 64, 64, (1, 2, 3), (4, 5)
)


@pytest.fixture(scope="module")
def table():
    return measure.measure(torch.device("cpu"), compile_budget=0.0, sizes=TINY)


def test_it_prints_or_writes(tmp_path, monkeypatch, capsys, table):
    monkeypatch.setattr(measure, "measure", lambda device, **how: table)
    assert main(["measure", "--device", "cpu"]) == 0
    assert json.loads(capsys.readouterr().out)["date"] == table["date"]
    path = tmp_path / "mine.json"
    assert main(["measure", "--device", "cpu", "--out", str(path)]) == 0
    assert records.load_records(path) == [table]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--device", "tpu"], "one of cuda, mps, cpu"),
        (["--device", "cpu", "--quick", "--out", "mine.json"], "too rough to be kept"),
        (["--device", "cpu", "--out", "gpu_measurements.json"], "nothing was written"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_measured(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert main(["measure", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("course_lib: ")
    assert said in error
    assert os.listdir(tmp_path) == []


def test_a_file_of_something_else_is_refused_before_anything_is_measured(tmp_path, capsys):
    path = tmp_path / "table.json"
    path.write_text("[1, 2]", encoding="utf-8")
    assert main(["measure", "--device", "cpu", "--out", str(path)]) == 2
    assert "is no table of measurements" in capsys.readouterr().err
    assert main(["measure", "--device", "cpu", "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_what_cannot_be_written_is_printed_instead(tmp_path, monkeypatch, capsys, table):
    def full(path, table):
        raise OSError("no space left on device")

    monkeypatch.setattr(measure, "measure", lambda device, **how: table)
    monkeypatch.setattr(records, "write_records", full)
    assert main(["measure", "--device", "cpu", "--out", str(tmp_path / "mine.json")]) == 2
    said = capsys.readouterr()
    assert "no space left on device; the table is printed instead" in said.err
    assert json.loads(said.out) == table
