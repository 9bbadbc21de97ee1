"""Takes the place of ``course_lib.practice.mine`` in the worker: there are no exercises here that could tell what is whose.

The learner's function counts as theirs once the judge has said that it passed; until then, and for functions that they were
not asked for in this notebook, it is the course's.
"""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["Mine", "mine"]

WHERE = Path(__file__).with_name(
    "references.json"
)  # exercise -> where the course's own function lies; written by the judge


class Mine:
    """The functions by their names: the learner's where they passed, else the course's."""

    def __init__(self) -> None:
        self._passed: dict[str, Callable] = {}
        self._where: dict[str, list[str]] = json.loads(WHERE.read_text(encoding="utf-8")) if WHERE.is_file() else {}

    def keep(self, exercise_id: str, answer: Callable) -> None:
        """An answer has passed."""
        self._passed[exercise_id] = answer

    def forget(self) -> None:
        """Forget what has passed."""
        self._passed.clear()

    def __getattr__(self, name: str) -> Callable:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except LookupError as problem:
            raise AttributeError(str(problem)) from None

    def __getitem__(self, name: str) -> Callable:
        ids = [known for known in self._where if name in (known, known.partition(".")[2])]
        if len(ids) != 1:
            raise LookupError(
                f"no function of the course is called {name}" if not ids else f"several are called {name}"
            )
        return self._passed.get(ids[0]) or self._of_the_course(ids[0])

    def later(self, *names: str) -> tuple[Callable, ...]:
        """These functions, each looked up when it is called."""

        def of(name: str) -> Callable:
            return lambda *args, **kwargs: self[name](*args, **kwargs)

        return tuple(map(of, names))

    def _of_the_course(self, exercise_id: str) -> Callable:
        module, name = self._where[exercise_id]
        return getattr(importlib.import_module(module), name)

    def is_own(self, name: str) -> bool:
        """Whether the function of this name, or with this id, is the learner's own."""
        return any(name in (known, known.partition(".")[2]) for known in self._passed)

    def whose(self, *names: str) -> str:
        """Whose functions these are."""
        return ", ".join(
            f"{'your' if self.is_own(name) else 'the course’s'} {name.rpartition('.')[2]}" for name in names
        )

    def set_aside(self) -> dict[str, str]:
        """Nothing is kept from earlier."""
        return {}

    def __repr__(self) -> str:
        return f"yours: {', '.join(self._passed) or 'none yet'}"


mine: Any = Mine()
