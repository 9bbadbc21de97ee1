"""A class, from a folder of hand-ins to a folder of results. What has not changed is not graded again."""

import csv
import io
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from course_lib.classroom.course_copy import copy_course
from course_lib.classroom.feedback import page_of
from course_lib.classroom.hand_ins import HandIn, hand_ins_in, read_hand_in
from course_lib.classroom.proving import what_does_not_pass
from course_lib.classroom.results import Results, gradebook, humans, safe_cell, write_whole
from course_lib.classroom.sandbox import Cage, find_cage
from course_lib.classroom.submission import NOT_GRADED, Graded, Limits, grade_hand_in
from course_lib.classroom.summary import picture, summary
from course_lib.practice.catalogue import exercises_of
from course_lib.practice.diagnosing import Trial
from course_lib.practice.exercise import Exercise
from course_lib.practice.judging import trial
from course_lib.syllabus import LESSONS

__all__ = ["Seeds", "grade_class", "grade_one", "write_pages"]


class Seeds:
    """The seed of each exercise's cases in one grading, and the cases: made when they are first asked for.

    Args:
        known: seeds to be used again; for all other exercises there are new ones.
    """

    def __init__(self, known: dict[str, int] | None = None) -> None:
        self.of = dict(known or {})
        self._trials: dict[str, Trial] = {}

    def trial(self, exercise: Exercise) -> Trial:
        """The cases of an exercise, the same for everybody who is graded with these seeds."""
        if exercise.id not in self._trials:
            seed = self.of.setdefault(exercise.id, secrets.randbits(62))
            self._trials[exercise.id] = trial(exercise, np.random.default_rng(seed))
        return self._trials[exercise.id]

    def seed(self, exercise_id: str) -> int:
        """The seed of an exercise."""
        return self.of.setdefault(exercise_id, secrets.randbits(62))


def grade_class(
    submissions: Path,
    out: Path,
    say: Callable[[str], None] = lambda line: None,
    lessons: Sequence[str] = (),
    refuse: Sequence[str] = (),
    require_sandbox: bool = False,
    limits: Limits | None = None,
    memory: int = 1 << 30,
) -> Results:
    """Grade a folder of hand-ins into a folder of results.

    Args:
        submissions: one folder a student, notebooks inside.
        out: the folder of results; what lies there already is used and kept.
        say: is given a line for the screen, now and then.
        lessons: names of lessons ("04_attention") that are graded; those that were handed in, where left out.
        refuse: rungs of the sandbox that are not tried.
        require_sandbox: refuse to run where a forbidden act succeeds.
        limits: how long things may take.
        memory: bytes of one worker.
    Raises:
        FileNotFoundError: there are no hand-ins.
        NoCage: nothing can be run here as safely as required.
    """
    folders = [folder for folder in hand_ins_in(submissions) if folder.resolve() != out.resolve()]
    limits = limits or Limits()
    known = {folder: _known_of(folder) for folder in folders}
    chosen = list(lessons) or [each.name for each in LESSONS if any(each.name in found for _, found in known.values())]
    exercises = tuple(each for lesson in LESSONS if lesson.name in chosen for each in exercises_of(lesson))
    if not exercises:
        raise FileNotFoundError(
            f"no notebook of this course in {submissions}: grading expects one folder a student, notebooks inside, or --lesson"
        )
    results, seeds = Results(out), Seeds()
    with tempfile.TemporaryDirectory(prefix="course-class-") as name:
        cage = find_cage(copy_course(Path(name)), refuse, require_sandbox, memory, int(limits.submission) + 30)
        say(cage.in_words())
        for rung, why in cage.refused.items():
            say(f"  not {rung}: {why}")
        ids = [each.id for each in exercises]
        waiting = [folder for folder in folders if not results.is_done(folder.name, known[folder][0], ids)]
        if waiting:
            refused = what_does_not_pass(exercises, cage, seeds.trial)
            results.refuse(refused)
            for exercise_id, why in refused.items():
                say(f"! {exercise_id} is not graded: the course's own answer did not pass here ({why})")
            run = results.begin(cage.in_words(), cage.succeeded, cage.refused)
            _grade_all(waiting, exercises, refused, cage, seeds, limits, results, run, say)
        if len(waiting) < len(folders):
            say(f"{len(folders) - len(waiting)} of {len(folders)} hand-ins have not changed and keep their marks")
    write_pages(results)
    return results


def _known_of(folder: Path) -> tuple[str, set[str]]:
    """The fingerprint of a hand-in and its lessons; its cells are read again when their turn comes."""
    hand_in = read_hand_in(folder)
    return hand_in.fingerprint, {notebook.lesson for notebook in hand_in.notebooks}


def _grade_all(
    folders: Sequence[Path],
    exercises: Sequence[Exercise],
    refused: dict[str, str],
    cage: Cage,
    seeds: Seeds,
    limits: Limits,
    results: Results,
    run: int,
    say: Callable[[str], None],
) -> None:
    began = time.monotonic()
    for number, folder in enumerate(folders):
        hand_in, at = read_hand_in(folder), time.monotonic()
        marks = grade_one(hand_in, exercises, refused, cage, seeds, limits)
        seconds = time.monotonic() - at
        results.write(run, hand_in, marks, {mark.exercise: seeds.seed(mark.exercise) for mark in marks}, seconds)
        each = (time.monotonic() - began) / (number + 1)
        left = each * (len(folders) - number - 1)
        given = [mark for mark in marks if mark.score is not None]
        score, points = sum(mark.score for mark in given), sum(mark.points for mark in given)
        about = f", about {left:.0f} s left" if left >= 1 else ""
        say(
            f"{number + 1} of {len(folders)}  {hand_in.student}: {score:g} of {points:g} points, {seconds:.1f} s{about}"
        )


def grade_one(
    hand_in: HandIn,
    exercises: Sequence[Exercise],
    refused: dict[str, str],
    cage: Cage,
    seeds: Seeds,
    limits: Limits,
) -> list[Graded]:
    """The marks of one student. Whatever goes wrong on our side is a blank mark and a line for a human, never a zero."""
    try:
        marks = grade_hand_in(
            hand_in, [each for each in exercises if each.id not in refused], cage, seeds.trial, limits
        )
    except Exception as problem:
        said = f"grading this hand-in failed: {type(problem).__name__}: {problem}"[:500]
        marks = [Graded(each.id, NOT_GRADED, None, float(each.points), message=said, human=said) for each in exercises]
    found = {mark.exercise: mark for mark in marks}
    for each in exercises:
        if each.id in refused:
            blank = Graded(
                each.id, NOT_GRADED, None, float(each.points), message="the course's own answer did not pass here"
            )
            found[each.id] = blank
    return [found[each.id] for each in exercises]


def write_pages(results: Results) -> None:
    """Everything that is made from the marks: gradebook, pages of feedback, summary, what needs a human."""
    rows, folder = results.rows(), results.folder
    write_whole(folder / "gradebook.csv", gradebook(results))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["student", "exercise", "file", "why"])
    table.writerows([[safe_cell(cell) for cell in line] for line in humans(results)])
    write_whole(folder / "needs_a_human.csv", text.getvalue())
    problems = results.problems()
    for student in results.students():
        marks = [row.graded for row in rows if row.student == student]
        own = [(file, said) for who, file, said in problems if who == student]
        write_whole(folder / "feedback" / f"{student}.html", page_of(student, marks, own))
    image = picture(rows)
    write_whole(folder / "summary.png", image)
    write_whole(folder / "summary.html", summary(results, image))
