"""A class, from a folder of hand-ins to a folder of results. What has not changed is not graded again."""

import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.classroom.course_copy import copy_course
from course_lib.classroom.feedback import page_of
from course_lib.classroom.hand_ins import HandIn, hand_ins_in, read_hand_in
from course_lib.classroom.judges import Handled, Orders, cluster, grade_one, graded_elsewhere, on_this_machine
from course_lib.classroom.progress import Progress
from course_lib.classroom.proving import what_does_not_pass
from course_lib.classroom.results import Results, write_whole
from course_lib.classroom.sandbox import find_cage
from course_lib.classroom.seeds import Seeds
from course_lib.classroom.submission import Limits
from course_lib.classroom.summary import picture, summary
from course_lib.classroom.tables import gradebook, humans, table_text
from course_lib.classroom.times import times_of
from course_lib.practice.catalogue import exercises_of
from course_lib.practice.exercise import Exercise
from course_lib.syllabus import LESSONS

__all__ = ["Means", "grade_class", "seconds_left", "write_pages"]

FEW = 8  # hand-ins for which a second process is not worth its start


@dataclass(frozen=True)
class Means:
    """By what means a class is graded.

    Attributes:
        refuse: rungs of the sandbox that are not tried.
        require_sandbox: refuse to run where a forbidden act succeeds.
        limits: how long things may take.
        memory: bytes of one worker.
        jobs: judges at a time; one for each core where left out.
        scheduler: the address of a Dask cluster that is to grade; empty for this machine.
    """

    refuse: Sequence[str] = ()
    require_sandbox: bool = False
    limits: Limits = field(default_factory=Limits)
    memory: int = 1 << 30
    jobs: int = 0
    scheduler: str = ""


def grade_class(
    submissions: Path,
    out: Path,
    progress: Progress | None = None,
    lessons: Sequence[str] = (),
    means: Means | None = None,
    rules: str | None = None,
    times: Path | None = None,
) -> Results:
    """Grade a folder of hand-ins into a folder of results.

    Args:
        submissions: one folder a student, notebooks inside.
        out: the folder of results; what lies there already is used and kept.
        progress: is told how it gets on.
        lessons: names of lessons ("04_attention") that are graded; those that were handed in, where left out.
        means: sandbox, limits and processors.
        rules: the text of a file of rules; those given before hold on where it is left out.
        times: a file that says when each student handed in.
    Raises:
        FileNotFoundError: there are no hand-ins.
        NoCage: nothing can be run here as safely as required.
        ValueError: the rules or the times cannot be read.
        ImportError, OSError: there is no Dask, or no cluster at its address.
    """
    means, progress = means or Means(), progress or Progress()
    folders = [folder for folder in hand_ins_in(submissions) if folder.resolve() != out.resolve()]
    known = {folder: _known_of(folder) for folder in folders}
    chosen = list(lessons) or [each.name for each in LESSONS if any(each.name in found for _, found in known.values())]
    exercises = tuple(each for lesson in LESSONS if lesson.name in chosen for each in exercises_of(lesson))
    if not exercises:
        raise FileNotFoundError(
            f"no notebook of this course in {submissions}: grading expects one folder a student, notebooks inside, or --lesson"
        )
    came = times_of(times, [folder.name for folder in folders]) if times else {}
    results = Results(out)
    if rules is not None:
        results.lay_down(rules)
    ids = [each.id for each in exercises]
    waiting = [folder for folder in folders if not results.is_done(folder.name, known[folder][0], ids)]
    if waiting:
        seeds = Seeds()
        with contextlib.closing(_handled(waiting, exercises, seeds, means, results, progress)) as handled:
            _keep(handled, len(waiting), seeds, results, came, progress)
    if len(waiting) < len(folders):
        progress.say(f"{len(folders) - len(waiting)} of {len(folders)} hand-ins have not changed and keep their marks")
    results.note_times({folder.name: known[folder][0] for folder in folders}, came)
    if results.rules.has_dates and (unknown := results.without_a_time()):
        names = ", ".join(results.shown(student) for student in unknown[:10])
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        progress.say(f"when these handed in is not known, so nothing is taken off (--times FILE): {names}{more}")
    write_pages(results)
    return results


def _known_of(folder: Path) -> tuple[str, set[str]]:
    """The fingerprint of a hand-in and its lessons; its cells are read again when their turn comes."""
    hand_in = read_hand_in(folder)
    return hand_in.fingerprint, {notebook.lesson for notebook in hand_in.notebooks}


def _handled(
    folders: Sequence[Path],
    exercises: Sequence[Exercise],
    seeds: Seeds,
    means: Means,
    results: Results,
    progress: Progress,
) -> Iterator[tuple[HandIn, Handled]]:
    """The hand-ins of a class with their marks as they come: from here, from other processes, or from a cluster."""
    hand_ins, limits = map(read_hand_in, folders), means.limits
    of = {each.id: seeds.seed(each.id) for each in exercises}
    if means.scheduler:
        with cluster(means.scheduler) as (make, workers):
            progress.say(f"{means.scheduler}: {workers} workers, each with the sandbox of its own machine")
            orders = Orders(
                tuple(of), of, limits, rungs=tuple(means.refuse), required=means.require_sandbox, memory=means.memory
            )
            refused: dict[str, str] = {}
            for hand_in, handled in graded_elsewhere(hand_ins, orders, make, 2 * workers):
                refused |= handled.refused  # on any of the machines
                results.refuse(refused)
                yield hand_in, handled
        return
    with tempfile.TemporaryDirectory(prefix="course-class-") as name:
        copy = copy_course(Path(name))
        cage = find_cage(copy, means.refuse, means.require_sandbox, means.memory, int(limits.submission) + 30)
        progress.say(cage.in_words())
        for rung, why in cage.refused.items():
            progress.say(f"  not {rung}: {why}")
        refused = what_does_not_pass(exercises, cage, seeds.trial)
        results.refuse(refused)
        for exercise_id, why in refused.items():
            progress.say(f"! {exercise_id} is not graded: the course's own answer did not pass here ({why})")
        jobs = means.jobs or _cores()
        if jobs > 1 and (means.jobs or len(folders) > FEW):
            orders = Orders(tuple(of), of, limits, cage, refused)
            yield from graded_elsewhere(hand_ins, orders, on_this_machine(jobs), jobs)
            return
        for hand_in in hand_ins:
            began = time.monotonic()
            marks = grade_one(hand_in, exercises, refused, cage, seeds, limits)
            yield hand_in, Handled(marks, time.monotonic() - began, cage)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _keep(
    handled: Iterator[tuple[HandIn, Handled]],
    count: int,
    seeds: Seeds,
    results: Results,
    came: dict,
    progress: Progress,
) -> None:
    """Write each student as they come, and say how long the rest will take."""
    runs: dict[str, int] = {}
    began, ends = time.monotonic(), []
    progress.begin(count)
    for hand_in, done in handled:
        said = done.cage.in_words() if done.cage else "sandbox: lost"
        if said not in runs:
            succeeded, refused = (done.cage.succeeded, done.cage.refused) if done.cage else ((), {})
            runs[said] = results.begin(said, succeeded, refused)
        results.write(runs[said], hand_in, done.marks, seeds.of, done.seconds, came.get(hand_in.student))
        ends.append(time.monotonic() - began)
        given = [each for each in done.marks if each.score is not None]
        progress.one(
            results.shown(hand_in.student),
            sum(each.score for each in given),
            sum(each.points for each in given),
            done.seconds,
            seconds_left(ends, count),
        )


def seconds_left(ends: Sequence[float], count: int) -> tuple[float, float] | None:
    """Between how many seconds the rest of a class will take: two standard errors to either side of what the first took.

    Args:
        ends: when each of those that are done was done, in seconds since the beginning.
        count: how many there are in all.
    Returns:
        None where fewer than five are done, too few to tell.

    >>> seconds_left([1.0, 2.0, 3.0, 4.0, 5.0], 10)
    (5.0, 5.0)
    """
    done, left = len(ends), count - len(ends)
    if done < 5:
        return None
    gaps = [after - before for before, after in zip([0.0, *ends], ends, strict=False)]
    mean = ends[-1] / done
    error = statistics.stdev(gaps) * (left / done + 1) ** 0.5 * left**0.5  # of the mean, and of what is to come
    return max(0.0, mean * left - 2 * error), mean * left + 2 * error


def write_pages(results: Results) -> None:
    """Everything that is made from the marks: gradebook, pages of feedback, summary, what needs a human, whose a code is."""
    rows, folder, students = results.rows(), results.folder, results.students()
    write_whole(folder / "gradebook.csv", gradebook(results))
    write_whole(folder / "needs_a_human.csv", table_text(["student", "exercise", "file", "why"], humans(results)))
    problems, replaced, questions = results.problems(), results.replaced(), results.questions()
    pages = {}
    for student in students:
        own = [row for row in rows if row.student == student]
        unread = [(file, said) for who, file, said in problems if who == student]
        pages[f"{results.shown(student)}.html"] = page_of(
            results.shown(student),
            own,
            unread,
            replaced.get(student, 0) if results.rules.better else 0,
            questions.get(student, ()),
        )
    for name, text in pages.items():
        write_whole(folder / "feedback" / name, text)
    for other in (folder / "feedback").glob(
        "*.html"
    ):  # under a name, where there are codes now, or the other way round
        if other.name not in pages:
            other.unlink()
    names = folder / "names.csv"
    if results.rules.anonymous:
        write_whole(names, table_text(["code", "student"], [(results.shown(student), student) for student in students]))
        names.chmod(0o600)
    else:
        names.unlink(missing_ok=True)
    image = picture(rows)
    write_whole(folder / "summary.png", image)
    write_whole(folder / "summary.html", summary(results, image))
