"""The process that receives rings from a broker and passes them on as lines (``python -m`` runs it).

It is a separate process, so that a Celery worker left in a bad state by a lost connection can be replaced.
"""

import json
import logging
import os
import sys
import threading
import warnings
from typing import Any

from celery.signals import setup_logging

from artifex.jobs.transport.celery_app import RING, celery_app, message_queue
from artifex.logs import set_up_logs

BROKER_VARIABLE = "ARTIFEX_BROKER"
"""The variable that passes the broker URL: it may hold a password, which arguments would show to other users."""


def main(slots: list[str]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that nothing Celery prints is taken for a ring
    _log_like_the_others()
    app: Any = celery_app(os.environ[BROKER_VARIABLE])
    app.conf.task_queues = [message_queue(slot) for slot in slots]

    def pass_on(slot: str, job: str) -> None:
        lines.write(json.dumps([slot, job]) + "\n")
        lines.flush()

    app.task(pass_on, name=RING)
    worker = app.Worker(pool="solo", without_gossip=True, without_mingle=True, without_heartbeat=True, quiet=True)
    worker.start()


def _log_like_the_others() -> None:
    """Celery would write lines of its own form, and have root use an option that this program does not have."""

    def set_up_nothing(**_: Any) -> None:
        """The logs are set up."""

    set_up_logs()
    signal: Any = setup_logging
    signal.connect(set_up_nothing, weak=False)  # whoever listens to it takes the setting up from Celery
    for name in ("celery", "kombu"):
        logging.getLogger(name).setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
