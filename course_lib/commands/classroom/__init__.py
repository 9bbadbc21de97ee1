"""``python -m course_lib classroom``: for those who teach. One file a deed, each made like a command.

- ``collect``, ``give``: hand-ins out of learners' folders on one machine, and pages of feedback back into them
- ``grade``: a folder of hand-ins becomes marks, pages of feedback and a summary, in a sandbox
- ``fill``: a gradebook of Canvas or Moodle, filled with the marks
- ``regrade``: an exercise was wrong and is mended: which marks would change
- ``similar``: whose answers resemble each other more than chance has it; a hint
- ``ask``: questions about one's own code, with the answers for the teacher
- ``release``: the folder that students get, without lessons' answers
- ``trial``: a class of one's own making, to see what all this does
- ``common``: what several of them share
"""

import argparse
import sys

from course_lib.commands.classroom import ask, collect, fill, give, grade, regrade, release, similar, trial

__all__ = ["DEEDS", "HELP", "add_arguments", "run"]

HELP = "for those who teach: grade a folder of hand-ins in a sandbox, fill a gradebook, and more"
DEEDS = {
    "collect": collect,
    "grade": grade,
    "fill": fill,
    "give": give,
    "regrade": regrade,
    "similar": similar,
    "ask": ask,
    "release": release,
    "trial": trial,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    words = parser.add_subparsers(dest="deed", required=True, metavar="|".join(DEEDS))
    for name, deed in DEEDS.items():
        deed.add_arguments(words.add_parser(name, help=deed.HELP, description=deed.HELP))


def run(chosen: argparse.Namespace) -> int:
    """0 all done, 1 something needs a human, 2 not usable."""
    if hasattr(sys.stdout, "reconfigure"):  # a name that a terminal cannot write is shown in numbers
        sys.stdout.reconfigure(errors="backslashreplace")
    return DEEDS[chosen.deed].run(chosen)
