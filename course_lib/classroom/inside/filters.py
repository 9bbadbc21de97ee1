"""What Linux is asked to refuse to the process that runs a learner's code, and to all it may start: seccomp and Landlock.

Both are asked for through ctypes, need no privilege and cannot be taken back. seccomp refuses system calls by number: new
processes, programs and sockets, signals to others, everything that changes mounts, users or other processes. Landlock
(Linux 5.13 and later) allows a list of paths and nothing else.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence

__all__ = ["drop_privileges", "end_with_parent", "landlock_version", "restrict_paths", "restrict_system_calls"]

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG = 22, 38, 1
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_THREAD = 0x10000  # CLONE_THREAD
#: machine -> (AUDIT_ARCH, numbers of system calls). Those of ARM are from the kernel's table and were not tried.
_MACHINES = {
    "x86_64": (
        0xC000003E,
        {
            "clone": 56, "clone3": 435, "kill": 62, "tgkill": 234, "rt_sigqueueinfo": 129, "prlimit64": 302, "mmap": 9,
            "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "tkill": 200, "rt_tgsigqueueinfo": 297, "ptrace": 101,
            "process_vm_readv": 310, "process_vm_writev": 311, "socket": 41, "mount": 165, "umount2": 166, "pivot_root": 155,
            "chroot": 161, "setns": 308, "unshare": 272, "setpriority": 141, "sched_setaffinity": 203,
            "sched_setscheduler": 144, "sched_setparam": 142, "sched_setattr": 314, "ioprio_set": 251, "pidfd_open": 434,
            "pidfd_getfd": 438, "pidfd_send_signal": 424, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "keyctl": 250, "add_key": 248,
            "request_key": 249, "personality": 135, "open_by_handle_at": 304, "name_to_handle_at": 303, "kcmp": 312,
            "memfd_create": 319, "shmget": 29, "move_mount": 429, "open_tree": 428, "fsopen": 430, "fsmount": 432,
            "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246, "reboot": 169, "swapon": 167,
            "swapoff": 168, "syslog": 103, "acct": 163, "settimeofday": 164, "clock_settime": 227, "adjtimex": 159,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "clone": 220, "clone3": 435, "kill": 129, "tgkill": 131, "rt_sigqueueinfo": 138, "prlimit64": 261, "mmap": 222,
            "execve": 221, "execveat": 281, "tkill": 130, "rt_tgsigqueueinfo": 240, "ptrace": 117, "process_vm_readv": 270,
            "process_vm_writev": 271, "socket": 198, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "setns": 268,
            "unshare": 97, "setpriority": 140, "sched_setaffinity": 122, "sched_setscheduler": 119, "sched_setparam": 118,
            "sched_setattr": 274, "ioprio_set": 30, "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424,
            "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "io_uring_enter": 426,
            "io_uring_register": 427, "keyctl": 219, "add_key": 217, "request_key": 218, "personality": 92,
            "open_by_handle_at": 265, "name_to_handle_at": 264, "kcmp": 272, "memfd_create": 279, "shmget": 194,
            "move_mount": 429, "open_tree": 428, "fsopen": 430, "fsmount": 432,
        },
    ),
}  # fmt: skip
_OWN = ("kill", "tgkill", "rt_sigqueueinfo")  # allowed where their first argument is the process itself


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _succeeded(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def drop_privileges() -> None:
    """Give up all capabilities, and the way back to any by starting a program."""
    libc = _libc()
    _succeeded(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    header, nothing = struct.pack("<Ii", 0x20080522, 0), bytes(24)
    _succeeded(libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(nothing)), "giving up capabilities")


def end_with_parent() -> None:
    """Be killed when the process that started this one ends."""
    _succeeded(_libc().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "ending with the parent")


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value & 0xFFFFFFFF)


_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN, _AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54


def _program(own: int, machine: str) -> bytes:
    """The filter: what is not named is allowed."""
    architecture, numbers = _MACHINES[machine]
    refuse, allow = _step(_RETURN, _REFUSE | errno.EPERM), _step(_RETURN, _ALLOW)
    steps = [_step(_LOAD, 4), _step(_EQUAL, architecture, 1, 0), refuse, _step(_LOAD, 0)]
    steps += [_step(_AT_LEAST, 0x40000000, 0, 1), refuse]  # the calls of another convention, x32
    steps += [_step(_EQUAL, numbers["clone3"], 0, 1), _step(_RETURN, _REFUSE | errno.ENOSYS)]  # libc then takes clone
    steps += [_step(_EQUAL, numbers["clone"], 0, 4), _step(_LOAD, 16), _step(_ANY_BIT, _THREAD, 0, 1), allow, refuse]
    shared = 0x21  # MAP_SHARED and MAP_ANONYMOUS: memory that no limit counts
    steps += [_step(_EQUAL, numbers["mmap"], 0, 5), _step(_LOAD, 40), _step(_AND, shared), _step(_EQUAL, shared, 0, 1)]
    steps += [refuse, allow]
    for name in _OWN:
        steps += [_step(_EQUAL, numbers[name], 0, 4), _step(_LOAD, 16), _step(_EQUAL, own, 0, 1), allow, refuse]
    steps += [_step(_EQUAL, numbers["prlimit64"], 0, 5), _step(_LOAD, 16), _step(_EQUAL, own, 1, 0)]
    steps += [_step(_EQUAL, 0, 0, 1), allow, refuse]
    asked = {"clone", "clone3", "mmap", "prlimit64", *_OWN}
    for name, number in numbers.items():
        if name not in asked:
            steps += [_step(_EQUAL, number, 0, 1), refuse]
    return b"".join([*steps, allow])


def restrict_system_calls() -> None:
    """Refuse new processes and programs, sockets, signals to others, and whatever changes the system.

    Raises:
        OSError: this kernel has no seccomp, or this machine's numbers are not known here.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"the system calls of {machine} are not known here")
    steps = _program(os.getpid(), machine)
    kept = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("@HP", len(steps) // 8, ctypes.addressof(kept))
    _succeeded(_libc().prctl(_PR_SET_SECCOMP, 2, ctypes.c_char_p(program), 0, 0), "seccomp")


def landlock_version() -> int:
    """Which version of Landlock this kernel has; 0 where it has none."""
    return max(0, _libc().syscall(444, None, ctypes.c_size_t(0), 1))


_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE, _REFER = 1, 2, 4, 8, 1 << 14, 1 << 13


def restrict_paths(readable: Sequence[str], writable: Sequence[str]) -> None:
    """Allow these files and folders and nothing else, no network, and no signals to processes outside.

    Raises:
        OSError: this kernel has no Landlock.
    """
    version = landlock_version()
    if version < 1:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    every = (1 << 13) - 1 | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    every |= 1 << 15 if version >= 5 else 0
    asked = struct.pack("<QQQ", every, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    asked = asked[: 8 if version < 4 else 16 if version < 6 else 24]
    libc = _libc()
    rules = _succeeded(libc.syscall(444, ctypes.c_char_p(asked), ctypes.c_size_t(len(asked)), 0), "Landlock")
    try:
        for paths, rights in ((readable, _EXECUTE | _READ | _LIST), (writable, every & ~(1 << 15))):
            for path in paths:
                _allow(libc, rules, path, rights)
        _succeeded(libc.syscall(446, rules, 0), "Landlock")
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _EXECUTE | _READ | _WRITE
        rule = struct.pack("<Qi", rights, opened)
        _succeeded(libc.syscall(445, rules, 1, ctypes.c_char_p(rule), 0), f"Landlock for {path}")
    finally:
        os.close(opened)
