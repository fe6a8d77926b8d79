"""Sandbox measures that a process takes before it opens a file that may be malicious.

Each measure is taken where the system has it. Measures that are lacking are reported.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from artifex.media.seccomp import refuse_dangerous_calls

_MEMORY = 4 * 2**30
_OPEN_FILES = 64
_THREADS = 128

_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _SIGKILL = 1, 24, 38, 9
_MOST_CAPABILITIES = 64
_CAPABILITY_VERSION = 0x20080522

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
"""System call numbers, the same on every architecture."""
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights over files each version of Landlock knows; 16 from the fifth on."""


def give_up_network_and_privileges() -> list[str]:
    """Leave the network and drop privileges; call it before a second thread starts. Returns the measures lacking."""
    if sys.platform != "linux":
        return ["no-new-privileges", "network namespace"]
    return _lacking(
        ("no-new-privileges", lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1)),
        ("death with its parent", lambda: _prctl(_PR_SET_PDEATHSIG, _SIGKILL)),
        ("network namespace", _leave_network),
        ("capabilities given up", _drop_capabilities),
    )


def limit_resources(cpu_seconds: int) -> list[str]:
    """Limit memory, processor time and open files, and forbid writing any file. Returns the limits not set."""
    if sys.platform == "win32":
        return ["limits of memory and processor time"]
    import resource

    wanted = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux" and os.getuid() == _overflow_uid():
        wanted[resource.RLIMIT_NPROC] = _THREADS  # elsewhere it would count the user's other processes too
    return [
        f"limit {number}" for number, value in wanted.items() if not _succeeds(lambda n=number, v=value: _bound(n, v))
    ]


def see_only(file: Path) -> list[str]:
    """Allow only ``file`` and the program's own files to be read, and from Landlock's version 4 on, no TCP connection.

    Returns what is lacking: Landlock itself, on Linux before 5.13 and on other systems.
    """
    if sys.platform != "linux":
        return ["Landlock"]
    return _lacking(("Landlock", lambda: _landlock(file)))


def refuse_calls() -> list[str]:
    """Let the kernel refuse system calls that no decoder needs: for sockets, other programs and other processes.

    Has to be called last. Returns what is lacking.
    """
    if sys.platform != "linux":
        return ["seccomp"]
    return _lacking(("seccomp", refuse_dangerous_calls))


def _lacking(*measures: tuple[str, Callable[[], None]]) -> list[str]:
    return [name for name, take in measures if not _succeeds(take)]


def _succeeds(take: Callable[[], None]) -> bool:
    try:
        take()
    except (OSError, ValueError, AttributeError):
        return False
    return True


def _bound(number: int, value: int) -> None:
    import resource

    hard = resource.getrlimit(number)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (value, value))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _prctl(option: int, value: int) -> None:
    _checked(_libc().prctl(option, value, 0, 0, 0))


def _leave_network() -> None:
    libc = _libc()
    with suppress(OSError):
        _checked(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC))
        return
    _checked(libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC))  # for root where user namespaces are switched off


def _drop_capabilities() -> None:
    """Drop all for good, since a new user namespace gives its first process every capability within it."""
    for capability in range(_MOST_CAPABILITIES):
        if _libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break  # no more capabilities, or no right to change the bounding set
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc().capset(ctypes.byref(header), ctypes.byref(nothing)))


def _overflow_uid() -> int:
    """The user id that a process in a new user namespace appears to have."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/sys/kernel/overflowuid").read_text())
    return 65534


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _landlock(file: Path) -> None:
    libc = _libc()
    version = _checked(libc.syscall(_LANDLOCK_CREATE, None, 0, 1))
    ruleset = _Ruleset(
        files=(1 << _FILE_RIGHTS.get(version, 16)) - 1,
        network=0b11 if version >= 4 else 0,  # binding and connecting TCP
        scopes=0b11 if version >= 6 else 0,  # abstract sockets and signals
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = _checked(libc.syscall(_LANDLOCK_CREATE, ctypes.byref(ruleset), size, 0))
    _allow(rules, file, _READ_FILE)
    for folder in _own_folders():
        _allow(rules, folder, _READ_FILE | _READ_FOLDER)
    _checked(libc.syscall(_LANDLOCK_RESTRICT, rules, 0))
    os.close(rules)


def _own_folders() -> Iterable[Path]:
    """The folders that the interpreter still has to import from."""
    return {Path(entry) for entry in sys.path if Path(entry).is_dir()}


def _allow(rules: int, path: Path, rights: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathRule(rights=rights, folder=handle)
        _checked(_libc().syscall(_LANDLOCK_ADD, rules, 1, ctypes.byref(rule), 0))
    finally:
        os.close(handle)
