"""``python -m course_lib verdicts``: proof that every check can fail."""

import argparse

__all__ = ["HELP", "add_arguments", "run"]

HELP = "print the table of exercises x wrong answers x verdicts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--seed", type=int, default=0, help="makes the inputs the same again (default: 0)")


def run(chosen: argparse.Namespace) -> int:
    """Print the table: 0 where every verdict is as expected, 1 elsewhere."""
    from course_lib.practice.verdicts import table

    text, as_expected = table(chosen.seed)
    print(text)
    return 0 if as_expected else 1
