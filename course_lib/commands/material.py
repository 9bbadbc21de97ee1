"""What a model is trained on: any text file cut into tokens, or the course's own small world; and the tokens of a finished model."""

import argparse
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

__all__ = ["Material", "Tokens", "material", "tokens_of"]


class Tokens(Protocol):
    """What cuts a text into ids, and joins them again."""

    def __len__(self) -> int:
        """How many different ones there are."""

    def encode(self, text: str) -> list[int]:
        """The ids of a text."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids."""


@dataclass(frozen=True)
class Material:
    """A text, ready to be learned from.

    Attributes:
        name: of the checkpoint, where none is given.
        tokens: what the text was cut with.
        train, held_out: the ids to learn from and those to measure on, (token,).
        about: what a checkpoint keeps, so that the model can write later without the text.
    """

    name: str
    tokens: Tokens
    train: "Tensor"
    held_out: "Tensor"
    about: dict[str, Any]


def material(chosen: argparse.Namespace) -> Material:
    """The text that was chosen, a tenth of it held out.

    Raises:
        OSError, ValueError, LookupError: it is no text, or too short for the context; or the tokens make no sense.
    """
    text = _world(chosen) if chosen.text is None else _text(chosen)
    if len(text.train) <= chosen.context or len(text.held_out) < 2:
        name = "the course's own text" if chosen.text is None else chosen.text
        kind = {"words": "words", "bpe": "tokens"}.get(
            chosen.tokenizer or ("words" if chosen.text is None else ""), "characters"
        )
        raise ValueError(
            f"{name} has {len(text.train) + len(text.held_out)} {kind}; nine tenths of them must be more than the context "
            f"of {chosen.context}: take a longer text, or a smaller --context"
        )
    return text


def _text(chosen: argparse.Namespace) -> Material:
    import torch

    from course_lib.corpus import load
    from course_lib.training.engine.tokens import learn

    try:
        text = load(chosen.text, chosen.encoding or "utf-8")
    except (ValueError, LookupError) as problem:  # what one types here is an option, and no argument of a function
        raise ValueError(
            re.sub(r'load it with encoding="(\S+)"|encoding="(\S+)"', _as_option, str(problem.args[0]))
        ) from None
    kind = chosen.tokenizer or "characters"
    tokens = learn(text, kind, 512 if chosen.tokens is None else chosen.tokens)
    ids = torch.tensor(tokens.encode(text))
    cut = len(ids) * 9 // 10
    about = {"tokens": tokens.as_json(), "text": hashlib.sha256(text.encode()).hexdigest()}
    return Material(chosen.text.stem, tokens, ids[:cut], ids[cut:], about)


def _as_option(found: re.Match) -> str:
    """An encoding as it is given to the command."""
    return f"say --encoding {found[1]}" if found[1] else f"--encoding {found[2]}"


def _world(chosen: argparse.Namespace) -> Material:
    from course_lib.corpus import vocabulary
    from course_lib.training.studies import stream

    if chosen.tokenizer is not None or chosen.tokens is not None or chosen.encoding is not None:
        raise ValueError(
            "the course's own text comes in words: --tokenizer, --tokens and --encoding go with a TEXT of yours"
        )
    # A checkpoint of it says nothing about its text, as the one in data/ does not: `tokens_of` knows it by that.
    return Material("world", vocabulary(), stream("train"), stream("held_out"), {})


def tokens_of(path: Path, about: Mapping[str, Any]) -> Tokens:
    """The tokens of a finished model: those its checkpoint keeps, or the words of the course's small world.

    Args:
        path: of the checkpoint, to name it.
        about: what ``load_model`` found there.
    Raises:
        ValueError: its model is of another text, which it does not name.
    """
    from course_lib.corpus import vocabulary
    from course_lib.training.engine.tokens import TextTokens

    kept = about.get("about", {}).get("tokens")
    if kept:
        return TextTokens.from_json(kept)
    if about["model"]["vocab"] != len(vocabulary()):
        raise ValueError(
            f"{path} does not say what its {about['model']['vocab']} tokens stand for (the small world has "
            f"{len(vocabulary())}): only its author can write with it. `train` writes checkpoints that say it"
        )
    return vocabulary()
