"""Arguments of a case as bytes. Functions among them stay with the judge, and the worker calls back.

A record of the course (a node of a graph, the settings of a training) is sent as its class and its fields, each record once,
however often it is used. An array that watches what is done with it is sent with the text of its class, which lies among the
exercises and holds no answer.
"""

import copy
import dataclasses
import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.classroom.inside.serving import FROM_JUDGE
from course_lib.classroom.inside.wire import Limits, Malformed, Writer, pack, unpack
from course_lib.practice.exercise import Case

__all__ = ["Sender", "argument_copies"]

#: What a worker may give to a function of the judge's: enough for any case, too little to fill the judge's memory.
FROM_WORKER = Limits(size=200_000, items=20_000, depth=8)
NUMBERS = 4_000  # in all arrays and lists of one call back, as two arrays may be spread out against each other
CALLS_BACK = 50_000  # in one call of an answer


def argument_copies(case: Case) -> tuple[tuple, dict]:
    """Fresh copies of a case's arguments, as every attempt gets them.

    >>> argument_copies(Case(([1, 2],), kwargs={"k": 3}))
    (([1, 2],), {'k': 3})
    """
    return copy.deepcopy((case.args, case.kwargs))


class Sender:
    """Writes what only a judge sends, and answers when a function is called back. One for each call of an answer."""

    def __init__(self) -> None:
        self.functions: list[Callable] = []
        self._records: dict[int, int] = {}
        self._kept: list[Any] = []  # as long as they live no other object gets their id
        self._calls = 0

    def pack(self, value: Any) -> bytes:
        """A value as the bytes of one message.

        Raises:
            Malformed: it holds something that cannot be sent; an exercise may not ask for that.
        """
        return pack(value, self, FROM_JUDGE)

    def __call__(self, value: Any, writer: Writer) -> bool:
        """Write what is not plain."""
        if isinstance(value, np.random.Generator):
            writer.raw(b"g")
            writer.value(_plain_state(value.bit_generator.state))
        elif isinstance(value, np.ndarray):
            home = sys.modules[type(value).__module__]
            writer.raw(b"w")
            plain = np.array(value, subok=False)
            writer.value((inspect.getsource(home), home.__name__, type(value).__name__, plain, dict(vars(value))))
        elif callable(value):
            self.functions.append(value)
            name = str(getattr(value, "__name__", type(value).__name__.strip("_").lower()))
            writer.raw(b"k")
            writer.value((len(self.functions) - 1, name, _shown(value)))
        elif dataclasses.is_dataclass(value) and ".exercises" not in type(value).__module__:
            self._record(value, writer)
        else:
            raise Malformed(f"a case may not hold a {type(value).__name__}: no worker could be given one")
        return True

    def _record(self, value: Any, writer: Writer) -> None:
        number = self._records.get(id(value))
        if number is not None:
            writer.raw(b"m")
            writer.value(number)
            return
        self._kept.append(value)
        number = self._records[id(value)] = len(self._records)
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        writer.raw(b"r")
        writer.value((number, type(value).__module__, type(value).__qualname__, fields))

    def answer(self, message: bytes) -> bytes:
        """Call the function that a worker asks for, and write what came of it.

        Raises:
            Malformed: the worker asks for what there is not, or for too much.
        """
        asked = unpack(message, limits=FROM_WORKER)
        self._calls += 1
        if type(asked) is not dict or set(asked) != {"back", "args", "kwargs"} or self._calls > CALLS_BACK:
            raise Malformed("a call back that is none, or one too many")
        number, args, kwargs = asked["back"], asked["args"], asked["kwargs"]
        if type(number) is not int or not 0 <= number < len(self.functions):
            raise Malformed("a call back of a function that was not sent")
        if type(args) is not tuple or type(kwargs) is not dict or not all(type(key) is str for key in kwargs):
            raise Malformed("a call back without arguments")
        if _numbers_in([*args, *kwargs.values()]) > NUMBERS:
            return pack(
                {"error": ["ValueError", f"more than {NUMBERS} numbers were given to a function of the exercise"]}
            )
        try:
            with np.errstate(all="ignore"):
                value = self.functions[number](*args, **kwargs)
            return self.pack({"value": value})
        except Exception as problem:
            return pack({"error": [type(problem).__name__, str(problem)[:500]]})


def _numbers_in(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, dict):
        return _numbers_in(list(value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return sum(map(_numbers_in, value))
    return 10 * NUMBERS if isinstance(value, int) and abs(value) > 2**64 else 1


def _plain_state(state: Any) -> Any:
    return {key: _plain_state(part) for key, part in state.items()} if isinstance(state, dict) else state


def _shown(value: Any) -> str:
    try:
        return repr(value)[:200]
    except Exception:
        return ""
