"""``python -m course_lib build``: lessons/ become notebooks/."""

import argparse
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "build notebooks/ from lessons/ (for those who write lessons)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--solved", action="store_true", help="keep the answers, and write to build/solved/")
    parser.add_argument("--out", type=Path, help="where to write (default: notebooks/, or build/solved/)")
    parser.add_argument(
        "--force",
        nargs="*",
        metavar="NAME",
        help="make these afresh although they hold somebody's work, which is moved to kept/ first: 04, or 04_attention.ipynb, "
        "or all",
    )


def run(chosen: argparse.Namespace) -> int:
    """Write the notebooks and print their paths.

    0: all are built. 1: all but those that hold somebody's work, which are left as they were and named. 2: nothing is
    built, for a lesson is broken, a name is nobody's, or the folder cannot be written to.
    """
    from course_lib.publish import EVERY, LessonError, build
    from course_lib.worked.state import holds_work

    out = chosen.out or (common.ROOT / "build" / "solved" if chosen.solved else common.ROOT / "notebooks")
    if chosen.force == []:
        worked = [path.stem for path in sorted(out.glob("*.ipynb")) if holds_work(path)]
        return common.complain(
            f"--force takes the names of the notebooks to make afresh, or {EVERY}: "
            + (f"--force {worked[0]}. Work is in {', '.join(worked)}" if worked else f"no notebook in {out} holds work")
        )
    try:
        built = build(common.ROOT / "lessons", out, solved=chosen.solved, afresh=chosen.force or ())
    except (LessonError, ValueError) as problem:
        return common.complain(problem)
    except OSError as problem:
        if problem.errno is None:  # said by the build itself: there are no lessons
            return common.complain(problem)
        return common.complain(
            f"cannot write to {out} ({problem}): make the folder writable, or build elsewhere with --out FOLDER"
        )
    for path in built.paths:
        print(path)
    for path, kept in built.kept.items():
        print(f"what {path.name} held is in {kept}")
    if not built.left:
        return 0
    common.complain(
        f"left alone, for somebody has worked there: {', '.join(path.name for path in built.left)}; all others are "
        f"built. To begin one afresh: --force {built.left[0].stem}, which moves the work to {out / 'kept'} first"
    )
    return 1
