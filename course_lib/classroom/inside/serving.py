"""The worker's loop: it is asked to run a cell or to call a function, and answers with what came of it.

It knows no exercise, no case but the one it is called with, and no right result. Whatever it says of itself the judge does not
believe: a learner's code shares this process and may change anything in it. What it cannot do is to know the right values.
"""

import contextlib
import importlib
import linecache
import os
import signal
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_lib.classroom.inside.notebook import Printed, surroundings
from course_lib.classroom.inside.watching import unwrapped, watch
from course_lib.classroom.inside.wire import (
    Limits,
    Malformed,
    Reader,
    Writer,
    pack,
    read_message,
    unpack,
    write_message,
)

__all__ = ["Server", "TimeIsUp"]

FRAMES = 30  # of a traceback, the last ones
TEXT = 600  # characters of an exception's text
#: What a judge sends may be nested as deeply as a graph of the course.
FROM_JUDGE = Limits(size=64_000_000, depth=400)


class TimeIsUp(BaseException):
    """Raised in code that runs too long; not an Exception, so that ``except Exception`` does not catch it."""


class Server:
    """Answers questions that come in at one descriptor, at another one."""

    def __init__(self, asked: int, answers: int) -> None:
        self._asked, self._answers = asked, answers
        self._module = surroundings()
        self._names = self._module.__dict__
        self._watched: dict[str, types.ModuleType] = {}
        self._number = 0

    def serve(self) -> None:
        """Go on until there is nobody who asks."""
        deeds = {
            "cell": self._cell,
            "call": self._call,
            "watch": self._watch,
            "keep": self._keep,
            "try": self._try,
            "trace": self._trace,
        }
        write_message(self._answers, pack({"ready": True}))
        while True:
            try:
                content = read_message(self._asked, limit=FROM_JUDGE.size)
            except (EOFError, OSError):
                return
            asked = unpack(content, _Receiver(self), FROM_JUDGE)
            self._number = asked.pop("number")
            deed = deeds[asked.pop("do")]
            self._say(deed(**asked))

    def _say(self, said: dict) -> None:
        said = {"to": self._number, **said}
        try:
            message = pack(said, _plain)
        except (Malformed, RecursionError):
            message = pack(
                {"to": self._number, "error": _told("ValueError", "what came back is too large to be looked at")}
            )
        write_message(self._answers, message)

    def _cell(self, source: str, file: str, seconds: float) -> dict:
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        printed = Printed()
        error = None
        try:
            with _silence(printed), _time_limit(seconds):
                exec(compile(source, file, "exec"), self._names)
        except BaseException as raised:  # also what ends a program elsewhere
            error = _error(raised)
        return {"error": error}

    def _call(self, name: str, args: tuple, kwargs: dict, tensors: bool, seconds: float) -> dict:
        function = self._names.get(name)
        if not callable(function):
            return {"missing": type(function).__name__ if name in self._names else ""}
        if tensors:
            if "torch" not in sys.modules:
                return {"error": _told("TypeError", "PyTorch was not imported")}
            args = tuple(map(_tensor, args))
            kwargs = {key: _tensor(value) for key, value in kwargs.items()}
        printed, error, value = Printed(), None, None
        try:
            with _silence(printed), _time_limit(seconds):
                value = function(*args, **kwargs)
                if isinstance(value, types.CoroutineType):
                    value.close()
        except BaseException as raised:
            error = _error(raised)
        return {"value": value, "error": error, "after": list(args), "named": kwargs, "printed": printed.text()}

    def _watch(self, name: str, library: tuple, course: str, calls: list, tensors: bool, seconds: float) -> dict:
        """Whether the function calls what it may not, in any of these calls."""
        function, separator = self._names.get(name), os.sep

        def same_job(code: types.CodeType) -> str | None:
            own = code.co_name == course and f"course_lib{separator}" in code.co_filename
            return f"course_lib's own {course}" if own else None

        def run(report: Callable) -> None:
            for args, kwargs in calls:
                convert = _tensor if tensors and "torch" in sys.modules else report
                with contextlib.suppress(Exception, SystemExit):
                    function(*map(convert, args), **{key: convert(value) for key, value in kwargs.items()})

        try:
            with _silence(Printed()), _time_limit(seconds):
                found = watch(run, tuple(library), getattr(unwrapped(function), "__code__", None), same_job)
        except BaseException as raised:
            return {"error": _error(raised)}
        home = (getattr(unwrapped(function), "__module__", None) or "").partition(".")[0]
        if home in ("course_lib", "numpy", "torch", "scipy"):
            found = f"{unwrapped(function).__module__}.{getattr(function, '__name__', '')}"
        return {"found": found}

    def _trace(self, name: str, args: tuple, kwargs: dict, seconds: float) -> dict:
        """Which names the lines of a function set in this call, and to what: [line, name, value], as they come."""
        function = self._names.get(name)
        code = getattr(unwrapped(function), "__code__", None)
        found: list[list] = []
        before: dict[str, Any] = {}
        last = [0]

        def note(frame: types.FrameType) -> None:
            now = {key: value for key, value in frame.f_locals.items() if not key.startswith(".")}
            for key, value in now.items():
                if last[0] and (key not in before or before[key] is not value) and len(found) < 200:
                    found.append([last[0], key, value.copy() if isinstance(value, np.ndarray) else value])
            before.clear()
            before.update(now)
            last[0] = frame.f_lineno

        def watch_lines(frame: types.FrameType, event: str, given: Any) -> Any:
            if frame.f_code is not code:
                return None
            if event == "return":
                note(frame)
                found.append([frame.f_lineno, "return", given])
            elif event == "line":
                if not last[0]:
                    before.update(frame.f_locals)
                    last[0] = frame.f_lineno
                else:
                    note(frame)
            return watch_lines

        error = None
        try:
            with _silence(Printed()), _time_limit(seconds):
                sys.settrace(watch_lines)
                try:
                    function(*args, **kwargs)
                finally:
                    sys.settrace(None)
        except BaseException as raised:
            error = _error(raised)
        plain = [each for each in found if isinstance(each[2], np.ndarray | int | float | bool | tuple | list | str)]
        return {"error": error, "found": plain}

    def _keep(self, exercise: str, name: str) -> dict:
        """An answer has passed: ``mine`` is to give it from now on."""
        with contextlib.suppress(Exception):
            from course_lib.practice.mine import mine

            mine.keep(exercise, self._names.get(name))
        return {}

    def _try(self, acts: str) -> dict:
        """Run a piece of the judge's own, which tries what is forbidden; what counts is what the judge then finds."""
        names: dict[str, Any] = {}
        try:
            exec(compile(acts, "<acts>", "exec"), names)
        except BaseException as raised:
            return {"error": _error(raised)}
        return {"found": names.get("found")}

    def call_back(self, function: int, args: tuple, kwargs: dict) -> Any:
        """Ask the judge to call one of its own functions."""
        write_message(self._answers, pack({"back": function, "args": args, "kwargs": kwargs}, _plain))
        answer = unpack(read_message(self._asked, limit=FROM_JUDGE.size), _Receiver(self), FROM_JUDGE)
        if answer.get("error"):
            kind, text = answer["error"]
            raise getattr(__import__("builtins"), kind, RuntimeError)(text)
        return answer["value"]


@contextlib.contextmanager
def _silence(printed: Printed) -> Iterator[None]:
    """Keep what is printed; warnings, and what NumPy says of odd numbers, are nobody's fault here."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = printed, Printed()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr = out, err


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in the body when the time is up; whoever catches that is killed a moment later by the judge."""

    def stop(number: int, frame: Any) -> None:
        raise TimeIsUp

    try:
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _error(raised: BaseException) -> dict:
    """What is told of an exception: its type, its text, and the functions it passed through."""
    try:
        text = str(raised)[:TEXT]
    except BaseException:
        text = ""
    frames, trace = [], raised.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith("<cell"):
            frames.append([code.co_filename, code.co_name, trace.tb_lineno])
        trace = trace.tb_next
    if isinstance(raised, SyntaxError) and not frames:
        frames = [[str(raised.filename), "<module>", raised.lineno or 1]]
    inner = [kind.__name__ for kind in type(raised).__mro__ if kind.__module__ == "builtins"]
    return _told(type(raised).__name__, text, frames[-FRAMES:], inner[0] if inner else "Exception", _args(raised))


def _told(kind: str, text: str, frames: list | None = None, builtin: str = "", args: tuple = ()) -> dict:
    return {"type": str(kind)[:60], "builtin": builtin or kind, "text": text, "frames": frames or [], "args": args}


def _args(raised: BaseException) -> tuple:
    """What an exception was made with, where that is plain and short: some are more than their text."""
    args = raised.args
    short = type(args) is tuple and len(args) < 6 and all(type(arg) in (int, str, bytes) for arg in args)
    return args if short and all(type(arg) is int or len(arg) <= TEXT for arg in args) else ()


def _tensor(value: Any) -> Any:
    return sys.modules["torch"].from_numpy(value.copy()) if isinstance(value, np.ndarray) else value


def _plain(value: Any, writer: Writer) -> bool:
    """Write what is nearly plain as what it nearly is: tensors, arrays and containers of a type of their own."""
    kind = type(value)
    try:
        if kind.__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
            value = value.detach().cpu()
            writer.value((value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy())
        elif issubclass(kind, np.ndarray):
            writer.value(np.array(value, subok=False))
        else:
            for plain in (dict, tuple, list, set, frozenset, int, float, str):
                if issubclass(kind, plain):
                    writer.value(plain.__str__(value) if plain is str else plain(value))
                    return True
            return False
    except Malformed:
        raise
    except Exception:  # an object of the learner's own that refuses
        return False
    return True


class _Receiver:
    """Reads the kinds that only a judge sends."""

    def __init__(self, server: Server) -> None:
        self._server, self._records = server, {}

    def __call__(self, letter: bytes, reader: Reader, depth: int) -> Any:
        if letter == b"k":
            return self._function(*reader.value(depth + 1))
        if letter == b"g":
            source = np.random.PCG64()
            source.state = reader.value(depth + 1)
            return np.random.Generator(source)
        if letter == b"m":
            return self._records[reader.value(depth + 1)]
        if letter == b"r":
            number, module, name, fields = reader.value(depth + 1)
            record = self._records[number] = getattr(importlib.import_module(module), name)(**fields)
            return record
        if letter == b"w":
            source, module, name, array, attributes = reader.value(depth + 1)
            watching = array.view(getattr(self._home(module, source), name))
            watching.__dict__.update(attributes)
            return watching
        raise Malformed(f"a value of an unknown kind, {letter!r}")

    def _function(self, number: int, name: str, shown: str) -> Callable:
        server = self._server

        def function(*args: Any, **kwargs: Any) -> Any:
            return server.call_back(number, args, kwargs)

        function.__name__ = function.__qualname__ = name
        function.__doc__ = shown
        return function

    def _home(self, module: str, source: str) -> types.ModuleType:
        watched = self._server._watched
        if module not in watched:
            watched[module] = types.ModuleType(module)
            exec(compile(source, f"<{module}>", "exec"), watched[module].__dict__)
        return watched[module]
