"""How urgent this process's threads are."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")


@contextmanager
def no_more_urgent() -> Iterator[None]:
    """Threads that were made real-time ones within the block go back to what the calling thread was before.

    SVT-AV1 does that to its threads, and to the one that opens it, wherever root runs it, as in most containers; every
    process that is started from there inherits it, and all others of the machine stand still.
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
    """Of every thread that is still there when it is looked at."""
    found: dict[int, int] = {}
    for task in _TASKS.iterdir():
        with suppress(ProcessLookupError):
            found[int(task.name)] = os.sched_getscheduler(int(task.name))
    return found
