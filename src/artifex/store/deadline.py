"""An end for talks over a network in which the other side trickles: each single wait is short, and the whole is not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def deadline(seconds: float, cut: Callable[[], None], late: Callable[[], Exception]) -> Iterator[threading.Event]:
    """Call ``cut``, in another thread, if the block takes longer, and then end it with ``late()``, however it ended:
    what was read until then may look like the whole.

    The event is set from then on, for a block that has nothing yet to be cut. An OSError of ``cut`` is passed over.
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
