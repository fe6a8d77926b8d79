"""Handling of SIGINT (Ctrl-C) and SIGTERM."""

import signal
from collections.abc import Callable

_heard: list[int] = []
"""The signals that asked this process to end, in order; the first decides the exit code."""


def end_on_sigterm() -> None:
    """Make SIGTERM end the program like Ctrl-C, so that nothing half-written is left."""
    signal.signal(signal.SIGTERM, _interrupt)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Make the first signal call ``stop``, to end after the current step with the work kept; a second ends at once."""

    def hear(number: int, _frame: object) -> None:
        _heard.append(number)
        stop()
        signal.signal(number, _interrupt)

    signal.signal(signal.SIGINT, hear)
    signal.signal(signal.SIGTERM, hear)


def interrupted_status() -> int:
    """The exit code that shells report for a program ended by the signal: 143 after SIGTERM, 130 after Ctrl-C."""
    return 128 + (_heard[0] if _heard else signal.SIGINT)


def _interrupt(number: int, _frame: object) -> None:
    _heard.append(number)
    raise KeyboardInterrupt
