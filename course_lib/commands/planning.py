"""What `train` can know of a run before its first step: its settings, its model, where it is saved, what it will write."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.commands.sampling import start_of

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

    from course_lib.commands.material import Material
    from course_lib.training.engine.config import TrainConfig
    from course_lib.training.engine.not_a_number import NotANumber
    from course_lib.transformer.models import ModelConfig

__all__ = [
    "begin",
    "checkpoint_of",
    "last_good",
    "prove_checkpoint",
    "refuse_other_settings",
    "settings",
    "shape_of",
    "what_to_do",
]


def settings(chosen: argparse.Namespace) -> "TrainConfig":
    """The run as it was chosen.

    Raises:
        ValueError: it makes no sense.
    """
    from course_lib.training.engine.config import TrainConfig

    if chosen.accumulate > chosen.batch:
        raise ValueError(
            f"--accumulate {chosen.accumulate} micro-batches cannot be cut from --batch {chosen.batch} windows: at most one "
            "for each window"
        )
    return TrainConfig(
        steps=chosen.steps,
        batch_size=chosen.batch,
        accumulate=chosen.accumulate,
        peak=chosen.rate,
        floor=chosen.rate / 10,
        warmup=min(100, chosen.steps // 10),
        seed=chosen.seed,
    )


def shape_of(chosen: argparse.Namespace, text: "Material") -> "ModelConfig":
    """The model as it was chosen, for the tokens of a text.

    Raises:
        ValueError: there is no such model.
    """
    from course_lib.transformer.models import ModelConfig

    if chosen.width % chosen.heads:
        raise ValueError(
            f"--width {chosen.width} cannot be shared evenly by --heads {chosen.heads}: take a multiple of {chosen.heads}, such "
            f"as --width {max(1, chosen.width // chosen.heads) * chosen.heads}"
        )
    return ModelConfig(
        vocab=len(text.tokens),
        context=chosen.context,
        layers=chosen.layers,
        d_model=chosen.width,
        n_heads=chosen.heads,
        dropout=chosen.dropout,
    )


def begin(chosen: argparse.Namespace, text: "Material") -> "Tensor | None":
    """What the model will go on from at the end, (token,); None where it is to write nothing.

    Raises:
        ValueError, KeyError: it could not write so; said before it is trained.
    """
    if chosen.sample < 1:
        return None
    if chosen.prompt is None:
        return text.held_out[: max(1, chosen.context // 4)]
    return start_of(chosen.prompt, text.tokens)


def checkpoint_of(chosen: argparse.Namespace, text: "Material") -> Path:
    """Where the run is saved.

    Raises:
        FileNotFoundError: there is nothing to resume.
        ValueError: a file is there, and nobody said --resume; or it is a folder.
    """
    path = chosen.checkpoint or Path(f"{text.name}-model.safetensors")
    if path.is_dir():
        raise ValueError(f"--checkpoint {path} is a folder: name a file in it, such as {path / 'model.safetensors'}")
    if path.exists() and not chosen.resume:
        raise ValueError(f"{path} is there already: --resume goes on from it, --checkpoint names another file")
    if chosen.resume and not path.exists():
        raise FileNotFoundError(
            f"no checkpoint {path} to go on from: check the spelling (on several machines its folder is a shared one)"
        )
    return path


def prove_checkpoint(path: Path, shape: "ModelConfig") -> None:
    """Find out whether the run could be saved, before its first step.

    Raises:
        OSError: it could not; the message says why and what to do.
    """
    from course_lib.training.engine.checkpoint import prove

    weights = (shape.vocab + shape.context) * shape.d_model + 12 * shape.layers * shape.d_model**2
    try:
        prove(path, 12 * weights)  # the weights and AdamW's two means, four bytes each
    except OSError as problem:
        raise OSError(
            f"cannot write the checkpoint {path} ({problem}): name another place with --checkpoint"
        ) from problem


def refuse_other_settings(path: Path, about: Mapping[str, Any], chosen: argparse.Namespace) -> None:
    """Hold what a checkpoint says about its run against what was chosen, in the words of the options.

    Raises:
        ValueError: they differ; or the run is to become shorter than it was.
    """
    config, model = about.get("config") or {}, about.get("model") or {}
    made_with = {"batch": config.get("batch_size"), "accumulate": config.get("accumulate"), "rate": config.get("peak")}
    made_with |= {"seed": config.get("seed"), "width": model.get("d_model"), "heads": model.get("n_heads")}
    made_with |= {name: model.get(name) for name in ("layers", "context", "dropout")}
    for option, theirs in made_with.items():
        if theirs is not None and theirs != (ours := getattr(chosen, option)):
            raise ValueError(
                f"{path} belongs to another run: it was made with --{option} {theirs}, here it is {ours}. Give the settings "
                "it was made with (only --steps may become more), or name another file with --checkpoint"
            )
    if chosen.steps < config.get("steps", 0):
        raise ValueError(
            f"{path} belongs to a run of {config['steps']} steps, and a run can be made longer, not shorter: give --steps "
            f"{config['steps']} or more; got {chosen.steps}"
        )


def last_good(path: Path) -> str:
    """What the file of a run that was broken off holds, in a sentence."""
    from course_lib.training.engine import checkpoint

    try:
        return f"{path} holds the last good state, after step {checkpoint.load(path)[1]['step']}"
    except (OSError, ValueError):
        return "No checkpoint was written"


def what_to_do(problem: "NotANumber", chosen: argparse.Namespace, path: Path) -> str:
    """A run whose numbers are none: at which step, why most likely, and what to do."""
    anew = "begin anew" if not path.exists() else "begin anew with another --checkpoint and"
    return (
        f"{problem}. Most likely the learning rate is too high: {anew} {'with ' if not path.exists() else ''}a smaller --rate, "
        f"such as {chosen.rate / 10:g} (it was {chosen.rate:g}). {last_good(path)}"
    )
