"""GPT-2's published weights in our model, from a folder or from the hub, through the same table of names."""

import json
import re
from pathlib import Path

from course_lib.transformer.models import GPT
from course_lib.transformer.weights.gpt2 import config_from, from_theirs

__all__ = ["NotFound", "load_gpt2"]

FILES = ("config.json", "model.safetensors")


class NotFound(FileNotFoundError):
    """The weights are not here; the message says what was tried and what to do."""


def load_gpt2(name_or_folder: str | Path) -> GPT:
    """A GPT with the weights of a published one.

    Args:
        name_or_folder: a folder with config.json and model.safetensors, as transformers' save_pretrained writes it; or a
            name on the Hugging Face hub, such as "openai-community/gpt2", which is downloaded (about 550 MB) unless it
            has been before.
    Raises:
        NotFound: the folder lacks a file, or the hub cannot be reached.
        ConversionError: the weights are not those of a GPT-2.
    """
    folder = Path(name_or_folder).expanduser()
    if folder.is_dir():
        config, weights = _in_folder(folder)
    elif re.fullmatch(r"[\w.-]+(/[\w.-]+)?", str(name_or_folder)) and not str(name_or_folder).startswith("."):
        config, weights = _from_hub(str(name_or_folder))
    else:
        raise NotFound(f"there is no folder {folder}, and this is not a name on the hub either (owner/name)")
    from safetensors.torch import load_file  # only whoever loads weights needs it

    said = json.loads(config.read_text(encoding="utf-8"))
    return from_theirs(load_file(weights), config_from(said))


def _in_folder(folder: Path) -> tuple[Path, ...]:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        there = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        raise NotFound(
            f"{folder} lacks {' and '.join(missing)}; there is {there}. With transformers, "
            "model.save_pretrained(folder) writes both files"
        )
    return tuple(folder / name for name in FILES)


def _from_hub(name: str) -> tuple[Path, ...]:
    try:
        return tuple(Path(_fetch(name, file)) for file in FILES)
    except (OSError, ValueError) as problem:
        reason = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
        raise NotFound(
            f"{name} is no folder here, and {' and '.join(FILES)} could not be had from the Hugging Face hub ({reason}). "
            f"Without a network: download both files elsewhere, put them into a folder, and give load_gpt2 that folder"
        ) from problem


def _fetch(name: str, file: str) -> str:
    """The path of a file of the hub on this computer, downloaded if need be."""
    from transformers.utils import cached_file  # seconds to import

    return cached_file(name, file)
