"""How a model writes: the options that ``train`` and ``write`` share, and the text that comes of them."""

import argparse
import sys
from typing import TYPE_CHECKING

from course_lib.commands.material import Tokens

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

    from course_lib.transformer.models import GPT

__all__ = ["add_sampling", "show", "start_of", "written"]


def add_sampling(parser: "argparse._ActionsContainer") -> None:
    """How the next token is drawn."""
    parser.add_argument("--temperature", type=float, default=0.8, help="0 takes the likeliest token (default: 0.8)")
    parser.add_argument("--top-k", type=int, help="draw from the K likeliest tokens")
    parser.add_argument(
        "--top-p", type=float, help="draw from the likeliest tokens that together have the probability P"
    )


def start_of(prompt: str, tokens: Tokens) -> "Tensor":
    """The ids of a prompt, (token,).

    Raises:
        ValueError, KeyError: it is empty, or has characters or words that the model does not know.
    """
    import torch

    from course_lib.corpus import Vocabulary, words

    if any("\ud800" <= character <= "\udfff" for character in prompt):
        raise ValueError("the prompt has bytes that are no text: type it in the encoding of this terminal")
    if isinstance(tokens, Vocabulary) and (missing := [word for word in words(prompt) if word not in tokens]):
        named = ", ".join(map(repr, dict.fromkeys(missing)))
        raise ValueError(f"the model knows {len(tokens)} words, lower case except names, and {named} is none of them")
    ids = tokens.encode(prompt)
    if not ids:
        raise ValueError("the prompt is empty: give at least one token to go on from")
    return torch.tensor(ids)


def written(model: "GPT", tokens: Tokens, start: "Tensor", n_tokens: int, chosen: argparse.Namespace) -> str:
    """The beginning, and what the model writes after it."""
    from course_lib.training.in_torch import chooser
    from course_lib.transformer.generation import generate

    choose = chooser(chosen.temperature, chosen.top_k, chosen.top_p, chosen.seed)
    return tokens.decode(generate(model, start[None], n_tokens, choose)[0].tolist())


def show(text: str) -> None:
    """Print a text as far as the terminal can write it: a letter that it has not is no reason to lose the others."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
