"""The process that receives rings from a broker and passes them on as lines (``python -m`` runs it).

It is a separate process, so that a Celery worker left in a bad state by a lost connection can be replaced.
"""

import json
import os
import sys
import threading
from typing import Any

from artifex.jobs.transport.celery_app import RING, celery_app, message_queue

BROKER_VARIABLE = "ARTIFEX_BROKER"
"""The variable that passes the broker URL: it may hold a password, which arguments would show to other users."""


def main(slots: list[str]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that nothing Celery prints is taken for a ring
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
