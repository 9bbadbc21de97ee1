"""One call of a learner's function: fresh arguments, a time limit, and everything that can go wrong kept as data."""

import contextlib
import copy
import ctypes
import inspect
import io
import linecache
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.practice.comparing import plain
from course_lib.practice.exercise import Case

__all__ = ["Deadline", "Outcome", "TimeIsUp", "call", "unchanged", "where_it_failed"]

PRINT_LIMIT = 2000  # characters kept of what an answer prints in one call


class TimeIsUp(BaseException):
    """Raised inside an answer that runs too long; not an Exception, so that ``except Exception`` does not catch it."""


@dataclass(frozen=True)
class Outcome:
    """What one call did: the value it returned or the exception it raised, and what it did on the side.

    Attributes:
        value: what came back (None if it raised).
        error: the exception, or None.
        changed: the names of arguments that are no longer what they were.
        printed: what it printed, cut at a limit.
    """

    value: Any = None
    error: BaseException | None = None
    changed: tuple[str, ...] = ()
    printed: str = ""


class _Printed(io.StringIO):
    """Text that is written, up to a limit; a loop that prints forever does not fill the memory. Cannot be closed."""

    def write(self, text: str) -> int:
        if self.tell() < PRINT_LIMIT:
            super().write(text[: PRINT_LIMIT - self.tell()])
        return len(text)

    def close(self) -> None:
        """Leave it open: an answer that closes its output has still printed what it printed."""


class Deadline:
    """A time limit for all the calls that share it, together. Made for `call`, whose own lines it never interrupts.

    On the main thread of a Unix system a signal interrupts even a loop that never calls anything. Elsewhere a second
    thread asks the interpreter to raise `TimeIsUp`, which works between two lines of Python, and not against an answer
    that catches everything around a long step and goes on.
    """

    def __init__(self, seconds: float):
        self.seconds = self.left = seconds

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Raise `TimeIsUp` in the body once the time that is left has passed."""
        if self.left <= 0:
            raise TimeIsUp
        started = time.perf_counter()
        use_signal = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        try:
            with self._by_signal() if use_signal else self._by_thread():
                yield
        finally:
            self.left -= time.perf_counter() - started

    @contextlib.contextmanager
    def _by_signal(self) -> Iterator[None]:
        def stop(signum: int, frame: Any) -> None:
            if not _is_leaving(frame):
                _raise_on_the_next_line(frame)
                raise TimeIsUp

        before, their_trace = signal.signal(signal.SIGALRM, stop), sys.gettrace()
        their_left, their_interval = signal.setitimer(signal.ITIMER_REAL, self.left, 0.01)
        started = time.perf_counter()
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            sys.settrace(their_trace)
            if their_left:  # somebody else's alarm (a test runner's) goes on where it was
                passed = time.perf_counter() - started
                signal.setitimer(signal.ITIMER_REAL, max(their_left - passed, 0.001), their_interval)

    @contextlib.contextmanager
    def _by_thread(self) -> Iterator[None]:
        target = ctypes.c_ulong(threading.get_ident())
        finished = threading.Event()

        def watch() -> None:
            wait = self.left
            while not finished.wait(wait):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeIsUp))
                wait = 0.05

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            # One that is still under way arrives here. Taking it back instead (by None) leaves CPython 3.11 with a flag that
            # is never cleared, on which the next profiled call waits for ever.
            for _ in range(2):
                try:
                    finished.set()
                    watcher.join()
                except TimeIsUp:
                    continue


def _raise_on_the_next_line(frame: Any) -> None:
    """Let the answer's next line raise `TimeIsUp` too: it is the line of the bare `except:` that swallows the first one."""

    def trace(frame: Any, event: str, arg: Any) -> Any:
        if _is_leaving(frame):
            return None
        if event == "line":
            signal.setitimer(signal.ITIMER_REAL, 1e-5, 0.01)  # and again, for an `except:` around that one
            raise TimeIsUp
        return trace

    while frame is not None and frame.f_code is not call.__code__:
        frame.f_trace, frame = trace, frame.f_back
    sys.settrace(trace)


def _is_leaving(frame: Any) -> bool:
    """Whether the interpreter is on its way out of the ``with`` blocks of `call`, which must not be interrupted."""
    while frame is not None and frame.f_back is not None and frame.f_back.f_code is not call.__code__:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_name == "__exit__" and frame.f_code.co_filename == contextlib.__file__


def call(function: Callable, case: Case, deadline: Deadline | None = None, convert: Callable | None = None) -> Outcome:
    """Call a function on copies of a case's arguments and say what happened. Raises nothing that the function raises.

    Args:
        function: the learner's answer, or a reference, or a known wrong answer.
        case: the arguments.
        deadline: the time that is left; None for no limit (the course's own functions).
        convert: applied to every array before the call (to try an answer that wants tensors).
    """
    args, kwargs = copy.deepcopy((case.args, case.kwargs))
    if convert is not None:
        args, kwargs = tuple(map(convert, args)), {name: convert(value) for name, value in kwargs.items()}
    value, error, printed = None, None, _Printed()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(printed):
            warnings.simplefilter("ignore")
            with deadline.running() if deadline else contextlib.nullcontext():
                value = function(*args, **kwargs)
            if inspect.iscoroutine(value):
                value.close()  # or Python would complain that nobody awaited it
    except BaseException as raised:  # also what ends a program elsewhere: sys.exit(), an interrupt, GeneratorExit
        error = raised
    names = [f"argument {i + 1}" for i in range(len(args))] if convert else _names(function, len(args))
    before = (*case.args, *case.kwargs.values())
    after = (*args, *kwargs.values())
    changed = tuple(
        name for name, old, new in zip([*names, *kwargs], before, after, strict=True) if not unchanged(old, new)
    )
    return Outcome(value, error, changed, printed.getvalue())


def _names(function: Callable, count: int) -> list[str]:
    """The names of a function's first parameters, for messages."""
    code = getattr(function, "__code__", None)
    names = list(code.co_varnames[: code.co_argcount]) if code else []
    return [*names, *(f"argument {i + 1}" for i in range(len(names), count))][:count]


def unchanged(old: Any, new: Any) -> bool:
    """Whether an argument still is what it was. A random generator is meant to move on."""
    if isinstance(old, np.ndarray):
        new = plain(new)
        return old.shape == new.shape and np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(unchanged, old, new))
    if isinstance(old, dict):
        return list(old) == list(new) and all(unchanged(old[key], new[key]) for key in old)
    if isinstance(old, int | float | str | bool | type(None)):
        return old == new or old != old
    return True  # a random generator is meant to move on


def where_it_failed(error: BaseException, function: Callable) -> str:
    """The last line of the learner's own code that an exception passed through, as "line 3: return x @ W".

    Lines are counted from the top of the notebook cell, as JupyterLab numbers them. Empty where the code is unknown.
    """
    home = getattr(getattr(function, "__code__", None), "co_filename", None)
    trace, found = error.__traceback__, None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name == home or _is_a_cell(name):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    if found is None:
        return ""
    source = linecache.getline(*found).strip()
    return f"line {found[1]}: {source}" if source else f"line {found[1]}"


def _is_a_cell(filename: str) -> bool:
    """Whether code of this file name was typed into a notebook rather than imported."""
    return "ipykernel" in filename or filename.startswith("<")


def as_tensors(value: Any) -> Any:
    """Arrays as PyTorch tensors, everything else as it is; only called where torch has been imported already."""
    if isinstance(value, np.ndarray):
        return sys.modules["torch"].from_numpy(value.copy())
    return value
