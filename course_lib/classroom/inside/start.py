"""The file that the worker's Python is given: cages itself, then serves. Nothing of a learner's has been read before."""

import os
import sys


def main() -> None:
    """Climb the rung of the plan on the command line, say that it holds, and answer questions until there are none."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(here)))  # of the worker's copy of the course
    from course_lib.classroom.inside.cage import Plan, climb

    plan = Plan.from_text(sys.argv[1])
    del sys.argv[1:]
    asked, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.environ.clear()
    os.environ.update(plan.environment)
    climb(plan)
    os.chdir(plan.scratch)
    sys.path += plan.packages
    from course_lib.classroom.inside.serving import Server

    os.dup2(nothing, 2)  # until here the judge hears why a cage does not hold
    os.close(nothing)
    Server(asked, answers).serve()


if __name__ == "__main__":
    main()
