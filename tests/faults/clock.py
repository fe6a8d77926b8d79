"""A wall clock that can be put forward and back while processes run, as somebody who sets it, or a bad server, does."""

import time
from pathlib import Path

_READ_SECONDS = 0.02


def follow_clock(file: Path) -> None:
    """Let this process's ``time.time`` be as far off as the file says, in seconds; the monotonic clocks are not."""
    true_time, offset, read = time.time, 0.0, -1.0

    def shifted() -> float:
        nonlocal offset, read
        if time.monotonic() - read > _READ_SECONDS:
            offset, read = read_offset(file), time.monotonic()
        return true_time() + offset

    time.time = shifted


def set_clock(file: Path, offset: float) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(repr(offset))
    fresh.replace(file)


def read_offset(file: Path) -> float:
    return float(file.read_text()) if file.exists() else 0.0
