"""The table of a machine: its schema, memory that runs out, files whole or not at all, and the empty place said as such."""

import json
import os

import pytest
import torch

from course_lib.data import data_file
from course_lib.device import DoesNotFit
from course_lib.gpu import measure, records
from course_lib.gpu.measure import Sizes
from course_lib.gpu.measure import measure as measure_all
from course_lib.transformer.models import ModelConfig

CPU = torch.device("cpu")
TINY = Sizes(1, ModelConfig(vocab=11, context=5, layers=1, d_model=4, n_heads=2), (2, 3), 64, 64, (1, 2, 3), (4, 5))


@pytest.fixture(scope="module")
def table():
    return measure_all(CPU, compile_budget=0.0, sizes=TINY)


def machine(name, flops=3e12, date="2026-01-02"):
    """As small a record as can be shown."""
    device = {"name": name, "driver": "CUDA 1.2", "torch": "2.0", "system": "Linux"}
    empty = {key: [] for key in records.NEEDED if key not in ("device", "date", "matmul", "copy")}
    matmul = [{"flops": flops, "dtype": "bfloat16"}, {"flops": 1.0, "dtype": "float32"}]
    return empty | {"device": device, "date": date, "matmul": matmul, "copy": {"bytes_per_second": 2e12}}


def test_the_table_has_all_that_a_record_needs(table):
    assert set(records.NEEDED) <= set(table)
    assert json.loads(json.dumps(table)) == table
    assert [(row["size"], row["dtype"]) for row in table["matmul"]] == [
        (2, "float32"), (3, "float32"), (2, "bfloat16"), (3, "bfloat16"),
    ]  # fmt: skip
    assert [row["batch"] for row in table["batches"]] == [1, 2, 3]
    assert [row["n_tokens"] for row in table["attention"]] == [4, 5]
    assert table["memory"]["batch"] == table["precision"]["batch"] == 3
    assert {"name", "driver", "torch", "system"} <= set(table["device"])
    assert table["transfer"] is None, "on a CPU nothing travels"
    assert table["notes"] == []
    for timing in (table["launch"], table["copy"]["seconds"], table["batches"][0]["seconds"]):
        assert 0 < timing["low"] <= timing["median"] <= timing["high"]
    assert records.summary([table]).startswith(f"recorded on {table['date']}, {table['device']['name']}")


@pytest.mark.parametrize(
    "problem",
    [torch.OutOfMemoryError("CUDA out of memory"), pytest.param(DoesNotFit("take less"), marks=pytest.mark.slow)],
)
def test_a_full_gpu_ends_a_series_and_not_the_table(monkeypatch, problem):
    measured = measure.batch_costs

    def full(device, batches, config, **clock):
        yield from measured(device, batches[:2], config, **clock)
        raise problem

    monkeypatch.setattr(measure, "batch_costs", full)
    table = measure_all(CPU, compile_budget=0.0, sizes=TINY)
    assert [row["batch"] for row in table["batches"]] == [1, 2]
    assert table["notes"] == [f"batches: memory ran out after 2 rows ({problem})"]
    assert table["memory"]["batch"] == 2, "the last batch that fitted"
    assert [row["n_tokens"] for row in table["attention"]] == [4, 5]


def test_a_table_without_memory_for_anything_can_still_be_shown(monkeypatch):
    def full(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    for name in ("batch_costs", "copy_rate", "memory_by_category", "precision_costs"):
        monkeypatch.setattr(measure, name, full)
    table = measure_all(CPU, compile_budget=0.0, sizes=TINY)
    assert table["copy"] is table["memory"] is table["precision"] is None
    assert len(table["notes"]) == 4
    assert "GB/s" not in records.summary([table])


def test_another_mistake_is_not_taken_for_memory(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(measure, "batch_costs", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        measure_all(CPU, compile_budget=0.0, sizes=TINY)


def test_the_file_of_the_course_holds_machines_or_says_that_there_are_none():
    content = json.loads(data_file(records.FILE).read_text(encoding="utf-8"))
    machines = records.load_records()
    assert content["machines"] == machines
    assert (content["note"] == records.NONE_YET) == (machines == [])
    assert all(one["device"]["kind"] != "cpu" for one in machines)


def test_machines_stand_beside_one_another_and_a_second_measurement_replaces_the_first(tmp_path):
    path = tmp_path / "new" / "table.json"
    records.write_records(path, machine("A"))
    records.write_records(path, machine("B"))
    records.write_records(path, machine("A", flops=5e12, date="2026-03-04"))
    assert [one["device"]["name"] for one in records.load_records(path)] == ["B", "A"]
    assert records.summary(records.load_records(path)).splitlines() == [
        "recorded on 2026-01-02, B (CUDA 1.2, PyTorch 2.0): 3.0 TFLOP/s in bfloat16, 2000 GB/s",
        "recorded on 2026-03-04, A (CUDA 1.2, PyTorch 2.0): 5.0 TFLOP/s in bfloat16, 2000 GB/s",
    ]
    assert os.listdir(path.parent) == ["table.json"]


def test_a_disk_that_fails_leaves_the_old_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "table.json"
    records.write_records(path, machine("A"))
    before = path.read_bytes()

    def full(number):
        raise OSError("no space left on device")

    monkeypatch.setattr(records.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        records.write_records(path, machine("B"))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["table.json"]


@pytest.mark.parametrize("text", ["", "[1, 2]", "{}", '{"machines": 3}', '{"machines": [3]}', "\xff"])
def test_a_file_that_is_no_table_is_refused_with_the_way_out(tmp_path, text):
    path = tmp_path / "table.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match="is no table of measurements"):
        records.load_records(path)


def test_a_machine_that_lacks_a_part_is_refused(tmp_path):
    path = tmp_path / "table.json"
    lacking = machine("A")
    del lacking["attention"]
    path.write_text(json.dumps({"machines": [lacking]}), encoding="utf-8")
    with pytest.raises(ValueError, match="lacks attention: measure again"):
        records.load_records(path)
