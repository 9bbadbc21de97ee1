"""A checkpoint is there whole or not at all; what is damaged or foreign is refused with words."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import save_file

from course_lib.training.engine import checkpoint
from course_lib.training.engine.checkpoint import CheckpointError, load, save

TENSORS = {
    "a": torch.arange(6, dtype=torch.float32).reshape(2, 3).T,
    "b": torch.tensor([1, 2, 3], dtype=torch.uint8),
    "c": torch.tensor(2.5, dtype=torch.float64),
    "d": torch.zeros(0, 3).half(),
}
ABOUT = {"step": 3, "state": 2**127 + 1, "text": "“naïve”"}


def test_what_is_written_is_read_to_the_bit(tmp_path):
    path = save(tmp_path / "deep" / "er" / "a", TENSORS, ABOUT)
    tensors, about = load(path)
    assert about == ABOUT
    assert tensors.keys() == TENSORS.keys()
    for name, one in TENSORS.items():
        assert tensors[name].dtype == one.dtype
        assert torch.equal(tensors[name], one)
    assert os.listdir(path.parent) == ["a"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_failure_on_the_way_leaves_the_old_one_and_no_litter(tmp_path, monkeypatch, step):
    path = save(tmp_path / "a", TENSORS, ABOUT)

    def full(*args):
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoint.os, step, full)
    with pytest.raises(OSError, match="no space"):
        save(path, TENSORS, {"step": 4})
    monkeypatch.undo()
    assert load(path)[1] == ABOUT
    assert os.listdir(tmp_path) == ["a"]


def test_an_unwritable_folder_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        save(tmp_path / "file" / "a", TENSORS, ABOUT)


WRITER = """
import sys, torch
from course_lib.training.engine.checkpoint import save
n = 0
while True:
    n += 1
    save(sys.argv[1], {"a": torch.full((300_000,), float(n))}, {"n": n})
    if n == 1: print("begun", flush=True)
"""


def test_a_process_that_is_killed_while_writing_leaves_a_whole_one(tmp_path):
    for pause in (0.003, 0.011):
        with subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "a"], stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(pause)
            os.kill(writer.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        tensors, about = load(tmp_path / "a")
        assert (tensors["a"] == about["n"]).all()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: len(data) // 2], "damaged or no checkpoint"),
        (lambda data: data[:5], "damaged or no checkpoint"),
        (lambda data: b"", "damaged or no checkpoint"),
        (lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:], "not the ones that were written"),
        (lambda data: b"PK\x03\x04 a pickle of PyTorch" * 100, "damaged or no checkpoint"),
        (lambda data: data.replace(b'\\"step\\": 3', b'\\"step\\": 4'), "not the ones that were written"),
    ],
    ids=["half", "a few bytes", "empty", "one bit", "another format", "another step"],
)
def test_a_damaged_one_is_refused(tmp_path, damage, words):
    path = save(tmp_path / "a", TENSORS, ABOUT)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CheckpointError, match=words):
        load(path)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_a_foreign_one_is_refused(tmp_path, metadata):
    save_file({"a": torch.zeros(3)}, tmp_path / "a", metadata)
    with pytest.raises(CheckpointError, match="no checkpoint of this course"):
        load(tmp_path / "a")


def test_one_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint .*nothing"):
        load(tmp_path / "nothing")


def test_whether_it_can_be_written_is_known_beforehand(tmp_path, monkeypatch):
    checkpoint.prove(tmp_path / "new" / "a", 10)
    assert os.listdir(tmp_path / "new") == [], "nothing is left behind"
    save(tmp_path / "a", TENSORS, ABOUT)
    before = (tmp_path / "a").read_bytes()
    checkpoint.prove(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == before
    with pytest.raises(IsADirectoryError, match="is a folder: name a file in it"):
        checkpoint.prove(tmp_path)
    with pytest.raises(OSError, match="a"):
        checkpoint.prove(tmp_path / "a" / "b")
    with pytest.raises(OSError, match="name too long"):
        checkpoint.prove(tmp_path / ("n" * 245))  # the file itself would do; what it is written under first would not
    with pytest.raises(OSError, match=r"MB are needed, and .* MB are free on its disk"):
        checkpoint.prove(tmp_path / "a", 2**80)
