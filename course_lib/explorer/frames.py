"""Frames: what a pure function returns over the whole grid of its controls, each array stored once.

A store is two things: ``entries``, a list of what was met ({"shape", "offset"} of numbers in one float32 buffer, or
{"text"}), and ``index``, an int32 table that says for every frame and every name which entry it is. Most arrays depend
on some of the controls only; storing by content makes the buffer as small as if that had been declared.
"""

from __future__ import annotations

import contextlib
import itertools
import linecache
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.explorer.controls import Control

LIMIT_BYTES = 4 * 2**20  # what is sent to the page at most, unless frames="always"
LIMIT_SECONDS = 5.0  # what computing all frames may take by forecast, unless frames="always"
ERROR = "error"  # the column of the index that holds the message of a frame that could not be computed


class TooLarge(Exception):
    """The grid does not fit the limits; the figure is to be computed on demand."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """While the block runs, numbers behave as NumPy comes, and warnings stay warnings that nobody sees.

    A learner may have said ``np.seterr(all="raise")`` or ``warnings.simplefilter("error")``: that is about code of
    theirs, and no reason for a figure to show an error instead of a picture.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


class Store:
    """Arrays and texts by content, and which of them every frame shows.

    >>> store = Store(["a", "b"])
    >>> store.add({"a": [1.0, 2.0], "b": "x"}); store.add({"a": [1.0, 2.0], "b": "y"})
    >>> len(store.entries), store.index
    (3, [[0, 1, -1], [0, 2, -1]])
    """

    def __init__(self, names: Sequence[str]):
        self.names = [*names, ERROR]
        self.entries: list[dict[str, Any]] = []
        self.index: list[list[int]] = []
        self.size = 0  # numbers in the buffer
        self._pieces: list[bytes] = []
        self._known: dict[Any, int] = {}

    def add(self, frame: Mapping[str, Any]) -> None:
        """Append a frame; a name that it lacks is stored as −1."""
        with quiet():  # a number too small for float32 is no mistake
            self.index.append([self._entry(frame[name]) if name in frame else -1 for name in self.names])

    def _entry(self, value: Any) -> int:
        text = as_text(value)
        if text is not None:
            key = text if isinstance(text, str) else tuple(text)
            new = {"text": text}
        else:
            array = np.asarray(value, dtype=np.float32)
            data = array.tobytes()
            key = (array.shape, data)
            new = {"shape": list(array.shape), "offset": self.size}
        place = self._known.get(key)
        if place is None:
            place = self._known[key] = len(self.entries)
            self.entries.append(new)
            if text is None:
                self._pieces.append(data)
                self.size += array.size
        return place

    @property
    def buffer(self) -> bytes:
        """All numbers, float32, one array after the other."""
        return b"".join(self._pieces)

    def packed(self) -> dict[str, Any]:
        """What is sent to the page."""
        index = np.asarray(self.index, dtype=np.int32)
        return {"names": self.names, "entries": self.entries, "buffer": self.buffer, "index": index.tobytes()}

    def frame(self, row: int) -> dict[str, Any]:
        """A frame as the page sees it: float32 arrays and texts."""
        numbers = np.frombuffer(self.buffer, dtype=np.float32)
        out = {}
        for name, place in zip(self.names, self.index[row], strict=True):
            if place < 0:
                continue
            entry = self.entries[place]
            if "text" in entry:
                out[name] = entry["text"]
            else:
                size = int(np.prod(entry["shape"], dtype=int))
                out[name] = numbers[entry["offset"] : entry["offset"] + size].reshape(entry["shape"])
        return out


def as_text(value: Any) -> str | list[str] | None:
    """The value as a text or a list of texts, or None where it is numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(text, str) for text in value):
        return list(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "U":
        return [str(text) for text in value.ravel()]
    return None


def grid(controls: Sequence[Control]) -> Iterable[dict[str, Any]]:
    """Every combination of the values, the last control changing fastest.

    >>> from course_lib.explorer.controls import Switch
    >>> [list(values.values()) for values in grid([Switch("a"), Switch("b")])]
    [[False, False], [False, True], [True, False], [True, True]]
    """
    names = [control.name for control in controls]
    for values in itertools.product(*(control.options for control in controls)):
        yield dict(zip(names, values, strict=True))


def count(controls: Sequence[Control]) -> int:
    """How many combinations there are."""
    return int(np.prod([len(control.options) for control in controls], dtype=np.int64)) if controls else 1


def attempt(compute: Callable[..., Mapping[str, Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """What compute returns, or {"error": why not}: one frame that fails must not take the others with it."""
    try:
        with quiet():
            frame = compute(**values)
        if not isinstance(frame, Mapping):
            raise TypeError(f"compute returned {type(frame).__name__}, expected a dict of named arrays")
        return dict(frame)
    except Exception as error:
        return {ERROR: explain(error, compute)}


def compute_all(
    compute: Callable[..., Mapping[str, Any]],
    controls: Sequence[Control],
    names: Sequence[str],
    limits: bool = True,
) -> Store:
    """All frames of the grid, of each the arrays ``names``. Raises :class:`TooLarge` where ``limits`` are passed."""
    store, began, total = Store(names), time.thread_time(), count(controls)
    for done, values in enumerate(grid(controls)):
        store.add(attempt(compute, values))
        if limits and (done < 64 or done % 64 == 0):
            spent = time.thread_time() - began
            # Its own time, not the clock on the wall: what else the machine does must not decide how a figure works.
            # The first calls pay for warming up, so the forecast waits for half a second of work.
            too_slow = spent > 0.5 and spent / (done + 1) * total > LIMIT_SECONDS
            if store.size * 4 > LIMIT_BYTES or too_slow or total * len(names) * 4 > LIMIT_BYTES:
                raise TooLarge
    if limits and store.size * 4 > LIMIT_BYTES:
        raise TooLarge
    return store


def explain(error: BaseException, compute: Callable[..., Any]) -> str:
    """An error in a few words: its type, its message, and the line of compute it came from.

    >>> def compute(n):
    ...     return {"x": 1 / n}
    >>> explain(ZeroDivisionError("division by zero"), compute)
    'ZeroDivisionError: division by zero'
    """
    code = getattr(compute, "__code__", None)
    steps = traceback.extract_tb(error.__traceback__)
    own = [step for step in steps if code is not None and step.filename == code.co_filename]
    text = f"{type(error).__name__}: {error}"
    if own:
        line = own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno).strip()
        text += f"\nin {own[-1].name}, line {own[-1].lineno}" + (f": {line}" if line else "")
    return text
