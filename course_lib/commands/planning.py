"""What `train` can know of a run before its first step: its settings, its model, where it is saved, what it will write."""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.commands.sampling import check_sampling, start_of

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

    from course_lib.commands.material import Material
    from course_lib.training.engine.config import TrainConfig
    from course_lib.transformer.models import ModelConfig

__all__ = ["begin", "checkpoint_of", "settings", "shape_of"]


def settings(chosen: argparse.Namespace) -> "TrainConfig":
    """The run as it was chosen.

    Raises:
        ValueError: it makes no sense.
    """
    from course_lib.training.engine.config import TrainConfig

    if chosen.save_every < 1:
        raise ValueError(f"--save-every is a number of steps, at least 1; got {chosen.save_every}")
    if not 0 < chosen.rate < float("inf"):
        raise ValueError(f"--rate is a learning rate above 0; got {chosen.rate}")
    return TrainConfig(
        steps=chosen.steps,
        batch_size=chosen.batch,
        accumulate=chosen.accumulate,
        peak=chosen.rate,
        floor=chosen.rate / 10,
        warmup=min(100, max(chosen.steps, 0) // 10),
        seed=chosen.seed,
    )


def shape_of(chosen: argparse.Namespace, text: "Material") -> "ModelConfig":
    """The model as it was chosen, for the tokens of a text.

    Raises:
        ValueError: there is no such model.
    """
    from course_lib.transformer.models import ModelConfig

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
    check_sampling(chosen)
    if chosen.sample < 1:
        return None
    if chosen.prompt is None:
        return text.held_out[: max(1, chosen.context // 4)]
    return start_of(chosen.prompt, text.tokens)


def checkpoint_of(chosen: argparse.Namespace, text: "Material") -> Path:
    """Where the run is saved.

    Raises:
        FileNotFoundError: there is nothing to resume.
        OSError: nothing can be written there.
        ValueError: a file is there, and nobody said --resume.
    """
    path = chosen.checkpoint or Path(f"{text.name}-model.safetensors")
    if path.exists() and not chosen.resume:
        raise ValueError(f"{path} is there already: --resume goes on from it, --checkpoint names another file")
    if chosen.resume and not path.exists():
        raise FileNotFoundError(
            f"no checkpoint {path} to go on from: check the spelling (on several machines its folder is a shared one)"
        )
    _prove_writable(path)
    return path


def _prove_writable(path: Path) -> None:
    """Write something beside where the checkpoint will be, and take it away: a full or forbidden folder is found now.

    Raises:
        OSError: nothing can be written there.
    """
    made = [folder for folder in path.absolute().parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:
            file.write(b"0" * 4096)
    except OSError as problem:
        raise OSError(
            f"no checkpoint can be written to {path} ({problem.strerror or problem}): --checkpoint names another place"
        ) from None
    for folder in made:  # made again with the first checkpoint; a run that is refused leaves nothing behind
        folder.rmdir()
