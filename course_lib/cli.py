"""``python -m course_lib``: the one front door. What it can be asked to do is in ``course_lib.commands``."""

import argparse
import sys
from collections.abc import Sequence

from course_lib.commands import COMMANDS

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 all well, 1 something did not pass, 2 not usable, 130 interrupted."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m course_lib", description="The course's commands.")
    words = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        word = words.add_parser(name, help=command.HELP, description=f"{command.HELP[0].upper()}{command.HELP[1:]}.")
        command.add_arguments(word)
        # What was typed goes along: `train --processes` types it again for each process.
        word.set_defaults(run=command.run, typed=arguments)
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except KeyboardInterrupt:
        sys.stderr.write("\n")  # the terminal has written ^C
        return 130
