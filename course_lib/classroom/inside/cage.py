"""The rungs of the sandbox, climbed by the process itself before it has read a line of a learner's.

Each takes what the judge has laid down (`Plan`): which paths may be read, where may be written, how much of what. A rung that
cannot be climbed raises OSError, and the process ends; the judge then tries the next one. None is believed because it could be
climbed: the judge has forbidden acts tried inside.
"""

import contextlib
import ctypes
import json
import os
import sys
from dataclasses import asdict, dataclass, field

from course_lib.classroom.inside.filters import drop_privileges, end_with_parent, restrict_paths, restrict_system_calls

__all__ = ["BUBBLEWRAP", "LANDLOCK", "LIMITS_ALONE", "NAMESPACES", "RUNGS", "Plan", "climb"]

BUBBLEWRAP, NAMESPACES, LANDLOCK, LIMITS_ALONE = "bubblewrap", "namespaces", "landlock", "limits"
#: From the highest to the lowest.
RUNGS = (BUBBLEWRAP, NAMESPACES, LANDLOCK, LIMITS_ALONE)


@dataclass(frozen=True)
class Plan:
    """What a worker may do.

    Attributes:
        rung: one of RUNGS.
        course: the folder that holds the worker's copy of the course.
        packages: folders that packages are imported from.
        readable: files and folders that may be read.
        scratch: the one folder that may be written to.
        memory, cpu, file_size: bytes, seconds of processor, bytes of one file.
        disk: bytes of all files together.
    """

    rung: str
    course: str
    packages: list[str]
    readable: list[str]
    scratch: str
    memory: int = 1 << 30
    cpu: int = 120
    file_size: int = 16 << 20
    disk: int = 64 << 20
    environment: dict[str, str] = field(default_factory=dict)

    def as_text(self) -> str:
        """The plan for the command line of the worker."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Plan":
        """The plan from the command line."""
        return cls(**json.loads(text))


def climb(plan: Plan) -> None:
    """Cage this process. On the rung of namespaces what returns is a child of a child of it."""
    _limit(plan)
    if not sys.platform.startswith("linux"):
        if plan.rung != LIMITS_ALONE:
            raise OSError(f"{plan.rung} is a rung of Linux; this is {sys.platform}")
        return
    end_with_parent()
    if plan.rung == NAMESPACES:
        _enter_namespaces(plan)
    if plan.rung == LANDLOCK:
        drop_privileges()
        restrict_paths(plan.readable, [plan.scratch, "/dev/null"])
    if plan.rung != LIMITS_ALONE:
        drop_privileges()
        restrict_system_calls()


def _limit(plan: Plan) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return

    def at_most(name: str, value: int) -> None:
        which = getattr(resource, name, None)
        if which is None:
            return
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS has some names, and does not keep to them
            resource.setrlimit(which, (value, value))

    # Of the address space large parts are libraries that are only looked at: PyTorch alone maps gigabytes. What counts
    # is what can be written to.
    at_most("RLIMIT_DATA" if sys.platform.startswith("linux") else "RLIMIT_AS", plan.memory)
    at_most("RLIMIT_CPU", plan.cpu)
    at_most("RLIMIT_FSIZE", plan.file_size)
    at_most("RLIMIT_CORE", 0)
    at_most("RLIMIT_NOFILE", 256)
    if plan.rung == LIMITS_ALONE:  # elsewhere there are no new processes at all, and this counts all that a user has
        at_most("RLIMIT_NPROC", _running() + 256)
    at_most("RLIMIT_MSGQUEUE", 0)


def _running() -> int:
    """How many processes and threads there are on this machine; a large number where that cannot be told."""
    try:
        with open("/proc/loadavg") as told:
            return int(told.read().split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return 4096


_NEW = {
    "user": 0x10000000,
    "mount": 0x20000,
    "pid": 0x20000000,
    "net": 0x40000000,
    "ipc": 0x08000000,
    "name": 0x04000000,
}
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)


def _enter_namespaces(plan: Plan) -> None:
    """Users, mounts, processes, network of one's own; of the file system nothing but the plan's paths."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    _must(libc.unshare(sum(_NEW.values())), "namespaces of one's own")
    for file, text in (("setgroups", "deny"), ("uid_map", f"1000 {user} 1"), ("gid_map", f"1000 {group} 1")):
        with open(f"/proc/self/{file}", "w") as opened:
            opened.write(text)
    _child_goes_on()  # it is the first process of its namespace, with which all others end
    end_with_parent()
    _lay_out(plan, libc)
    _child_goes_on()  # and the first one does nothing but wait: no default handler of a signal would work in it
    end_with_parent()


def _child_goes_on() -> None:
    """Fork. The parent waits and ends as its child did; the child returns."""
    child = os.fork()
    if child == 0:
        return
    for descriptor in range(3):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    status = 0
    with contextlib.suppress(ChildProcessError):
        while True:
            ended, found = os.wait()
            if ended == child:
                status = found
                break
    os._exit(os.waitstatus_to_exitcode(status) % 256)


def _lay_out(plan: Plan, libc: ctypes.CDLL) -> None:
    """A root folder that holds the plan's paths, read-only, and a scratch folder in memory."""

    def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
        words = [word.encode() if word is not None else None for word in (source, target, kind, options)]
        _must(libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]), f"mounting {target}")

    mount("none", "/", None, _RECURSIVE | _PRIVATE)
    root = plan.scratch  # any folder will do: it is covered
    mount("tmpfs", root, "tmpfs", _NO_SUID | _NO_DEVICES, "size=4m,mode=755")
    for path in plan.readable:
        if os.path.islink(path):
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            os.symlink(os.readlink(path), root + path)
        elif os.path.isdir(path):
            os.makedirs(root + path, exist_ok=True)
        elif os.path.exists(path):
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            with open(root + path, "w"):
                pass
        if os.path.islink(path) or not os.path.exists(path):
            continue
        mount(path, root + path, None, _BIND | _RECURSIVE)
        if not path.startswith("/dev/"):
            mount("none", root + path, None, _BIND | _REMOUNT | _READ_ONLY | _NO_SUID | _kept_flags(path))
    os.makedirs(root + "/proc")
    with contextlib.suppress(OSError):  # refused where a container hides parts of its own
        mount("proc", root + "/proc", "proc", _NO_SUID | _NO_DEVICES | _NO_EXEC)
    os.makedirs(root + plan.scratch, exist_ok=True)
    mount("tmpfs", root + plan.scratch, "tmpfs", _NO_SUID | _NO_DEVICES, f"size={plan.disk},mode=700")
    os.makedirs(root + "/before")
    _must(libc.syscall(_pivot_root(), root.encode(), (root + "/before").encode()), "changing the root folder")
    os.chdir("/")
    _must(libc.umount2(b"/before", 2), "leaving the old root folder")
    mount("none", "/", None, _BIND | _REMOUNT | _READ_ONLY | _NO_SUID | _NO_DEVICES)


def _pivot_root() -> int:
    import platform

    return {"x86_64": 155, "aarch64": 41}.get(platform.machine(), 155)


def _kept_flags(path: str) -> int:
    """Flags of a mount that may not be dropped when it is mounted again."""
    found = os.statvfs(path).f_flag
    kept = found & (_NO_SUID | _NO_DEVICES | _NO_EXEC | 1024 | 2048)
    return kept | ((1 << 21) if found & 4096 else 0)


def _must(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
