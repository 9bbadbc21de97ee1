"""The worker as the judge sees it: started in its cage, asked with a limit of time, killed with all that it has started."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course_lib.classroom.inside.cage import BUBBLEWRAP, LIMITS_ALONE, Plan
from course_lib.classroom.inside.wire import LIMITS, Malformed, read_message, unpack, write_message
from course_lib.classroom.sending import Sender

__all__ = ["Lost", "Worker"]

STARTS_WITHIN = 30.0  # seconds
GRACE = 1.5  # seconds beyond a limit in which code that was told to stop must have stopped
LOOKS = 0.25  # seconds between two looks at what a worker takes
_alive: set[int] = set()


@dataclass
class Lost(Exception):
    """There is no worker any more.

    Attributes:
        reason: "time", "died", "memory", "disk" or "malformed" (it answered what no worker of ours answers).
        said: for people.
    """

    reason: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.said}" if self.said else self.reason


class Worker:
    """A process that holds a learner's code. Use it in a ``with``; at the end it is gone, with all it has started."""

    def __init__(self, plan: Plan, bubblewrap: str | None = None) -> None:
        self._base, self._bubblewrap, self._number = plan, bubblewrap, 0
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Worker":
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.kill()

    @property
    def alive(self) -> bool:
        """Whether there is one that can be asked."""
        return self._process is not None

    def start(self) -> None:
        """Start it, and wait until it says that its cage holds.

        Raises:
            Lost: it did not start; what Python said is in the message.
        """
        if self._base.rung == BUBBLEWRAP and self._bubblewrap is None:
            raise Lost("died", "bubblewrap is not installed")
        self._scratch = Path(tempfile.mkdtemp(prefix="course-scratch-"))
        self.plan = replace(self._base, scratch=str(self._scratch), environment=_environment(str(self._scratch)))
        if self.plan.rung == LIMITS_ALONE:
            _adopt_orphans(True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._process = subprocess.Popen(
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        _alive.add(self._process.pid)
        try:
            ready = unpack(self._read(time.monotonic() + STARTS_WITHIN))
            if ready != {"ready": True}:
                raise Lost("malformed", "it did not say that it is ready")
        except Exception as problem:
            self._errors.seek(0)
            said = self._errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
            self.kill()
            raise Lost("died", said[-1] if said else str(problem)) from None

    def _command(self) -> list[str]:
        start = str(Path(self.plan.course) / "course_lib" / "classroom" / "inside" / "start.py")
        python = [sys.executable, "-I", "-S", "-B", start, self.plan.as_text()]
        if self.plan.rung != BUBBLEWRAP:
            return python
        words = [self._bubblewrap, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
        for path in self.plan.readable:
            if os.path.islink(path):
                words += ["--symlink", os.readlink(path), path]
            elif not path.startswith("/dev"):
                words += ["--ro-bind-try", path, path]
        words += ["--proc", "/proc", "--dev", "/dev"]
        return [*words, "--size", str(self.plan.disk), "--tmpfs", self.plan.scratch, "--", *python]

    def ask(self, deed: str, within: float, sender: Sender | None = None, **content: Any) -> dict:
        """Ask for one deed, answering calls back on the way.

        Raises:
            Lost: no answer in time, or none that could be one. The worker has been killed then.
        """
        sender = sender or Sender()
        self._number += 1
        until = time.monotonic() + within + GRACE
        if self._process is None:
            raise Lost("died")
        try:
            question = sender.pack({"do": deed, "number": self._number, **content})
            write_message(self._process.stdin.fileno(), question, until)
            while True:
                message = self._read(until)
                if message[:1] == b"d" and b"back" in message[:16]:
                    write_message(self._process.stdin.fileno(), sender.answer(message), until)
                    continue
                answer = unpack(message)
                if type(answer) is not dict or answer.get("to") != self._number:
                    raise Malformed("an answer to another question")
                return answer
        except Lost:
            self.kill()
            raise
        except TimeoutError:
            self.kill()
            raise Lost("time") from None
        except Malformed as problem:
            self.kill()
            raise Lost("malformed", str(problem)) from None
        except (EOFError, OSError):
            how = self.kill()
            raise Lost("died", how) from None

    def _read(self, until: float) -> bytes:
        """The next message; meanwhile, a look now and then at what the worker takes."""
        descriptor = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while not poll.poll(1000 * LOOKS):
            if time.monotonic() > until:
                raise TimeoutError
            self._look()
        return read_message(descriptor, until, LIMITS.size)

    def _look(self) -> None:
        """Kill a worker that takes more than it may by ways that no limit of the system counts."""
        import psutil

        with contextlib.suppress(psutil.Error):
            own = psutil.Process(self._process.pid)
            taken = 0
            for process in [own, *own.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    taken += process.memory_info().rss
            if taken > 1.5 * self.plan.memory:
                raise Lost("memory")
        size = 0
        with contextlib.suppress(OSError):
            for place in self._scratch.rglob("*"):
                with contextlib.suppress(OSError):
                    size += place.lstat().st_blocks * 512
                if size > self.plan.disk:
                    raise Lost("disk")

    def kill(self) -> str:
        """End it at once, with all that it has started. Returns how it had ended, if it had."""
        if self._process is None:
            return ""
        process, self._process = self._process, None
        family = _family(process.pid)
        ended = process.poll()
        for kill in (lambda: os.killpg(process.pid, signal.SIGKILL), process.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill()
        process.wait()
        _alive.discard(process.pid)
        for pid in family:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if self.plan.rung == LIMITS_ALONE:
            _end_orphans()
            _adopt_orphans(False)
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        self._errors.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        return _how(ended)

    def leftover(self, seconds: float) -> bool:
        """Kill it, and say whether something still holds its end of the pipe so long after."""
        kept = os.dup(self._process.stdout.fileno())
        try:
            self.kill()
            poll, until = select.poll(), time.monotonic() + seconds
            poll.register(kept, select.POLLIN)
            while (left := until - time.monotonic()) > 0:
                if poll.poll(1000 * left) and not os.read(kept, 65536):
                    return False
            return True
        finally:
            os.close(kept)


def _environment(scratch: str) -> dict[str, str]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        "HOME": scratch,
        "TMPDIR": scratch,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": f"{scratch}/.matplotlib",
        "JUPYTER_PLATFORM_DIRS": "1",
        "COURSE_PROGRESS": "off",
        "COURSE_STRICT": "0",
        **threads,
    }


def _family(pid: int) -> list[int]:
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _how(ended: int | None) -> str:
    if ended is None:
        return ""
    if ended < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-ended).name}"
    return f"it ended itself with status {ended}"


def _adopt_orphans(adopt: bool) -> None:
    """On Linux: become the parent of processes whose own parent ends, so that they can be found. No cage holds them here.

    For as long as such a worker lives, and no longer: whoever adopts has to see to it that the dead are buried.
    """
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(36, int(adopt), 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _end_orphans() -> None:
    """End adopted processes: children of ours in a session that is not ours, and no worker."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        for _ in range(20):
            time.sleep(0.02)
            orphans = []
            for child in psutil.Process().children():
                with contextlib.suppress(psutil.Error, OSError):
                    if child.pid not in _alive and os.getsid(child.pid) != os.getsid(0):
                        orphans.append(child)
            if not orphans:
                return
            for child in orphans:
                with contextlib.suppress(psutil.Error, OSError):
                    child.kill()
                    child.wait(1)
