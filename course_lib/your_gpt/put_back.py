"""A known mistake put back into a GPT that works: does the loss notice, and after how many steps?"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.practice.catalogue import find_exercise
from course_lib.practice.progress import Progress
from course_lib.training.by_hand import Settings, updates
from course_lib.your_gpt.assembly import WHOLE, Functions, arrays, model_of, with_arrays

__all__ = [
    "WORKS",
    "Noticed",
    "PutBack",
    "Start",
    "descend",
    "earlier",
    "known",
    "noticed",
    "to_try",
    "told",
    "try_mistake",
]

#: The exercises whose functions a training step can call directly, so that one of them can be exchanged.
WORKS = (
    WHOLE,
    "backprop.backward",
    "backprop.linear_backward",
    "backprop.look_up_backward",
    "backprop.cross_entropy_backward",
    "backprop.layer_norm_backward",
    "backprop.block_backward",
    "training.clip",
    "training.adamw_step",
    "training.learning_rate",
)
ROWS = 9  # of the table


class PutBack:
    """Functions by exercise id, with one of them exchanged.

    >>> PutBack({"a.b": abs, "a.c": len}, {"a.b": round})["a.b"](1.6)
    2
    """

    def __init__(self, functions: Functions, instead: Mapping[str, Callable]):
        self._functions, self._instead = functions, dict(instead)

    def __getitem__(self, exercise_id: str) -> Callable:
        return self._instead.get(exercise_id) or self._functions[exercise_id]

    def is_own(self, exercise_id: str) -> bool:
        """Whether it was exchanged: a whole model that was not is taken apart, so that one of its parts can be."""
        return exercise_id in self._instead


def known(exercise_id: str) -> dict[str, Callable]:
    """The known mistakes of an exercise by their names.

    >>> "the sign" in " ".join(known("backprop.cross_entropy_backward")) or len(known("training.clip")) > 2
    True
    """
    return {wrong.name: wrong.function for wrong in find_exercise(exercise_id).wrong}


def earlier(progress: Progress | None) -> list[tuple[str, str]]:
    """The mistakes that the learner has made in the works, as (exercise, name), the latest first; nothing where none is kept."""
    if progress is None or not progress.path.exists():
        return []
    try:
        made = progress.misconceptions()
    except (sqlite3.Error, OSError):
        return []
    return [(exercise, name) for exercise, name in made if exercise in WORKS and name in known(exercise)]


@dataclass(frozen=True)
class Descent:
    """A run: the loss at each step (infinite from where it broke off), and the params it ended with."""

    losses: list[float]
    params: Mapping[str, Any]


def descend(
    functions: Functions,
    params: Mapping[str, Any],
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    config: Settings,
) -> Descent:
    """The loop of ``training.train``, with each of its functions taken from ``functions``; the whole model is taken apart unless it was exchanged.

    A run whose loss is no number any more, or in which a function raises, ends there; the rest is infinite.
    """
    functions = functions if isinstance(functions, PutBack) else PutBack(functions, {})
    parts = [functions[f"training.{name}"] for name in ("learning_rate", "clip", "adamw_step")]
    losses: list[float] = []
    weights = arrays(params)
    try:
        with np.errstate(all="ignore"):
            for loss in updates(model_of(functions, params), weights, pairs, config, *parts):
                if not np.isfinite(loss):
                    break
                losses.append(loss)
    except Exception:  # a mistake may raise anything, and that is what is to be told
        pass
    return Descent(losses + [np.inf] * (len(pairs) - len(losses)), with_arrays(params, weights))


@dataclass(frozen=True)
class Noticed:
    """What a mistake did to the runs from several starts.

    Attributes:
        exercise, name: the mistake.
        steps: for each start, from which step on the loss is clearly above that of the right run (see `noticed`), or None.
        behind: for each start, how much higher the mean loss of the last tenth is; infinite for a run that broke off.
        does: for each start, how well the model does its task after the run, 0 to 1.
        same: whether every loss is that of the right run, so that this task does not touch the mistake at all.
        own: whether a check has named it to this learner.
    """

    exercise: str
    name: str
    steps: tuple[int | None, ...]
    behind: tuple[float, ...]
    does: tuple[float, ...] = ()
    same: bool = False
    own: bool = False

    @property
    def broke(self) -> bool:
        """Whether every run broke off, which tells without any loss."""
        return bool(self.behind) and not np.isfinite(self.behind).any()

    @property
    def line(self) -> str:
        """A row of a table, as wide as a notebook's output: the mistake, when it was noticed (a dash: never), how far behind it
        ended, and how well the model does its task after the worst of its runs.

        >>> Noticed("training.clip", "off", (7, None), (0.534, -0.001), (1.0, 0.96)).line.split()
        ['clip:', 'off', '7', '–', '0.53', '0.00', '96%']
        """
        if self.broke:
            when, told = "", "broke off"
        else:
            when = "".join(f"{'–' if step is None else step:>4}" for step in self.steps)
            ends = "".join(f"{f'{gap:.2f}'.replace('-0.00', '0.00'):>6}" for gap in self.behind)
            done = f"{min(self.does):>6.0%}" if self.does else ""
            told = f"{'untouched':>{len(ends)}}{done}" if self.same else ends + done
        part = "model" if self.exercise == WHOLE else self.exercise.partition(".")[2].removesuffix("_backward")
        return f"{'*' if self.own else ' '} {f'{part}: {self.name}':58.58}{when}{told}"


def noticed(right: Sequence[float], losses: Sequence[float], margin: float = 0.1, window: int = 10) -> int | None:
    """The first step from which on the mean of ``window`` losses stays above that of the right run by ``margin``.

    >>> noticed([3, 2, 1, 1, 1, 1], [3, 2, 2, 2, 2, 2], window=2)
    2
    """
    gap = np.asarray(losses, float) - np.asarray(right, float)
    means = np.array([gap[i : i + window].mean() for i in range(len(gap) - window + 1)])
    above = means > margin
    if not above[-1]:
        return None
    below = np.flatnonzero(~above)
    return int(below[-1]) + 2 if len(below) else 1


def to_try(progress: Progress | None, count: int = ROWS) -> list[tuple[str, str]]:
    """The learner's earlier mistakes in the works, the latest first, filled up with the first known one of every other part."""
    own = earlier(progress)[:count]
    tried = {exercise for exercise, _ in own}
    rest = [(exercise, next(iter(known(exercise)))) for exercise in WORKS if exercise not in tried]
    return own + rest[: count - len(own)]


#: A start, the batches of its run, and the right run.
Start = tuple[Mapping[str, Any], Sequence[tuple[np.ndarray, np.ndarray]], Descent]


def told(progress: Progress | None, tried: Sequence[Noticed]) -> str:
    """Which of the rows are the learner's own, and what has become of the others that checks have named."""
    own = sum(one.own for one in tried)
    if not own:
        return "all of these are known mistakes: no check has named one of them to you"
    rest = len(progress.misconceptions()) - own if progress else 0
    more = (
        f"; {rest} more of yours {'lies' if rest == 1 else 'lie'} in other parts, or had no room here" if rest else ""
    )
    return f"* {own} of {len(tried)}: your own, as a check has named {'it' if own == 1 else 'them'}{more}"


def try_mistake(
    exercise_id: str,
    name: str,
    functions: Functions,
    starts: Sequence[Start],
    config: Settings,
    does: Callable[[Mapping[str, Any]], float] | None = None,
    own: bool = False,
) -> Noticed:
    """Train from each start with one known mistake in the works, and compare with the right run on the same batches.

    What goes in is the course's function that makes this mistake, and not the learner's answer, which is not kept. ``does`` says how well
    a trained model does its task.
    """
    mistaken = PutBack(functions, {exercise_id: known(exercise_id)[name]})
    steps, behind, shares, same = [], [], [], True
    for params, pairs, right in starts:
        run = descend(mistaken, params, pairs, config)
        last = max(1, len(run.losses) // 10)
        steps.append(noticed(right.losses, run.losses))
        behind.append(float(np.mean(run.losses[-last:]) - np.mean(right.losses[-last:])))
        same &= bool(np.allclose(run.losses, right.losses, rtol=1e-9, atol=0))
        if does is not None:
            shares.append(does(run.params))
    return Noticed(exercise_id, name, tuple(steps), tuple(behind), tuple(shares), same, own)
