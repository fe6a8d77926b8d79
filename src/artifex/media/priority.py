"""The scheduling priority of this process's threads."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")


@contextmanager
def no_more_urgent() -> Iterator[None]:
    """Undo changes of the scheduling policy within the block: threads get their old one, new ones the calling thread's.

    SVT-AV1 makes its threads, and the one that opens it, real-time ones when root runs it, as in most containers;
    processes started from there inherit that, and starve all others on the machine.
    """
    if sys.platform != "linux":
        yield
        return
    policy, parameter = os.sched_getscheduler(0), os.sched_getparam(0)
    before = _policies()
    try:
        yield
    finally:
        for task, now in _policies().items():
            if now != before.get(task, policy):
                with suppress(ProcessLookupError):
                    os.sched_setscheduler(task, before.get(task, policy), parameter)


def _policies() -> dict[int, int]:
    """The scheduling policy of every thread by its id, without threads that end meanwhile."""
    found: dict[int, int] = {}
    for task in _TASKS.iterdir():
        with suppress(ProcessLookupError):
            found[int(task.name)] = os.sched_getscheduler(int(task.name))
    return found
