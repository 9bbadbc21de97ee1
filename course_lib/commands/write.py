"""``python -m course_lib write CHECKPOINT --prompt TEXT``: a finished model goes on from what one types."""

import argparse
from pathlib import Path

from course_lib.commands.common import complain
from course_lib.commands.limits import WRITE, check_limits
from course_lib.commands.sampling import add_sampling, show, start_of, written

__all__ = ["HELP", "add_arguments", "run"]

HELP = "let a finished model write (one that train has saved)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("checkpoint", type=Path, help="what `train` saved, or data/world_model.safetensors")
    parser.add_argument("--prompt", required=True, help="what to go on from")
    parser.add_argument("--tokens", type=int, default=300, help="how many to write (default: 300)")
    add_sampling(parser)
    parser.add_argument("--seed", type=int, default=0, help="another one gives another text (default: 0)")


def run(chosen: argparse.Namespace) -> int:
    """Print the prompt and what follows it: 0, or 2 where the checkpoint, the prompt or an option is not usable."""
    try:
        check_limits(chosen, WRITE)
        if not chosen.checkpoint.is_file():  # before PyTorch is waited for
            raise FileNotFoundError(f"no checkpoint {chosen.checkpoint}: check the spelling; `train` writes one")
        show(_written(chosen))
    except (OSError, ValueError, LookupError) as problem:
        return complain(problem)
    return 0


def _written(chosen: argparse.Namespace) -> str:
    from course_lib.commands.material import tokens_of
    from course_lib.training.engine.not_a_number import NotANumber, require_numbers
    from course_lib.training.engine.resuming import load_model

    model, about = load_model(chosen.checkpoint)
    try:
        require_numbers(model, about.get("step", 0))
    except NotANumber as problem:
        raise ValueError(
            f"{chosen.checkpoint} cannot write ({problem}): take an older checkpoint, or train anew"
        ) from None
    tokens = tokens_of(chosen.checkpoint, about)
    return written(model, tokens, start_of(chosen.prompt, tokens), chosen.tokens, chosen)
