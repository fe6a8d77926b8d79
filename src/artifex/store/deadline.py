"""A deadline for network exchanges in which the peer trickles data: each wait is short, but the whole is not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def deadline(seconds: float, cut: Callable[[], None], late: Callable[[], Exception]) -> Iterator[threading.Event]:
    """If the block takes longer than ``seconds``, call ``cut`` in another thread and raise ``late()`` at its end, even
    if it succeeded: data that was cut off may look complete.

    The event is set from then on, for a block that has nothing to cut yet. An OSError of ``cut`` is ignored.
    """
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        with suppress(OSError):
            cut()

    clock = threading.Timer(max(0.0, seconds), end)
    clock.daemon = True
    clock.start()
    try:
        yield is_late
    finally:
        clock.cancel()
        if is_late.is_set():
            raise late()
