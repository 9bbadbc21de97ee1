"""``python -m course_lib``: the one front door. What it can be asked to do is in ``course_lib.commands``."""

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    with interrupts() as asked:
        try:
            return chosen.run(chosen)
        except KeyboardInterrupt:
            pass
        except Exception:
            # An import that is interrupted half-way says so in many ways (ImportError, SystemError); they mean the same.
            if not asked.interrupted:
                raise
        sys.stderr.write("\n")  # the terminal has written ^C
        return 130


@dataclass
class Asked:
    """Whether somebody has pressed Ctrl-C."""

    interrupted: bool = False


@contextlib.contextmanager
def interrupts() -> Iterator[Asked]:
    """Take note of interrupts, which arrive as KeyboardInterrupt as ever; where Python does not see to them, nor do we."""
    asked, before = Asked(), signal.getsignal(signal.SIGINT)

    def note(number: int, frame: object) -> None:
        asked.interrupted = True
        raise KeyboardInterrupt

    ours = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
