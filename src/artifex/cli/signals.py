"""Ctrl-C, and what else asks a command to end."""

import signal
from collections.abc import Callable


def stop_on_signals(stop: Callable[[], None]) -> None:
    """The first Ctrl-C asks to stop after what is at hand, which is kept; the second stops at once."""

    def hear(number: int, _frame: object) -> None:
        stop()
        signal.signal(number, signal.default_int_handler)

    signal.signal(signal.SIGINT, hear)
    signal.signal(signal.SIGTERM, hear)
