"""The process that hears rings from a broker and passes them on as lines (``python -m`` runs it).

A process of its own, so that whatever state a lost connection leaves Celery's worker in can be thrown away with it.
"""

import json
import os
import sys
import threading
from typing import Any

from artifex.jobs.transport.celery_app import RING, celery_app, message_queue

BROKER_VARIABLE = "ARTIFEX_BROKER"
"""Where the address is handed over: it may hold a password, which other users could read among arguments."""


def main(slots: list[str]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what Celery prints must not look like a ring
    app: Any = celery_app(os.environ[BROKER_VARIABLE])
    app.conf.task_queues = [message_queue(slot) for slot in slots]

    def pass_on(slot: str, job: str) -> None:
        lines.write(json.dumps([slot, job]) + "\n")
        lines.flush()

    app.task(pass_on, name=RING)
    worker = app.Worker(
        pool="solo", loglevel="WARNING", without_gossip=True, without_mingle=True, without_heartbeat=True, quiet=True
    )
    worker.start()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
