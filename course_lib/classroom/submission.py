"""The marks of one student: cells run in a worker, answers judged one by one, a worker that is lost replaced."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from course_lib.classroom.hand_ins import HandIn, Notebook
from course_lib.classroom.judging import EXERCISE_SECONDS, Judged, judge_remote
from course_lib.classroom.sandbox import Cage
from course_lib.classroom.stand_in import StandIn, definition_in, file_of, show_to_linecache, stand_in
from course_lib.classroom.worker import Lost, Worker
from course_lib.practice.diagnosing import Trial
from course_lib.practice.exercise import Exercise
from course_lib.practice.markers import answer_line, answers_in
from course_lib.practice.needed_cells import names_of, needed_cells
from course_lib.practice.verdict import Reason, may_lack_a_cell

__all__ = ["NOT_GRADED", "Graded", "Limits", "grade_hand_in", "plain_cell"]

#: The state of a mark that is left blank: nothing can be said of the answer.
NOT_GRADED = "not graded"


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds: one cell, the calls of one answer, everything of one student."""

    cell: float = 60.0
    exercise: float = EXERCISE_SECONDS
    submission: float = 120.0


@dataclass(frozen=True)
class Graded:
    """What became of one exercise of one student.

    Attributes:
        exercise: its id.
        state: "passed", "failed", "error", "not attempted", or "not graded" where the mark stays blank.
        score: points, or None where the mark stays blank.
        points: what the exercise is worth.
        reason: of the verdict, in one of its few words.
        misconceptions: the names of the mistakes that were found.
        message: for the teacher; it may show a case.
        feedback: for the student.
        file: the notebook that counted.
        human: why somebody should look at it; empty where nobody needs to.
    """

    exercise: str
    state: str
    score: float | None
    points: float
    reason: str = ""
    misconceptions: tuple[str, ...] = ()
    message: str = ""
    feedback: str = ""
    file: str = ""
    human: str = ""


def plain_cell(source: str) -> str:
    """A cell without what only a notebook understands, in as many lines; as it is where that cannot be done.

    >>> plain_cell("%matplotlib inline")
    "get_ipython().run_line_magic('matplotlib', 'inline')\\n"
    """
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().transform_cell(source)
    except Exception:  # SyntaxError, and whatever a strange text does to the transformer
        return source


def grade_hand_in(
    hand_in: HandIn,
    exercises: Sequence[Exercise],
    cage: Cage,
    trial_of: Callable[[Exercise], Trial],
    limits: Limits | None = None,
) -> list[Graded]:
    """The marks of one student for these exercises, in their order.

    An exercise whose lesson was handed in more than once counts by its better answer. What was not handed in at all stays
    blank; what was handed in without an answer has no points.
    """
    limits = limits or Limits()
    end = time.monotonic() + limits.submission
    found: dict[str, list[Graded]] = {exercise.id: [] for exercise in exercises}
    for notebook in hand_in.notebooks:
        concerned = [each for each in exercises if each.lesson.name == notebook.lesson or _names(notebook, each)]
        if concerned:
            for graded in _grade_notebook(notebook, concerned, cage, trial_of, limits, end):
                found[graded.exercise].append(graded)
    return [_best(exercise, found[exercise.id], hand_in) for exercise in exercises]


def _names(notebook: Notebook, exercise: Exercise) -> bool:
    return any(exercise.id in answers_in(cell) for cell in notebook.cells)


_ORDER = ("passed", "failed", "error", "not attempted", NOT_GRADED)


def _best(exercise: Exercise, found: list[Graded], hand_in: HandIn) -> Graded:
    if not found:
        unread = "; ".join(f"{problem.file or 'the folder'}: {problem.said}" for problem in hand_in.problems)
        return Graded(exercise.id, NOT_GRADED, None, float(exercise.points), message="not handed in", human=unread)
    return min(found, key=lambda graded: _ORDER.index(graded.state))


def _grade_notebook(
    notebook: Notebook,
    exercises: Sequence[Exercise],
    cage: Cage,
    trial_of: Callable[[Exercise], Trial],
    limits: Limits,
    end: float,
) -> list[Graded]:
    cells = [plain_cell(cell) for cell in notebook.cells]
    answers, remarks = _places_of_answers(notebook, cells, {each.id: each for each in exercises})
    run = _Run(notebook, cells, answers, {each.id: each for each in exercises}, cage, trial_of, limits, end)
    if answers:
        places = needed_cells(cells, sorted(answers))
        run.all_of(places)
        if len(places) < len(cells) and run.misses_something:
            whole = _Run(notebook, cells, answers, run.exercises, cage, trial_of, limits, end)
            whole.all_of(range(len(cells)))
            run = whole.with_what_it_lacks_from(run)
    attempted = {known for ids in answers.values() for known in ids}
    return [_graded(each, notebook, each.id in attempted, run, remarks.get(each.id, "")) for each in exercises]


def _places_of_answers(
    notebook: Notebook, cells: Sequence[str], exercises: dict[str, Exercise]
) -> tuple[dict[int, list[str]], dict[str, str]]:
    """After which cells which answers are judged, and what a human should know of how they were found."""
    answers: dict[int, list[str]] = {}
    remarks: dict[str, str] = {}
    marked = [[known for known in answers_in(cell) if known in exercises] for cell in notebook.cells]
    for place, ids in enumerate(marked):
        for known in dict.fromkeys(ids):
            answers.setdefault(_where_defined(cells, marked, place, exercises[known].name), []).append(known)
    for known, exercise in exercises.items():
        if any(known in ids for ids in marked):
            continue
        defining = [place for place, cell in enumerate(cells) if definition_in(cell, exercise.name)]
        if defining:  # the comment is gone, and the function is there
            answers.setdefault(defining[-1], []).append(known)
            remarks[known] = f"its cell has lost the comment {answer_line(known)}; it was found by the function's name"
        elif any(known in answers_in(text) for text in notebook.prose):
            remarks[known] = "its cell is no code cell any more and was not run"
    return answers, remarks


def _where_defined(cells: Sequence[str], marked: list[list[str]], place: int, name: str) -> int:
    """The cell that defines an answer: the marked one, or one below it where the cell was split."""
    for later in range(place, len(cells)):
        if later > place and marked[later]:
            break
        names = names_of(cells[later])
        if name in names.sets or name in names.may_set:
            return later
    return place


@dataclass
class _Run:
    """One run of a notebook's cells, with as many workers as it takes."""

    notebook: Notebook
    cells: Sequence[str]
    answers: dict[int, list[str]]
    exercises: dict[str, Exercise]
    cage: Cage
    trial_of: Callable[[Exercise], Trial]
    limits: Limits
    end: float
    judged: dict[str, Judged] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)  # exercise -> why it was not judged
    failing: dict[str, str] = field(default_factory=dict)  # exercise -> what the sandbox, and not the answer, did wrong
    raised: set[str] = field(default_factory=set)
    passed: dict[int, list[str]] = field(default_factory=dict)

    @property
    def misses_something(self) -> bool:
        """Whether a cell, or an answer, may have lacked what another cell gives."""
        verdicts = [judged.verdict for judged in self.judged.values()]
        return bool(self.raised) or any(may_lack_a_cell(verdict.reason, verdict.message) for verdict in verdicts)

    def with_what_it_lacks_from(self, other: "_Run") -> "_Run":
        """This run, and what an earlier one has found of answers that this one had no time for."""
        for known, judged in other.judged.items():
            mine = self.judged.get(known)
            if mine is None or (judged.verdict.state == "passed" and mine.verdict.state != "passed"):
                self.judged[known] = judged
        return self

    def all_of(self, places: Iterable[int]) -> None:
        """Run these cells, and judge each answer after its own."""
        show_to_linecache(list(self.cells))
        waiting, good, starts = list(places), [], 0
        while waiting:
            starts += 1
            if self._is_late(waiting):
                return
            try:
                with self.cage.worker() as worker:
                    if not all(self._again(worker, place) for place in good):
                        good = []  # what was good is so no longer: go on without it
                        continue
                    while waiting and worker.alive:
                        if self._is_late(waiting):
                            return
                        place = waiting.pop(0)
                        if self._cell(worker, place):
                            good.append(place)
            except Lost as problem:  # it did not even start
                if starts > 3 + len(self.cells):
                    for place in waiting:
                        for known in self.answers.get(place, ()):
                            self.failing[known] = f"the sandbox could not be started: {problem}"
                    return

    def _is_late(self, waiting: list[int]) -> bool:
        if time.monotonic() < self.end:
            return False
        for place in waiting:
            self._note(place, "the time for this submission was used up before this cell")
        return True

    def _left(self, most: float) -> float:
        return max(0.1, min(most, self.end - time.monotonic()))

    def _again(self, worker: Worker, place: int) -> bool:
        """Run a good cell once more in a new worker. What passed there is told to it, not judged again."""
        seconds = self._left(self.limits.cell)
        try:
            worker.ask("cell", seconds, source=self.cells[place], file=file_of(place), seconds=seconds)
            for known in self.passed.get(place, ()):
                worker.ask("keep", 5.0, exercise=known, name=self.exercises[known].name)
        except Lost:
            return False
        return True

    def _cell(self, worker: Worker, place: int) -> bool:
        """Run one cell and judge its answers; whether the cell is good to be run again."""
        seconds = self._left(self.limits.cell)
        try:
            said = worker.ask("cell", seconds, source=self.cells[place], file=file_of(place), seconds=seconds)
        except Lost as lost:
            self._note(place, _why(lost, seconds))
            return False
        error = said.get("error")
        kind = str(error.get("type"))[:60] if type(error) is dict else ""
        if kind and kind not in ("SyntaxError", "IndentationError", "TimeIsUp"):  # these ask for no other cell
            self.raised.add(kind)
        for known in self.answers.get(place, ()):
            exercise = self.exercises[known]
            answer = self._stand_in(place, exercise)
            if not worker.alive:
                self._note_one(known, "the process had ended before this answer was judged")
                continue
            judged = judge_remote(self.trial_of(exercise), worker, answer, self._left(self.limits.exercise))
            if kind and judged.verdict.reason is Reason.NOT_A_FUNCTION:
                judged = _cell_failed(judged, exercise, kind, seconds)
            self.judged[known] = judged  # of several answers the last one counts
            self.trouble.pop(known, None)
            if judged.verdict.state == "passed" and worker.alive:
                self.passed.setdefault(place, []).append(known)
                try:
                    worker.ask("keep", 5.0, exercise=known, name=exercise.name)
                except Lost:
                    return True
        return kind != "TimeIsUp"

    def _stand_in(self, place: int, exercise: Exercise) -> StandIn:
        return stand_in(self.cells[place], exercise.name, place)

    def _note(self, place: int, why: str) -> None:
        for known in self.answers.get(place, ()):
            self._note_one(known, why)

    def _note_one(self, known: str, why: str) -> None:
        self.judged.pop(known, None)
        self.trouble[known] = why


def _cell_failed(judged: Judged, exercise: Exercise, kind: str, seconds: float) -> Judged:
    if kind == "TimeIsUp":
        said = f"The cell was still running after {seconds:g} seconds, before it had defined {exercise.name}."
    else:
        said = f"The cell raised {kind} before it had defined {exercise.name}."
    return replace(judged, verdict=replace(judged.verdict, message=said), feedback=said)


def _why(lost: Lost, seconds: float) -> str:
    return {
        "time": f"the cell was still running after {seconds:g} seconds and would not be stopped",
        "died": f"the process ended in this cell ({lost.said or 'out of memory, or a call that ends Python'})",
        "memory": "the cell took more memory than there is",
        "disk": "the cell wrote more to the disk than there is room for",
        "malformed": "the cell wrote into the grader's own channel",
    }[lost.reason]


def _graded(exercise: Exercise, notebook: Notebook, attempted: bool, run: _Run, remark: str) -> Graded:
    def made(state: str, score: float | None, **more: object) -> Graded:
        return Graded(exercise.id, state, score, float(exercise.points), file=notebook.file, **more)

    if exercise.id in run.failing:
        return made(NOT_GRADED, None, message=run.failing[exercise.id], human=run.failing[exercise.id])
    if not attempted:
        said = f"No cell begins with {answer_line(exercise.id)}."
        return made("not attempted", 0.0, reason=Reason.NOT_WRITTEN, message=said, feedback=said, human=remark)
    judged = run.judged.get(exercise.id)
    if judged is None:
        why = run.trouble.get(exercise.id, "the cell did not run to its end")
        said = f"{why[0].upper()}{why[1:]}."
        return made("error", 0.0, message=said, feedback=said, human=why)
    verdict = judged.verdict
    if verdict.state == "not attempted":
        return made("not attempted", 0.0, reason=verdict.reason, feedback="Nothing is written yet.", human=remark)
    human = remark
    if judged.lost is not None:
        human = f"{judged.lost}"
    passed = verdict.state == "passed"
    mistakes = tuple(filter(None, (verdict.misconception, *verdict.also)))
    return made(
        verdict.state,
        float(exercise.points) if passed else 0.0,
        reason=verdict.reason,
        misconceptions=mistakes,
        message="\n".join(filter(None, (verdict.message, verdict.example))),
        feedback=judged.feedback,
        human=human,
    )
