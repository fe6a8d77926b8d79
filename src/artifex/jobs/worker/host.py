"""The workers of this machine: the supervisor of its slots and, if there is a broker, the listener."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from artifex.errors import Conflict
from artifex.jobs.queue import Queue
from artifex.jobs.transport.celery import CeleryTransport, require_broker
from artifex.jobs.transport.listener import Listener
from artifex.jobs.transport.local import LocalTransport
from artifex.jobs.worker.devices import environment, slots_of
from artifex.jobs.worker.supervisor import Patience, Supervisor, host_name
from artifex.machine import this_machine
from artifex.settings import Settings

LOCAL_POLL_SECONDS, REMOTE_POLL_SECONDS = 2.0, 5.0
"""How often a slot polls an SQLite file of this machine, or a database server."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doorbells:
    """Rings slots from this process: its own directly, others over the broker if there is one."""

    local: LocalTransport
    broker: CeleryTransport | None

    @property
    def ring(self) -> Callable[[str, str], None]:
        """The ``ring`` of a :class:`artifex.jobs.queue.Queue`."""
        return self.local.ring if self.broker is None else self.broker.ring


def open_doorbells(settings: Settings) -> Doorbells:
    """Raises BadInput for a broker's URL that is none."""
    local = LocalTransport()
    if not settings.broker_url:
        return Doorbells(local, None)
    require_broker(settings.broker_url)
    return Doorbells(local, CeleryTransport(settings.broker_url, local))


def require_shared(settings: Settings) -> None:
    """Require that a separate worker process shares a server's database. Raises Conflict, saying what to set."""
    if settings.database_url:
        if not settings.objects_url:
            _log.warning(
                "ARTIFEX_OBJECTS is not set: clips are read and written in %s, which the server must share.",
                settings.home,
            )
    elif settings.objects_url or settings.broker_url:
        raise Conflict(
            "A worker on another machine needs the server's database: set ARTIFEX_DATABASE to its PostgreSQL URL, as "
            "on the server. A SQLite file cannot be shared between machines."
        )
    elif not settings.database_file.exists():
        raise Conflict(
            f"There is no server's database in {settings.home}. On the server's own machine, set ARTIFEX_HOME as the "
            "server has it; on another, set ARTIFEX_DATABASE and ARTIFEX_OBJECTS as on the server."
        )


class HostWorkers:
    """Runs this machine's slots. ``start`` returns at once; ``stop`` returns when everything has ended."""

    def __init__(
        self, settings: Settings, queue: Queue, doorbells: Doorbells, names: Sequence[str] = (), host: str = ""
    ) -> None:
        """``queue`` must ring through ``doorbells``; ``names`` like ``cpu``, ``gpu0``: if empty, all slots.

        Raises BadInput for an invalid slot or host name.
        """
        machine = this_machine()
        host = host or host_name()
        slots = slots_of(host, names, machine)
        self.supervisor = Supervisor(
            queue,
            slots,
            doorbells.local,
            {slot.name: environment(slot, slots, machine) for slot in slots},
            settings.home / "slots",
            poll_seconds=REMOTE_POLL_SECONDS if settings.database_url else LOCAL_POLL_SECONDS,
            patience=Patience(grace=settings.grace_seconds),
        )
        self._broker = doorbells.broker
        self._listener = (
            Listener(settings.broker_url, [slot.name for slot in slots], self.supervisor.ring)
            if settings.broker_url
            else None
        )

    def start(self, on_ousted: Callable[[], None] = lambda: None) -> None:
        """See :meth:`Supervisor.start`. Raises Busy, NotWritable, DatabaseUnreachable."""
        self.supervisor.start(on_ousted)
        if self._listener is not None and self._broker is not None:
            self._listener.start(self._broker)

    def stop(self) -> None:
        """Jobs stop after the current step and are queued again, each with a checkpoint."""
        if self._listener is not None:
            self._listener.stop()
        self.supervisor.stop()
