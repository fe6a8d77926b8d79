"""Where the work of the busiest doors is done; all other doors use the server's common threads."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

_WRITERS = 2
"""Writers of the database take turns anyway, and threads that wait for one another's turn cost more than they do."""

_KEEPERS = 16
"""Files that come into the library at a time: large ones, over a slow line or into a slow bucket, take minutes."""

_T = TypeVar("_T")


class Lanes:
    """Runs short work for the event loop; a thread is a detour that can cost more than the work."""

    def __init__(self, *, reads_at_once: bool) -> None:
        """``reads_at_once``: the database is a file of this machine, and a row is read sooner than a thread is
        woken (0.3 ms against 0.7 ms under load, on two cores). Never so for a database that is asked over a network."""
        self._reads_at_once = reads_at_once
        self._writers = CapacityLimiter(_WRITERS)
        self._keepers = CapacityLimiter(_KEEPERS)

    async def read(self, work: Callable[[], _T]) -> _T:
        """A few rows, never a file."""
        return work() if self._reads_at_once else await run_sync(work)

    async def write(self, work: Callable[[], _T]) -> _T:
        """A short transaction."""
        return await run_sync(work, limiter=self._writers)

    async def keep(self, work: Callable[[], _T]) -> _T:
        """Bring a file into the library. However many come and however long they take, other doors have their threads,
        and so has what runs beside them."""
        return await run_sync(work, limiter=self._keepers)
