"""The process of a studio's host: a supervisor of slots and, if configured, the API, all built from the real parts."""

import os
import signal
import threading
from collections.abc import Callable

from artifex.api.config import ApiConfig
from artifex.jobs.queue import Queue
from artifex.jobs.transport.listener import Listener
from artifex.jobs.worker.host import Doorbells, open_doorbells
from artifex.jobs.worker.supervisor import Supervisor
from artifex.logs import set_up_logs
from artifex.settings import Settings, read_settings
from artifex.store.database import Database
from artifex.wiring import open_studio_database
from tests.faults.clock import follow_clock
from tests.faults.pace import EVENT_SECONDS, PATIENCE
from tests.faults.points import Points, mortal_database, mortal_ring
from tests.faults.rings import spoiled
from tests.faults.terms import SLOT_PROGRAM, Terms, read_terms


def main() -> None:
    set_up_logs()
    terms, settings = read_terms(), read_settings()
    follow_clock(terms.clock)
    points = Points(terms.orders, terms.host)
    doorbells = open_doorbells(settings)
    database = mortal_database(open_studio_database(settings), points)
    ring = spoiled(doorbells.ring) if terms.spoils_rings else doorbells.ring
    queue = Queue(database, mortal_ring(ring, points), pace=terms.pace)
    stop_workers = start_workers(terms, settings, queue, doorbells)
    try:
        if terms.port is None:
            wait_for_signal()
        else:
            serve(terms, settings, queue, database, terms.port)
    finally:
        stop_workers()


def start_workers(terms: Terms, settings: Settings, queue: Queue, doorbells: Doorbells) -> Callable[[], None]:
    """Like :class:`artifex.jobs.worker.host.HostWorkers`, but with several CPU slots."""
    slots = terms.all_slots()
    if not slots:
        return lambda: None
    supervisor = Supervisor(
        queue, slots, doorbells.local, {slot.name: {} for slot in slots}, settings.home / "slots",
        poll_seconds=terms.poll, patience=PATIENCE, program=SLOT_PROGRAM,
    )  # fmt: skip
    supervisor.start()
    if doorbells.broker is None:
        return supervisor.stop
    listener = Listener(settings.broker_url, [slot.name for slot in slots], supervisor.ring)
    listener.start(doorbells.broker)

    def stop() -> None:
        listener.stop()
        supervisor.stop()

    return stop


def serve(terms: Terms, settings: Settings, queue: Queue, database: Database, port: int) -> None:
    from artifex.api.app import build_app
    from artifex.api.server import answer_requests, listen
    from artifex.wiring import build_service

    config = ApiConfig(port=port, event_seconds=EVENT_SECONDS)
    service = build_service(settings, config, database, queue)
    app = build_app(service, has_supervisor=terms.slots > 0)
    answer_requests(app, config, listen(config.host, port), lambda: None, service.hub.close)


def wait_for_signal() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop.set, daemon=True).start())
    stop.wait()


if __name__ == "__main__":
    main()
    os._exit(0)
