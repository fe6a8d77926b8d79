"""System calls that a process which opens one file never needs, refused by the kernel (seccomp, classic BPF).

It is a deny list, not an allow list: what decoders and their threads call differs from version to version, but none of
them needs these calls. A refused call fails with EPERM.
"""

import ctypes
import platform
import struct

_PR_SET_SECCOMP, _FILTER = 22, 2

# linux/filter.h: load a word of the call's description, compare and jump, give the verdict.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_OTHER_NUMBERING = 0x40000000
"""From here on are the numbers of x32, by which x86-64 offers the same calls again."""

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CALLS = {
    # name: (x86-64, arm64)
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "prlimit64": (302, 261),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_dangerous_calls() -> None:
    """Install the filter for this thread and those it starts, for good. Needs no-new-privileges to be set already.

    Raises OSError where the kernel has no filters, ValueError on a machine whose call numbers are not known here.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise ValueError(f"the system calls of {machine} are not known")
    program = _compile(_MACHINES[machine], [numbers[machine != "x86_64"] for numbers in _CALLS.values()])
    filter_ = _Program(len(program) // 8, program)
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(filter_), 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _compile(machine: int, refused: list[int]) -> bytes:
    checks = [_step(_IF_EQUAL, number, hit=len(refused) - index) for index, number in enumerate(refused)]
    return b"".join(
        (
            _step(_LOAD, _MACHINE_AT),
            _step(_IF_EQUAL, machine, hit=1),
            _step(_RETURN, _KILL),
            _step(_LOAD, _NUMBER_AT),
            _step(_IF_AT_LEAST, _OTHER_NUMBERING, hit=len(refused) + 1),
            *checks,
            _step(_RETURN, _ALLOW),
            _step(_RETURN, _REFUSE),
        )
    )


def _step(code: int, value: int, hit: int = 0) -> bytes:
    """``hit``: how many steps are skipped where the comparison holds."""
    return struct.pack("HBBI", code, hit, 0, value)
