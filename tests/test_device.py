"""The one place where a device is chosen: the best there is, the one asked for, or a sentence that says what there is."""

import subprocess
from types import SimpleNamespace

import pytest
import torch

from course_lib import device
from course_lib.device import DoesNotFit, choose_device, describe, memory_in_use, need_memory, out_of_memory


@pytest.fixture
def there(monkeypatch):
    """Pretend that a machine has these kinds of device."""

    def pretend(*kinds, count=1):
        monkeypatch.setattr(device, "_available", lambda kind: kind in kinds or kind == "cpu")
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)

    return pretend


@pytest.mark.parametrize(
    ("kinds", "chosen"), [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")]
)
def test_the_best_there_is(there, kinds, chosen):
    there(*kinds)
    assert choose_device() == torch.device(chosen)
    assert choose_device("cpu") == torch.device("cpu")


def test_what_is_not_there_is_said_with_what_is(there):
    there("mps")
    with pytest.raises(RuntimeError, match="no cuda device here; there is mps and cpu"):
        choose_device("cuda")
    there("cuda", count=2)
    assert choose_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(RuntimeError, match="2 CUDA devices, counted from 0; got 'cuda:2'"):
        choose_device("cuda:2")
    with pytest.raises(ValueError, match=r"one of cuda, mps, cpu; got 'gpu'"):
        choose_device("gpu")


def test_this_machine_is_described():
    info = describe(torch.device("cpu"))
    assert (info.kind, info.driver) == ("cpu", "")
    assert info.name
    assert info.threads == torch.get_num_threads()
    assert "cpu: " in str(info)
    assert "+" not in info.torch
    assert info.as_dict()["name"] == info.name
    assert memory_in_use(torch.device("cpu")) is None


def test_a_gpu_is_described_with_driver_and_runtime(monkeypatch):
    gpu = SimpleNamespace(name="NVIDIA Test", total_memory=8 * 2**30)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: gpu)
    monkeypatch.setattr(torch.version, "cuda", "12.9")
    monkeypatch.setattr(device.shutil, "which", lambda name: "/bin/nvidia-smi")
    answers = iter([SimpleNamespace(stdout="575.51\n575.51\n"), subprocess.TimeoutExpired("nvidia-smi", 20)])

    def run(*args, **kwargs):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(device.subprocess, "run", run)
    info = describe(torch.device("cuda"))
    assert str(info).startswith("cuda: NVIDIA Test, 8 GiB, PyTorch")
    assert info.driver == "driver 575.51, CUDA 12.9"
    assert describe(torch.device("cuda")).driver == "CUDA 12.9", "a driver that does not answer is left out"


def test_what_cannot_fit_is_refused_before_it_is_made(monkeypatch):
    monkeypatch.setattr(device, "_main_memory", lambda: 2**30)
    need_memory(torch.device("cpu"), 2**30, "a batch")
    with pytest.raises(DoesNotFit, match=r"a batch needs about 2 GiB; this device has 1: take less"):
        need_memory(torch.device("cpu"), 2**31, "a batch")
    monkeypatch.setattr(device, "_main_memory", lambda: None)
    need_memory(torch.device("cpu"), 2**80, "where nobody knows, all is tried")


@pytest.mark.parametrize(
    ("problem", "so"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 8 bytes"), True),
        (MemoryError(), True),
        (DoesNotFit("take less"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory, says a value"), False),
    ],
)
def test_memory_that_ran_out_is_recognised(problem, so):
    assert out_of_memory(problem) is so
