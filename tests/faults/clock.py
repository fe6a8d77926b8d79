"""Shifts the wall clock of running processes, as an administrator or a bad time server does."""

import time
from pathlib import Path

_READ_SECONDS = 0.02


def follow_clock(file: Path) -> None:
    """Shift this process's ``time.time`` by the seconds in the file; monotonic clocks are unaffected."""
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
