"""Reads a browser's trace: work of the page's main thread for each frame, and long tasks."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

CATEGORIES = [
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
]
_TASKS = ("RunTask", "ThreadControllerImpl::RunTask")
_LONG_MS = 50.0
"""As browsers define a long task."""


@dataclass(frozen=True, slots=True)
class Work:
    """``frames``: milliseconds of the main thread for each frame; ``long``: the tasks that took 50 ms and more."""

    frames: list[float]
    long: list[float]


def work_of(trace: bytes) -> Work:
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    frames = [one for one in events if one["name"] == "BeginMainThreadFrame"]
    if not frames:
        raise RuntimeError("the page drew no frame")
    # The page's thread is the one with the most frames; the browser's own pages have some, too.
    threads = [(one["pid"], one["tid"]) for one in frames]
    thread = max(set(threads), key=threads.count)
    begins = sorted(one["ts"] for one in frames if (one["pid"], one["tid"]) == thread)
    busy = [0.0] * len(begins)
    long: list[float] = []
    for start, length in _tasks(events, thread):
        if length >= _LONG_MS:
            long.append(length)
        place = bisect_right(begins, start) - 1
        if place >= 0:
            busy[place] += length
    return Work(busy, long)


def _tasks(events: list[dict[str, Any]], thread: tuple[int, int]) -> list[tuple[float, float]]:
    """Start (microseconds of the trace) and length (milliseconds) of each outermost task."""
    found = sorted(
        (one["ts"], one["dur"])
        for one in events
        if one["name"] in _TASKS and one["ph"] == "X" and (one["pid"], one["tid"]) == thread
    )
    outer: list[tuple[float, float]] = []
    end = 0.0
    for start, length in found:
        if start >= end:
            outer.append((start, length / 1000))
            end = start + length
    return outer
