"""Checkpoints: a run on disk, whole or not at all, from which it goes on to the very same numbers.

One safetensors file: tensors by name, and in its header texts that say what it is. Nothing in it is code, unlike in a
pickle. It is written under another name, forced onto the disk, and then given its own name in one step: whoever looks
finds the old one or the new one, never half of one.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes
from torch import Tensor

__all__ = ["FORMAT", "CheckpointError", "load", "prove", "save"]

FORMAT = "course_lib.training 1"


class CheckpointError(ValueError):
    """A file that is no checkpoint of this course, or a damaged one, or one of another model."""


def save(path: str | os.PathLike, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> Path:
    """Write a checkpoint; if anything goes wrong before the end, the file that was there stays as it was.

    Args:
        path: the file; its folder is made where it is missing.
        tensors: by name.
        about: what else belongs to it; anything that JSON can hold.
    Returns:
        The path.
    Raises:
        OSError: the disk is full, or the folder may not be written to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    said = json.dumps(about, sort_keys=True)
    data = as_bytes(kept, {"format": FORMAT, "about": said, "sha256": _digest(kept, said)})
    half = _half(path)
    try:
        with half.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            half.unlink()
        raise
    _settle(path.parent)
    return path


def prove(path: str | os.PathLike, n_bytes: int = 0) -> None:
    """Find out before a run whether its checkpoint can be written, as `save` would write it; nothing is left behind.

    Args:
        path: the file; its folder is made where it is missing.
        n_bytes: how large it will be, about.
    Raises:
        OSError: it is a folder, its name is too long, the folder may not be written to, or the disk has not the room.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: name a file in it")
    path.parent.mkdir(parents=True, exist_ok=True)
    half = _half(path)
    half.open("xb").close()
    half.unlink()
    free = shutil.disk_usage(path.parent).free
    if free < n_bytes:
        raise OSError(f"{n_bytes / 1e6:,.0f} MB are needed, and {free / 1e6:,.0f} MB are free on its disk")


def _half(path: Path) -> Path:
    """A name for a file that is not finished, beside its own and nobody else's."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.half")


def _settle(folder: Path) -> None:
    """Have the folder's new entry on the disk too, where the system knows how (Windows does not)."""
    if hasattr(os, "O_DIRECTORY"):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _digest(tensors: Mapping[str, Tensor], said: str) -> str:
    total = hashlib.sha256(said.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def load(path: str | os.PathLike) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a checkpoint and what was said about it.

    Raises:
        FileNotFoundError: there is no such file.
        CheckpointError: it is damaged, or was not written by `save`.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint {path}: check the spelling, or start a run without one")
    try:
        with safe_open(path, "pt") as file:
            known = file.metadata() or {}
            if known.get("format") != FORMAT:
                raise CheckpointError(
                    f"{path} is a safetensors file, but no checkpoint of this course: its format is "
                    f"{known.get('format', 'not stated')!r}, expected {FORMAT!r}"
                )
            names = file.keys()  # the file itself cannot be iterated over
            tensors = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, UnicodeDecodeError) as problem:
        raise CheckpointError(
            f"{path} is damaged or no checkpoint ({problem}): take an older one, or start anew"
        ) from problem
    if _digest(tensors, known["about"]) != known.get("sha256"):
        raise CheckpointError(f"{path} is damaged: its numbers are not the ones that were written. Take an older one")
    return tensors, json.loads(known["about"])
