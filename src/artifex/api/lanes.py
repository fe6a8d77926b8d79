"""Where the work of the busiest routes runs; all other routes use the common thread pool."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

_WRITERS = 2
"""Threads that write to the database: writers take turns anyway, and more waiting threads only cost."""

_KEEPERS = 16
"""Files that enter the library at a time: large ones, from a slow URL or into a slow bucket, take minutes."""

_T = TypeVar("_T")


class Lanes:
    """Runs blocking work for routes, in dedicated threads or, where that is faster, in the event loop itself."""

    def __init__(self, *, reads_at_once: bool) -> None:
        """``reads_at_once``: read in the event loop. For SQLite, where reading a row is faster than waking a thread
        (0.3 ms against 0.7 ms under load, on two cores); never for a database across a network."""
        self._reads_at_once = reads_at_once
        self._writers = CapacityLimiter(_WRITERS)
        self._keepers = CapacityLimiter(_KEEPERS)

    async def read(self, work: Callable[[], _T]) -> _T:
        """Read a few rows, never a file."""
        return work() if self._reads_at_once else await run_sync(work)

    async def write(self, work: Callable[[], _T]) -> _T:
        """Run a short write transaction."""
        return await run_sync(work, limiter=self._writers)

    async def keep(self, work: Callable[[], _T]) -> _T:
        """Bring a file into the library, in threads of its own: however many come and however long they take, other
        routes and the background tasks keep theirs."""
        return await run_sync(work, limiter=self._keepers)
