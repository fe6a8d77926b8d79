"""Ctrl-C, and what else asks a command to end."""

import signal
from collections.abc import Callable

_heard: list[int] = []
"""The signals that asked this process to end, in their order; a command hears them, its door tells of them."""


def end_on_sigterm() -> None:
    """SIGTERM ends the program as Ctrl-C does, so that nothing half written is left."""
    signal.signal(signal.SIGTERM, _interrupt)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """The first Ctrl-C asks to stop after what is at hand, which is kept; the second stops at once."""

    def hear(number: int, _frame: object) -> None:
        _heard.append(number)
        stop()
        signal.signal(number, _interrupt)

    signal.signal(signal.SIGINT, hear)
    signal.signal(signal.SIGTERM, hear)


def interrupted_status() -> int:
    """What shells make of a program that a signal ended: 143 after SIGTERM, 130 after Ctrl-C."""
    return 128 + (_heard[0] if _heard else signal.SIGINT)


def _interrupt(number: int, _frame: object) -> None:
    _heard.append(number)
    raise KeyboardInterrupt
