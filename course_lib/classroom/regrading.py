"""An exercise or a case was wrong, and has been mended: the recorded seeds again, and the difference, to be signed.

Two steps. The first runs the answers to that exercise, as they were kept when they were graded, on the cases of their recorded seeds as the mended exercise makes them,
and writes down which marks would change. The second writes exactly what the first has shown, with the name of whoever signs.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from course_lib.classroom.course_copy import copy_course
from course_lib.classroom.grading import write_pages
from course_lib.classroom.judges import grade_one
from course_lib.classroom.proving import what_does_not_pass
from course_lib.classroom.results import Results, Row, write_whole
from course_lib.classroom.sandbox import find_cage
from course_lib.classroom.seeds import Seeds
from course_lib.classroom.submission import NOT_GRADED, Graded, Limits
from course_lib.practice.catalogue import find_exercise

__all__ = ["PENDING", "Change", "regrade", "sign"]

PENDING = "regrade.json"


@dataclass(frozen=True)
class Change:
    """A mark that would change.

    Attributes:
        student: whose.
        fingerprint: of the hand-in that was run.
        seed: of its cases.
        before: state and points as they are.
        after: the mark as it would be.
    """

    student: str
    fingerprint: str
    seed: int
    before: tuple[str, float | None]
    after: Graded

    def line(self, shown: str) -> str:
        """For the screen, with the student's name or code."""
        was, now = (_points(*self.before), _points(self.after.state, self.after.score))
        return f"{shown}  {self.after.exercise}: {was} -> {now}"


def _points(state: str, score: float | None) -> str:
    return f"{state}, {'no mark' if score is None else f'{score:g}'}"


def regrade(
    results: Results,
    exercise_ids: Sequence[str],
    say: Callable[[str], None] = lambda line: None,
    refuse: Sequence[str] = (),
    require_sandbox: bool = False,
    limits: Limits | None = None,
) -> list[Change]:
    """Run the answers to some exercises again and write down, beside the results, which marks would change. None is changed.

    Raises:
        LookupError: there is no such exercise, or nobody has a mark for it.
    """
    exercises = [find_exercise(known) for known in exercise_ids]
    rows = [row for row in results.rows() if row.graded.exercise in exercise_ids]
    if not rows:
        raise LookupError(f"nobody has a mark for {', '.join(exercise_ids)} in {results.folder}")
    limits = limits or Limits()
    changes: list[Change] = []
    seeds: dict[int, Seeds] = {}
    with tempfile.TemporaryDirectory(prefix="course-class-") as name:
        cage = find_cage(copy_course(Path(name)), refuse, require_sandbox)
        say(cage.in_words())
        for exercise in exercises:
            own = [row for row in rows if row.graded.exercise == exercise.id and _was_handed_in(row)]
            for row in own:
                if row.seed not in seeds:
                    seeds[row.seed] = Seeds({exercise.id: row.seed})
                    refused = what_does_not_pass([exercise], cage, seeds[row.seed].trial)
                    if refused:
                        raise LookupError(
                            f"the mended {exercise.id} does not pass its own cases: {refused[exercise.id]}"
                        )
                hand_in = results.work(row.student)
                if hand_in is None:
                    say(f"{results.shown(row.student)} was graded before cells were kept; grade them again. Left out")
                    continue
                (after,) = grade_one(hand_in, [exercise], {}, cage, seeds[row.seed], limits)
                before = (row.graded.state, row.graded.score)
                if (after.state, after.score) != before and after.state != NOT_GRADED:
                    changes.append(Change(row.student, hand_in.fingerprint, row.seed, before, after))
    write_whole(results.folder / PENDING, json.dumps([asdict(change) for change in changes], indent=1))
    return changes


def _was_handed_in(row: Row) -> bool:
    return row.graded.message != "not handed in"


def sign(results: Results, name: str) -> list[Change]:
    """Write the marks that the last `regrade` has shown, and who signed; what was signed is kept.

    Raises:
        FileNotFoundError: nothing waits to be signed.
        ValueError: marks have changed since they were shown.
    """
    path = results.folder / PENDING
    if not path.is_file():
        raise FileNotFoundError(f"nothing waits to be signed in {results.folder}; `classroom regrade` first")
    changes = [_change(told) for told in json.loads(path.read_text(encoding="utf-8"))]
    now = {(row.student, row.graded.exercise): (row.graded.state, row.graded.score) for row in results.rows()}
    for change in changes:
        same = now.get((change.student, change.after.exercise)) == change.before
        if not same or results.fingerprint(change.student) != change.fingerprint:
            raise ValueError(
                f"the mark of {results.shown(change.student)} is not what it was; run `classroom regrade` again"
            )
    results.change([(change.student, change.after, change.seed) for change in changes], name)
    path.unlink()
    write_pages(results)
    return changes


def _change(told: dict) -> Change:
    after = told["after"] | {"misconceptions": tuple(told["after"]["misconceptions"])}
    return Change(**told | {"before": tuple(told["before"]), "after": Graded(**after)})
