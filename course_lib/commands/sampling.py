"""How a model writes: the options that ``train`` and ``write`` share, checked before anything is loaded or trained."""

import argparse
import math
from typing import TYPE_CHECKING

from course_lib.commands.material import Tokens

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

    from course_lib.transformer.models import GPT

__all__ = ["add_sampling", "check_sampling", "start_of", "written"]


def add_sampling(parser: "argparse._ActionsContainer") -> None:
    """How the next token is drawn."""
    parser.add_argument("--temperature", type=float, default=0.8, help="0 takes the likeliest token (default: 0.8)")
    parser.add_argument("--top-k", type=int, help="draw from the K likeliest tokens")
    parser.add_argument(
        "--top-p", type=float, help="draw from the likeliest tokens that together have the probability P"
    )


def check_sampling(chosen: argparse.Namespace) -> None:
    """Refuse what no token can be drawn with.

    Raises:
        ValueError: one of the options makes no sense; the message names it.

    >>> check_sampling(argparse.Namespace(temperature=0.8, top_k=0, top_p=None, seed=0))
    Traceback (most recent call last):
    ValueError: --top-k is a number of tokens, at least 1; got 0
    """
    if not 0 <= chosen.temperature < math.inf:
        raise ValueError(f"--temperature: a temperature is 0 or more; got {chosen.temperature}")
    if chosen.top_k is not None and chosen.top_k < 1:
        raise ValueError(f"--top-k is a number of tokens, at least 1; got {chosen.top_k}")
    if chosen.top_p is not None and not 0 < chosen.top_p <= 1:
        raise ValueError(f"--top-p is a probability above 0 and at most 1; got {chosen.top_p}")
    if chosen.seed < 0:
        raise ValueError(f"--seed is 0 or more; got {chosen.seed}")


def start_of(prompt: str, tokens: Tokens) -> "Tensor":
    """The ids of a prompt, (token,).

    Raises:
        ValueError, KeyError: it is empty, or has characters or words that the model does not know.
    """
    import torch

    from course_lib.corpus import Vocabulary, words

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
