"""What one has written, one uses: ``mine.softmax`` is the learner's own function, and the course's until it has passed.

    from course_lib.lesson import mine

    mine.softmax(scores)                # the learner's softmax once its check has passed, here or in an earlier kernel
    mine.whose("softmax")               # "your softmax", or "the course's softmax, until yours passes"
    mine["tokenization.train"]          # by its whole id, where two lessons use one name
    mine                                # shows which functions are whose, and which were set aside

An answer from an earlier kernel is run again from its kept source and checked again: the text of a lesson, or an
exercise, may have changed since. It finds the learner's other functions under their names; where it does not pass with those (they
may do less than the course's, which stood in the lesson), it is tried with the course's. One that no longer runs or passes is set
aside with its reason, and nothing is lost.
"""

import contextlib
import functools
import html
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from course_lib.practice.catalogue import exercise_ids, find_exercise
from course_lib.practice.judging import judge
from course_lib.practice.kept import NotRunnable, run_again
from course_lib.practice.progress import KeptAnswer, Progress, progress_path
from course_lib.practice.report import card
from course_lib.practice.running import Deadline, TimeIsUp
from course_lib.syllabus import LESSONS, lesson_of

__all__ = ["Mine", "all_ids", "mine"]

TIME_LIMIT = 10.0  # seconds for a kept source to run again


@dataclass(frozen=True)
class _Found:
    """What came of a kept answer: its function, or why it was set aside."""

    function: Callable | None
    trouble: str = ""


class Mine:
    """The learner's functions by their names. See the module's own text.

    answers: the kept answers, where they are not those of progress.
    """

    def __init__(self, answers: Mapping[str, KeptAnswer] | None = None) -> None:
        self._answers = None if answers is None else dict(answers)
        self._called: dict[str, None] | None = None  # the exercises whose functions are called, while somebody watches
        self._passed_here: dict[str, Callable] = {}
        self._run_again: dict[tuple[str, str, str], _Found] = {}
        self._read: tuple[Any, dict[str, KeptAnswer]] | None = None  # the state of the file, and what stood in it

    def keep(self, exercise_id: str, answer: Callable) -> None:
        """An answer has passed in this kernel: from now on it is the one that is used."""
        self._passed_here[exercise_id] = answer

    def forget(self) -> None:
        """Forget what passed in this kernel, as a restart would; what progress keeps stays."""
        self._passed_here.clear()
        self._run_again.clear()

    def __getattr__(self, name: str) -> Callable:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[self._id_of(name)]
        except LookupError as problem:
            raise AttributeError(str(problem)) from None

    def __getitem__(self, exercise_id: str) -> Callable:
        exercise_id = exercise_id if "." in exercise_id else self._id_of(exercise_id)
        exercise = find_exercise(exercise_id)
        function = self._own(exercise_id) or exercise.reference
        return function if self._called is None else self._watched(exercise_id, function)

    def later(self, *names: str) -> tuple[Callable, ...]:
        """These functions, each looked up when it is called: what passes meanwhile is used from then on, and `watching` sees it.

        ``help`` shows the signature and the text of the course's.

        >>> shift, softmax = Mine({}).later("shift", "attention.softmax")
        >>> softmax(np.zeros((1, 2))).tolist()
        [[0.5, 0.5]]
        """

        def later(exercise_id: str) -> Callable:
            @functools.wraps(find_exercise(exercise_id).reference)
            def looked_up(*args: Any, **kwargs: Any) -> Any:
                return self[exercise_id](*args, **kwargs)

            return looked_up

        return tuple(later(name if "." in name else self._id_of(name)) for name in names)

    @contextlib.contextmanager
    def watching(self) -> Iterator[dict[str, None]]:
        """While it lasts, the ids of the exercises whose functions are called, one's own and the course's, in the order of the first call.

        A function is seen where it is taken from here, and where an own answer of an earlier kernel calls another by its name.
        """
        self._called, before = {}, self._called
        try:
            yield self._called
        finally:
            self._called = before

    def _watched(self, exercise_id: str, function: Callable) -> Callable:
        called = self._called

        @functools.wraps(function)
        def seen(*args: Any, **kwargs: Any) -> Any:
            called[exercise_id] = None
            return function(*args, **kwargs)

        return seen

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *(known.partition(".")[2] for known in all_ids())})

    def is_own(self, name: str) -> bool:
        """Whether the function of this name, or with this id, is the learner's own."""
        return self._own(name if "." in name else self._id_of(name)) is not None

    def whose(self, *names: str) -> str:
        """Whose functions these are, for a caption.

        >>> Mine().whose("softmax", "causal_mask")
        "the course's softmax and causal_mask, until yours pass"
        """
        own = [_short(name) for name in names if self.is_own(name)]
        ours = [_short(name) for name in names if not self.is_own(name)]
        parts = [f"your {_listed(own)}"] if own else []
        if ours:
            parts.append(f"the course's {_listed(ours)}, until yours {'passes' if len(ours) == 1 else 'pass'}")
        return ", and ".join(parts)

    def own_ids(self) -> list[str]:
        """The ids of the learner's own functions, in the order of the lessons."""
        return self._by_lesson()[0]

    def kept(self, exercise_id: str) -> KeptAnswer | None:
        """The answer that progress keeps for an exercise, or None."""
        return self._kept().get(exercise_id)

    def set_aside(self) -> dict[str, str]:
        """The kept answers that no longer run or pass, each with its reason."""
        found = {exercise_id: self._from_progress(exercise_id, kept) for exercise_id, kept in self._kept().items()}
        return {
            exercise_id: result.trouble
            for exercise_id, result in found.items()
            if result.trouble and exercise_id not in self._passed_here
        }

    def __repr__(self) -> str:
        own, ours = self._by_lesson()
        lines = [
            f"yours: {', '.join(own) or 'none yet'}",
            f"the course's, until yours pass: {', '.join(ours) or 'none'}",
        ]
        lines += [f"set aside: {exercise_id}: {why}" for exercise_id, why in self.set_aside().items()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        own, ours = self._by_lesson()
        aside = "".join(
            f"<li><code>{html.escape(exercise_id)}</code>: {html.escape(why)}</li>"
            for exercise_id, why in self.set_aside().items()
        )
        body = f"Yours: {_codes(own) or 'none yet'}.<br>The course's, until yours pass: {_codes(ours) or 'none'}."
        if aside:
            body += f'<br>Set aside:<ul style="margin:2px 0 0 0;padding-left:20px">{aside}</ul>'
        return card("passed" if own else "not attempted", f"{len(own)} of {len(own) + len(ours)} are yours", body)

    def _by_lesson(self) -> tuple[list[str], list[str]]:
        own = [exercise_id for exercise_id in all_ids() if self._own(exercise_id) is not None]
        return own, [exercise_id for exercise_id in all_ids() if exercise_id not in own]

    def _id_of(self, name: str) -> str:
        """The exercise's id for a short name.

        Raises:
            LookupError: no exercise has that name, or two have.
        """
        ids = [exercise_id for exercise_id in all_ids() if exercise_id.partition(".")[2] == name]
        if len(ids) > 1:
            raise LookupError(f"two exercises are called {name}: say mine[{ids[0]!r}] or mine[{ids[1]!r}]")
        if not ids:
            close = get_close_matches(name, [known.partition(".")[2] for known in all_ids()], n=1)
            advice = f" Did you mean {close[0]}?" if close else " dir(mine) lists them."
            raise LookupError(f"no exercise of this course is called {name}.{advice}")
        return ids[0]

    def _own(self, exercise_id: str) -> Callable | None:
        here = self._passed_here.get(exercise_id)
        if here is not None:
            return here
        kept = self._kept().get(exercise_id)
        return None if kept is None else self._from_progress(exercise_id, kept).function

    def _kept(self) -> dict[str, KeptAnswer]:
        """What progress keeps, for the exercises that there are; nothing where it cannot be read."""
        if self._answers is not None:
            return self._answers
        path = progress_path()
        try:
            state = path and (path, path.stat().st_mtime_ns, path.stat().st_size)
            if state is None:
                return {}
            if self._read is None or self._read[0] != state:
                answers = Progress(path).answers()
                self._read = (state, {known: kept for known, kept in answers.items() if known in all_ids()})
        except (sqlite3.Error, OSError):
            return {}
        return self._read[1]

    def _from_progress(self, exercise_id: str, kept: KeptAnswer) -> _Found:
        key = (exercise_id, kept.source, kept.setup)
        if key not in self._run_again:
            self._run_again[key] = _Found(None, "it needs itself")  # while it is being made
            self._run_again[key] = self._made(exercise_id, kept)
        return self._run_again[key]

    def _made(self, exercise_id: str, kept: KeptAnswer) -> _Found:
        found = self._tried(exercise_id, kept, self._provided(exercise_id))
        if found.function is None and "still running" not in found.trouble:
            beside = self._tried(exercise_id, kept, self._provided(exercise_id, of_the_course=True))
            return beside if beside.function else found
        return found

    def _tried(self, exercise_id: str, kept: KeptAnswer, provided: Mapping[str, Any]) -> _Found:
        exercise = find_exercise(exercise_id)
        try:
            with Deadline(TIME_LIMIT).running():
                function = run_again(kept.source, kept.setup, exercise.name, provided)
        except NotRunnable as problem:
            return _Found(None, f"your {exercise.name} no longer runs: {problem}")
        except TimeIsUp:
            return _Found(None, f"your {exercise.name} was still running after {TIME_LIMIT:g} seconds")
        verdict = judge(exercise, function, np.random.default_rng(0))
        if verdict.state != "passed":
            said = verdict.message or "it has no body"
            return _Found(None, f"your {exercise.name} no longer passes: {said}")
        return _Found(function)

    def _provided(self, exercise_id: str, of_the_course: bool = False) -> dict[str, Any]:
        """Other exercises' functions under their names, for answers that build on each other: the nearest lesson's first."""
        lesson = lesson_of(exercise_id.partition(".")[0])
        provided: dict[str, Any] = {"np": np}
        for other in LESSONS[: LESSONS.index(lesson) + 1]:
            for known in exercise_ids(other):
                if known != exercise_id:
                    function = find_exercise(known).reference if of_the_course else _Later(self, known)
                    provided[known.partition(".")[2]] = function
        return provided


class _Later:
    """Another exercise's function, looked up when it is called."""

    def __init__(self, owner: Mine, exercise_id: str) -> None:
        self._owner, self._id = owner, exercise_id

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._owner[self._id](*args, **kwargs)


def all_ids() -> tuple[str, ...]:
    """The ids of all exercises, in the order of the lessons."""
    return tuple(exercise_id for lesson in LESSONS for exercise_id in exercise_ids(lesson))


def _short(name: str) -> str:
    """An id without its lesson, unless two lessons use the name."""
    last = name.rpartition(".")[2]
    alone = sum(known.partition(".")[2] == last for known in all_ids()) < 2
    return last if alone else name


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _codes(ids: list[str]) -> str:
    return ", ".join(f"<code>{html.escape(exercise_id)}</code>" for exercise_id in ids)


mine = Mine()
