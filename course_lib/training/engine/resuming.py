"""Between a run and its checkpoint: the model's and the optimizer's tensors by name, and whether a checkpoint belongs to a run."""

import os
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["as_long_as", "fill", "load_model", "refuse_another_run", "tensors_of"]


def tensors_of(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The tensors of both by name: "model.NAME" and "optimizer.KEY.NAME", where NAME is a parameter.

    >>> sorted(tensors_of(model := nn.Linear(2, 1, bias=False), torch.optim.AdamW(model.parameters())))
    ['model.weight']
    """
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    for parameter, state in optimizer.state.items():
        tensors |= {f"optimizer.{key}.{names[id(parameter)]}": tensor for key, tensor in state.items()}
    return tensors


def fill(model: nn.Module, optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], path: os.PathLike) -> None:
    """Put the tensors of `tensors_of` back; neither is touched unless all of the model's fit.

    Raises:
        CheckpointError: they are those of another model; `path` names the file in the message.
    """
    weights = _under("model", tensors)
    missing = sorted(set(model.state_dict()) ^ set(weights))
    if missing:
        raise checkpoint.CheckpointError(f"{path} belongs to another model: they differ in {', '.join(missing[:3])}")
    model.load_state_dict(weights)
    states = {tuple(name.split(".", 1)): tensor for name, tensor in _under("optimizer", tensors).items()}
    for name, parameter in model.named_parameters():
        state = {key: tensor for (key, owner), tensor in states.items() if owner == name}
        if state:
            optimizer.state[parameter] = state
        else:
            optimizer.state.pop(parameter, None)


def as_long_as(about: Mapping[str, Any], config: TrainConfig) -> dict[str, Any]:
    """What a checkpoint says about its run, told as if that had been planned as long as this one, which is longer.

    A run may be made longer, never shorter: the learning rate of each step depends on how many there are, and those behind
    it cannot be taken back. Steps and warm-up are the length of a schedule; everything else must be the same.

    >>> as_long_as({"config": {"steps": 5, "warmup": 1, "seed": 3}}, TrainConfig(steps=9, warmup=2))
    {'config': {'steps': 9, 'warmup': 2, 'seed': 3}}
    >>> as_long_as({"config": {"steps": 50}}, TrainConfig(steps=9, warmup=2))
    {'config': {'steps': 50}}
    """
    theirs = about.get("config") or {}
    if not theirs or theirs.get("steps", config.steps) >= config.steps:
        return dict(about)
    return {**about, "config": {**theirs, "steps": config.steps, "warmup": config.warmup}}


def refuse_another_run(path: os.PathLike, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Hold what a checkpoint says about its run against the run that wants to go on from it.

    Raises:
        CheckpointError: they differ; the message says where.

    >>> refuse_another_run("a.safetensors", {"context": 8}, {"context": 16})
    Traceback (most recent call last):
    course_lib.training.engine.checkpoint.CheckpointError: a.safetensors belongs to another run: its context is 8, here ...
    """
    for what, expected in ours.items():
        if theirs.get(what) != expected:
            raise checkpoint.CheckpointError(
                f"{path} belongs to another run: {_apart(what, theirs.get(what), expected)}. "
                "Give the settings it was made with (only the steps may become more), or another file"
            )


def load_model(path: str | os.PathLike) -> tuple[GPT, dict[str, Any]]:
    """The model of a checkpoint, ready to write, and what was said about the run.

    Raises:
        FileNotFoundError, CheckpointError: as for ``checkpoint.load``, or it holds no GPT.
    """
    tensors, about = checkpoint.load(path)
    if not about.get("model"):
        raise checkpoint.CheckpointError(f"{path} does not say what shape its model has: it was no GPT of this course")
    try:
        model = GPT(ModelConfig(**about["model"]))
        model.load_state_dict({name: tensor.float() for name, tensor in _under("model", tensors).items()})
    except (TypeError, ValueError, RuntimeError) as problem:
        raise checkpoint.CheckpointError(
            f"{path} holds other tensors than its own description says: take an older one, or train anew"
        ) from problem
    return model.eval(), about


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.partition(".")[2]: tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}.")}


def _apart(what: str, theirs: Any, ours: Any) -> str:
    """Where two descriptions differ, in words."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            if theirs.get(key) != ours.get(key):
                return f"its {key} is {_short(theirs.get(key))}, here it is {_short(ours.get(key))}"
    return f"its {what} is {_short(theirs)}, here it is {_short(ours)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
