"""The ladder: which rung holds on this machine is found by trying four forbidden acts inside, never by what is installed."""

import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.classroom.course_copy import LIBRARY
from course_lib.classroom.inside.cage import LANDLOCK, RUNGS, Plan
from course_lib.classroom.worker import Lost, Worker

__all__ = ["ACTS", "Cage", "NoCage", "find_cage", "plan_for"]

#: What is tried inside, in this order.
ACTS = ("write outside", "read the judge's files", "open a connection", "outlive the worker")
SYSTEM = (
    *(
        "/usr",
        "/lib",
        "/lib64",
        "/lib32",
        "/bin",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/localtime",
        "/etc/fonts",
    ),
    *("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu"),
)
_TRY = """
import os, socket
found = []
for path in {outside!r}:
    try:
        with open(path, "w") as opened:
            opened.write("written")
    except OSError:
        pass
for path in {secrets!r}:
    try:
        with open(path) as opened:
            found.append(opened.read())
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", {port}), 1).close()
except OSError:
    pass
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import time
            time.sleep(10)
        os._exit(0)
except OSError:
    pass
"""


class NoCage(Exception):
    """No rung holds as well as was asked for; the message says what succeeded."""


@dataclass(frozen=True)
class Cage:
    """The rung that was taken.

    Attributes:
        plan: what its workers may do.
        succeeded: the forbidden acts that did not fail.
        refused: higher rungs, and why not they.
        bubblewrap: its program, where that is the rung.
    """

    plan: Plan
    succeeded: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    bubblewrap: str | None = None

    @property
    def rung(self) -> str:
        """Its name."""
        return self.plan.rung

    def worker(self) -> Worker:
        """A worker in it, to be used in a ``with``."""
        return Worker(self.plan, self.bubblewrap)

    def in_words(self) -> str:
        """For the screen and the gradebook."""
        if not self.succeeded:
            return f"sandbox: {self.rung}; all {len(ACTS)} forbidden acts failed"
        return f"sandbox: {self.rung}; NOT prevented: {', '.join(self.succeeded)}"


def plan_for(rung: str, copy: Path, memory: int = 1 << 30, cpu: int = 120) -> Plan:
    """What a worker on this rung may do: read Python, its packages and its copy of the course, and no more."""
    packages = [path for path in sys.path if path.rstrip("/").endswith(("site-packages", "dist-packages"))]
    readable = [*SYSTEM, sys.base_prefix, sys.prefix, *packages, str(copy), str((copy / "data").resolve())]
    if rung == LANDLOCK:
        readable += ["/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm/overcommit_memory"]
    return Plan(rung, str(copy), packages, _outermost(readable), "", memory, cpu)


def _outermost(paths: Iterable[str]) -> list[str]:
    """The paths that lie in none of the others, in order; a mount within a mount would hide it."""
    real = list(dict.fromkeys(os.path.abspath(path) for path in paths))
    return [
        path for path in real if not any(path.startswith(f"{other}/") for other in real if not os.path.islink(other))
    ]


def find_cage(
    copy: Path, refuse: Iterable[str] = (), require: bool = False, memory: int = 1 << 30, cpu: int = 120
) -> Cage:
    """The highest rung on which the forbidden acts fail, or that on which the fewest succeed.

    Args:
        copy: the worker's copy of the course.
        refuse: rungs that are not tried.
        require: refuse where one of the acts succeeds on every rung.
        memory, cpu: limits of a worker, in bytes and seconds.
    Raises:
        NoCage: nothing can be run at all, or not as safely as is required.
    """
    best, refused = None, {}
    for rung in RUNGS:
        if rung in refuse:
            refused[rung] = "not tried, as asked"
            continue
        cage = Cage(plan_for(rung, copy, memory, cpu), bubblewrap=shutil.which("bwrap"))
        try:
            succeeded = _what_succeeds(cage)
        except (Lost, OSError) as problem:
            refused[rung] = str(problem)
            continue
        if best is None or len(succeeded) < len(best.succeeded):
            best = Cage(cage.plan, succeeded, dict(refused), cage.bubblewrap)
        if not succeeded:
            break
        refused[rung] = f"did not prevent: {', '.join(succeeded)}"
    if best is None:
        told = "; ".join(f"{rung}: {why}" for rung, why in refused.items())
        raise NoCage(
            f"no process for learners' code can be started here ({told}). A POSIX system is needed: Linux, macOS, WSL"
        )
    if require and best.succeeded:
        raise NoCage(
            f"--require-sandbox: on the best rung of this machine, {best.rung}, these were not prevented: "
            f"{', '.join(best.succeeded)}. Install bubblewrap, or allow user namespaces, or grade without --require-sandbox"
        )
    return best


def _what_succeeds(cage: Cage) -> tuple[str, ...]:
    """The forbidden acts that do not fail in this cage, by what is found afterwards outside of it."""
    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="course-judge-") as name, socket.create_server(("127.0.0.1", 0)) as server:
        folder = Path(name)
        (folder / "secret").write_text(secret, encoding="utf-8")
        outside = [folder / "written", Path(cage.plan.course) / "course_lib" / "written"]
        exercise = LIBRARY / "start_here" / "exercises" / "mean_of_rows.py"
        acts = _TRY.format(
            outside=[str(path) for path in outside],
            secrets=[str(folder / "secret"), str(exercise)],
            port=server.getsockname()[1],
        )
        worker = cage.worker()
        worker.start()
        answer = worker.ask("try", 20.0, acts=acts)
        read = answer.get("found") or []
        left = worker.leftover(1.0)
        server.settimeout(0.0)
        try:
            server.accept()[0].close()
            connected = True
        except OSError:
            connected = False
        written = any(path.exists() for path in outside)
        for path in outside:
            path.unlink(missing_ok=True)
        found = (written, any(secret in text or "ASKED" in text for text in read), connected, left)
    return tuple(act for act, done in zip(ACTS, found, strict=True) if done)
