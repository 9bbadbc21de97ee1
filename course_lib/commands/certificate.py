"""``python -m course_lib certificate``: make a certificate of what has been passed, or check one."""

import argparse
import textwrap
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "make a certificate of the functions you have written, or check one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--name", help="whose certificate it is to be")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("certificate.svg"),
        help="the file to write, .svg or .png (default: certificate.svg)",
    )
    parser.add_argument("--verify", type=Path, metavar="FILE", help="check a certificate instead of making one")
    parser.add_argument(
        "--run",
        dest="again",
        action="store_true",
        help="with --verify: also run the answers in it and judge them again; it is somebody's code",
    )


def run(chosen: argparse.Namespace) -> int:
    """Make or check: 0 all well, 1 an answer no longer passes, 2 no certificate."""
    if chosen.verify is not None:
        return _verify(chosen.verify, chosen.again)
    if chosen.again:
        return common.complain("--run goes with --verify FILE")
    if not chosen.name:
        return common.complain('whose certificate? Say --name "Ada Lovelace", or --verify FILE to check one')
    if chosen.out.suffix.lower() not in (".svg", ".png"):
        return common.complain(f"a certificate is an .svg or a .png, not {chosen.out.name}")
    import time

    from course_lib.practice.mine import Mine
    from course_lib.your_gpt import assembly, certificate, record

    try:
        runs = [run.loss for run in record.table().runs if run.who.startswith("you") and "stories, words" in run.text]
        mine = Mine()
        called = {known for ids in assembly.at_work(mine).values() for known in ids}
        made = certificate.made(mine, chosen.name, time.strftime("%Y-%m-%d"), min(runs, default=None), called)
        certificate.save(made, chosen.out)
    except (OSError, ValueError) as problem:
        return common.complain(str(problem))
    print(f"{chosen.out}: {', '.join(made.lines)}")
    return 0


def _verify(path: Path, again: bool) -> int:
    from course_lib.your_gpt import certificate

    try:
        found = certificate.read(path)
    except OSError as problem:
        return common.complain(f"{path} cannot be read: {problem.strerror}")
    except certificate.NoCertificate as problem:
        return common.complain(f"{path}: {problem}")
    said = f"{found.lines[0]} {', '.join(found.lines[1:])}"
    if certificate.is_as_drawn(found, path):
        print(f"{path} is as it was made: {said}")
    else:
        print(f"{path} carries this, unchanged: {said}")
        print(
            "Its picture is not the one that is drawn for it here: it was changed, or made with other versions. Go by these lines."
        )
    print(textwrap.fill(", ".join(found.answers) or "It holds no answers.", 100))
    if not again:
        print(
            "Whether the answers pass, --run finds out; it runs the code in the file, so ask whether you trust its maker."
        )
        print("Who wrote the code, no file can prove; nor does this one prove the loss.")
        return 0
    verdicts = certificate.check_again(found)
    for exercise_id, verdict in verdicts.items():
        if verdict != "passed":
            print(f"  {exercise_id}: {verdict}")
    failed = sum(verdict != "passed" for verdict in verdicts.values())
    print(f"{len(verdicts) - failed} of {len(verdicts)} answers pass." if verdicts else "There is nothing to run.")
    return 1 if failed else 0
